package email

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"barometer/alerting/delivery"
)

const (
	extension = ".eml"
	maxRead   = 2 << 20 // bytes of a message that are read
)

// Folder writes messages to files, <id>.eml. A repetition writes the same file again.
type Folder struct {
	Renderer
	Dir string
}

// NewFolder makes the folder where it does not exist.
func NewFolder(dir, from string) (*Folder, error) {
	if _, err := mail.ParseAddress(from); err != nil {
		return nil, fmt.Errorf("alerting.from %q: %w", from, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder for e-mail: %w", err)
	}
	return &Folder{Renderer{From: from}, dir}, nil
}

// Send writes a message, whole or not at all.
func (f *Folder) Send(_ context.Context, e delivery.Envelope) delivery.Result {
	name, err := f.path(e.ID)
	if err == nil {
		temporary := name + ".part"
		if err = os.WriteFile(temporary, e.Body, 0o600); err == nil {
			err = os.Rename(temporary, name)
		}
	}
	if err != nil {
		return delivery.Result{Error: err.Error()}
	}
	return delivery.Result{OK: true}
}

// path is the file of an id, which names no other folder.
func (f *Folder) path(id string) (string, error) {
	if id == "" || strings.Trim(id, "0123456789abcdefABCDEF-") != "" {
		return "", fmt.Errorf("%w: e-mail %q", fs.ErrNotExist, id)
	}
	return filepath.Join(f.Dir, id+extension), nil
}

// Entry is one message of a folder.
type Entry struct {
	ID        string
	WrittenAt time.Time
	To        string
	Subject   string
	Language  string
}

// Message is a message taken apart.
type Message struct {
	Entry
	Text, HTML string
	Raw        []byte
}

// List gives the newest messages, the newest first.
func List(dir string, limit int) ([]Entry, error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list e-mail: %w", err)
	}
	var entries []Entry
	for _, file := range files {
		info, err := file.Info()
		if err != nil || !strings.HasSuffix(file.Name(), extension) {
			continue
		}
		entries = append(entries, Entry{ID: strings.TrimSuffix(file.Name(), extension), WrittenAt: info.ModTime()})
	}
	slices.SortFunc(entries, func(a, b Entry) int { return b.WrittenAt.Compare(a.WrittenAt) })
	entries = entries[:min(len(entries), limit)]
	for i := range entries {
		if m, err := Read(dir, entries[i].ID); err == nil {
			entries[i] = m.Entry
		}
	}
	return entries, nil
}

// Read gives one message; the error wraps fs.ErrNotExist where there is none.
func Read(dir, id string) (*Message, error) {
	name, err := (&Folder{Dir: dir}).path(id)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("e-mail %s: %w", id, err)
	}
	if info.Size() > maxRead {
		return nil, fmt.Errorf("e-mail %s: more than %d bytes", id, maxRead)
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("e-mail %s: %w", id, err)
	}
	m, err := Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("e-mail %s: %w", id, err)
	}
	m.ID, m.WrittenAt = id, info.ModTime()
	return m, nil
}

// Parse takes a message of ours apart.
func Parse(raw []byte) (*Message, error) {
	in, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	m := &Message{Raw: raw}
	m.To, m.Language = in.Header.Get("To"), in.Header.Get("Content-Language")
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(in.Header.Get("Subject")); err != nil {
		return nil, fmt.Errorf("subject: %w", err)
	}
	_, parameters, err := mime.ParseMediaType(in.Header.Get("Content-Type"))
	if err != nil {
		return nil, fmt.Errorf("content type: %w", err)
	}
	for parts := multipart.NewReader(in.Body, parameters["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return nil, fmt.Errorf("part: %w", err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return nil, fmt.Errorf("part: %w", err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			m.HTML = string(body)
		} else {
			m.Text = string(body)
		}
	}
}
