package storage

import (
	"testing"

	"barometer/storage/history"
)

// TestADocumentThatTheFoldRefusedIsNone: another content under an id that is in use neither hides nor stands for what
// was added first, and a refusal of another message of that id says nothing of a document.
func TestADocumentThatTheFoldRefusedIsNone(t *testing.T) {
	db := emptied(t)
	exec(t, db, `INSERT INTO documents (log_generation, log_offset, at, event_id, source, case_id, policy_id, document_id, kind, sha256) VALUES
		(1, 5, '2031-03-01 10:00:00', 'm1', 'risk.portfolio/1/0/5', 'b1/case-p1-9', 'p1', 'd1', 'invoice', 'aa'),
		(1, 6, '2031-03-01 10:00:01', 'm2', 'risk.portfolio/1/0/6', 'b1/case-p1-1', 'p1', 'd1', 'invoice', 'bb'),
		(1, 7, '2031-03-01 10:00:02', 'm3', 'risk.portfolio/1/0/7', 'b1/case-p1-1', 'p1', 'd1', 'invoice', 'cc'),
		(1, 8, '2031-03-01 10:00:03', 'm4', 'risk.portfolio/1/0/8', 'b1/case-p1-2', 'p1', 'd1', 'invoice', 'dd')`)
	exec(t, db, `INSERT INTO rejections (log_generation, log_offset, at, reason, source, kind, event_id) VALUES
		(1, 5, '2031-03-01 10:00:00', 'unknown_case', 'risk.portfolio/1/0/5', 'document.added', 'm1'),
		(1, 7, '2031-03-01 10:00:02', 'id_reused', 'risk.portfolio/1/0/7', 'document.added', 'm3'),
		(1, 9, '2031-03-01 10:00:04', 'unknown_policy', 'risk.portfolio/1/0/8', 'limit.requested', 'm4')`)
	exec(t, db, `INSERT INTO policies (log_generation, log_offset, at, policy_id, holder_id) VALUES
		(1, 1, '2031-03-01 09:00:00', 'p1', 'h1'), (1, 2, '2031-03-01 09:00:01', 'p1', 'h2')`)
	for holder, want := range map[string]string{"": "bbdd", "h2": "bbdd", "h1": "", "h2' OR 1": ""} {
		all, err := db.Documents(t.Context(), history.DocumentQuery{ID: "d1", Holder: holder, Limit: 10})
		got := ""
		for _, d := range all {
			got += d.SHA256
		}
		if err != nil || got != want {
			t.Errorf("%q finds %q (%v), want %q", holder, got, err, want)
		}
	}
}
