package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"barometer/dashboard/identity"
	"barometer/dashboard/paging"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// between are parameters that may change from page to page.
var between = []string{"cursor", "limit", "after", "wait"}

// parameters refuses what an operation does not have: a misspelt filter would answer everything as if it were what was
// asked for.
func (s *API) parameters(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		op, target := ctx.Operation(), ctx.URL()
		query, err := url.ParseQuery(target.RawQuery)
		if err != nil {
			_ = huma.WriteErr(api, ctx, http.StatusBadRequest, "the query cannot be read: "+err.Error())
			return
		}
		known := map[string]*huma.Param{}
		for _, p := range op.Parameters {
			switch p.In {
			case "query":
				known[p.Name] = p
			case "path":
				if !printable(ctx.Param(p.Name)) {
					_ = huma.WriteErr(api, ctx, http.StatusUnprocessableEntity, p.Name+": want printable characters")
					return
				}
			}
		}
		filter, listed := map[string][]string{}, false
		for name, values := range query {
			p := known[name]
			if p != nil && p.Schema.Type == huma.TypeArray && len(values) > 1 { // kind=a&kind=b is kind=a,b
				values = []string{strings.Join(values, ",")}
				query[name], listed = values, true
			}
			status, detail := http.StatusBadRequest, ""
			switch {
			case p == nil:
				detail = fmt.Sprintf("%q is no parameter of this operation, which has %s", name, strings.Join(names(known), ", "))
			case len(values) > 1:
				detail = name + " is given twice"
			case !printable(values[0]):
				status, detail = http.StatusUnprocessableEntity, name+": want printable characters"
			default:
				if err := checkTime(p, values[0]); err != nil {
					status, detail = http.StatusUnprocessableEntity, err.Error()
				}
			}
			if detail != "" {
				_ = huma.WriteErr(api, ctx, status, detail)
				return
			}
			if !slices.Contains(between, name) && values[0] != "" && fmt.Sprint(p.Schema.Default) != values[0] {
				filter[name] = values
			}
		}
		if listed {
			r, _ := humago.Unwrap(ctx)
			r.URL.RawQuery = query.Encode()
		}
		if p := identity.Of(ctx.Context()); op.Method == http.MethodGet && !p.Analyst() && !p.May("view") {
			_ = huma.WriteErr(api, ctx, http.StatusForbidden, `the token lacks the role "view"`)
			return
		}
		text, _ := json.Marshal(filter) // its keys are sorted
		next(paging.Narrowed(ctx, target.Path+string(text)))
	}
}

func names(params map[string]*huma.Param) []string {
	out := []string{}
	for name := range params {
		out = append(out, name)
	}
	slices.Sort(out)
	if len(out) == 0 {
		return []string{"none"}
	}
	return out
}

// printable tells whether a parameter is text without control characters: no id or word has any.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
