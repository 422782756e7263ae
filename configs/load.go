package configs

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/knadh/koanf/v2"
	"go.yaml.in/yaml/v3"
)

// EnvPrefix begins the environment variables that set a key: BAROMETER_HTTP_LISTEN is http.listen.
const EnvPrefix = "BAROMETER_"

// Sources are where a configuration comes from, the later ones over the earlier: file, environment, flags.
type Sources struct {
	File  string            // path of a YAML file, empty: none
	Env   []string          // NAME=value, as os.Environ gives it
	Flags map[string]string // by key
}

// setting is one value with where it stands.
type setting struct {
	key    string
	value  any
	origin string
}

// Load reads the configuration and checks it. The error joins all that is wrong, a line each.
func Load(s Sources) (*Config, error) {
	var settings []setting
	var errs []error
	if s.File != "" {
		inFile, err := readFile(s.File)
		errs = append(errs, err)
		settings = append(settings, inFile...)
	}
	settings = append(settings, fromEnv(s.Env)...)
	for _, key := range slices.Sorted(mapKeys(s.Flags)) {
		settings = append(settings, setting{key, s.Flags[key], "flag --" + key})
	}
	cfg := Default()
	origins := map[string]string{}
	for _, set := range settings {
		if err := cfg.set(set, origins); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", set.origin, set.key, err))
		}
	}
	errs = append(errs, cfg.validate(origins)...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &cfg, nil
}

func mapKeys(m map[string]string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// set puts one value into the configuration.
func (c *Config) set(s setting, origins map[string]string) error {
	key, value := s.key, s.value
	kind, known := keys[key]
	if base, ok := strings.CutSuffix(key, "_file"); !known && ok && keys[base] != nil {
		path, isText := value.(string)
		if !isText {
			return errors.New("want the path of a file")
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read the value: %w", err)
		}
		key, kind, known = base, keys[base], true
		value = strings.TrimRight(string(content), "\r\n")
	}
	if !known {
		return fmt.Errorf("unknown key%s", suggestion(key))
	}
	if text, ok := value.(string); ok && kind.Kind() == reflect.Slice {
		list, err := parseList(text, kind)
		if err != nil {
			return err
		}
		value = list
	}
	k := koanf.New(".")
	if err := k.Load(one{key, value}, nil); err != nil {
		return err
	}
	if err := k.Unmarshal("", c); err != nil {
		return fmt.Errorf("want %s", wanted(kind))
	}
	origins[key] = s.origin
	return nil
}

// one is a koanf provider of a single value.
type one struct {
	key   string
	value any
}

func (o one) ReadBytes() ([]byte, error) { return nil, errors.New("not bytes") }

func (o one) Read() (map[string]any, error) {
	parts := strings.Split(o.key, ".")
	var value = o.value
	for _, part := range slices.Backward(parts) {
		value = map[string]any{part: value}
	}
	return value.(map[string]any), nil
}

// parseList reads a list from one text: words between commas, or YAML for lists of objects.
func parseList(text string, kind reflect.Type) (any, error) {
	if kind.Elem().Kind() == reflect.String {
		var list []any
		for word := range strings.SplitSeq(text, ",") {
			if word = strings.TrimSpace(word); word != "" {
				list = append(list, word)
			}
		}
		return list, nil
	}
	var list []any
	if err := yaml.Unmarshal([]byte(text), &list); err != nil {
		return nil, errors.New("want a list as YAML or JSON")
	}
	return list, nil
}

func wanted(kind reflect.Type) string {
	switch {
	case kind == reflect.TypeFor[Config]():
		return "keys"
	case kind.String() == "time.Duration":
		return "a duration such as 30s or 5m"
	case kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Struct:
		return "a list of objects with the keys of configs/barometer.yaml"
	case kind.Kind() == reflect.Slice:
		return "a list of texts"
	case kind.Kind() == reflect.Bool:
		return "true or false"
	case kind.Kind() == reflect.Int:
		return "a whole number"
	default:
		return "a text"
	}
}

// fromEnv reads the settings of the environment. A variable of the prefix that is no key is reported as unknown, but
// for those that the binary itself uses.
func fromEnv(env []string) []setting {
	var settings []setting
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		rest, ours := strings.CutPrefix(name, EnvPrefix)
		if !ours || slices.Contains(notSettings, name) || strings.HasPrefix(rest, "CLICKHOUSE_CHILD") ||
			strings.HasPrefix(rest, "TEST_") {
			continue
		}
		settings = append(settings, setting{keyOf(rest), value, "environment variable " + name})
	}
	return settings
}

// notSettings are variables with our prefix that are not settings.
var notSettings = []string{"BAROMETER_LIBCHDB", "BAROMETER_CONFIG", "BAROMETER_CLICKHOUSE_SANDBOXED"}

// keyOf finds the key that a variable's name stands for, where "_" is both "." and itself; unknown ones come back as
// they are.
func keyOf(rest string) string {
	name := strings.ToLower(rest)
	for key := range keys {
		flat := strings.ReplaceAll(key, ".", "_")
		if flat == name {
			return key
		}
		if flat+"_file" == name {
			return key + "_file"
		}
	}
	return name
}

// keys are all keys with their types.
var keys = leaves(reflect.TypeFor[Config](), "")

func leaves(t reflect.Type, prefix string) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		key := prefix + f.Tag.Get("koanf")
		if f.Type.Kind() != reflect.Struct {
			all[key] = f.Type
			continue
		}
		for k, v := range leaves(f.Type, key+".") {
			all[k] = v
		}
	}
	return all
}

// Keys lists all keys, sorted.
func Keys() []string {
	all := make([]string, 0, len(keys))
	for k := range keys {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
