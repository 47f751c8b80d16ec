package knowledge

import (
	"bytes"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/parser"
)

// Encode writes an entry in the canonical form of a base file: fields in the order of the
// struct, facts in the order of their names, a text of several lines as a block, lists that
// are tagged so in one line. Lists and texts without content are left out.
//
// Decode gives an entry that is equal but for that. The error says which field of an entry
// cannot be written, such as a text that is no UTF-8. Safe for any number of goroutines.
func Encode(e *Entry) ([]byte, error) {
	var w encoder
	w.fields(reflect.ValueOf(*e), 0)
	if w.err != nil {
		return nil, fmt.Errorf("entry %s: %w", e.ID, w.err)
	}
	back, err := Decode(w.out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("entry %s reads back with a fault: %w", e.ID, err)
	}
	if changes := diffEntries(e, back); len(changes) > 0 {
		return nil, fmt.Errorf("entry %s: %s would change in writing", e.ID, changes[0].where())
	}
	return w.out.Bytes(), nil
}

// Decode reads one entry file strictly: an unknown key, a key given twice and a second
// document are errors. It does not check what the entry says; Compile does. The error is of
// type Problems.
func Decode(data []byte) (*Entry, error) {
	e := new(Entry)
	if ps := decodeOne("", data, e); ps != nil {
		return nil, ps
	}
	return e, nil
}

// decodeOne decodes strictly a file that must hold exactly one document.
func decodeOne(name string, data []byte, into any) Problems {
	if ps := decode(name, data, into); ps != nil {
		return ps
	}
	if !bytes.Contains(data, []byte("---")) && !bytes.Contains(data, []byte("...")) {
		return nil // nothing ends a document: parsing once more would cost as much as decoding
	}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return Problems{yamlProblem(name, err)}
	}
	if len(tree.Docs) > 1 {
		return Problems{Problem{Code: BadSyntax, File: name}.saying("the file holds a second document, which would not be read")}
	}
	return nil
}

// encodeSources writes the sources in canonical form, in the order of their ids.
func encodeSources(sources map[string]Source) ([]byte, error) {
	var w encoder
	w.mapping(reflect.ValueOf(sources), 0)
	back := map[string]Source{}
	return w.checked(sourcesFile, &back, func() []Change { return diffSources(sources, back) })
}

// encodeCalendar writes the calendar in canonical form, in the order of the years.
func encodeCalendar(c Calendar) ([]byte, error) {
	var w encoder
	w.fields(reflect.ValueOf(c), 0)
	var back Calendar
	return w.checked(calendarFile, &back, func() []Change { return diffCalendars(c, back) })
}

// encodeProvinces writes the provinces in canonical form, in the order of their codes.
func encodeProvinces(p Provinces) ([]byte, error) {
	var w encoder
	w.fields(reflect.ValueOf(p), 0)
	var back Provinces
	return w.checked(provincesFile, &back, func() []Change { return diffProvinces(p, back) })
}

// checked is what was written, once it reads back the same.
func (w *encoder) checked(name string, back any, diff func() []Change) ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	if ps := decodeOne(name, w.out.Bytes(), back); ps != nil {
		return nil, ps
	}
	if changes := diff(); len(changes) > 0 {
		return nil, fmt.Errorf("%s would change in writing", changes[0].where())
	}
	return w.out.Bytes(), nil
}

// encoder writes values as YAML. The first fault stays in err.
type encoder struct {
	out bytes.Buffer
	err error
}

func (w *encoder) line(indent int, parts ...string) {
	w.out.WriteString(strings.Repeat(" ", indent))
	for _, p := range parts {
		w.out.WriteString(p)
	}
	w.out.WriteByte('\n')
}

func (w *encoder) fields(v reflect.Value, indent int) {
	for _, f := range yamlFields(v.Type()) {
		if value := v.Field(f.index); !f.omitEmpty || !blank(value) {
			w.pair(f.name, value, indent, f.flow)
		}
	}
}

func (w *encoder) mapping(v reflect.Value, indent int) {
	for _, k := range sortedKeys(v) {
		w.pair(w.scalar(k, false), v.MapIndex(reflect.ValueOf(k)), indent, false)
	}
}

// pair writes "key: value", the value in the form of its type.
func (w *encoder) pair(key string, v reflect.Value, indent int, flow bool) {
	switch v.Kind() {
	case reflect.Pointer:
		w.pair(key, v.Elem(), indent, flow)
	case reflect.Struct:
		w.line(indent, key, ":")
		w.fields(v, indent+2)
	case reflect.Map:
		w.line(indent, key, ":")
		w.mapping(v, indent+2)
	case reflect.Slice:
		w.list(key, v, indent, flow)
	case reflect.Int:
		w.line(indent, key, ": ", strconv.FormatInt(v.Int(), 10))
	case reflect.Bool:
		w.line(indent, key, ": ", strconv.FormatBool(v.Bool()))
	case reflect.String:
		w.text(key, v, indent)
	default: // the schema has no other types; TestEncode writes every field
		w.err = fmt.Errorf("%s: a %s cannot be written", key, v.Kind())
	}
}

func (w *encoder) list(key string, v reflect.Value, indent int, flow bool) {
	if v.Type().Elem().Kind() == reflect.Struct {
		w.structs(key, v, indent)
		return
	}
	items := make([]string, v.Len())
	for i := range items {
		items[i] = w.scalar(v.Index(i).String(), flow)
	}
	if flow {
		w.line(indent, key, ": [", strings.Join(items, ", "), "]")
		return
	}
	w.line(indent, key, ":")
	for _, item := range items {
		w.line(indent+2, "- ", item)
	}
}

// structs writes a list of structs, whose first fields are never left out.
func (w *encoder) structs(key string, v reflect.Value, indent int) {
	w.line(indent, key, ":")
	for i := range v.Len() {
		start := w.out.Len()
		w.fields(v.Index(i), indent+4)
		w.out.Bytes()[start+indent+2] = '-' // in place of a blank before the first field
	}
}

func (w *encoder) text(key string, v reflect.Value, indent int) {
	s := v.String()
	if v.Type() == reflect.TypeFor[Date]() {
		if _, ok := Date(s).Start(); ok {
			w.line(indent, key, ": ", s)
			return
		}
	}
	header, ok := blockHeader(s)
	if !ok {
		w.line(indent, key, ": ", w.scalar(s, false))
		return
	}
	w.line(indent, key, ": ", header)
	for l := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		if l == "" {
			w.line(0)
			continue
		}
		w.line(indent+2, l)
	}
}

// scalar is a string in one line: plain where no reader could take it for anything else,
// otherwise in double quotes.
func (w *encoder) scalar(s string, flow bool) string {
	if !utf8.ValidString(s) && w.err == nil {
		w.err = fmt.Errorf("the text %q is no UTF-8", s)
	}
	if plain(s, flow) {
		return s
	}
	return quoted(s)
}
