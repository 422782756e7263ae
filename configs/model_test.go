package configs

import (
	"bytes"
	"os"
	"testing"

	"barometer/processor/model"
)

// TestTheBuiltinModelIsOfItsVersion: it parses, and what is published under a version never changes. Other content is
// another version, and another file of the corpus.
func TestTheBuiltinModelIsOfItsVersion(t *testing.T) {
	version, content := BuiltinModel()
	m, err := model.Parse(content)
	if err != nil || m.Version != version {
		t.Fatalf("version %v, error %v, want %s", m, err, version)
	}
	published, err := os.ReadFile("../processor/model/testdata/" + version + ".yaml")
	if err != nil || !bytes.Equal(content, published) {
		t.Errorf("it is not the file of the corpus: %v", err)
	}
}
