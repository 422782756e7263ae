package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"

	"barometer/dashboard/identity"
	"barometer/processor/decision/public"
)

//go:embed templates static dist
var files embed.FS

// libraries are what build.sh puts beside the pages; without them the pages say so and work plainer.
var libraries = []string{"htmx.min.js", "uPlot.iife.min.js", "uPlot.min.css"}

// Site is what the pages of all rooms have in common.
type Site struct {
	Open    func() bool // whether there are no tokens: everybody is an analyst
	Driven  bool
	LogTime func() string // empty while there is none
	Log     *slog.Logger
}

// Pages are the templates of a room, and those that every room has: pages without a frame that say nothing of anybody.
type Pages struct {
	site      *Site
	templates *template.Template
	missing   bool // the libraries were not there when this binary was built
}

// Pages parses the templates of a room, which use funcs. Among them is one named page, where any of its pages has a
// frame. Without a room there are those alone that every room has.
func (s *Site) Pages(room fs.FS, funcs template.FuncMap) (*Pages, error) {
	t, err := template.New("").Funcs(funcs).ParseFS(files, "templates/*.html")
	if err == nil && room != nil {
		t, err = t.ParseFS(room, "templates/*.html")
	}
	if err != nil {
		return nil, fmt.Errorf("parsing the pages: %w", err)
	}
	p := &Pages{site: s, templates: t}
	for _, name := range libraries {
		if _, err := fs.Stat(files, "dist/"+name); err != nil {
			p.missing = true
		}
	}
	return p, nil
}

// Assets answers what the pages are drawn with.
func Assets(mux *http.ServeMux) {
	for _, dir := range []string{"static", "dist"} {
		sub, err := fs.Sub(files, dir)
		if err != nil {
			panic(err) // a constant name
		}
		at := "/assets/" + dir + "/"
		mux.Handle("GET "+at, cached(http.StripPrefix(at, http.FileServerFS(sub))))
	}
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/assets/static/icon.svg", http.StatusFound)
	})
}

func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		next.ServeHTTP(w, r)
	})
}

// Frame is what every page of a room has around its content. Its caller fills in Title, Section, Said and Content.
type Frame struct {
	Title, Section string
	Said           string // what is announced to who reads with a screen reader, empty: nothing
	Content        any

	Open    bool // no tokens: everybody is an analyst
	Who     string
	Missing bool
	Driven  bool
	LogTime string
	Scale   string
}

// Render writes the page of a name, or its part alone where htmx asks for it.
func (p *Pages) Render(w http.ResponseWriter, r *http.Request, name string, f Frame) {
	p.RenderAs(w, r, http.StatusOK, name, f)
}

// RenderAs is Render with a status.
func (p *Pages) RenderAs(w http.ResponseWriter, r *http.Request, status int, name string, f Frame) {
	part := name + "-part"
	if r.Header.Get("HX-Request") == "" {
		part = "page"
		f.Open, f.Missing, f.Driven, f.LogTime = p.site.Open(), p.missing, p.site.Driven, p.site.LogTime()
		f.Who, f.Scale = identity.Of(r.Context()).Name, public.Scale
		inner, err := p.Fragment(name, f)
		if err != nil {
			p.Broken(w, r, err)
			return
		}
		f.Content = template.HTML(inner) //nolint:gosec // made by a template of ours just now
	}
	out, err := p.Fragment(part, f)
	if err != nil {
		p.Broken(w, r, err)
		return
	}
	writePage(w, status, out)
}

// Fragment renders a template by itself.
func (p *Pages) Fragment(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("rendering %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// Broken answers where a page could not be made.
func (p *Pages) Broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return
	}
	p.site.Log.ErrorContext(r.Context(), "a page failed", "page", r.URL.Path, "error", err)
	p.Alone(w, http.StatusServiceUnavailable, "broken", nil)
}

// None answers that there is no such page.
func (p *Pages) None(w http.ResponseWriter) { p.Alone(w, http.StatusNotFound, "missing", nil) }

// Alone answers with a page that has no frame: it says nothing of anybody.
func (p *Pages) Alone(w http.ResponseWriter, status int, name string, data any) {
	out, err := p.Fragment(name, data)
	if err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	writePage(w, status, out)
}

func writePage(w http.ResponseWriter, status int, page []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(page)
}
