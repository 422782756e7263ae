package main

import (
	"bytes"
	"go/ast"
	"go/token"
	"strings"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"
)

// maxLine is how many characters a line of code or of a comment may have, and maxLines how many lines a file.
const (
	maxLine  = 120
	maxLines = 400
)

var lines = &analysis.Analyzer{Name: "lines", Doc: "lines of at most 120 characters, files of at most 400 lines",
	Run: checkLines}

// checkLines reads tests too. Raw strings are data (struct tags, messages, SQL) and may be as wide as they are. What a
// program wrote may have any form.
func checkLines(pass *analysis.Pass) (any, error) {
	for _, f := range pass.Files {
		at := pass.Fset.File(f.Pos())
		if ast.IsGenerated(f) || !strings.HasSuffix(at.Name(), ".go") {
			continue
		}
		content, err := pass.ReadFile(at.Name())
		if err != nil {
			return nil, err
		}
		if n := bytes.Count(content, []byte("\n")); n > maxLines {
			pass.Reportf(f.Package, "file of %d lines, at most %d", n, maxLines)
		}
		raw := rawLines(at, f)
		for i, line := range bytes.Split(content, []byte("\n")) {
			if n := utf8.RuneCount(line); n > maxLine && !raw[i+1] && i < at.LineCount() {
				pass.Reportf(at.LineStart(i+1), "line of %d characters, at most %d", n, maxLine)
			}
		}
	}
	return nil, nil
}

// rawLines are the lines that hold a raw string or a part of one.
func rawLines(at *token.File, f *ast.File) map[int]bool {
	raw := map[int]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && lit.Value[0] == '`' {
			for l := at.Line(lit.Pos()); l <= at.Line(lit.End()); l++ {
				raw[l] = true
			}
		}
		return true
	})
	return raw
}
