// Package words says in English, German, French and Dutch what a score is made of: the parts of the scorecard by name,
// the figures behind them with their units, and both as a sentence. A code that it does not know is said as it is.
package words
