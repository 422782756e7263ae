package storage

import (
	"context"

	"barometer/storage/history"
)

// Documents are those of an id that the fold has not refused, the first of each case and claim, the oldest first.
func (db *DB) Documents(ctx context.Context, q history.DocumentQuery) ([]history.Document, error) {
	var w where
	w.add("document_id = ?", q.ID)
	w.addString("concat(case_id, claim_id) = ?", q.About)
	if q.Holder != "" {
		w.add(`policy_id IN (SELECT policy_id FROM policies WHERE policy_id IN (SELECT policy_id FROM documents WHERE document_id = ?)
			GROUP BY policy_id HAVING argMax(holder_id, tuple(log_generation, log_offset)) = ?)`, q.ID, q.Holder)
	}
	w.add(`source NOT IN (SELECT source FROM rejections WHERE kind = 'document.added'
		AND event_id IN (SELECT event_id FROM documents WHERE document_id = ?))`, q.ID)
	var all []history.Document
	var sources []string
	err := db.query(ctx, "documents",
		`SELECT log_generation, log_partition, log_offset, at, case_id, claim_id, policy_id, document_id, toString(kind), sha256,
		bytes, source FROM documents FINAL`+w.sql()+` ORDER BY log_generation, at, log_partition, log_offset
		LIMIT 1 BY case_id, claim_id LIMIT ?`, append(w.args, q.Limit),
		func(row scanner) error {
			var d history.Document
			var source string
			p := &d.Position
			err := row.Scan(&p.Generation, &p.Partition, &p.Offset, &d.At, &d.Case, &d.Claim, &d.Policy, &d.ID, &d.Kind,
				&d.SHA256, &d.Bytes, &source)
			all, sources = append(all, d), append(sources, source)
			return err
		})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	texts, err := db.textsOf(ctx, sources)
	for i := range all {
		all[i].Name = texts[sources[i]].DocumentName
	}
	return all, err
}
