// Package long has lines of 120 characters, and of more.
package long

// Fits has a comment of 120 characters, one of 121 would not fit: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
const Fits = 1

// want +1 `line of 121 characters, at most 120`
// Beyond has a comment of 121 characters: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
const Beyond = 1

// Raw is data.
const Raw = `                                                                                                                                  `

// Überseehandel in 120 characters, which are more bytes than characters: xxxxxxxxxxxxxxxxéééééééééééééééééééééééééééééé
const Umlaut = 1
