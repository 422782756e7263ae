package gateway

import (
	"fmt"
	"strings"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// permit refuses what a role may not ask, before the engine runs anything. It judges by what the engine's own parser
// makes of the statement, on a connection whose settings no client chooses.
func (g *Gateway) permit(q *request) error {
	sql := q.sql
	if q.st.rows {
		if q.role == Reader {
			return denied(q.role, "a reader may not INSERT")
		}
		if sql += " FORMAT " + q.st.format + "\n"; q.st.format == "Values" {
			sql = q.sql + " VALUES"
		}
	}
	if q.role == Reader {
		if err := permitRequest(q); err != nil {
			return err
		}
	}
	statements, class, err := g.engine.classify(sql)
	switch {
	case err != nil:
		return err
	case class == chdb.Unknown && q.role == Reader:
		return exception(62, "Syntax error: the statement cannot be parsed", "SYNTAX_ERROR")
	case class == chdb.Unknown:
		return nil // the engine says better what is wrong with it
	case statements > 1:
		return exception(62, "Multi-statements are not allowed", "SYNTAX_ERROR")
	case q.st.rows && class == chdb.ReadOnly:
		return exception(62, "Syntax error: the statement begins with INSERT and is none", "SYNTAX_ERROR")
	case q.readonly && class != chdb.ReadOnly:
		return exception(164, "Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly",
			"READONLY")
	case q.role != Reader && class != chdb.Control:
		return nil
	}
	written, err := g.engine.format(sql)
	if err != nil {
		return err
	}
	all := tokens(written, q.params)
	if len(all) == 0 {
		return exception(62, "Empty query", "SYNTAX_ERROR")
	}
	if class == chdb.Control {
		q.sets = assignments(written)
		return g.permitControl(q, all)
	}
	if class != chdb.ReadOnly {
		return denied(q.role, "a reader's statement must be a pure read")
	}
	if why := g.engine.judge(all); why != "" {
		return denied(q.role, why)
	}
	return nil
}

// permitControl keeps both users to their role. A reader may choose settings and the database of its session, and
// control nothing else.
func (g *Gateway) permitControl(q *request, all []token) error {
	set := all[0].word("SET") && len(all) > 2 && all[2].is("=")
	switch {
	case all[0].word("EXECUTE"), all[0].word("SET") && !set:
		return denied(q.role, "the role is that of the user")
	case q.role != Reader, all[0].word("USE") && len(all) == 2:
		return nil
	case !set:
		return denied(q.role, "a reader's statement must be a pure read")
	}
	for i := 1; i < len(all); i += 4 { // name = value ,
		if !g.engine.settings[all[i].text] || refusedSetting(all[i].text) {
			return denied(q.role, "the setting "+all[i].text+" is not a reader's to choose")
		}
		if i+2 >= len(all) || !all[i+1].is("=") || all[i+2].kind != 'w' && all[i+2].kind != 's' || i+3 < len(all) &&
			!all[i+3].is(",") {
			return denied(q.role, "a reader may SET numbers, texts and DEFAULT only")
		}
	}
	return nil
}

// permitRequest judges what comes beside a reader's statement.
func permitRequest(q *request) error {
	if strings.ContainsRune(q.sql, 0) {
		return exception(62, "Syntax error: a zero byte", "SYNTAX_ERROR")
	}
	for name := range q.settings {
		if refusedSetting(name) {
			return denied(q.role, "the setting "+name+" is not a reader's to choose")
		}
	}
	for _, t := range q.external {
		if strings.EqualFold(t.format, "Values") {
			return denied(q.role, "an external table may not hold expressions")
		}
	}
	return nil
}

// permitStructure refuses columns of a reader's external table that are computed.
func (g *Gateway) permitStructure(q *request, sql string) error {
	if q.role != Reader {
		return nil
	}
	written, err := g.engine.format(sql)
	if err != nil {
		return err
	}
	for _, t := range tokens(written, nil) {
		switch strings.ToUpper(t.text) {
		case "DEFAULT", "MATERIALIZED", "ALIAS", "EPHEMERAL", "CODEC", "TTL", "CONSTRAINT", "INDEX", "PROJECTION":
			if t.kind == 'w' {
				return denied(q.role, fmt.Sprintf("an external table may not say %s", t.text))
			}
		}
	}
	return nil
}

func denied(role, why string) error {
	return exception(497, role+": Not enough privileges: "+why, "ACCESS_DENIED")
}
