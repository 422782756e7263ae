package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"barometer/dashboard/identity"
)

// TestAPageIsWholeOrAPart, as it is asked for, or the page that says that it cannot be made.
func TestAPageIsWholeOrAPart(t *testing.T) {
	room := fstest.MapFS{
		"templates/a.html": {Data: []byte(`{{define "page"}}<nav>{{.Who}} {{.LogTime}}</nav>{{.Content}}{{end}}` +
			`{{define "a"}}<h1>A</h1>{{template "a-part" .}}{{end}}{{define "a-part"}}<p>{{shout .Content.Text}}</p>{{end}}`)}}
	var log bytes.Buffer
	site := &Site{Open: func() bool { return false }, LogTime: func() string { return "noon" },
		Log: slog.New(slog.NewTextHandler(&log, nil))}
	p, err := site.Pages(room, map[string]any{"shout": strings.ToUpper})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(content any, part bool) (int, string) {
		ctx := identity.With(context.Background(), identity.Principal{Name: "ann"})
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/a", nil)
		if part {
			r.Header.Set("HX-Request", "true")
		}
		w := httptest.NewRecorder()
		p.Render(w, r, "a", Frame{Content: content})
		return w.Code, w.Body.String()
	}
	text := struct{ Text string }{"<b>"}
	if status, body := ask(text, false); status != 200 || body != "<nav>ann noon</nav><h1>A</h1><p>&lt;B&gt;</p>" {
		t.Errorf("a page: %d %s", status, body)
	}
	if status, body := ask(text, true); status != 200 || body != "<p>&lt;B&gt;</p>" {
		t.Errorf("a part: %d %s", status, body)
	}
	if status, body := ask(7, false); status != http.StatusServiceUnavailable ||
		!strings.Contains(body, "Not available") ||
		strings.Contains(body, "<h1>A") || log.Len() == 0 {
		t.Errorf("one that cannot be made: %d %s, logged %s", status, body, log.String())
	}
}

// TestASiteWithoutARoom has the pages that say nothing of anybody.
func TestASiteWithoutARoom(t *testing.T) {
	p, err := (&Site{}).Pages(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	p.None(w)
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "No such page") ||
		w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
