package api

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"barometer/dashboard/alerts"
	"barometer/dashboard/body"
	"barometer/dashboard/documents"
	"barometer/dashboard/identity"
	"barometer/dashboard/opaque"
	"barometer/dashboard/paging"
	"barometer/dashboard/portfolio"
	"barometer/dashboard/problem"
	"barometer/dashboard/quota"
	"barometer/dashboard/reviews"
	"barometer/dashboard/submit"
	"barometer/dashboard/tail"
	"barometer/ingest/event"
	"barometer/processor/decision/public"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const (
	defaultPage = 50
	maxPage     = 500
	afterWait   = 2 * time.Second // how long ?after= waits
	maxWait     = 10 * time.Second
)

// Page is one page of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page; absent on the last one"`
}

// answer is what a read gives. Body is one of the types that the operation documents.
type answer struct {
	Position string `header:"Barometer-Position"`
	Body     any
}

// Paging is how a list is paged.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"2000" format:"cursor" doc:"next of the page before, as it is: base64url, of this list with these filters and this reader only"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

// Reading is what every read takes.
type Reading struct {
	After string `query:"after" maxLength:"8000" format:"position" doc:"a Barometer-Position or position as it was given: to analysts generation-partition-offset-seq, several with commas between them, to policyholders base64url. Waits up to 2 s until the answer has it, else 503 with Retry-After"`
}

// Config is what the API is made of. Subscriptions, Redeliverer and Documents may be nil: what needs them answers 501.
type Config struct {
	Store         history.Store
	Ingested      tail.Log
	Tail          *tail.Tail
	Written       *tail.Written
	Sealer        *opaque.Sealer
	Cursors       paging.Cursors
	Sender        *submit.Sender
	Portfolio     *portfolio.Reader
	Reviews       *reviews.Queue
	Quotas        *quota.Quotas
	Subscriptions alerts.Subscriptions
	Redeliverer   alerts.Redeliverer
	Documents     *documents.Store
	// GradePD is what a portfolio's barometer weighs grades with, before the history has a model.
	GradePD  GradePD
	Stopping <-chan struct{} // closed when serving ends: streams end by it
	Now      func() time.Time
	Log      *slog.Logger
}

// API answers what programs ask.
type API struct {
	cfg       Config
	holders   holders
	watches   chan struct{} // has mostWatches places
	receiving *body.Places  // of documents
	fx        letThrough
}

// New makes an API.
func New(cfg Config) *API {
	return &API{cfg: cfg, watches: make(chan struct{}, mostWatches),
		receiving: body.NewPlaces(mostDocuments, mostDocumentsEach)}
}

// Register has mux answer the operations, and their description.
func (s *API) Register(mux *http.ServeMux) {
	cfg := huma.DefaultConfig("Barometer", "1")
	cfg.Info.Description = "Risk scores of buyers, credit limits on them, and why. Grades run from " + public.Scale +
		". Errors are RFC 9457 problem documents. Lists page with an opaque cursor."
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/v1/openapi", "", ""
	cfg.CreateHooks = nil
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}}
	cfg.Security = []map[string][]string{{"bearer": {}}}
	api := humago.New(mux, cfg)
	api.UseMiddleware(s.parameters(api))
	s.buyerOperations(api)
	s.limitOperations(api)
	s.decisionOperations(api)
	s.eventOperations(api)
	s.reviewOperations(api)
	s.orderOperations(api)
	s.coverOperations(api)
	s.barometerOperations(api)
	s.groupOperations(api)
	s.collectionOperations(api)
	s.subscriptionOperations(api)
	s.notificationOperations(api)
	s.documentOperations(api)
	document(api.OpenAPI())
}

// document says of parameters that are texts what the server holds all of them to: no control characters.
func document(doc *huma.OpenAPI) {
	for _, path := range doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Delete} {
			if op == nil {
				continue
			}
			op.Responses["431"] = &huma.Response{Description: "The address and the headers have more than 64 KiB"}
			for _, p := range op.Parameters {
				if x := p.Schema; p.In != "header" && x.Type == huma.TypeString && x.Format == "" && x.Enum == nil {
					x.Pattern = `^[^\u0000-\u001f\u007f-\u009f]*$`
				}
			}
		}
	}
}

// operation describes an operation that answers one of the types of bodies.
func operation(api huma.API, id, method, path, summary string, bodies ...any) huma.Operation {
	op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, DefaultStatus: http.StatusOK,
		Responses: map[string]*huma.Response{}, Errors: errorsOf(method, path)}
	if len(bodies) == 0 {
		return op
	}
	var either []*huma.Schema
	for _, b := range bodies {
		either = append(either, api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(b), true, id))
	}
	schema := either[0]
	if len(either) > 1 {
		schema = &huma.Schema{AnyOf: either, Description: "The first for analysts, the second for policyholders."}
	}
	op.Responses["200"] = &huma.Response{Description: "OK",
		Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
	return op
}

// errorsOf are the problems that any operation of a method and path can answer with; further ones are the operation's
// own.
func errorsOf(method, path string) []int {
	codes := []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity,
		http.StatusTooManyRequests,
		http.StatusServiceUnavailable}
	if strings.Contains(path, "{") {
		codes = append(codes, http.StatusNotFound)
	}
	if method == http.MethodPost {
		codes = append(codes, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	return codes
}

func (s *API) failed(ctx context.Context, doing string, err error) error {
	return problem.Failed(ctx, s.cfg.Log, doing, err)
}

// position is one position as p may see it.
func (s *API) position(p identity.Principal, at event.Position) string {
	if p.Analyst() {
		return at.String()
	}
	return s.cfg.Sealer.Seal("position", p.Holder, []string{at.String()})
}

// positions is the Barometer-Position of a read.
func (s *API) positions(p identity.Principal, at []event.Position) string {
	texts := make([]string, len(at))
	for i := range at {
		texts[i] = at[i].String()
	}
	if p.Analyst() || len(texts) == 0 {
		return strings.Join(texts, ",")
	}
	return s.cfg.Sealer.Fresh("position", p.Holder, texts)
}

// parsePositions reads what position or positions made.
func (s *API) parsePositions(p identity.Principal, text string) ([]event.Position, error) {
	texts := strings.Split(text, ",")
	if !p.Analyst() {
		if s.cfg.Sealer.Open("position", p.Holder, text, &texts) != nil {
			return nil, huma.Error400BadRequest("after: not a position that this server gave you")
		}
	}
	var out []event.Position
	for _, t := range texts {
		at, err := event.ParsePosition(strings.TrimSpace(t))
		if err != nil || int(at.Partition) >= s.cfg.Tail.Partitions() {
			return nil, huma.Error400BadRequest("after: a position is generation-partition-offset-seq")
		}
		out = append(out, at)
	}
	return out, nil
}

// after waits until have reaches the positions that a reader asks for. Where its time is over before, nothing is
// answered that is older.
func (s *API) after(ctx context.Context, text string, have func() []event.Position) error {
	if text == "" {
		return nil
	}
	want, err := s.parsePositions(identity.Of(ctx), text)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, afterWait)
	defer cancel()
	if !s.cfg.Tail.Wait(ctx, func() bool { return reached(have(), want) }) {
		return problem.ComeAgain("after: that position is not reached yet")
	}
	return nil
}

func reached(have, want []event.Position) bool {
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h event.Position) bool {
			return h.Generation > w.Generation || h.Generation == w.Generation && h.Partition == w.Partition && h.Compare(w) >= 0
		}) {
			return false
		}
	}
	return true
}
