package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "rewrite what the corpus in testdata says of its files")

const corpusFile = "testdata/corpus.txt"

// base is the first model file, of which those of the corpus are variations.
func base(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile("testdata/barometer-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// variation is a case of the corpus: a file, and what is made of it.
type variation struct {
	name    string
	content string
	changes []string // the lines that say what the file is
	result  string
}

// corpus reads the cases. Each begins with its name; "old" and "new" replace a part of the base, "whole" all of it.
func corpus(t *testing.T) (all []variation) {
	t.Helper()
	file, err := os.ReadFile(corpusFile)
	if err != nil {
		t.Fatal(err)
	}
	var old string
	for i, line := range strings.Split(string(file), "\n") {
		key, text, _ := strings.Cut(line, ": ")
		var last *variation
		if len(all) > 0 {
			last = &all[len(all)-1]
		}
		if key == "old" || key == "new" || key == "whole" {
			if text, err = strconv.Unquote(text); err != nil {
				t.Fatalf("%s:%d: %v", corpusFile, i+1, err)
			}
			last.changes = append(last.changes, line)
		}
		switch key {
		case "case":
			all = append(all, variation{name: text, content: string(base(t))})
		case "old":
			if old = text; strings.Count(last.content, old) != 1 {
				t.Fatalf("%s:%d: %q is not there once", corpusFile, i+1, old)
			}
		case "new":
			last.content = strings.Replace(last.content, old, text, 1)
		case "whole":
			last.content = text
		case "accepted", "refused":
			last.result = line
		}
	}
	return all
}

// result says what is made of a file: a digest of the integers, or the error.
func result(t *testing.T, content []byte) string {
	t.Helper()
	m, err := Parse(content)
	if err != nil {
		return "refused: " + strconv.Quote(err.Error())
	}
	integers, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(integers)
	return "accepted: " + hex.EncodeToString(sum[:])
}

// TestTheCorpusIsReadAsEver: the same file is the same integers, or the same error, in every binary. Where this fails,
// logs that hold such a file would be folded to other decisions: what changes it needs a new fold version.
func TestTheCorpusIsReadAsEver(t *testing.T) {
	var b bytes.Buffer
	accepted, refused := 0, 0
	for _, v := range corpus(t) {
		got := result(t, []byte(v.content))
		if again := result(t, []byte(v.content)); again != got {
			t.Errorf("%s: two readings differ:\n%s\n%s", v.name, got, again)
		}
		if got != v.result && !*rewrite {
			t.Errorf("%s:\n%s\nwant\n%s", v.name, got, v.result)
		}
		if strings.HasPrefix(got, "accepted") {
			accepted++
		} else {
			refused++
		}
		fmt.Fprintf(&b, "case: %s\n", v.name)
		for _, line := range v.changes {
			fmt.Fprintln(&b, line)
		}
		fmt.Fprintf(&b, "%s\n\n", got)
	}
	if accepted < 10 || refused < 25 {
		t.Errorf("the corpus has only %d files that are accepted and %d that are refused", accepted, refused)
	}
	if *rewrite {
		if err := os.WriteFile(corpusFile, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
