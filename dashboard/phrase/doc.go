// Package phrase says the codes of decisions in English, where the API and the pages show them to the insurer's people.
//
// Package explain has the phrases of scores, in all languages; here are those of everything else. A code without a
// phrase is said as it is.
package phrase
