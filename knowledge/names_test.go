package knowledge

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestNames: whatever a base can hold has a name and an explanation in every language.
func TestNames(t *testing.T) {
	n := names()
	complete(t, "language", n.Languages, []Lang{ZhHans, ZhHant, En, Es}, false)
	complete(t, "severity", n.Severities, []string{"error", "warning"}, true)
	complete(t, "kind", n.Kinds, listOf[Kind](), true)
	complete(t, "level", n.Levels, listOf[Level](), true)
	complete(t, "confidence", n.Confidences, listOf[Confidence](), true)
	complete(t, "fact type", n.FactTypes, factTypes, true)
	complete(t, "check", n.Checks, checksInCode(t), false)

	var fields []string
	add := func(prefix string, typ reflect.Type) { fields = append(fields, fieldsOf(prefix, typ)...) }
	add("", reflect.TypeFor[Entry]())
	add(sourcesFile+".", reflect.TypeFor[Source]())
	add(glossaryFile+".", reflect.TypeFor[Term]())
	add(calendarFile+".", reflect.TypeFor[Calendar]())
	add(provincesFile+".", reflect.TypeFor[Provinces]())
	used := map[string]named{}
	for _, f := range fields {
		key, _ := fieldOf(f)
		if used[key] = n.Fields[key]; used[key] == (named{}) {
			t.Errorf("the field %s has no name", f)
		}
	}
	keys := make([]string, 0, len(used))
	for key := range used {
		keys = append(keys, key)
	}
	complete(t, "field", n.Fields, keys, true)
}

// complete asks that m has the given keys and no other, each in every language.
func complete[K ~string](t *testing.T, what string, m map[K]named, keys []K, hints bool) {
	t.Helper()
	for _, key := range keys {
		for _, l := range AnswerLangs {
			if m[key].Title.In(l) == "" {
				t.Errorf("the %s %s has no title in %s", what, key, l)
			}
			if hint := m[key].Hint.In(l); hints && !strings.HasSuffix(strings.TrimRight(hint, "”»)"), ".") && !strings.HasSuffix(hint, "。") {
				t.Errorf("the %s %s has no sentence in %s: %q", what, key, l, hint)
			}
		}
	}
	for key := range m {
		if !slices.Contains(keys, key) {
			t.Errorf("the %s %s has a name and does not exist", what, key)
		}
	}
}

// listOf are the values of a type with a closed list of them.
func listOf[T ~string]() []T {
	var list []T
	for _, s := range enums[reflect.TypeFor[T]()] {
		list = append(list, T(s))
	}
	return list
}

// fieldsOf are the paths of all fields of a type, as FieldTitle takes them.
func fieldsOf(prefix string, typ reflect.Type) []string {
	var list []string
	for _, f := range yamlFields(typ) {
		list = append(list, prefix+f.name)
		in := typ.Field(f.index).Type
		for in.Kind() == reflect.Map || in.Kind() == reflect.Slice || in.Kind() == reflect.Pointer {
			in = in.Elem()
		}
		if in.Kind() == reflect.Struct {
			list = append(list, fieldsOf(prefix+f.name+".", in)...)
		}
	}
	return list
}

// checksInCode are the constants of type Check.
func checksInCode(t *testing.T) []Check {
	t.Helper()
	var list []Check
	for _, name := range []string{"problem.go", "folder.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		must(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
				if id, ok := v.Type.(*ast.Ident); ok && id.Name == "Check" {
					s, _ := literal(v.Values[0])
					list = append(list, Check(s))
				}
			}
			return true
		})
	}
	if !slices.Contains(list, TierC) || !slices.Contains(list, LostComment) {
		t.Fatal("the rules were not found", list)
	}
	return list
}

func TestFieldTitle(t *testing.T) {
	for path, want := range map[string]string{
		"text": "Answer", "$.text.zh": "Answer (Chinese)", "$.facts.phone": "Facts", "$.facts.value": "Facts", "facts.value": "One value",
		"$.facts.phone.later[0].values.es": "Value by language (Spanish)", "$.facts.hours.later[1].from": "From", "$.facts.hours.from": "First day",
		"$.facts.hours.open.from": "Opens at", "$.rights[2]": "Rights", "$.made_from.en": "Translated from (English)", "$.phrases": "Phrases",
		"$.facts.hours.later[0].open": "Opening hours", "sources.yaml.tier": "Tier", "colour": "colour", "$.colour": "colour", "": "", "$": "$",
	} {
		if got := FieldTitle(path, En); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	if got := FieldTitle("$.text.es", ZhHant); got != "正文（西班牙文）" {
		t.Error(got)
	}
	if got := FieldHint("$.danger", En); !strings.HasPrefix(got, "0 to 9") {
		t.Error(got)
	}
	if TooLong.Title(ZhHans) != "太长" || TooLong.Title(Es) != "Demasiado largo" || Check("new").Title(Es) != "new" {
		t.Error(TooLong.Title(ZhHans), TooLong.Title(Es))
	}
	if Situation.Title(ZhHans) != "情形" || Kind("x").Hint(En) != "" || Warning.Title(Es) != "Aviso" || Error.Hint(En) == "" || Phone.Title(En) != "phone number" || High.Title(Es) != "alta" || Law.Title(ZhHans) != "法律" {
		t.Error("names")
	}
	for _, l := range listOf[Level]() { // the sentence on levels lists them all
		if s := (Problem{}).saying("the level %q does not exist: law, regulation, interpretation, judicial, joint, regulator, standard or association", "x"); !strings.Contains(s.In(ZhHans), l.Title(ZhHans)) || !strings.Contains(s.In(Es), l.Title(Es)) {
			t.Errorf("%s is not in the list of levels", l)
		}
	}
}
