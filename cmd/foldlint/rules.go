package main

import "strings"

// purePackages are the folds and what they are made of. Packages below them are pure too, but for impureBelow.
var purePackages = []string{"barometer/ingest/event", "barometer/processor"}

// impureBelow are packages below a pure one that are not: the runner moves bytes in and out.
var impureBelow = []string{"barometer/processor/runner"}

// pureImports are the packages of others that a pure package may import. hash/maphash is seeded by chance, as Go's maps
// are: it may find things, and nothing it gives may be kept or told.
var pureImports = set("bytes", "cmp", "encoding/binary", "encoding/hex", "errors", "fmt", "hash/maphash", "iter",
	"math", "math/bits", "slices", "sort",
	"strconv", "strings", "time", "unicode", "unicode/utf8", "unsafe",
	"github.com/cespare/xxhash/v2", "google.golang.org/protobuf/encoding/protowire")

// alsoImports are the packages that one pure package may import besides, and why that keeps it pure.
var alsoImports = map[string]map[string]string{
	"barometer/processor/claim": {
		"math/big": "a product of an amount and of sums of products is beyond 128 bits; only its integers are used",
	},
	"barometer/processor/model": {
		"go.yaml.in/yaml/v3": "it reads bytes that it is given, and the package keeps each scalar as text",
		"io":                 "the end of a stream of documents is an error of it; the stream is bytes",
		"maps":               "for keys, which are sorted",
		"reflect":            "the form of a model file is its types: what of them is absent is found by walking them",
		"regexp":             "the form of a number",
	},
}

// forbiddenCalls are functions of allowed packages that read a clock or wait for one.
var forbiddenCalls = map[string]map[string]bool{
	"time": set("Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "LoadLocation"),
}

// onlyIn says which package alone may import a library: whoever else wants it goes through that package.
var onlyIn = map[string]string{
	"github.com/segmentio/kafka-go":       "barometer/ingest/kafkalog",
	"github.com/ClickHouse/clickhouse-go": "barometer/storage",
	"github.com/cenkalti/backoff":         "barometer/internal/retry",
	"github.com/ebitengine/purego":        "barometer/deploy/embedded",
	"github.com/twmb/franz-go/pkg/kfake":  "barometer/deploy/embedded",
}

// roles are the top-level folders that follow the data, with what of ours each may import besides itself and the
// leaves.
var roles = map[string][]string{
	"barometer/ingest":    {},
	"barometer/processor": {},
	"barometer/alerting":  {},
	"barometer/storage":   {},
	// the decoder of what comes in over HTTP, and the questions that storage answers, which are apart from its engine
	"barometer/dashboard": {"barometer/ingest/decode", "barometer/storage/history"},
}

// rooms are the parts of a role that answer, each to readers of its own, with the package that composes them. They
// share what lies below them, and nothing that they share knows them.
var rooms = map[string]string{
	"barometer/dashboard/api":    "barometer/dashboard",
	"barometer/dashboard/desk":   "barometer/dashboard",
	"barometer/dashboard/portal": "barometer/dashboard",
}

// leaves may be imported by every role. Package limit is one for its rule of what a delivery is covered up to, package
// claim for its rule of late interest: roles ask them, and none has a rule of its own.
var leaves = []string{"barometer/ingest/event", "barometer/processor/decision", "barometer/ingest/kafkalog",
	"barometer/processor/limit", "barometer/processor/claim",
	"barometer/processor/engine", "barometer/processor/runner",
	"barometer/processor/explain", "barometer/ingest/lang", "barometer/internal"}

// pureLeaves are what a pure package may import of ours outside its own folder.
var pureLeaves = []string{"barometer/ingest/event", "barometer/processor/decision"}

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// within tells whether path is root or below it.
func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func withinAny(path string, roots []string) bool {
	for _, root := range roots {
		if within(path, root) {
			return true
		}
	}
	return false
}

func isPure(path string) bool { return withinAny(path, purePackages) && !withinAny(path, impureBelow) }

func roleOf(path string) string {
	for role := range roles {
		if within(path, role) {
			return role
		}
	}
	return ""
}

// refusal says why package from may not import package to, empty where it may.
func refusal(from, to string) string {
	if within(to, "barometer/cmd") && !within(from, "barometer/cmd") {
		return "nothing imports cmd"
	}
	for library, owner := range onlyIn {
		if within(to, library) && !within(from, owner) && !within(from, "barometer/deploy") {
			return "only " + owner + " imports " + library
		}
	}
	ours := within(to, "barometer")
	if isPure(from) {
		switch {
		case !ours && !pureImports[to] && alsoImports[from][to] == "":
			return "a pure package imports none but the packages that foldlint lists"
		case ours && !within(to, from) && !withinAny(to, pureLeaves) && !(within(from, "barometer/processor") &&
			within(to, "barometer/processor")),
			ours && withinAny(to, impureBelow):
			return "a pure package imports the leaves and the pure packages of processor alone"
		}
		return ""
	}
	for room, whole := range rooms {
		if within(to, room) && !within(from, room) && from != whole && !within(from, "barometer/cmd") {
			return "a room is imported by the package that composes it alone"
		}
	}
	role := roleOf(from)
	if role == "" || !ours || within(to, role) || withinAny(to, leaves) || withinAny(to, roles[role]) {
		return ""
	}
	return "a role imports itself and the leaves: imports follow the data"
}
