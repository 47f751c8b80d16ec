package knowledge

import (
	"strings"
	"testing"
	"time"

	"zhilu/knowledge/fold"
)

// TestTraditionalTexts: nothing that a writer of Traditional Chinese reads holds a character
// of Simplified writing alone, but what must be found or typed as it is; that is untouched.
func TestTraditionalTexts(t *testing.T) {
	rel := embeddedRelease()
	hant := rel.hant()
	check := func(where, s string) {
		t.Helper()
		for _, r := range s {
			if fold.Script(string(r)) < 0 {
				t.Errorf("%s: %q in %q is Simplified", where, r, s)
			}
		}
		for _, form := range []string{"臺", "裏", "爲", "佈", "髮", "隻", "籤", "鍾", "帳"} { // other forms of what we write, or of another word
			if strings.Contains(s, form) {
				t.Errorf("%s: %q in %q", where, form, s)
			}
		}
	}
	for id, i := range hant.items {
		from := rel.items[id]
		for n, field := range []*tri{&i.name, &i.short, &i.text, &i.other, &i.call, &i.near} {
			check(string(id), field[0].literal())
			was := []*tri{&from.name, &from.short, &from.text, &from.other, &from.call, &from.near}[n]
			if len(field[0].literal()) != len(was[0].literal()) || field[1].literal() != was[1].literal() || field[2].literal() != was[2].literal() {
				t.Errorf("%s: %q was %q", id, field[0].literal(), was[0].literal())
			}
		}
		for name, f := range i.Facts {
			all := []Fact{f}
			for _, l := range f.Later {
				all = append(all, Fact{Value: l.Value, Values: l.Values})
			}
			for n, now := range all {
				switch {
				case !f.Type.kept():
					check(string(id)+"."+name, now.Value+now.Values.Zh)
				case n == 0 && (now.Value != from.Facts[name].Value || now.Values != from.Facts[name].Values):
					t.Errorf("%s.%s became %q", id, name, now.Value+now.Values.Zh)
				}
			}
		}
		if i.Say != from.Say {
			t.Errorf("%s: the sentence for a phrase card was touched", id)
		}
	}
	for code, p := range hant.Provinces.ByCode {
		check(code, p.Short+p.Name.Zh)
	}
	for id, s := range hant.Sources {
		check(id, s.Title)
	}
}

// TestTraditionalWords looks at official names and at the words in which one Simplified
// character stands for several. The words are those of the mainland.
func TestTraditionalWords(t *testing.T) {
	c := newTraditional()
	for from, want := range map[string]string{
		"国家金融监督管理总局": "國家金融監督管理總局", "中国互联网金融协会": "中國互聯網金融協會", "中国人民银行征信中心": "中國人民銀行徵信中心",
		"金融消费者保护服务平台": "金融消費者保護服務平台", "全国12315平台": "全國12315平台", "电信用户申诉受理中心": "電信用戶申訴受理中心",
		"国家互联网信息办公室": "國家互聯網信息辦公室", "工业和信息化部": "工業和信息化部", "地方金融管理局": "地方金融管理局", "最高人民法院": "最高人民法院",
		"治安管理处罚法": "治安管理處罰法", "个人信息保护法": "個人信息保護法", "民法典": "民法典", "刑法": "刑法", "反有组织犯罪法": "反有組織犯罪法",
		"征信业管理条例": "徵信業管理條例", "信访工作条例": "信訪工作條例", "网络小额贷款": "網絡小額貸款", "互联网金融 贷后催收风控指引": "互聯網金融 貸後催收風控指引",
		"短信轰炸、软件、视频、手机": "短信轟炸、軟件、視頻、手機",
		"发短信，头发":        "發短信，頭髮", "以后，背后": "以後，背後", "这里，公里，本金里扣": "這裡，公里，本金裡扣", "若干，干涉，干净": "若干，干涉，乾淨",
		"别只看，只有一只": "別只看，只有一隻", "后台，台州": "後台，台州", "规范，范围": "規範，範圍", "征信，象征": "徵信，象徵", "制度，复制，强制": "制度，複製，強制",
		"系统，联系，关系": "系統，聯繫，關係", "恢复，重复，答复，复议": "恢復，重複，答覆，複議", "余额，其余": "餘額，其餘", "并且": "並且", "关于，等于": "關於，等於", "接着，照着念": "接著，照著念",
		"侵占，占线": "侵佔，佔線", "委托，信托": "委託，信託", "还款计划": "還款計劃", "采取，不采用": "採取，不採用", "收回，没有回音": "收回，沒有回音", "核对，核实": "核對，核實",
		"账号，转账": "賬號，轉賬", "签字，被骗签的": "簽字，被騙簽的", "公布，散布": "公布，散布", "粤办发〔2026〕、金发〔2026〕": "粵辦發〔2026〕、金發〔2026〕",
	} {
		if got := c.text(from); got != want {
			t.Errorf("%s becomes %s, want %s", from, got, want)
		}
	}
}

// TestTraditionalLabels: a label in Traditional characters, typed, is read as the Simplified
// one, and leads where that leads.
func TestTraditionalLabels(t *testing.T) {
	rel := embeddedRelease()
	hans, hant := rel.In(ZhHans, time.Time{}), rel.In(ZhHant, time.Time{})
	for id := range rel.items {
		a, b := hans.Name(id), hant.Name(id)
		if fold.Text(a) != fold.Text(b) || rel.Match(a).Label != rel.Match(b).Label {
			t.Errorf("%s: %q reads %q, %q reads %q", id, a, fold.Text(a), b, fold.Text(b))
		}
	}
	for code := range rel.Provinces.ByCode {
		if p, ok := rel.Province(hant.Province(code)); !ok || p.Code != code {
			t.Errorf("%s is not read as %s", hant.Province(code), code)
		}
	}
}

// BenchmarkTraditional is what the first writer of Traditional Chinese waits for.
func BenchmarkTraditional(b *testing.B) {
	rel := embeddedRelease()
	for b.Loop() {
		rel.traditional()
	}
}
