package dialog

import (
	"encoding/json"
	"strconv"

	"zhilu/knowledge"
)

// AppendJSON appends a state as encoding/json writes it, ten times as fast: every turn does it. A
// test holds it to encoding/json, field by field.
func (s State) AppendJSON(b []byte) []byte {
	w := writer{append(b, '{'), true}
	if s.At != (Place{}) {
		w.key("at")
		w.place(s.At)
	}
	if len(s.Trail) > 0 {
		w.key("tr")
		for i, p := range s.Trail {
			w.element(i)
			w.place(p)
		}
		w.b = append(w.b, ']')
	}
	w.text("ov", string(s.Over))
	list(&w, "of", s.Offered)
	w.text("la", string(s.Lang))
	w.flag("ls", s.LangSet)
	w.flag("ss", s.ScriptSet)
	w.text("wh", string(s.Who))
	w.text("si", string(s.Situation))
	w.text("be", string(s.Beside))
	w.text("le", string(s.Lender))
	list(&w, "ev", s.Saved)
	list(&w, "tc", s.Tried)
	w.text("pr", s.Province)
	w.number("mi", int64(s.Misses))
	w.number("no", int64(s.Notice))
	w.number("t", s.Seen)
	w.text("re", s.Rel)
	return append(w.b, '}')
}

// writer appends the fields of an object; empty ones are left out.
type writer struct {
	b     []byte
	first bool
}

func (w *writer) key(name string) {
	if !w.first {
		w.b = append(w.b, ',')
	}
	w.first = false
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *writer) text(name, value string) {
	if value != "" {
		w.key(name)
		w.b = appendString(w.b, value)
	}
}

func (w *writer) flag(name string, value bool) {
	if value {
		w.key(name)
		w.b = append(w.b, "true"...)
	}
}

func (w *writer) number(name string, value int64) {
	if value != 0 {
		w.key(name)
		w.b = strconv.AppendInt(w.b, value, 10)
	}
}

func (w *writer) element(i int) {
	if i == 0 {
		w.b = append(w.b, '[')
		return
	}
	w.b = append(w.b, ',')
}

func (w *writer) place(p Place) {
	inner := writer{append(w.b, '{'), true}
	inner.text("s", string(p.State))
	inner.text("e", string(p.Entry))
	inner.number("f", int64(p.From))
	w.b = append(inner.b, '}')
}

func list[S Move | knowledge.ID](w *writer, name string, values []S) {
	if len(values) == 0 {
		return
	}
	w.key(name)
	for i, v := range values {
		w.element(i)
		w.b = appendString(w.b, string(v))
	}
	w.b = append(w.b, ']')
}

// appendString quotes a value. Codes and ids need no escapes; what does goes the long way.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string can always be encoded
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
