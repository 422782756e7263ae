package paging

import (
	"context"

	"barometer/dashboard/identity"
	"barometer/dashboard/opaque"

	"github.com/danielgtaylor/huma/v2"
)

// filterKey is where a request's context says what its list is narrowed to.
type filterKey struct{}

// Narrowed is ctx with what its list is narrowed to, so that a cursor is of that list alone.
func Narrowed(ctx huma.Context, filter string) huma.Context {
	return huma.WithValue(ctx, filterKey{}, filter)
}

// Cursors give lists page by page.
type Cursors struct{ sealer *opaque.Sealer }

// NewCursors makes Cursors that sealer seals.
func NewCursors(sealer *opaque.Sealer) Cursors { return Cursors{sealer} }

// purpose is of which list a cursor is, and with which filters.
func purpose(ctx context.Context, list string) string {
	filter, _ := ctx.Value(filterKey{}).(string)
	return "cursor " + list + filter
}

// Open reads the cursor of a page into v; false where it is the first page. A cursor of another list, of other filters
// or of another reader is a 400.
func (c Cursors) Open(ctx context.Context, list, token string, v any) (bool, error) {
	if token == "" {
		return false, nil
	}
	if c.sealer.Open(purpose(ctx, list), identity.Of(ctx).Holder, token, v) != nil {
		return false, huma.Error400BadRequest("cursor: not one that this list gave you, with these filters")
	}
	return true, nil
}

// Seal is the cursor of the page after a row, of which at says where it stands.
func (c Cursors) Seal(ctx context.Context, list string, at any) string {
	return c.sealer.Seal(purpose(ctx, list), identity.Of(ctx).Holder, at)
}

// Cut cuts a list to a page of limit rows. Its caller has read one row more than that, if there are so many: then there
// is a next page, whose cursor is what at makes of the last row.
func Cut[T any](ctx context.Context, c Cursors, list string, rows []T, limit int, at func(T) any) ([]T, string) {
	if len(rows) <= limit {
		return rows, ""
	}
	rows = rows[:limit]
	return rows, c.Seal(ctx, list, at(rows[limit-1]))
}
