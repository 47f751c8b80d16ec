package knowledge

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestDiffOfEqualBases(t *testing.T) {
	if changes := Diff(draftOfBase(), draftOfBase()); len(changes) > 0 {
		t.Error(changes)
	}
	var b strings.Builder
	if err := PrintChanges(&b, nil); err != nil || b.Len() > 0 {
		t.Errorf("%v %q", err, b.String())
	}
}

func TestDiff(t *testing.T) {
	const before = `id: x
kind: channel
order: 10
name: {zh: "热线{.phone}", en: Line, es: Línea}
text:
  zh: |
    拨{.phone}。

    1. 先投诉。
    2. 再打。
  en: One line.
  es: "Una línea.\n"
channels: [a, b]
phrases:
  zh: [热线, 电话]
  en: [line]
facts:
  hours: {type: hours, values: {zh: 白天, en: daytime, es: de día}, open: {days: daily, from: "09:00", to: "17:00"}}
  phone: {type: phone, value: "110", sources: [A], checked: 2026-11-21}
  next: {type: phone, value: "1", later: [{from: 2027-01-01, value: "2"}, {from: 2027-02-01, value: "3", sources: [A]}, {from: 2027-02-01, value: "4"}]}
  sms: {type: phone, value: "12110"}
checked: 2026-11-21
`
	after := strings.NewReplacer("order: 10\n", "", "Name", "", "en: Line,", "en: Hotline,", "    2. 再打。\n", "    2. 再打电话。\n    3. 等。\n",
		"channels: [a, b]", "channels: [b, a]", "[热线, 电话]", "[电话, 求助, 热线]", "en: [line]", "es: [línea]", `"110", sources: [A]`, `"120", sources: [A, B]`,
		"  sms: {type: phone, value: \"12110\"}", "  web: {type: url, value: \"https://example.org\"}", "to: \"17:00\"", "to: \"18:00\"",
		`2027-01-01, value: "2"`, `2027-01-15, value: "2", open: {days: daily}`, `value: "3", sources: [A]`, `value: "33", sources: [B]`, `value: "4"`, `values: {zh: 四}`, "checked: 2026-11-21\n", "checked: 2026-11-22\nsay: {zh: 你好}\n").Replace(before)
	const want = `+ right new: 新 / New
- right old: 旧
~ channel x
    order: 10 → (none)
    name [en]: Line → Hotline
    text [zh]:
      - 2. 再打。
      + 2. 再打电话。
      + 3. 等。
    say [zh]: (none) → 你好
    channels: [a, b] → [b, a]
    phrases [zh]: (none) → [求助]
    phrases [en]: [line] → (none)
    phrases [es]: (none) → [línea]
    facts.hours.open.to: 17:00 → 18:00
    - facts.next.later.2027-01-01: 2
    + facts.next.later.2027-01-15: 2
    facts.next.later.2027-02-01.value: 3 → 33
    facts.next.later.2027-02-01.sources: [A] → [B]
    facts.next.later.2027-02-01 (2).value: 4 → (none)
    facts.next.later.2027-02-01 (2).values [zh]: (none) → 四
    facts.phone.value: 110 → 120
    facts.phone.sources: [A] → [A, B]
    - facts.sms: phone 12110
    + facts.web: url https://example.org
    checked: 2026-11-21 → 2026-11-22
~ source A
    tier: C → B
+ source B: Second
1 added, 1 removed, 1 changed; sources: 1 added, 0 removed, 1 changed
`
	a := draft(t, map[string]string{"channel/x.yaml": before, "old.yaml": "id: old\nkind: right\nname: {zh: 旧}\n", "sources.yaml": "A: {tier: C, title: First}\n"})
	b := draft(t, map[string]string{"other/x.yaml": after, "new.yaml": "id: new\nkind: right\nname: {zh: 新, en: New, es: New}\n",
		"sources.yaml": "A: {tier: B, title: First}\nB: {tier: A, title: Second}\n"})
	for range 5 {
		var out strings.Builder
		if err := PrintChanges(&out, Diff(a, b)); err != nil || out.String() != want {
			t.Fatalf("%v got\n%s\nwant\n%s", err, out.String(), want)
		}
	}
}

func draft(t *testing.T, files map[string]string) *Draft {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(data)}
	}
	d, ps := Read(fsys)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return d
}

func TestChangedLines(t *testing.T) {
	for _, c := range []struct{ old, now, want string }{
		{"a\nb\nc\n", "a\nc\n", "- b\n"},
		{"a\nc\n", "a\nb\nc\n", "+ b\n"},
		{"a\nb\nc\nd\n", "x\nb\nc\ny\n", "- a\n+ x\n- d\n+ y\n"},
		{"a\nb\n", "a\nb", "+ \\ no line end\n"},
		{"", "a\nb\n", "+ a\n+ b\n"},
		{"a\n \x1b[2J\n", "a\n", "- \" \\x1b[2J\"\n"},
		{"a\n\nb\n", "a\nb\n", "- \n"},
	} {
		if got := strings.ReplaceAll(changedLines(c.old, c.now), "      ", ""); got != c.want {
			t.Errorf("%q to %q: %q, want %q", c.old, c.now, got, c.want)
		}
	}
	long := strings.Repeat("a\n", 5000)
	if got := changedLines(long+"b\n", strings.Repeat("c\n", 5000)); strings.Count(got, "\n") != 10001 {
		t.Errorf("long texts: %d lines", strings.Count(got, "\n"))
	}
}
