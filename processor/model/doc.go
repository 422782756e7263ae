// Package model reads model files: it parses one, checks it, and compiles it to the integers that scores are made of.
//
// It is part of the fold. Whether a file is accepted, to which integers, and with which words one is refused are
// decisions: the log holds the file, and a file that another binary reads in another way is a divergence. So the
// package is as pure as the rest of the fold. It opens no file; whoever has the bytes hands them in.
//
// Invariants:
//
//  1. Equal bytes give equal integers, or the same error, in every binary of a fold version. The corpus in testdata
//     holds files that are accepted, each with a digest of its integers, and files that are refused, each with its
//     error. A change that moves one of them, a newer YAML library included, needs a new fold version.
//  2. No number is ever a float: scalars are kept as text and compiled to integers exactly, or refused.
//  3. A file is taken whole or not at all: fields that are unknown, absent or given twice, aliases and further
//     documents are errors. An error names its line, and all that the compiler finds are told together.
package model
