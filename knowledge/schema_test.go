package knowledge

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const schemaFile = "schema.json"

// TestSchemaFile: the file for editors is what the types say; -update writes it.
func TestSchemaFile(t *testing.T) {
	if *update {
		must(t, os.WriteFile(schemaFile, Schema(), 0o644))
	}
	if data, err := os.ReadFile(schemaFile); err != nil || string(data) != string(Schema()) {
		t.Errorf("%s is not what the types say (%v); run make update", schemaFile, err)
	}
}

// TestSchemaExplains: every field of a file has a description, and no description is left over.
func TestSchemaExplains(t *testing.T) {
	used := map[string]bool{}
	for _, typ := range []reflect.Type{reflect.TypeFor[Entry](), reflect.TypeFor[Fact](), reflect.TypeFor[Later](), reflect.TypeFor[Open](),
		reflect.TypeFor[Text](), reflect.TypeFor[Phrases](), reflect.TypeFor[Examples](), reflect.TypeFor[Say]()} {
		for _, f := range yamlFields(typ) {
			used[typ.Name()+"."+f.name] = true
			if descriptions[typ.Name()+"."+f.name] == "" {
				t.Errorf("%s.%s is not described", typ.Name(), f.name)
			}
		}
	}
	for name := range descriptions {
		if !used[name] {
			t.Errorf("%s is described and does not exist", name)
		}
	}
}

func TestSchemaAcceptsBase(t *testing.T) {
	s := parsedSchema(t)
	for _, e := range draftOfBase().Entries {
		var v any
		must(t, yaml.Unmarshal(draftOfBase().files[e].data, &v))
		if fault := s.fault(v); fault != "" {
			t.Errorf("%s: %s", e.ID, fault)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	const right = "id: x\nkind: right\nname: {zh: a, en: a, es: a}\nshort: {zh: a, en: a, es: a}\ntext: {zh: a, en: a, es: a}\nphrases: {zh: [a]}\nsources: [A]\nchecked: 2026-11-21\nconfidence: low\n"
	const later = right + "facts: {a: {type: phone, value: '1', later: [LATER], sources: [A], checked: 2026-11-21, confidence: low}}\n"
	s := parsedSchema(t)
	for in, want := range map[string]string{
		right:                     "",
		right + "colour: red\n":   "colour",
		right + "level: law\n":    "level",
		right + "order: first\n":  "integer",
		right + "evidence: [Ñ]\n": "pattern",
		right + "facts: {a: {type: phone, value: '1', sources: [A], checked: 2026-11-21, confidence: low}}\n":                                "",
		right + "facts: {a: {type: fax, value: '1', sources: [A], checked: 2026-11-21, confidence: low}}\n":                                  "enum",
		right + "facts: {a: {type: phone, sources: [A], checked: 2026-11-21, confidence: low}}\n":                                            "oneOf",
		right + "facts: {a: {type: phone, value: '1', values: {zh: a, en: a, es: a}, sources: [A], checked: 2026-11-21, confidence: low}}\n": "oneOf",
		right + "facts: {A_b: {type: phone, value: '1', sources: [A], checked: 2026-11-21, confidence: low}}\n":                              "pattern",
		strings.Replace(later, "LATER", "{from: 2027-01-01, value: '2', sources: [A], checked: 2026-11-21, confidence: low}", 1):             "",
		strings.Replace(later, "LATER", "{value: '2', sources: [A], checked: 2026-11-21, confidence: low}", 1):                               "from",
		strings.Replace(later, "LATER", "{from: 2027-01-01, sources: [A], checked: 2026-11-21, confidence: low}", 1):                         "oneOf",
		strings.Replace(later, "LATER", "{from: 2027-01-01, value: '2', checked: 2026-11-21, confidence: low}", 1):                           "sources",
		strings.Replace(later, "LATER", "{from: 2027-01-01, type: url, value: '2', sources: [A], checked: 2026-11-21, confidence: low}", 1):  "type",
		strings.Replace(right, "es: a}", "es: a, fr: a}", 1):                                                                                 "fr",
		strings.Replace(right, ", es: a}", "}", 1):                                                                                           "es",
		strings.Replace(right, "kind: right", "kind: left", 1):                                                                               "enum",
		strings.Replace(right, "sources: [A]\n", "", 1):                                                                                      "sources",
		strings.Replace(right, "2026-11-21", "21.11.2026", 1):                                                                                "pattern",
		"id: x\nkind: message\ntext: {zh: a, en: a, es: a}\n":                                                                                "",
	} {
		var v any
		must(t, yaml.Unmarshal([]byte(in), &v))
		if got := s.fault(v); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s\ngot %q, want %q", in, got, want)
		}
	}
}

func parsedSchema(t *testing.T) jsonSchema {
	t.Helper()
	var s jsonSchema
	must(t, json.Unmarshal(Schema(), &s))
	return s
}

// jsonSchema is as much of the standard as the schema of an entry uses.
type jsonSchema struct {
	Type, Pattern        string
	Enum                 []string
	Const                string
	Minimum              *float64
	Properties           map[string]json.RawMessage
	AdditionalProperties json.RawMessage
	PropertyNames, Items *jsonSchema
	If, Then             *jsonSchema
	Required             []string
	OneOf, AllOf         []jsonSchema
}

// fault is the first reason why v does not fit, "" when it does.
func (s jsonSchema) fault(v any) string {
	switch v := v.(type) {
	case string:
		if s.Type != "" && s.Type != "string" || s.Const != "" && s.Const != v {
			return "not " + s.Type + s.Const + ": " + v
		}
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
			return "enum: " + v
		}
		if !regexp.MustCompile(s.Pattern).MatchString(v) {
			return "pattern: " + v
		}
	case []any:
		if s.Type != "array" {
			return "not " + s.Type
		}
		for _, item := range v {
			if fault := s.Items.fault(item); fault != "" {
				return fault
			}
		}
		return ""
	case map[string]any:
		return s.objectFault(v)
	case bool:
		if s.Type != "boolean" {
			return "not " + s.Type
		}
	default:
		if s.Type != "integer" {
			return "not " + s.Type
		}
	}
	return ""
}

func (s jsonSchema) objectFault(v map[string]any) string {
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			return "required: " + name
		}
	}
	for name, value := range v {
		if s.PropertyNames != nil && s.PropertyNames.fault(name) != "" {
			return s.PropertyNames.fault(name)
		}
		rule, ok := s.Properties[name]
		if !ok {
			rule = s.AdditionalProperties
		}
		var sub jsonSchema
		switch {
		case string(rule) == "false":
			return "not allowed: " + name
		case len(rule) > 0 && json.Unmarshal(rule, &sub) == nil:
			if fault := sub.fault(value); fault != "" {
				return name + ": " + fault
			}
		}
	}
	return s.combinedFault(v)
}

func (s jsonSchema) combinedFault(v map[string]any) string {
	fits := 0
	for _, one := range s.OneOf {
		if one.fault(v) == "" {
			fits++
		}
	}
	if len(s.OneOf) > 0 && fits != 1 {
		return "oneOf"
	}
	for _, each := range s.AllOf {
		if each.If.fault(v) == "" && each.Then.fault(v) != "" {
			return each.Then.fault(v)
		}
	}
	return ""
}
