package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/send"
	"barometer/configs"
	"barometer/dashboard/documents"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

type documentCommand struct {
	Add documentAddCommand `cmd:"" help:"Add a document to a case or a claim."`
}

type documentAddCommand struct {
	File  string `arg:"" help:"The document: PDF, an image, text or a spreadsheet, at most 20 MB."`
	Case  string `help:"The case that it belongs to." xor:"about" required:"" placeholder:"ID"`
	Claim string `help:"The claim that it belongs to." xor:"about" required:"" placeholder:"ID"`
	Kind  string `help:"What it shows: ${enum}." enum:"invoice,delivery_note,order,statement_of_account,correspondence,discretionary_evidence,proof_of_debt,other" required:"" placeholder:"KIND"`
	ID    string `help:"Names the document within its case or claim (default: made from its bytes, so that adding it again changes nothing)." placeholder:"ID"`
	JSON  bool   `help:"Print what was added as JSON."`
}

// addedDocument is what document add prints.
type addedDocument struct {
	DocumentID string `json:"document_id"`
	Type       string `json:"type"`
	SHA256     string `json:"sha256"`
	Bytes      int64  `json:"bytes"`
}

// Run stores a document, and then says so in risk.portfolio.
func (c *documentAddCommand) Run(inv *invocation) error {
	added := documents.Added{Case: c.Case, Claim: c.Claim, ID: c.ID, Kind: c.Kind, Name: filepath.Base(c.File)}
	received, err := receiveFile(c.File, added.Name)
	if err != nil {
		return err
	}
	defer received.Close()
	added.Identify(received.SHA256)
	if err := inv.withKafka(func(cfg *configs.Config, client *kafkalog.Client) error {
		at, err := send.LogTime(inv.ctx, client)
		if err != nil {
			return err
		}
		message, err := added.Message(received, at.Format(time.RFC3339Nano))
		if err != nil {
			return err
		}
		decoded, err := decode.New(nil).Decode(event.TopicPortfolio, message)
		if err != nil {
			return app.Usage(err)
		}
		if err := keepDocument(inv.ctx, cfg, received); err != nil {
			return err
		}
		return send.Message(inv.ctx, client, event.TopicPortfolio, decoded.Event.Key, message)
	}); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	out := addedDocument{added.ID, received.Type.Media(), received.SHA256, received.Bytes}
	if c.JSON {
		return printJSON(out)
	}
	fmt.Printf("%s is document %s of %s (%s, %d bytes, SHA-256 %s)\n", c.File, out.DocumentID, added.About(), out.Type,
		out.Bytes, out.SHA256)
	return nil
}

// receiveFile reads a document and looks at it.
func receiveFile(path, name string) (*documents.Received, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, app.Usage(err)
	}
	defer f.Close()
	received, err := documents.Receive(f, documents.Said{Name: name})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return received, nil
}

// keepDocument saves a document where the API finds it.
func keepDocument(ctx context.Context, cfg *configs.Config, received *documents.Received) error {
	if cfg.Documents.URL == "" { // what serves has made the folder; one that is made here is another one's
		path := filepath.Join(cfg.DataDir, "documents")
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no %s: data_dir must be that of the Barometer that runs, or documents.url say where "+
				"it keeps documents", path)
		}
	}
	bucket, err := app.OpenDocuments(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(documents.Store{Bucket: bucket}.Save(ctx, received), bucket.Close())
}
