package gateway

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
	"strings"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// multipart takes the statement, parameters and external tables from a form.
func (q *request) multipart(query url.Values, body io.Reader, boundary string) error {
	sql, most := query.Get("query"), int64(maxExternal)
	if q.role == Reader {
		most = maxForm
	}
	left := most
	form := multipart.NewReader(body, boundary)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return readFailure("read the form", err)
		}
		data, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return readFailure("read the form", err)
		}
		if left -= int64(len(data)); left < 0 {
			return exception(62, fmt.Sprintf("The form is larger than %d MB", most>>20), "SYNTAX_ERROR")
		}
		name := part.FormName()
		param, isParam := strings.CutPrefix(name, "param_")
		switch {
		case name == "query":
			sql += string(data)
		case isParam:
			q.params = append(q.params, chdb.Param{Name: param, Value: string(data)})
		case query.Has(name + "_structure"):
			format := query.Get(name + "_format")
			if format == "" {
				format = "TabSeparated"
			}
			q.external = append(q.external, external{name, query.Get(name + "_structure"), format, data})
		default:
			return exception(36, "The form has a part "+name+" without "+name+"_structure in the URL", "BAD_ARGUMENTS")
		}
	}
	return q.text(sql, strings.NewReader(""))
}

// load makes a request's external tables as temporary tables of its session. The structure is SQL, so it is checked to
// be one list of columns and nothing else.
func (g *Gateway) load(conn *chdb.Conn, q *request) error {
	for _, t := range q.external {
		sql := "CREATE TEMPORARY TABLE " + quoteName(t.name) + " (" + t.structure + ") ENGINE = Memory"
		if n, _, err := g.engine.classify(sql); err != nil || n != 1 || strings.ContainsAny(t.structure, ";") ||
			!balanced(t.structure) {
			return exception(62, "The structure of "+t.name+" is not a list of columns", "SYNTAX_ERROR")
		}
		if err := g.permitStructure(q, sql); err != nil {
			return err
		}
		if err := run(conn, sql); err != nil {
			return err
		}
		in, err := conn.Insert("INSERT INTO "+quoteName(t.name), t.format, nil)
		if err != nil {
			return err
		}
		err = in.Append(t.data)
		if err == nil {
			_, err = in.Done()
		}
		in.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// balanced reports whether every bracket of a structure closes within it, and whether no comment or quote hides one.
func balanced(structure string) bool {
	depth := 0
	for i := 0; i < len(structure); {
		if strings.HasPrefix(structure[i:], "--") || strings.HasPrefix(structure[i:], "/*") || structure[i] == '#' {
			return false
		}
		if end := skip(structure, i); end > i {
			i = end
			continue
		}
		switch structure[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return false
			}
		}
		i++
	}
	return depth == 0
}
