package knowledge

import "testing"

func TestReviewDue(t *testing.T) {
	for want, f := range map[Date]Fact{
		"2026-12-21": {Type: Phone, Checked: "2026-11-21"},
		"2024-03-29": {Type: Hours, Checked: "2024-02-28"}, // over a leap day
		"2027-01-20": {Type: URL, Checked: "2026-11-21"},
		"2027-01-21": {Type: Place, Checked: "2026-11-22"},
		"2027-01-22": {Type: Code, Checked: "2026-11-23"},
		"2027-02-19": {Type: Statute, Checked: "2026-11-21"},
		"2027-02-20": {Type: Period, Checked: "2026-11-22"},
		"2027-02-21": {Type: Rate, Checked: "2026-11-23"},
		"2026-11-28": {Type: Phone, Checked: "2026-11-21", ReviewDays: 7},
		"2026-11-22": {Type: "unheard", Checked: "2026-11-21", ReviewDays: 1},
	} {
		if due, ok := f.ReviewDue(); !ok || due != want {
			t.Errorf("%+v is due %s (%v), want %s", f, due, ok, want)
		}
	}
	for _, f := range []Fact{{}, {Type: Phone}, {Type: Phone, Checked: "21.11.2026"}, {Type: "unheard", Checked: "2026-11-21"}} {
		if due, ok := f.ReviewDue(); ok || due != "" {
			t.Errorf("%+v is due %s", f, due)
		}
	}
	for _, typ := range factTypes {
		if typ.ReviewDays() == 0 {
			t.Errorf("%s has no interval", typ)
		}
	}
}
