package knowledge

import (
	"encoding/json"
	"reflect"
	"slices"
)

// Schema is the JSON Schema (draft 2020-12) of an entry file, for editors: it completes and
// explains fields while somebody types. The first line of a file names it:
//
//	# yaml-language-server: $schema=../../schema.json
//	id: police-110
//	kind: channel
//
// It is made from the Go types and the table of fields by kind. Compile checks far more: what
// a schema accepts may still be refused. sources.yaml has another form and no schema.
func Schema() []byte {
	root := schemaOf(reflect.TypeFor[Entry]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Zhilu knowledge entry"
	root["allOf"] = schemaByKind()
	data, err := json.MarshalIndent(root, "", "  ") // keys of maps are written in order
	if err != nil {                                 // strings, numbers, lists and maps of them always marshal
		panic(err)
	}
	return append(data, '\n')
}

// schema is a JSON Schema, or a part of one.
type schema = map[string]any

// enums are the values of the types that have a closed list of them.
var enums = map[reflect.Type][]string{
	reflect.TypeFor[Kind]():       texts(Situation, Channel, Right, Evidence, Topic, Lender, Rule, Control, Message),
	reflect.TypeFor[Level]():      texts(Law, Regulation, Interpretation, Judicial, Joint, Regulator, Standard, Association),
	reflect.TypeFor[FactType]():   texts(factTypes...),
	reflect.TypeFor[Confidence](): texts(High, Medium, Low),
}

func texts[T ~string](list ...T) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = string(t)
	}
	return out
}

const idPattern = "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"

// schemaOf is the schema of a type of the entry files.
func schemaOf(t reflect.Type) schema {
	if values, ok := enums[t]; ok {
		return schema{"type": "string", "enum": values}
	}
	switch t {
	case reflect.TypeFor[ID]():
		return schema{"type": "string", "pattern": idPattern}
	case reflect.TypeFor[Date]():
		return schema{"type": "string", "format": "date", "pattern": `^\d{4}-\d{2}-\d{2}$`}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Slice:
		return schema{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "propertyNames": schemaOf(reflect.TypeFor[ID]()), "additionalProperties": schemaOf(t.Elem())}
	case reflect.Int:
		return schema{"type": "integer", "minimum": 0}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Struct:
		return structSchema(t)
	}
	return schema{"type": "string"}
}

func structSchema(t reflect.Type) schema {
	properties, must := schema{}, []string{}
	for _, f := range yamlFields(t) {
		p := schemaOf(t.Field(f.index).Type)
		if d := descriptions[t.Name()+"."+f.name]; d != "" {
			p["description"] = d
		}
		properties[f.name] = p
		if !f.omitEmpty || t == reflect.TypeFor[Text]() { // a text exists in every language or in none
			must = append(must, f.name)
		}
	}
	s := schema{"type": "object", "properties": properties, "additionalProperties": false}
	switch t {
	case reflect.TypeFor[Fact](), reflect.TypeFor[Later]():
		must = append(must, "sources", "checked", "confidence")
		s["oneOf"] = []schema{{"required": []string{"value"}}, {"required": []string{"values"}}}
	case reflect.TypeFor[Open]():
		properties["days"].(schema)["enum"] = []string{"workdays", "daily"}
		for _, end := range []string{"from", "to"} {
			properties[end].(schema)["pattern"] = `^([01]\d|2[0-3]):[0-5]\d$|^24:00$`
		}
	}
	if len(must) > 0 {
		s["required"] = must
	}
	return s
}

// schemaByKind says for each kind which fields it must have and which it may not have.
func schemaByKind() []schema {
	var list []schema
	for _, kind := range enums[reflect.TypeFor[Kind]()] {
		want := fields[Kind(kind)]
		must, never := slices.Clone(want.must), schema{}
		if Kind(kind) != Message && Kind(kind) != Control {
			must = append(must, "sources", "checked", "confidence")
		}
		for name := range new(Entry).has() {
			if !slices.Contains(want.must, name) && !slices.Contains(want.may, name) {
				never[name] = false
			}
		}
		then := schema{"properties": never}
		if len(must) > 0 {
			then["required"] = must
		}
		list = append(list, schema{"if": schema{"properties": schema{"kind": schema{"const": kind}}, "required": []string{"kind"}}, "then": then})
	}
	return list
}

