package people

import (
	"strings"
	"testing"
)

func TestStrong(t *testing.T) {
	for password, reason := range map[string]string{
		"":                       "short",
		"Kw7?x-2":                "short",
		"春眠不觉晓处处":                "short",
		strings.Repeat("界x", 65): "long",
		"abc\xff\xfedefgh":       "encoding",
		"aaaaaaaaaaaaaaaa":       "repeat",
		"xk7xk7xk7xk7":           "repeat",
		"xk7xk7xk7x":             "repeat",
		"ababbaab":               "repeat",
		"哈哈哈哈哈哈哈哈哈":              "repeat",
		"12345678":               "sequence",
		"１２３４５６７８":               "sequence",
		"987654321":              "sequence",
		"abcdefgh":               "sequence",
		"qwertyuiop":             "sequence",
		"poiuytrewq123":          "sequence",
		"1qaz2wsx":               "sequence",
		"!QAZ@WSX":               "sequence",
		"aaa111bbbccc":           "sequence",
		"147258369":              "sequence",
		"19901231":               "digits",
		"13812345670":            "digits",
		"zw19901231":             "digits",
		"LYJ880808":              "digits",
		"a5201314":               "digits",
		"mei.lin1":               "login",
		"Mei.Lin2026":            "login",
		"nil.iem99":              "login",
		"wonderful1":             "login", // the name
		"zhilu2026":              "product",
		"Wechat!99":              "product",
		"指路指路指路12":               "product",
		"password":               "common",
		"PassWord1!":             "common",
		"P@ssw0rd":               "common",
		"P@$$w0rd2026":           "common",
		"drowssap1":              "common",
		"letmein!!!":             "common",
		"iloveyou2":              "common",
		"i love you":             "common",
		"Adm1n1strator":          "common",
		"woaini1314":             "common",
		"woaini520":              "common",
		"1314woaini":             "common",
		"zhangwei1990":           "common",
		"wangfang88":             "common",
		"beijing2008":            "common",
		"我的密码1314":               "common",
		"好好学习天天向上":               "common",
		"管理员123456":              "digits",
		"Contraseña1":            "common",
		"contrasena123":          "common",
		"teamomucho":             "common",
		"barcelona10":            "common",
		"colección deudas":       "", // words of ours, but two of them
		good:                     "",
		other:                    "",
		"床头的旧收音机还在响":             "",
		"correct battery hórse":  "",
		"Kw7?x-2p":               "",
		"7391 8826 4471 0053":    "",
		"tres tristes trigales":  "",
		"woainiwoainiKw7?x-2p":   "",
		"🐢🦉🌵🎻 von hier":          "",
		"   spaces around   ":    "",
	} {
		err := strong(password, "mei.lin", "Wonderful 林")
		got, _ := err.(ErrWeak)
		if got.Reason != reason {
			t.Errorf("%q: got %q, want %q", password, got.Reason, reason)
		}
	}
	if err := strong("xanaxdu-7", "an", "An"); err != nil {
		t.Errorf("a short login forbids half of all words: %v", err)
	}
	if n := len(common()); n < 1000 {
		t.Errorf("%d common ones", n)
	}
	for word := range common() {
		if word != strings.ToLower(normal(word)) {
			t.Errorf("%q is never found: the list is in lower case and NFKC", word)
		}
	}
}

// TestRehash: a password hashed with other parameters is hashed anew when its owner signs in.
func TestRehash(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Viewer)
		stored := func() string { return must(w.fetch(ctx, w.rdb, "ana"))(t).Hash }
		before := stored()
		w.signIn("ana")
		if stored() != before {
			t.Error("hashed anew for nothing")
		}
		w.hasher = newHasher(cost{memory: 64, passes: 2, threads: 1})
		wantErr(t, w.guess("ana", home), ErrWrong)
		if stored() != before {
			t.Error("hashed anew for a wrong password")
		}
		w.signIn("ana")
		if after := stored(); !strings.HasPrefix(after, "$argon2id$v=19$m=64,t=2,p=1$") {
			t.Errorf("still %.30s", after)
		}
		w.hasher = newHasher(cost{memory: 96, passes: 1, threads: 1})
		for _, err := range atOnce(4, func(int) error { _, _, err := w.SignIn(ctx, "ana", good, home, agent); return err }) {
			ok(t, err) // one of them hashed it anew under the others
		}
	})
}

// TestHashFigures: what is stored says what it cost, and absurd figures are not computed.
func TestHashFigures(t *testing.T) {
	if c := New(nil, secret, nil).hasher.cost; c != standard || c.memory < 19*1024 || c.passes < 2 {
		t.Errorf("%+v is weaker than promised", standard)
	}
	h := newHasher(cheap)
	stored := must(h.hash(ctx, good, make([]byte, saltSize)))(t)
	if yes := must(h.matches(ctx, stored, good))(t); !yes {
		t.Error("the right password is wrong")
	}
	for _, bad := range []string{"", "$", strings.Replace(stored, "m=32", "m=99999999", 1), strings.Replace(stored, "t=1", "t=4000000000", 1),
		strings.Replace(stored, "argon2id", "argon2i", 1), strings.Replace(stored, "p=1", "p=0", 1), stored + "$", strings.TrimSuffix(stored, stored[len(stored)-8:])} {
		before := h.runs.Load()
		if yes := must(h.matches(ctx, bad, good))(t); yes || h.runs.Load() != before+1 {
			t.Errorf("%q matches, or is other work", bad)
		}
	}
	if yes := must(h.matches(ctx, h.dummy, ""))(t); yes {
		t.Error("somebody has the dummy's password")
	}
}
