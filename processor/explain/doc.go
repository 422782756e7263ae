// Package explain says in English, German, French and Dutch what a score is made of: it names the parts of the
// scorecard, prints the figures behind them with their units, and makes a sentence of both. It prints a code that it
// does not know as it is, with spaces.
package explain