// descriptions explain the fields to whoever edits a file, by type and field.
var descriptions = map[string]string{
	"Entry.id":         "Name of the entry and of its file: lower-case letters, digits and hyphens, at most 40 characters.",
	"Entry.kind":       "What the entry is; it decides which fields there may be.",
	"Entry.order":      "Place among entries of this kind in menus, small first. Left out: not in menus.",
	"Entry.danger":     "How dangerous a situation is beside others, 0 to 9: of two in one message the more dangerous leads.",
	"Entry.name":       "Label on an option and in lists.",
	"Entry.short":      "The entry in one sentence, as it stands in a list.",
	"Entry.text":       "The answer. Facts are referenced as {entry.fact}, own facts as {.fact}, names as {entry}.",
	"Entry.other":      "A situation's answer for a relative, friend or colleague who is called.",
	"Entry.call":       "What a person is asked on the phone, and what to have ready.",
	"Entry.local":      "true: every province has an office of this channel; near then names it.",
	"Entry.near":       "The line on the office in a province. {$name} is the province, {$short} its short and {$province} its official name in Chinese.",
	"Entry.say":        "One Chinese sentence to show or read out, for people who speak no Chinese.",
	"Entry.rights":     "Ids of rights that this leads to, in order.",
	"Entry.evidence":   "Ids of evidence that this leads to, in order.",
	"Entry.channels":   "Ids of channels that this leads to, in order; in a situation also: " + string(Supervisor) + ".",
	"Entry.drops":      "Ids of channels that make no sense with this type of lender.",
	"Entry.parent":     "The channel to turn to when this one has not been checked for too long.",
	"Entry.phrases":    "What users type, by language. A phrase that starts with = counts only as the whole message.",
	"Entry.examples":   "Messages that lead here, as users type them, one a line; the router learns from them.",
	"Entry.as":         "The label under which a control is reported that is a part of another one.",
	"Entry.level":      "Force of a rule: never more than it is.",
	"Entry.facts":      "What can change in the world, by name; texts reference it.",
	"Entry.sources":    "Ids in sources.yaml on which the sentences rest.",
	"Entry.checked":    "Day on which a person last compared the entry with its sources, such as 2026-11-21.",
	"Entry.confidence": "How far the sources carry: high (law text or official page read), medium (reputable press), low (weak or old pages).",
	"Fact.type":        "What the fact is; the review interval hangs on it.",
	"Fact.value":       "The value in every language. Either this or values. Put numbers in quotes.",
	"Fact.values":      "The value by language. Either this or value.",
	"Fact.from":        "First day on which the fact holds, in Beijing time.",
	"Fact.until":       "Last day on which the fact holds, with the last of its later values, in Beijing time. After it the fact counts as expired.",
	"Fact.open":        "When the office answers, in Beijing time.",
	"Fact.sources":     "Ids in sources.yaml.",
	"Fact.checked":     "Day on which a person last compared the fact with its sources.",
	"Fact.confidence":  "How far the sources carry: high, medium or low.",
	"Fact.review_days": "Days until the next check, instead of those of the type.",
	"Fact.later":       "Values that come after this one, in the order of their days.",
	"Later.from":       "Day on which this value takes the place of the one before it, at midnight in Beijing.",
	"Later.value":      "The value in every language. Either this or values. Put numbers in quotes.",
	"Later.values":     "The value by language. Either this or value.",
	"Later.open":       "When the office answers from then on, in Beijing time; needed when the fact has it.",
	"Later.sources":    "Ids in sources.yaml on which this value rests.",
	"Later.checked":    "Day on which a person last compared this value with its sources.",
	"Later.confidence": "How far the sources of this value carry: high, medium or low.",
	"Open.days":        "workdays (without public holidays, with make-up workdays) or daily.",
	"Open.from":        "Opening time, such as 09:00, in quotes.",
	"Open.to":          "Closing time, such as 17:00, in quotes.",
	"Text.zh":          "Simplified Chinese.",
	"Text.en":          "English.",
	"Text.es":          "Spanish.",
	"Phrases.zh":       "Phrases in Chinese, simplified or traditional.",
	"Phrases.en":       "Phrases in English.",
	"Phrases.es":       "Phrases in Spanish.",
	"Examples.zh":      "Messages in Chinese, simplified or traditional, one a line.",
	"Examples.en":      "Messages in English, one a line.",
	"Examples.es":      "Messages in Spanish, one a line.",
	"Say.zh":           "The sentence in Chinese.",
	"Say.pinyin":       "Its pronunciation.",
	"Say.en":           "What it means, in English.",
	"Say.es":           "What it means, in Spanish.",
	"Entry.made_from":  "Which Chinese texts the translations were made from; written by zhilu knowledge stamp.",
	"Say.alone":        "true: a card holds this sentence and nothing else (emergencies).",
}
