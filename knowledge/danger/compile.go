package danger

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Limits that keep a rule file from growing without anyone noticing.
const (
	maxGap      = 12    // units in a gap
	maxVariants = 20000 // texts that one class stands for
	maxChoices  = 500   // ways to read one rule
	maxClasses  = 60000 // classes and words, which have numbers of 16 bits
	near        = 40    // units between the parts of a pattern with "&"
)

// step is one element of a compiled sequence.
type step struct {
	class uint16
	gap   int32 // at most so many units before it
	far   bool
	start bool
	end   int32 // where not 0, the clause must end within end-1 units after it
}

// rule is one compiled pattern.
type rule struct {
	rank  int
	name  string
	parts [][]step
}

// set is a compiled group of rule files. It never changes.
type set struct {
	vocabulary *vocabulary
	trie       trie
	classes    int
	serious    []bool          // classes that rules of danger use
	rules      [ranks][][]rule // by rank, then by the rarest class of the rule
}

// The ranks of rules, in the order in which they are asked.
const (
	ordinaryUse = iota // hides what it covers from the others
	selfHarm
	violence
	maybeSelfHarm // self-harm, where there is no violence
	ranks
)

var rankOf = map[string]int{
	kindOrdinary: ordinaryUse, string(SelfHarm): selfHarm, string(Violence): violence, kindMaybe: maybeSelfHarm,
}

var kindOf = [ranks]Kind{selfHarm: SelfHarm, violence: Violence, maybeSelfHarm: SelfHarm}

// compiler gathers what the sections of one set say.
type compiler struct {
	lines    map[string][]line  // of each words section
	sets     map[string][][]key // the texts of each class expanded so far
	open     map[string]bool    // classes being expanded: finds circles
	classes  map[string]uint16  // numbers, by name with @ or by canonical text
	contents [][][]key
	rules    []rule
	faults   []error
}

// compile builds a set. The classes in known may be used and not be defined again; those of
// the new sections come back added to a copy of known.
func compile(all []section, known map[string][][]key) (*set, map[string][][]key, error) {
	c := &compiler{lines: map[string][]line{}, sets: map[string][][]key{}, open: map[string]bool{}, classes: map[string]uint16{}}
	for name, texts := range known {
		c.sets[name] = texts
	}
	for _, s := range all {
		if s.kind != kindWords {
			continue
		}
		if _, twice := c.lines[s.name]; twice || known[s.name] != nil || len(s.lines) == 0 {
			c.fault(fmt.Errorf("words %s: empty, or defined before", s.name))
		}
		c.lines[s.name] = s.lines
	}
	for name := range c.lines {
		c.class(name)
	}
	for _, s := range all {
		if s.kind != kindWords {
			c.section(s)
		}
	}
	if len(c.contents) > maxClasses {
		c.fault(fmt.Errorf("%d different texts and groups: at most %d", len(c.contents), maxClasses))
	}
	if len(c.faults) > 0 {
		return nil, nil, errors.Join(c.faults...)
	}
	s := c.set()
	if s.vocabulary.size > maxClasses {
		return nil, nil, fmt.Errorf("%d different words: at most %d", s.vocabulary.size, maxClasses)
	}
	return s, c.sets, nil
}

func (c *compiler) fault(err error) { c.faults = append(c.faults, err) }

// class gives all texts of a class, expanding it on first use.
func (c *compiler) class(name string) [][]key {
	if texts, ok := c.sets[name]; ok {
		return texts
	}
	lines, ok := c.lines[name]
	if !ok || c.open[name] {
		c.fault(fmt.Errorf("@%s: not defined, or defined by itself", name))
		return nil
	}
	c.open[name] = true
	var texts [][]key
	for _, l := range lines {
		alternatives, err := l.patterns()
		if err != nil {
			c.fault(err)
		}
		for _, p := range alternatives {
			if len(p) > 1 {
				c.fault(l.fault("a & among words"))
			}
			texts = append(texts, c.expand(l, p[0])...)
		}
	}
	if len(texts) > maxVariants {
		c.fault(fmt.Errorf("@%s stands for %d texts: at most %d", name, len(texts), maxVariants))
	}
	c.sets[name] = texts
	return texts
}

