// Foldlint holds the architecture: which package may import what (imports), and what the pure packages may do (pure).
// It holds lines to 120 characters and files to 400 lines too (lines).
//
// The rules are data, in rules.go. A loop over a map that only collects its keys or values for sorting says so with a
// comment //fold:sorted on its line; nothing else can be excused.
package main

import "golang.org/x/tools/go/analysis/multichecker"

func main() { multichecker.Main(imports, pure, lines) }
