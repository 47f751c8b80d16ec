package console

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"text/template/parse"
	"time"

	"zhilu/knowledge"
)

// pages are the templates, one set a language: a language bound to a shared template would
// show one person's to another. A page is parsed when somebody opens it for the first time: all of
// them would take more memory than the bot beside them. Safe for concurrent use.
type pages struct {
	files  fs.FS
	common map[knowledge.Lang]*template.Template // never executed, only cloned
	own    map[string]string                     // file of each page, by name

	mu   sync.Mutex
	made map[knowledge.Lang]map[string]*template.Template
}

// shared says which files of the folder are in every page.
func shared(name string) bool {
	return name == "layout.html" || strings.HasPrefix(name, "parts")
}

// readPages finds the pages, and each text, field and file that a template names and nobody wrote.
func readPages(files fs.FS, dir string, w words, s static) (*pages, error) {
	names, err := fs.Glob(files, dir+"/*.html")
	if err != nil {
		return nil, err
	}
	p := &pages{files: files, common: map[knowledge.Lang]*template.Template{}, own: map[string]string{}, made: map[knowledge.Lang]map[string]*template.Template{}}
	var common []string
	for _, n := range names {
		if shared(path.Base(n)) {
			common = append(common, n)
		} else {
			p.own[strings.TrimSuffix(path.Base(n), ".html")] = n
		}
	}
	for _, lang := range knowledge.AnswerLangs {
		if p.common[lang], err = template.New("layout.html").Funcs(funcs(lang, w, s)).Option("missingkey=error").ParseFS(files, common...); err != nil {
			return nil, err
		}
		p.made[lang] = map[string]*template.Template{}
	}
	var faults []error
	for name, file := range p.own { // in one language: what is named is the same in all
		page, err := p.parse(knowledge.ZhHans, name)
		if err != nil {
			return nil, err
		}
		faults = append(faults, missing(page, path.Base(file), w)...)
	}
	return p, errors.Join(faults...)
}

func (p *pages) parse(lang knowledge.Lang, page string) (*template.Template, error) {
	return template.Must(p.common[lang].Clone()).ParseFS(p.files, p.own[page])
}

// get gives the template of a page.
func (p *pages) get(lang knowledge.Lang, page string) (*template.Template, error) {
	if p.own[page] == "" || p.common[lang] == nil {
		return nil, fmt.Errorf("no template %q", page)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.made[lang][page]
	if t != nil {
		return t, nil
	}
	t, err := p.parse(lang, page)
	p.made[lang][page] = t
	return t, err
}

// write makes a page.
func (p *pages) write(out io.Writer, lang knowledge.Lang, page string, v *view) error {
	t, err := p.get(lang, page)
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(out, "layout.html", v)
}

// funcs are what templates may call, besides what html/template brings.
func funcs(lang knowledge.Lang, w words, s static) template.FuncMap {
	return template.FuncMap{
		"t": func(key string, args ...any) (string, error) { // a text
			if _, ok := w[key]; !ok {
				return "", fmt.Errorf("no text %q", key)
			}
			return w.say(lang, key, args...), nil
		},
		"asset":   s.path,                                                     // the address of a static file
		"number":  func(n any) string { return w.text(lang, n) },              // 12,345
		"percent": func(share float64) string { return percent(lang, share) }, // 0.25 → 25%
		"day":     func(t time.Time) string { return day(lang, t) },           // 3 Aug 2026
		"when":    func(t time.Time) string { return when(lang, t) },          // 3 Aug 2026, 14:05
		"iso":     func(t time.Time) string { return t.In(knowledge.Beijing).Format(time.RFC3339) },
		"input":   newInput,
		"option":  func(value, text string) option { return option{value, text} },
		"options": func(o ...option) []option { return o },
		"list":    func(a ...any) []any { return a },
		"none":    func() field { return field{} }, // a field that nobody filled in
	}
}

// missing finds the texts that a page names as a literal and that do not exist.
func missing(page *template.Template, file string, w words) []error {
	var faults []error
	for _, t := range page.Templates() {
		if t.Tree == nil {
			continue
		}
		for _, key := range keysIn(t.Tree.Root) {
			if _, ok := w[key]; !ok {
				faults = append(faults, fmt.Errorf("%s: no text %q", file, key))
			}
		}
	}
	return faults
}

// keysIn gives the keys of texts in a template: the first argument of t, and label=… and
// hint=… of a field.
func keysIn(n parse.Node) []string {
	var keys []string
	walk(n, func(n parse.Node) {
		cmd, ok := n.(*parse.CommandNode)
		if !ok || len(cmd.Args) < 2 {
			return
		}
		switch id, _ := cmd.Args[0].(*parse.IdentifierNode); {
		case id == nil:
		case id.Ident == "t":
			if s, ok := cmd.Args[1].(*parse.StringNode); ok {
				keys = append(keys, s.Text)
			}
		case id.Ident == "input":
			for _, a := range cmd.Args[1:] {
				if s, ok := a.(*parse.StringNode); ok {
					if k, v, _ := strings.Cut(s.Text, "="); k == "label" || k == "hint" {
						keys = append(keys, v)
					}
				}
			}
		}
	})
	return keys
}

// walk visits every node of a template.
func walk(n parse.Node, visit func(parse.Node)) {
	branch := func(b *parse.BranchNode) {
		walk(b.Pipe, visit)
		walk(b.List, visit)
		walk(b.ElseList, visit)
	}
	visit(n)
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				walk(c, visit)
			}
		}
	case *parse.ActionNode:
		walk(n.Pipe, visit)
	case *parse.TemplateNode:
		walk(n.Pipe, visit)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				walk(c, visit)
			}
		}
	case *parse.CommandNode:
		for _, a := range n.Args {
			walk(a, visit)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	}
}
