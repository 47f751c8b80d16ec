package knowledge

import (
	"reflect"
	"slices"
	"strings"
)

// yamlField is a field of a struct as a file names it.
type yamlField struct {
	name      string
	index     int
	omitEmpty bool
	flow      bool // a list stands in one line
}

// yamlFields lists the fields of a struct type in the order of the struct, which is the
// canonical order in a file.
func yamlFields(t reflect.Type) []yamlField {
	var list []yamlField
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		list = append(list, yamlField{name: name, index: i,
			omitEmpty: hasOption(options, "omitempty"), flow: hasOption(options, "flow")})
	}
	return list
}

func hasOption(options, want string) bool {
	for o := range strings.SplitSeq(options, ",") {
		if o == want {
			return true
		}
	}
	return false
}

// blank reports whether a value says nothing: a list or map without elements counts as
// absent, and so does a struct of such fields.
func blank(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		for i := range v.NumField() {
			if !blank(v.Field(i)) {
				return false
			}
		}
		return true
	}
	return v.IsZero()
}

// sortedKeys are the keys of a map of strings, in order.
func sortedKeys(maps ...reflect.Value) []string {
	seen := map[string]bool{}
	var keys []string
	for _, m := range maps {
		for _, k := range m.MapKeys() {
			if !seen[k.String()] {
				seen[k.String()] = true
				keys = append(keys, k.String())
			}
		}
	}
	slices.Sort(keys)
	return keys
}
