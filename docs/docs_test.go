// Package docs holds the documentation to the repository: what it names exists, and what is made from the code is as
// the code has it.
package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pages are all pages that people read, from the root of the repository.
func pages(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"*.md", "docs/*.md", "configs/models/*.md"} {
		found, err := filepath.Glob("../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) < 8 {
		t.Fatalf("only %d pages are found", len(all))
	}
	return all
}

var (
	quoted = regexp.MustCompile("`[^`\n]+`")
	links  = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	inRepo = regexp.MustCompile(`(?:\./)?\b(?:alerting|cmd|configs|dashboard|deploy|docs|ingest|processor|storage)/[\w./*-]*`)
	tests  = regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark)[A-Z]\w+`)
)

// TestPagesNameWhatExists: paths, tests and benchmarks in quotes, and links.
func TestPagesNameWhatExists(t *testing.T) {
	there := testNames(t)
	paths, names := 0, 0
	for _, page := range pages(t) {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range links.FindAllStringSubmatch(string(content), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), link[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", page, link[1])
			}
		}
		for _, quote := range quoted.FindAllString(string(content), -1) {
			for _, path := range inRepo.FindAllString(quote, -1) {
				paths++
				found, err := filepath.Glob("../" + strings.TrimSuffix(strings.TrimSuffix(path, "..."), "."))
				if err != nil || len(found) == 0 {
					t.Errorf("%s names %s, which is not there", page, path)
				}
			}
			for _, name := range tests.FindAllString(quote, -1) {
				names++
				if !there[name] {
					t.Errorf("%s names %s, which no test is called", page, name)
				}
			}
		}
	}
	if paths < 50 || names < 10 {
		t.Errorf("only %d paths and %d tests are found: the patterns are wrong", paths, names)
	}
}

// testNames are the names of all tests, benchmarks and fuzzers.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	names := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (strings.HasPrefix(e.Name(), ".") && len(e.Name()) > 2 || e.Name() == "node_modules" ||
			e.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range declared.FindAllStringSubmatch(string(content), -1) {
			names[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
