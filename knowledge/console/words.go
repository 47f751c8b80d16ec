package console

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"zhilu/knowledge"
)

// words are the texts of the console, each in three languages, by key.
type words map[string]knowledge.Text

// readWords reads every file of a folder. A key begins with the name of its file, and has all
// three languages; all faults are given at once.
func readWords(files fs.FS, dir string) (words, error) {
	names, err := fs.Glob(files, dir+"/*.yaml")
	if err != nil {
		return nil, err
	}
	all := words{}
	var faults []error
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var texts map[string]knowledge.Text
		if err := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(&texts); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		prefix := strings.TrimSuffix(path.Base(name), ".yaml") + "."
		for key, t := range texts {
			if !strings.HasPrefix(key, prefix) {
				faults = append(faults, fmt.Errorf("%s: %s does not begin with %s", name, key, prefix))
			}
			if t.Zh == "" || t.En == "" || t.Es == "" {
				faults = append(faults, fmt.Errorf("%s: %s lacks a language", name, key))
			}
			all[key] = t
		}
	}
	return all, errors.Join(faults...)
}

// say gives a text with its arguments. A key that does not exist comes back as it is: the
// tests find it, and a person is better served by a page with one odd word than by none.
func (w words) say(lang knowledge.Lang, key string, args ...any) string {
	t, ok := w[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return t.In(lang)
	}
	texts := make([]any, len(args))
	for i, a := range args {
		texts[i] = w.text(lang, a)
	}
	return fmt.Sprintf(t.In(lang), texts...)
}

// text writes an argument as the language writes it.
func (w words) text(lang knowledge.Lang, a any) string {
	switch a := a.(type) {
	case string:
		return a
	case int:
		return number(lang, int64(a))
	case int64:
		return number(lang, a)
	case time.Time:
		return when(lang, a)
	case time.Duration:
		return w.span(lang, a)
	default:
		return fmt.Sprint(a)
	}
}

// span writes a length of time in whole minutes, or seconds below two minutes, rounded up.
func (w words) span(lang knowledge.Lang, d time.Duration) string {
	if d < 2*time.Minute {
		return w.say(lang, "common.seconds", int((d+time.Second-1)/time.Second))
	}
	return w.say(lang, "common.minutes", int((d+time.Minute-1)/time.Minute))
}

// number groups the digits: 12,345 in Chinese and English, 12 345 in Spanish, where four
// digits stay together (Ortografía de la lengua española, 2010).
func number(lang knowledge.Lang, n int64) string {
	s := fmt.Sprint(n)
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	gap := ","
	if lang == knowledge.Es {
		if len(s) == 4 {
			return sign + s
		}
		gap = "\u202f"
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + gap + s[i:]
	}
	return sign + s
}

// percent writes a share of 1 as whole percent.
func percent(lang knowledge.Lang, share float64) string {
	s := fmt.Sprintf("%.0f", share*100)
	if lang == knowledge.Es {
		return s + "\u202f%"
	}
	return s + "%"
}

var spanishMonths = strings.Fields("ene feb mar abr may jun jul ago sept oct nov dic")

// day writes a date in Beijing, where the lines and the law of the base are.
func day(lang knowledge.Lang, t time.Time) string {
	t = t.In(knowledge.Beijing)
	switch lang {
	case knowledge.En:
		return t.Format("2 Jan 2006")
	case knowledge.Es:
		return fmt.Sprintf("%d %s %d", t.Day(), spanishMonths[t.Month()-1], t.Year())
	default:
		return t.Format("2006年1月2日")
	}
}

// when writes a date and the time in Beijing.
func when(lang knowledge.Lang, t time.Time) string {
	gap := ", "
	if lang.Chinese() {
		gap = " "
	}
	return day(lang, t) + gap + t.In(knowledge.Beijing).Format("15:04")
}
