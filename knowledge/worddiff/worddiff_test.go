package worddiff

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// marked writes a difference in one line: [-gone-][+arrived+].
func marked(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		switch p.Op {
		case Equal:
			b.WriteString(p.Text)
		case Insert:
			b.WriteString("[+" + p.Text + "+]")
		case Delete:
			b.WriteString("[-" + p.Text + "-]")
		}
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	for _, c := range []struct{ name, old, now, want string }{
		{"nothing", "", "", ""},
		{"the same", "您好。", "您好。", "您好。"},
		{"a new text", "", "您好。", "[+您好。+]"},
		{"no text left", "您好。", "", "[-您好。-]"},

		{"a number", "请拨打12378投诉。", "请拨打12379投诉。", "请拨打[-12378-][+12379+]投诉。"},
		{"a number with hyphens", "Call 400-800-1234 now.", "Call 400-800-1235 now.", "Call [-400-800-1234-][+400-800-1235+] now."},
		{"a time", "9点，09:00–17:00。", "9点，09:00–17:30。", "9点，09:00–[-17:00-][+17:30+]。"},
		{"a percentage", "年利率24%以上", "年利率15.4%以上", "年利率[-24%-][+15.4%+]以上"},
		{"a placeholder", "马上拨{police-110.phone}。", "马上拨{police-110.sms}。", "马上拨[-{police-110.phone}-][+{police-110.sms}+]。"},
		{"no placeholder", "a {b", "a {c", "a {[-b-][+c+]"},

		{"a Chinese word", "催收人不得威胁您的家人。", "催收人不得骚扰您的家人。", "催收人不得[-威胁-][+骚扰+]您的家人。"},
		{"words with a character in common", "如果发现问题，请投诉。", "如果发生问题，请举报。", "如果[-发现-][+发生+]问题，请[-投诉-][+举报+]。"},
		{"a clause put in", "保留截图。", "保留截图和录音。", "保留截图[+和录音+]。"},
		{"a clause left out", "先报警，再告诉家人。", "先报警。", "先报警[-，再告诉家人-]。"},
		{"characters in common by chance", "他说要把事情闹大。", "对方说会到单位里闹。", "[-他说要把事情闹大-][+对方说会到单位里闹+]。"},
		{"an office", "请找国家金融监督管理总局。", "请找中国人民银行。", "请找[-国家金融监督管理总局-][+中国人民银行+]。"},
		{"two far apart", "周一到周五上班，节假日不接电话，请提前准备材料。", "周一到周六上班，节假日不接电话，请提前准备证据。", "周一到周[-五-][+六+]上班，节假日不接电话，请提前准备[-材料-][+证据+]。"},

		{"a sentence put in", "先别慌。保存短信。", "先别慌。欠款是民事。保存短信。", "先别慌。[+欠款是民事。+]保存短信。"},
		{"a sentence that moved", "先截图。再报警。然后告诉家人。", "先报警。然后告诉家人。再截图。", "先[-截图。再-]报警。然后告诉家人。[+再截图。+]"},
		{"a line that moved", "1. 保存所有短信和通话记录。\n2. 带上身份证去派出所。\n3. 要一张回执。\n", "2. 带上身份证去派出所。\n3. 要一张回执。\n1. 保存所有短信和通话记录。\n",
			"[-1. 保存所有短信和通话记录。\n-]2. 带上身份证去派出所。\n3. 要一张回执。\n[+1. 保存所有短信和通话记录。\n+]"},

		{"a list that is numbered anew", "1. 先报警。\n2. 带身份证、手机。\n3. 要一张回执。", "1. 先报警。\n2. 写下经过。\n3. 带身份证、手机。\n4. 要一张回执。",
			"1. 先报警。\n2. [+写下经过。\n3. +]带身份证、手机。\n[-3-][+4+]. 要一张回执。"},

		{"an English word", "They may not call your family.", "They may not visit your family.", "They may not [-call-][+visit+] your family."},
		{"a word put in", "Call the police.", "Call the local police.", "Call the [+local +]police."},
		{"an apostrophe", "You don't owe it.", "You didn't owe it.", "You [-don't-][+didn't+] owe it."},
		{"words in common by chance", "Send the form to the bank by post.", "Ask a lawyer at the nearest office.", "[-Send the form to the bank by post-][+Ask a lawyer at the nearest office+]."},
		{"a space between changes", "Register at once, or say why not. A case is decided.", "Register at once, or tell them in writing why not. They decide a case.",
			"Register at once, or [-say why not. A case is decided-][+tell them in writing why not. They decide a case+]."},
		{"a space beside a change", "Please say why. A case like this one is closed.", "Please say why. Then a case like this one is closed.", "Please say why. [-A-][+Then a+] case like this one is closed."},
		{"an English sentence left out", "Stay calm. Do not pay. Save the message.", "Stay calm. Save the message.", "Stay calm. [-Do not pay. -]Save the message."},

		{"a Spanish word", "No pague la comisión.", "No pague la tarifa.", "No pague la [-comisión-][+tarifa+]."},
		{"a Spanish question", "¿Le llaman de noche? Anote la hora.", "¿Le escriben de noche? Anote la hora.", "¿Le [-llaman-][+escriben+] de noche? Anote la hora."},
		{"an accent of its own", "Llame ma\u0301s tarde.", "Llame mas tarde.", "Llame [-ma\u0301s-][+mas+] tarde."},
		{"an emoji", "好👍🏻。", "好👍🏽。", "好[-👍🏻-][+👍🏽+]。"},
		{"a space at the end of a line", "您好。 \n再见。", "您好。\n再见。", "您好。[- -]\n再见。"},
		{"no UTF-8", "a\xffb", "a\xfeb", "a[-\xff-][+\xfe+]b"},
	} {
		if got := marked(Diff(c.old, c.now)); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
		check(t, c.old, c.now)
		check(t, c.now, c.old)
	}
}

