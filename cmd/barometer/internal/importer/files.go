package importer

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Paths with a meaning.
const (
	stdin  = "-"   // standard input
	packed = ".gz" // the end of a name of a file that is unpacked as it is read
)

// ErrNoFile is a path that names no file to read.
var ErrNoFile = errors.New("no file to read")

// Source is a file that is read, unpacked if need be, with its progress shown.
type Source struct {
	io.Reader
	file     io.Closer
	progress *Progress
}

// Open opens a file to read; - is standard input. out shows its progress.
func Open(path string, out *os.File) (*Source, error) {
	var file io.ReadCloser = io.NopCloser(os.Stdin)
	size := int64(0) // unknown
	if path != stdin {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoFile, err)
		}
		info, err := f.Stat()
		if err != nil || info.IsDir() {
			f.Close()
			return nil, fmt.Errorf("%s is %w", path, ErrNoFile)
		}
		file, size = f, info.Size()
	}
	s := &Source{file: file, progress: Show(file, out, path, size)}
	s.Reader = s.progress
	if strings.HasSuffix(path, packed) {
		unpacked, err := gzip.NewReader(s.progress)
		if err != nil {
			s.progress.Done()
			file.Close()
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		s.Reader = unpacked
	}
	return s, nil
}

// Done ends the showing of progress.
func (s *Source) Done() { s.progress.Done() }

// Close closes the file.
func (s *Source) Close() error { return s.file.Close() }

// RejectsFile is the file of rejected rows. It is made when the first row is rejected.
type RejectsFile struct {
	path string
	f    *os.File // nil: not yet
}

// NewRejectsFile names the file for the rows of a source that are rejected; an empty path: beside the source, or
// stdin.rejected.
func NewRejectsFile(path, source string) *RejectsFile {
	switch {
	case path != "":
	case source == stdin:
		path = "stdin.rejected"
	default:
		name := strings.TrimSuffix(source, packed)
		ext := filepath.Ext(name)
		path = strings.TrimSuffix(name, ext) + ".rejected" + ext
	}
	return &RejectsFile{path: path}
}

// Create makes the file, as Job.Rejects wants it.
func (r *RejectsFile) Create() (io.Writer, error) {
	f, err := os.Create(r.path)
	if err != nil {
		return nil, fmt.Errorf("the file of rejected rows (--rejects names another): %w", err)
	}
	r.f = f
	return f, nil
}

// Name is the path of the file; empty: it was not made.
func (r *RejectsFile) Name() string {
	if r.f == nil {
		return ""
	}
	return r.path
}

// Close closes the file, if it was made.
func (r *RejectsFile) Close() error {
	if r.f == nil {
		return nil
	}
	return r.f.Close()
}

// ReadMap reads a column map: a file, or one that comes with Barometer, by its name.
func ReadMap(name string, builtin func(string) ([]byte, bool), names []string) ([]byte, error) {
	if content, ok := builtin(name); ok {
		return content, nil
	}
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--map: there is no file %s; the maps that come with Barometer are %s", name,
			strings.Join(names, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("--map: %w", err)
	}
	return content, nil
}
