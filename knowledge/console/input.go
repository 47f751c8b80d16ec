package console

import (
	"fmt"
	"strconv"
	"strings"
)

// input is one field of a form as the part "input" shows it: label, hint, the field, what is
// wrong with it.
type input struct {
	field
	Name, Label, Hint    string
	Type                 string // text (default), password, email, number, date, search, file, textarea, select, checkbox, radio
	Autocomplete, Mode   string // the attributes autocomplete and inputmode
	Lang, Pattern        string
	Min, Max, Accept     string
	Rows, MaxLength      int
	Required, Focus, One bool // One: spellcheck off, no capitals: for logins and codes
	ID                   string
	Options              []option
}

// option is one choice of a select or of radio buttons.
type option struct{ Value, Text string }

// newInput reads the options of a field, written as in HTML: name=login label=people.login
// required. An unknown one is an error, which stops the test of the templates.
func newInput(f field, args ...any) (input, error) {
	in := input{field: f, Type: "text", Rows: 4}
	for _, a := range args {
		switch a := a.(type) {
		case []option:
			in.Options = a
		case string:
			if err := in.set(a); err != nil {
				return in, err
			}
		default:
			return in, fmt.Errorf("input: %T is no option", a)
		}
	}
	if in.Name == "" || in.Label == "" {
		return in, fmt.Errorf("input: name and label are required")
	}
	if in.ID == "" {
		in.ID = "f-" + in.Name
	}
	return in, nil
}

func (in *input) set(option string) error {
	name, value, _ := strings.Cut(option, "=")
	texts := map[string]*string{"name": &in.Name, "label": &in.Label, "hint": &in.Hint, "type": &in.Type, "autocomplete": &in.Autocomplete,
		"inputmode": &in.Mode, "lang": &in.Lang, "pattern": &in.Pattern, "min": &in.Min, "max": &in.Max, "accept": &in.Accept, "id": &in.ID}
	flags := map[string]*bool{"required": &in.Required, "autofocus": &in.Focus, "code": &in.One}
	numbers := map[string]*int{"rows": &in.Rows, "maxlength": &in.MaxLength}
	var err error
	switch {
	case texts[name] != nil:
		*texts[name] = value
	case flags[name] != nil:
		*flags[name] = true
	case numbers[name] != nil:
		*numbers[name], err = strconv.Atoi(value)
	default:
		err = fmt.Errorf("input: unknown option %q", option)
	}
	return err
}

// Described names the elements that explain the field, for aria-describedby.
func (in input) Described() string {
	var ids []string
	if in.Hint != "" {
		ids = append(ids, in.ID+"-hint")
	}
	if in.Problem != "" {
		ids = append(ids, in.ID+"-problem")
	}
	return strings.Join(ids, " ")
}
