package main

import (
	"fmt"
	"reflect"

	"barometer/configs"

	"github.com/alecthomas/kong"
)

// settings are the keys of the configuration as flags: --http.listen=127.0.0.1:8081, --secret_key_file=key. Help does
// not list them; configs/barometer.yaml describes them.
type settings struct {
	names  []string      // of the flags, by field
	fields reflect.Value // of a struct with a *string for each flag, nil where it was not given
}

func newSettings() *settings {
	s := &settings{}
	var fields []reflect.StructField
	for _, key := range configs.Keys() {
		for _, name := range []string{key, key + "_file"} {
			fields = append(fields, reflect.StructField{Name: fmt.Sprintf("Flag%d", len(fields)),
				Type: reflect.TypeFor[*string](), Tag: reflect.StructTag(fmt.Sprintf(`name:%q hidden:""`, name))})
			s.names = append(s.names, name)
		}
	}
	s.fields = reflect.New(reflect.StructOf(fields)).Elem()
	return s
}

// flags are what the parser fills.
func (s *settings) flags() kong.Plugins { return kong.Plugins{s.fields.Addr().Interface()} }

// given are the values of the flags that were given.
func (s *settings) given() map[string]string {
	given := map[string]string{}
	for i, name := range s.names {
		if v := s.fields.Field(i); !v.IsNil() {
			given[name] = v.Elem().String()
		}
	}
	return given
}
