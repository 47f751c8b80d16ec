package knowledge

import (
	"maps"
	"strings"

	"github.com/longbridgeapp/opencc"
)

// traditional is what a reader of Traditional Chinese gets in the place of r: the Chinese
// texts, names and facts in Traditional characters. It serves Words alone and holds no more
// than they need. Stays as it is what a person must find or type character for character
// (see kept), and the sentences of phrase cards, which people on the mainland are to read.
//
// It takes about 0.14 s, most of it for the dictionaries, which are let go of again: it is
// made when the first writer of Traditional Chinese comes, and then kept with the release.
func (r *Release) traditional() *Release {
	t := newTraditional()
	out := &Release{ID: r.ID, Calendar: r.Calendar, Sources: map[string]Source{}, items: map[ID]*Item{}}
	for id, s := range r.Sources {
		s.Title = t.text(s.Title)
		out.Sources[id] = s
	}
	out.Provinces.ByCode = map[string]Province{}
	for code, p := range r.Provinces.ByCode {
		p.Name.Zh, p.Short = t.text(p.Name.Zh), t.text(p.Short)
		out.Provinces.ByCode[code] = p
	}
	for id, i := range r.items {
		out.items[id] = t.item(*i)
	}
	return out
}

// kept reports whether facts of a type stay in the characters in which they are written: names
// of accounts and menus to look for, texts to send, addresses, numbers.
func (f FactType) kept() bool { return f == Place || f == Code || f == URL || f == Phone }

// traditional converts one text at a time. The characters are those of Taiwan (裡, 為, 著),
// which readers in Hong Kong know as well; the words stay those of the mainland, since the
// reader will meet them there.
type traditional struct {
	cc    *opencc.OpenCC
	usual *strings.Replacer
}

// usualForms correct what OpenCC gives, in pairs. Of two forms it takes the one that both
// Taiwan and Hong Kong write (台, 布). It divides text into the longest words it knows, and
// finds words where there are none (別隻, 金髮): a rarer sense stands here with the word in
// which it is meant, before the character that is meant otherwise.
var usualForms = []string{
	"臺", "台", "佈", "布",
	"頭髮", "頭髮", "髮", "發",
	"一隻", "一隻", "隻", "只",
	"標籤", "標籤", "籤", "簽",
	"金里", "金裡", "迴音", "回音", "點贊", "點讚",
}

func newTraditional() traditional {
	cc, err := opencc.New("s2tw")
	if err != nil { // the dictionaries are embedded in the library
		panic(err)
	}
	return traditional{cc, strings.NewReplacer(usualForms...)}
}

func (t traditional) text(s string) string {
	out, err := t.cc.Convert(s)
	if err != nil {
		return s // better in the other script than not at all
	}
	return t.usual.Replace(out)
}

func (t traditional) item(i Item) *Item {
	for _, field := range []*tri{&i.name, &i.short, &i.text, &i.other, &i.call, &i.near} {
		field[langIndex(ZhHant)] = t.template(field[langIndex(ZhHant)])
	}
	i.Facts = maps.Clone(i.Facts)
	for name, f := range i.Facts {
		i.Facts[name] = t.fact(f)
	}
	return &i
}

func (t traditional) template(in template) template {
	out := append(template(nil), in...)
	for n := range out {
		out[n].lit = t.text(out[n].lit)
	}
	return out
}

func (t traditional) fact(f Fact) Fact {
	if f.Type.kept() {
		return f
	}
	f.Value, f.Values.Zh = t.text(f.Value), t.text(f.Values.Zh)
	f.Later = append([]Later(nil), f.Later...)
	for n := range f.Later {
		l := &f.Later[n]
		l.Value, l.Values.Zh = t.text(l.Value), t.text(l.Values.Zh)
	}
	return f
}
