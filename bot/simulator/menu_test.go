package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"zhilu/bot/simulator"
)

func buttons(list ...string) string { return `{"button":[` + strings.Join(list, ",") + `]}` }

func click(name, key string) string {
	return `{"name":"` + name + `","type":"click","key":"` + key + `"}`
}

func parent(name string, sub ...string) string {
	return `{"name":"` + name + `","sub_button":[` + strings.Join(sub, ",") + `]}`
}

func TestMenuLimits(t *testing.T) {
	c, _ := api(t, simulator.Config{})
	many := func(n int, s string) []string { return strings.Split(strings.Repeat(s+"|", n-1)+s, "|") }
	view := func(url string) string { return `{"name":"a","type":"view","url":"` + url + `"}` }
	a := click("a", "k")
	for body, errcode := range map[string]int{
		`[]`:                                        47001,
		buttons():                                   40016,
		buttons(many(3, a)...):                      0,
		buttons(many(4, a)...):                      40016,
		buttons(parent("a", many(5, a)...)):         0,
		buttons(parent("a", many(6, a)...)):         40023,
		buttons(parent("a", parent("b", a))):        40023,
		buttons(click("", "k")):                     40018,
		buttons(click(strings.Repeat("长", 5), "k")): 0,
		buttons(click(strings.Repeat("长", 6), "k")): 40018,
		buttons(parent("a", click(strings.Repeat("长", 20), "k"))):                                                  0,
		buttons(parent("a", click(strings.Repeat("长", 21), "k"))):                                                  40025,
		buttons(click("a", strings.Repeat("k", 128))):                                                              0,
		buttons(click("a", strings.Repeat("k", 129))):                                                              40019,
		buttons(parent("a", click("a", strings.Repeat("k", 129)))):                                                 40026,
		buttons(view("https://example.invalid/" + strings.Repeat("u", 1000))):                                      0,
		buttons(view("https://example.invalid/" + strings.Repeat("u", 1001))):                                      40020,
		buttons(parent("a", view(strings.Repeat("u", 1025)))):                                                      40027,
		buttons(view("ftp://example.invalid/")):                                                                    40055,
		buttons(parent("a", view("x"))):                                                                            40054,
		buttons(`{"name":"a","type":"dance"}`):                                                                     40017,
		buttons(parent("a", `{"name":"a"}`)):                                                                       40024,
		buttons(`{"name":"a","type":"media_id"}`):                                                                  40007,
		buttons(`{"name":"a","type":"article_id","article_id":"x"}`):                                               0,
		buttons(`{"name":"a","type":"miniprogram","url":"https://example.invalid/","appid":"wx1","pagepath":"p"}`): 0,
		buttons(`{"name":"a","type":"miniprogram","url":"https://example.invalid/"}`):                              40017,
	} {
		want(t, body[:min(len(body), 100)], c.call(create, body), errcode)
	}
}

func TestMenuRoundTrip(t *testing.T) {
	c, _ := api(t, simulator.Config{})
	get := func() map[string]any { return c.get("/cgi-bin/menu/get?access_token=" + c.token) }
	conditional := func(rule string) map[string]any {
		return c.do("POST", "/cgi-bin/menu/addconditional?access_token="+c.token,
			`{"button":[`+click("Ayuda", "k")+`],"matchrule":`+rule+`}`)
	}
	want(t, "no menu", code(get()), 46003)
	want(t, "conditional before the default", code(conditional(`{"tag_id":"2"}`)), 65303)
	want(t, "create", c.call(create, buttons(click("帮助 & 维权", "HELP"))), 0)
	want(t, "by language", code(conditional(`{"language":"es","tag_id":"2"}`)), 65320)
	want(t, "empty rule", code(conditional(`{}`)), 65304)
	if out := conditional(`{"tag_id":2,"language":""}`); out["menuid"] != "2" {
		t.Errorf("addconditional = %v", out)
	}
	raw, _ := json.Marshal(get())
	for _, want := range []string{`"name":"帮助 \u0026 维权"`, `"name":"Ayuda"`, `"tag_id":2`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("menu/get lacks %s: %s", want, raw)
		}
	}
	want(t, "delete", code(c.get("/cgi-bin/menu/delete?access_token="+c.token)), 0)
	want(t, "after delete", code(get()), 46003)
}