// check asks for what Diff promises of any two texts.
func check(t *testing.T, old, now string) {
	t.Helper()
	var before, after strings.Builder
	pieces := Diff(old, now)
	for i, p := range pieces {
		if p.Text == "" || i > 0 && (p.Op == pieces[i-1].Op || p.Op == Delete && pieces[i-1].Op == Insert) {
			t.Fatalf("%q, %q: piece %d of %q", old, now, i, marked(pieces))
		}
		if p.Op != Insert {
			before.WriteString(p.Text)
		}
		if p.Op != Delete {
			after.WriteString(p.Text)
		}
	}
	if before.String() != old || after.String() != now {
		t.Fatalf("%q, %q: the pieces give %q, %q", old, now, before.String(), after.String())
	}
}

// TestDiffBounded: no text takes long, however it was made.
func TestDiffBounded(t *testing.T) {
	fill := func(unit string, size int) string { return strings.Repeat(unit, size/len(unit)+1)[:size] }
	texts := map[string][2]string{}
	for name, size := range map[string]int{"4 KiB": 4 << 10, "64 KiB": 64 << 10} {
		texts["nothing in common, "+name] = [2]string{fill("ab,", size), fill("12;", size)}
		texts["marks alone, "+name] = [2]string{fill(".!", size), fill("!?.", size)}
		texts["sentences of one mark, "+name] = [2]string{fill("。！", size-size%3), fill("！？。", size-size%3)}
		texts["words in turn, "+name] = [2]string{fill("a b c ", size), fill("c a d ", size)}
		texts["braces, "+name] = [2]string{fill("{", size), fill("{}", size)}
		texts["marks of accents, "+name] = [2]string{fill("e\u0301", size), fill("\u0301", size)}
		texts["every sentence changed, "+name] = [2]string{fill("He called 1 time at 9. ", size), fill("She wrote 2 times at 8. ", size)}
	}
	for name, c := range texts {
		start := time.Now()
		check(t, c[0], c[1])
		if took := time.Since(start); took > 20*time.Second { // a tenth of a second, but for the race detector
			t.Errorf("%s took %s", name, took)
		} else if testing.Verbose() {
			t.Logf("%s: %s", name, took)
		}
	}
}

func TestWordList(t *testing.T) {
	for w := range words {
		if n := utf8.RuneCountInString(w); n < 2 || n > longestWord || strings.ContainsFunc(w, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			t.Errorf("%q is no word of 2 to %d Chinese characters", w, longestWord)
		}
	}
}

func FuzzDiff(f *testing.F) {
	for _, c := range [][2]string{
		{"请拨打12378投诉。", "请拨打12379举报！"}, {"Call {a.b} now.\n", "Call {a.c}, please.\n\n"}, {"¿Qué?", "¿Que\u0301?"},
		{"a\xff。b", "\xfea。"}, {"先截图。再报警。", "再报警。先截图。"}, {"👍🏻\u200d", "\u200d👍"}, {"1.2.3", "1.2."},
	} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, old, now string) {
		if len(old)+len(now) > 4<<10 {
			t.Skip("TestDiffBounded has long ones")
		}
		check(t, old, now)
	})
}

func BenchmarkDiff(b *testing.B) {
	old := strings.Repeat("您可以拨打12378投诉，也可以写信。They may not call your family at night. ", 40)
	now := strings.NewReplacer("12378", "12379", "family", "friends", "写信", "上门").Replace(old)
	for b.Loop() {
		Diff(old, now)
	}
}
