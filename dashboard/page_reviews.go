package dashboard

import (
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) reviewsPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := ReviewQuery{Buyer: strings.TrimSpace(q.Get("buyer")), Open: q.Get("state") != "closed", Limit: shownPerPage + 1}
	var at ReviewCursor
	if more, err := s.cursor(r.Context(), "reviews", q.Get("cursor"), &at); err == nil && more {
		query.After = &at
	}
	reviews, next, err := s.reviews(r.Context(), query, shownPerPage)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	s.render(w, r, "reviews", frame{Title: "Reviews", Section: "reviews", Content: listing{State: q.Get("state"), Buyer: query.Buyer,
		Search: principalOf(r.Context()).name, Rows: reviews, Next: nextPage(r, next), More: query.After != nil}})
}

// decideReviewPage is the form of the page. Its answer stands in place of the form where htmx sent it.
func (s *server) decideReviewPage(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	in := &verdictInput{ID: r.PostFormValue("review")}
	in.Body.Verdict, in.Body.Analyst, in.Body.Reason = r.PostFormValue("verdict"), r.PostFormValue("analyst"), strings.TrimSpace(r.PostFormValue("reason"))
	told, status := "is decided", http.StatusOK
	if in.Body.Verdict != "approve" && in.Body.Verdict != "reject" || in.Body.Reason == "" {
		told, status = "a verdict needs a reason", http.StatusUnprocessableEntity
	} else if out, err := s.decideReview(r.Context(), in); err != nil {
		told, status = err.Error(), http.StatusServiceUnavailable
		var problem huma.StatusError
		if errors.As(err, &problem) {
			status = problem.GetStatus()
		}
	} else if answer, ok := out.Body.(ReviewAnswer); ok {
		told = answer.State + " by " + answer.Analyst
	} else {
		told = "is stored, and will be decided"
	}
	switch {
	case r.Header.Get("HX-Request") != "":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<p class="quiet">` + template.HTMLEscapeString(told) + `</p>`))
	case status != http.StatusOK:
		http.Error(w, told, status)
	default:
		http.Redirect(w, r, "/reviews", http.StatusSeeOther)
	}
}
