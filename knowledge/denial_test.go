package knowledge

import "testing"

// TestDenial: what a message denies is not what it is about.
func TestDenial(t *testing.T) {
	for text, want := range map[string]ID{
		"不是催收短信,是广告":                                            "spam-sms",
		"没骂人,就是不停打电话":                                           "call-bombing",
		"no me amenazan, solo llaman mucho":                     "call-bombing",
		"they didn't threaten me, they just won't stop ringing": "call-bombing",
		"我没有被打,就是问问利息":                                          "usury",
	} {
		if got := embeddedRelease().Match(text).Label; got != want {
			t.Errorf("%q leads to %q, want %q", text, got, want)
		}
	}
}

// TestWordsOfTheIssue: what people type instead of menu numbers.
func TestWordsOfTheIssue(t *testing.T) {
	for text, want := range map[string][]ID{
		"他们给我妈打电话骂人还说要来我家": {"home-visit", "contacts", "threats"},
		"崔收天天打":                               {"call-bombing", "collection"},
		"me están quemando con mis contactos": {"contacts", "privacy"},
		"is it legal that they call my boss":  {TopicRights, "contacts"},
		"自称银保监会的人让我转账":                        {"impersonation", "scam"},
		"１ ２ ３ ７ ８ 打不通":                       {"nfra-12378"},
		"cuishou zenmeban":                    {"collection"},
	} {
		m := embeddedRelease().Match(text)
		ok := false
		for _, id := range want {
			ok = ok || m.Label == id
		}
		if !ok {
			t.Errorf("%q leads to %+v, want one of %v", text, m, want)
		}
	}
}
