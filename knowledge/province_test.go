package knowledge

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestProvince: what names a province in a message, and what only looks like it.
func TestProvince(t *testing.T) {
	for text, want := range map[string]string{
		"广东": "44", "廣東省": "44", "我在广东": "44", "Guangdong": "44", "guang dong": "44", "Cantón": "44", "canton": "44", "粤": "44",
		"广州": "44", "深圳": "4403", "广东省深圳市": "4403", "深圳, 广东": "4403", "成都": "51", "Chengdu": "51", "杭州市": "33",
		"Peking": "11", "Pekín": "11", "estoy en Pekín": "11", "内蒙古自治区": "15", "Inner Mongolia": "15", "Mongolia Interior": "15",
		"Tíbet": "54", "Xi'an": "61", "Xi’an": "61", "xian": "61", "Shaanxi": "61", "陕西": "61", "山西": "14", "Shanxi (山西)": "14",
		"吉林市": "22", "天津市河北区": "12", "上海南站": "31", "广东12345怎么打": "44", "他们说我在广东欠钱": "44", "I live in Guangdong, they call my boss": "44",
		"vivo en Cantón y me amenazan": "44", "我是河南人": "41", "四川的金融局在哪": "51", "新疆那边": "65", "我在西安全家都被骚扰": "61",

		"": "", "12378": "", "44": "", "4403": "", "香港": "", "shanxi": "", "taizhou": "", "广东和湖南": "",
		"黄河南岸": "", "把钱变成都没了": "", "这么大连环电话": "", "东西安全吗": "", "北京银行催我": "", "Bank of Beijing calls me": "", "Beijing Bank": "",
		"北京时间22:00": "", "河南路5号": "", "北京市朝阳区法院传票": "", "上海市公安局找我": "", "广东的号码打来": "", "归属地是河南的电话": "",
		"hunanese": "", "xguangdong": "", "guangdongese": "", "平安阳光": "", "沟通化解": "", "非常熟悉": "", "确保定期还": "", "晚上饶了我": "",
	} {
		p, _ := embeddedRelease().Province(text)
		if p.Code != want || want != "" && p.Short == "" {
			t.Errorf("%q: %q %q, want %q", text, p.Code, p.Short, want)
		}
	}
}

// TestProvinceAlone: a message that says nothing else.
func TestProvinceAlone(t *testing.T) {
	for text, want := range map[string]bool{
		"广东": true, "我在广东。": true, "我是河南人": true, "我现在住在四川成都这边": true, "广东省深圳市": true, "in Guangdong province": true, "I'm in Chengdu, Sichuan": true,
		"estoy en la provincia de Hunan": true, "Wo zai Guangdong": true, "粤": true, "Shaanxi 陕西": true, "广东广东": true,
		"广东12345": false, "我在广东，他们威胁我": false, "Guangdong police": false, "广东银行": false, "shanxi": false, "": false, "我在": false, "广东 湖南": false, "广东44": false,
	} {
		if _, ok := embeddedRelease().Province(text); ok != want {
			t.Errorf("%q: %v", text, ok)
		}
	}
}

func TestUnsureProvinces(t *testing.T) {
	for text, want := range map[string]string{
		"shanxi": "14 61", "Shan Xi": "14 61", "I am in Shanxi": "14 61", "wo zai taizhou": "32 33",
		"山西": "", "they call me from shanxi all day": "", "shanxing": "", "": "",
	} {
		var codes []string
		for _, p := range embeddedRelease().UnsureProvinces(text) {
			codes = append(codes, p.Code)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestProvincesOfBase: the divisions of the mainland and the five cities; every name, alone,
// finds its own.
func TestProvincesOfBase(t *testing.T) {
	rel := embeddedRelease()
	codes := rel.Provinces.Codes()
	cities := slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return len(c) == 2 })
	if len(codes) != 36 || strings.Join(cities, " ") != "2102 3302 3502 3702 4403" {
		t.Errorf("%d provinces, with the cities %v", len(codes), cities)
	}
	for _, code := range codes {
		for _, name := range rel.Provinces.ByCode[code].names() {
			if p, ok := rel.Province(strings.TrimPrefix(name, "=")); !ok || p.Code != code {
				t.Errorf("%s: %q finds %q", code, name, p.Code)
			}
		}
	}
}

// TestNear: the line names the office of the province, in Chinese in every language.
func TestNear(t *testing.T) {
	rel := embeddedRelease()
	for _, e := range rel.All(Channel) {
		for _, l := range AnswerLangs {
			w := rel.In(l, time.Time{})
			for _, code := range rel.Provinces.Codes() {
				p, line := rel.Provinces.ByCode[code], w.Near(e.ID, code)
				if e.Local != strings.Contains(line, p.Short) || strings.ContainsAny(line, "{}") {
					t.Errorf("%s, %s, %s: %q", e.ID, l, code, line)
				}
			}
			if w.Near(e.ID, "") != "" || w.Near(e.ID, "99") != "" {
				t.Errorf("%s: a line without a province", e.ID)
			}
		}
	}
	if got := rel.In(En, time.Time{}).Near("nfra-branch", "44"); !strings.Contains(got, "Guangdong") || !strings.Contains(got, "国家金融监督管理总局广东监管局") {
		t.Error(got)
	}
	if got := rel.In(ZhHans, time.Time{}).Near("local-finance", "15"); !strings.Contains(got, "内蒙古自治区地方金融管理局") {
		t.Error(got)
	}
}

// TestProvincesFile: written in canonical form and read again it is the same, and a difference
// is named by province.
func TestProvincesFile(t *testing.T) {
	was := draftOfBase().Provinces
	data, err := encodeProvinces(was)
	if err != nil {
		t.Fatal(err)
	}
	now := draft(t, map[string]string{"provinces.yaml": string(data)}).Provinces
	if changes := diffProvinces(was, now); len(changes) > 0 {
		t.Error(changes)
	}
	p := now.ByCode["44"]
	p.Short, p.Aliases = "粤", append(p.Aliases, "羊城")
	now.ByCode["44"], now.Not = p, now.Not[1:]
	delete(now.ByCode, "65")
	var out strings.Builder
	if err := PrintChanges(&out, diffProvinces(was, now)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"~ provinces\n    not: [黄河南] → (none)\n", "~ province 44\n    short: 广东 → 粤\n    aliases: (none) → [羊城]\n", "~ province 65\n    name [zh]: 新疆维吾尔自治区 → (none)\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

// TestBaseWithoutProvinces: nothing is local then, and nothing breaks.
func TestBaseWithoutProvinces(t *testing.T) {
	d := *draftOfBase()
	d.Provinces = Provinces{}
	rel, ps := compile(&d, false, &checkedBefore)
	if len(ps.Errors()) > 0 {
		t.Fatal(ps.Errors())
	}
	if p, ok := rel.Province("我在广东"); ok || p.Code != "" || rel.In(En, time.Time{}).Near("nfra-branch", "44") != "" || rel.UnsureProvinces("shanxi") != nil {
		t.Errorf("%+v", p)
	}
}
