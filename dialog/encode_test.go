package dialog_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"

	"zhilu/dialog"
)

// TestAppendJSON fills every field of a state that there is, alone, all at once and at random, and
// compares with encoding/json.
func TestAppendJSON(t *testing.T) {
	check := func(s dialog.State) {
		t.Helper()
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.AppendJSON(nil); string(got) != string(want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	check(dialog.State{})
	rng := rand.New(rand.NewPCG(3, 4))
	fields := reflect.TypeFor[dialog.State]().NumField()
	for only := range fields {
		var s dialog.State
		fill(t, reflect.ValueOf(&s).Elem().Field(only), rng)
		if reflect.ValueOf(s).IsZero() {
			t.Fatalf("field %d was not filled", only)
		}
		check(s)
	}
	for range 2000 {
		var s dialog.State
		for i := range fields {
			if rng.IntN(2) == 0 {
				fill(t, reflect.ValueOf(&s).Elem().Field(i), rng)
			}
		}
		check(s)
	}
}

// fill gives a value something other than nothing.
func fill(t *testing.T, v reflect.Value, rng *rand.Rand) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString([]string{"contacts", "more=8", "call:nfra-12378", "催收", `<"\>&`, "\u2028\x00é"}[rng.IntN(6)])
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(rng.Int64N(1<<40) - 1<<39)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), rng)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+rng.IntN(4), 4))
		for i := range v.Len() {
			fill(t, v.Index(i), rng)
		}
	default:
		t.Fatalf("a field of kind %s: teach the test and AppendJSON", v.Kind())
	}
}
