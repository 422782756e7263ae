// Package evaluate holds a model against outcomes that are known: it reads observations from a table by a column map,
// lets them happen in the order of their days to machines of package processor, straight and without Kafka, asks for
// each subject's standing where the map says, and works out how well that told the bad outcomes from the others.
//
// Its files by noun: table (CSV and ARFF), columns (the map), history (observations and what happens when), walk
// (machines), figures (AUC to reversals), report (text, JSON, a page with plots).
//
// Nothing looks ahead: a statement is known on the last day of its period, an invoice is judged before it is booked, on
// what was paid before that day. A row that lacks a column of a formula lacks that formula's value; a row without an
// outcome, or with figures that the machine refuses, is left out and counted.
package evaluate
