package documents

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"barometer/ingest/event"

	"github.com/google/uuid"
)

// Added is what a document is added to, and as what. Of Case and Claim one is empty.
type Added struct {
	Case, Claim string
	ID          string // empty: Identify makes one
	Kind        string // as event.DocumentKind prints
	Name        string // a text; empty: it has none
}

// About is the id of the case or of the claim.
func (a *Added) About() string { return a.Case + a.Claim }

// Identify gives a document an id where it has none: the same for the same bytes, shown as the same kind of the same
// case or claim, so that who adds a document again adds nothing.
func (a *Added) Identify(sha string) {
	if a.ID == "" {
		a.ID = uuid.NewSHA1(identities, []byte(strings.Join([]string{a.Case, a.Claim, a.Kind, sha}, "\x00"))).String()
	}
}

// identities is the name space of the ids that Identify makes.
var identities = uuid.MustParse("7f0c1f3a-2c64-4f0e-9a53-3f6f0b1d6a58")

// Message is the message of kind document.added for risk.portfolio, said at a time (RFC 3339). Its id is the same for
// the same content.
func (a *Added) Message(d *Received, at string) ([]byte, error) {
	m := map[string]any{"type": event.KindDocumentAdded.String(), "document_id": a.ID, "kind": a.Kind, "sha256": d.SHA256,
		"bytes": d.Bytes}
	for field, value := range map[string]string{"case_id": a.Case, "claim_id": a.Claim, "name": a.Name} {
		if value != "" {
			m[field] = value
		}
	}
	content, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write document.added: %w", err)
	}
	sum := sha256.Sum256(content)
	m["id"], m["at"] = "document-"+hex.EncodeToString(sum[:16]), at
	if content, err = json.Marshal(m); err != nil {
		return nil, fmt.Errorf("write document.added: %w", err)
	}
	return content, nil
}
