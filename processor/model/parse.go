package model

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"

	"barometer/ingest/event"

	"go.yaml.in/yaml/v3"
)

// typeNames are what the YAML library says of our Go types. Its words become part of a decision, and a type may be
// renamed, so they are left out.
var typeNames = regexp.MustCompile(` (in type|into) model\.\w+`)

// Parse reads a model file: strictly, exactly (no floats) and the same way every time. The error joins all that is
// wrong, each with its line.
func Parse(content []byte) (*event.Model, error) {
	var root yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("read the model file: %w", err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("read the model file: want one document")
	}
	var file modelFile
	strict := yaml.NewDecoder(bytes.NewReader(content))
	strict.KnownFields(true)
	if err := strict.Decode(&file); err != nil {
		return nil, fmt.Errorf("read the model file: %s", typeNames.ReplaceAllString(err.Error(), ""))
	}
	if err := errors.Join(absent(root.Content[0], reflect.TypeFor[modelFile]())...); err != nil {
		return nil, fmt.Errorf("read the model file: %w", err)
	}
	var c compiler
	m := c.model(&file)
	if err := errors.Join(c.errs...); err != nil {
		return nil, fmt.Errorf("check the model file: %w", err)
	}
	return m, nil
}

// absent finds the fields that a model file lacks, below a node of the given form.
func absent(n *yaml.Node, form reflect.Type) (errs []error) {
	if n.Kind == yaml.AliasNode {
		return []error{fmt.Errorf("line %d: aliases are not allowed", n.Line)}
	}
	if form.Kind() == reflect.Pointer {
		form = form.Elem()
	}
	switch {
	case form == reflect.TypeFor[value]():
	case form.Kind() == reflect.Slice:
		for _, item := range n.Content {
			errs = append(errs, absent(item, form.Elem())...)
		}
	case form.Kind() == reflect.Map:
		for i := 1; i < len(n.Content); i += 2 {
			errs = append(errs, absent(n.Content[i], form.Elem())...)
		}
	case form.Kind() == reflect.Struct:
		for i := range form.NumField() {
			name, option, _ := strings.Cut(form.Field(i).Tag.Get("yaml"), ",")
			switch at := child(n, name); {
			case at != nil && at.Tag != "!!null":
				errs = append(errs, absent(at, form.Field(i).Type)...)
			case option == "":
				errs = append(errs, fmt.Errorf("line %d: %s is missing", n.Line, name))
			}
		}
	}
	return errs
}

// child is the value of a key of a mapping, nil without.
func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
