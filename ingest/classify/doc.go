// Package classify says what category of news a text reports, in English, German, French and Dutch: by phrases that
// everybody can read in rules.yaml, with the phrases that fired, so that a wrong answer can be traced and corrected.
//
// Precision goes before recall: what is denied, feared, asked, undone or happened to somebody else is `other`, as is
// any text that is longer than a headline should be, of another language, or of nothing. The headline decides; the body
// is looked at, up to its first thousand characters, only where the headline says nothing, and never for an insolvency,
// a moratorium or their end: one says too easily in passing that somebody else has failed.
//
// testdata/headlines.tsv are headlines written for the purpose, about companies that do not exist. They were at hand
// when the rules were written, so what `barometer evaluate news` prints of them is in-sample.
package classify
