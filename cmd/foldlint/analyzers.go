package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

var imports = &analysis.Analyzer{Name: "imports", Doc: "imports follow the data", Run: checkImports}

var pure = &analysis.Analyzer{Name: "pure", Doc: "the fold keeps no clock, no goroutine, no float and no map order",
	Run: checkPure}

// sources are the files that the rules apply to: all but tests and the main that the go command generates for them.
func sources(pass *analysis.Pass) []*ast.File {
	var files []*ast.File
	for _, f := range pass.Files {
		name := pass.Fset.Position(f.Pos()).Filename
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files = append(files, f)
		}
	}
	return files
}

func checkImports(pass *analysis.Pass) (any, error) {
	for _, f := range sources(pass) {
		for _, spec := range f.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return nil, err
			}
			if why := refusal(pass.Pkg.Path(), to); why != "" {
				pass.Reportf(spec.Pos(), "import of %s: %s", to, why)
			}
		}
	}
	return nil, nil
}

func checkPure(pass *analysis.Pass) (any, error) {
	if !isPure(pass.Pkg.Path()) {
		return nil, nil
	}
	for _, f := range sources(pass) {
		sorted := sortedLines(pass, f)
		ast.Inspect(f, func(n ast.Node) bool {
			if why := impurity(pass.TypesInfo, n); why != "" {
				pass.Reportf(n.Pos(), "%s in the fold", why)
			}
			if loop, ok := n.(*ast.RangeStmt); ok && isMap(pass.TypesInfo, loop.X) &&
				!sorted[pass.Fset.Position(loop.Pos()).Line] {
				pass.Reportf(loop.Pos(), "order of a map in the fold: collect, sort, and mark the loop with //fold:sorted")
			}
			return true
		})
	}
	return nil, nil
}

// impurity names what makes a node impure, empty for nothing.
func impurity(info *types.Info, n ast.Node) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "goroutine"
	case *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
		return "channel"
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			return "channel"
		}
	case *ast.BasicLit:
		if n.Kind == token.FLOAT || n.Kind == token.IMAG {
			return "floating point"
		}
	case *ast.Ident:
		return impureName(info, n)
	}
	return ""
}

func impureName(info *types.Info, id *ast.Ident) string {
	object := info.Uses[id]
	if object == nil {
		object = info.Defs[id]
	}
	if object == nil {
		return ""
	}
	if p := object.Pkg(); p != nil && forbiddenCalls[p.Path()][object.Name()] && object.Parent() == p.Scope() {
		return "clock (" + p.Path() + "." + object.Name() + ")"
	}
	if b, ok := object.Type().Underlying().(*types.Basic); ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 {
		return "floating point"
	}
	return ""
}

func isMap(info *types.Info, x ast.Expr) bool {
	t := info.TypeOf(x)
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// sortedLines are the lines that carry the comment //fold:sorted.
func sortedLines(pass *analysis.Pass, f *ast.File) map[int]bool {
	lines := map[int]bool{}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Text == "//fold:sorted" {
				lines[pass.Fset.Position(c.Pos()).Line] = true
			}
		}
	}
	return lines
}