// expand gives every text that a sequence without gaps can be.
func (c *compiler) expand(l line, seq []element) [][]key {
	out := [][]key{nil}
	for _, e := range seq {
		if e.gap > 0 || e.start || e.end > 0 || e.mark {
			c.fault(l.fault("gaps, ^ and $ belong in rules, not among words"))
		}
		tails := c.texts(l, e)
		if len(out)*len(tails) > maxVariants {
			c.fault(l.fault("stands for more than %d texts", maxVariants))
			return nil
		}
		var next [][]key
		for _, tail := range tails {
			for _, head := range out {
				next = append(next, append(slices.Clip(head), tail...))
			}
		}
		out = next
	}
	return out
}

// texts gives every text that one element can be; the empty one if it is optional.
func (c *compiler) texts(l line, e element) [][]key {
	var out [][]key
	switch {
	case e.class != "":
		out = c.class(e.class)
	case e.group != nil:
		for _, alternative := range e.group {
			out = append(out, c.expand(l, alternative)...)
		}
	default:
		out = [][]key{keys(e.text)}
	}
	if e.optional {
		out = append(slices.Clip(out), nil)
	}
	return out
}

// number gives the class of a run of elements.
func (c *compiler) number(l line, run []element) uint16 {
	name := "@" + run[0].class
	if run[0].class != "" {
		if _, ok := c.classes[name]; ok {
			return c.classes[name]
		}
	}
	bare := slices.Clone(run)
	for i := range bare {
		bare[i].gap, bare[i].start, bare[i].end, bare[i].optional = 0, false, 0, false
	}
	texts := c.expand(l, bare)
	if run[0].class == "" {
		name = canonical(texts)
	}
	id, ok := c.classes[name]
	if !ok {
		id = uint16(len(c.contents))
		c.classes[name] = id
		c.contents = append(c.contents, texts)
		for _, text := range texts {
			if len(text) == 0 {
				c.fault(l.fault("an element of a rule that may be empty: put ? behind it"))
			}
		}
	}
	return id
}

func canonical(texts [][]key) string {
	var b strings.Builder
	for _, text := range texts {
		for _, k := range text {
			b.WriteString(k.text)
			if k.prefix {
				b.WriteByte('*')
			}
			if k.typos {
				b.WriteByte('~')
			}
			b.WriteByte(' ')
		}
		b.WriteByte('|')
	}
	return b.String()
}

// set numbers the vocabulary, builds the trie and files the rules.
func (c *compiler) set() *set {
	var all []key
	for _, texts := range c.contents {
		for _, text := range texts {
			all = append(all, text...)
		}
	}
	slices.SortFunc(all, func(a, b key) int { return cmp.Compare(a.text, b.text) })
	v := newVocabulary(all)
	s := &set{vocabulary: v, classes: len(c.contents), trie: newTrie(v.size)}
	for class, texts := range c.contents {
		for _, text := range texts {
			s.trie.add(text, v, uint16(class))
		}
	}
	for rank := range s.rules {
		s.rules[rank] = make([][]rule, s.classes)
	}
	s.serious = make([]bool, s.classes)
	for _, r := range c.rules {
		for _, part := range r.parts {
			for _, step := range part {
				s.serious[step.class] = s.serious[step.class] || r.rank != ordinaryUse
			}
		}
		by, class := s.rules[r.rank], c.rarest(r)
		by[class] = append(by[class], r)
	}
	return s
}

// rarest guesses which class of a rule stands in the fewest messages: the rule is looked at
// only when that class is there. Many texts are common, and so are short ones.
func (c *compiler) rarest(r rule) uint16 {
	best, class := 1<<30, uint16(0)
	for _, part := range r.parts {
		for _, s := range part {
			common := 0
			for _, text := range c.contents[s.class] {
				common += max(1, 1000>>(3*len(text)))
			}
			if common < best {
				best, class = common, s.class
			}
		}
	}
	return class
}
