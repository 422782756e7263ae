package main

import (
	"fmt"
	"testing"

	"barometer/configs"

	"github.com/alecthomas/kong"
)

// TestEveryKeyIsAFlag, before and after the command, with its value in the same argument or the next.
func TestEveryKeyIsAFlag(t *testing.T) {
	parse := func(args ...string) (map[string]string, error) {
		s := newSettings()
		parser, err := kong.New(&commands{Plugins: s.flags()}, kong.Vars{"version": ""})
		if err != nil {
			t.Fatal(err)
		}
		_, err = parser.Parse(args)
		return s.given(), err
	}
	for _, key := range configs.Keys() {
		for _, args := range [][]string{{"version", "--" + key + "=a=b"}, {"--" + key, "a=b", "version"}} {
			given, err := parse(args...)
			if want := fmt.Sprint(map[string]string{key: "a=b"}); err != nil || fmt.Sprint(given) != want {
				t.Errorf("%v gives %v, %v", args, given, err)
			}
		}
	}
	if given, err := parse("version", "--secret_key_file=key"); err != nil || given["secret_key_file"] != "key" {
		t.Errorf("a key from a file: %v, %v", given, err)
	}
	for _, wrong := range []string{"--http.listne=x", "--http.listen"} {
		if given, err := parse("version", wrong); err == nil {
			t.Errorf("%s is taken: %v", wrong, given)
		}
	}
}
