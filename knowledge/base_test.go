package knowledge

import "testing"

// TestBase compiles the embedded base: every problem is a failure.
func TestBase(t *testing.T) {
	rel, err := Embedded()
	if err != nil {
		t.Fatalf("\n%v", err)
	}
	if rel.Len() == 0 {
		t.Fatal("the base is empty")
	}
}
