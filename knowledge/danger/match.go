package danger

import (
	"cmp"
	"slices"
	"sort"
	"sync"
)

// span is where a text of a class stands: units from start up to end.
type span struct{ start, end int32 }

// scan is the working memory for one message. It is used again.
type scan struct {
	units units
	of    [][]span // by class, in order of start
	used  []uint16 // classes with spans
	hits  [2][]span
	from  int // where the second step of the sequence being matched begins to look

	covers []span  // ordinary uses, in order
	reach  []int32 // by unit: the first of them that can reach so far
}

// scans keeps working memory between messages; nothing of a message is read from it again.
var scans = sync.Pool{New: func() any { return new(scan) }}

// find reports the first rule of the set that a folded text meets, in the order of ranks.
// Ordinary uses can only take away, so they are looked for once some rule is met without.
func (s *set) find(text string) Finding {
	m := scans.Get().(*scan)
	defer scans.Put(m)
	m.units.split(text, s.vocabulary)
	m.collect(s)
	if m.first(s).Kind == None {
		return Finding{}
	}
	m.hide(s)
	return m.first(s)
}

// first gives the first rule that is met, in the order of ranks.
func (m *scan) first(s *set) Finding {
	for rank := ordinaryUse + 1; rank < ranks; rank++ {
		for _, class := range m.used {
			for i := range s.rules[rank][class] {
				if r := &s.rules[rank][class][i]; m.meets(r) {
					return Finding{kindOf[rank], r.name}
				}
			}
		}
	}
	return Finding{}
}

// collect finds every text of every class.
func (m *scan) collect(s *set) {
	for len(m.of) < s.classes {
		m.of = append(m.of, nil)
	}
	for _, class := range m.used {
		m.of[class] = m.of[class][:0]
	}
	m.used = m.used[:0]
	ids := m.units.ids
	for i, id := range ids {
		node := s.trie.roots[id]
		for j := i + 1; node != 0; j++ {
			for _, class := range s.trie.found[node] {
				if len(m.of[class]) == 0 {
					m.used = append(m.used, class)
				}
				m.of[class] = append(m.of[class], span{int32(i), int32(j)})
			}
			if j >= int(m.units.ends[i]) {
				break
			}
			node = s.trie.next[uint64(node)<<16|uint64(ids[j])]
		}
	}
}

// hide takes away what an ordinary use ("笑死") touches, unless it holds that use whole: the
// longer text says more.
func (m *scan) hide(s *set) {
	m.covers = m.covers[:0]
	for _, class := range m.used {
		for i := range s.rules[ordinaryUse][class] {
			if r := &s.rules[ordinaryUse][class][i]; m.possible(r) {
				m.covers = append(m.covers, m.places(r)...)
			}
		}
	}
	if len(m.covers) == 0 {
		return
	}
	slices.SortFunc(m.covers, func(a, b span) int { return cmp.Or(int(a.start-b.start), int(a.end-b.end)) })
	m.covers = slices.Compact(m.covers)
	m.index()
	for _, class := range m.used {
		if s.serious[class] {
			m.of[class] = slices.DeleteFunc(m.of[class], m.covered)
		}
	}
}

// index prepares reach for the covers, which are in order.
func (m *scan) index() {
	longest := int32(0)
	for _, c := range m.covers {
		longest = max(longest, c.end-c.start)
	}
	m.reach = m.reach[:0]
	next := int32(0)
	for i := range int32(len(m.units.ids)) {
		for int(next) < len(m.covers) && m.covers[next].start+longest <= i {
			next++
		}
		m.reach = append(m.reach, next)
	}
}

// covered reports whether p touches an ordinary use and does not hold it whole.
func (m *scan) covered(p span) bool {
	for _, c := range m.covers[m.reach[p.start]:] {
		if c.start >= p.end {
			break
		}
		holds := p.start <= c.start && c.end <= p.end
		if c.end > p.start && !holds {
			return true
		}
	}
	return false
}

// meets reports whether the message meets a rule.
func (m *scan) meets(r *rule) bool {
	if !m.possible(r) {
		return false
	}
	if len(r.parts) == 1 {
		return m.match(r.parts[0], nil)
	}
	return len(m.places(r)) > 0
}

// possible reports whether the message holds every class of a rule at all.
func (m *scan) possible(r *rule) bool {
	for _, part := range r.parts {
		for _, s := range part {
			if len(m.of[s.class]) == 0 {
				return false
			}
		}
	}
	return true
}

// places gives where the first part of a rule stands with the other parts near. The result
// is good until the next call.
func (m *scan) places(r *rule) []span {
	m.hits[0] = m.spans(r.parts[0], m.hits[0][:0])
	for _, part := range r.parts[1:] {
		m.hits[1] = m.spans(part, m.hits[1][:0])
		m.hits[0] = nearby(m.hits[0], m.hits[1])
	}
	return m.hits[0]
}

// nearby keeps of a, in order of start, what stands near a span of b and does not overlap it.
func nearby(a, b []span) []span {
	out, j := a[:0], 0
	for _, p := range a {
		for j < len(b) && b[j].start < p.start-near {
			j++
		}
		for _, q := range b[j:] {
			if q.start > p.end+near {
				break
			}
			if q.end <= p.start || q.start >= p.end {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// spans appends every place where a sequence stands: per first step, the shortest.
func (m *scan) spans(seq []step, to []span) []span {
	m.match(seq, func(s span) { to = append(to, s) })
	return to
}

// match goes through the places of a sequence. With each it calls f, and without f it stops
// at the first. It reports whether there was one.
func (m *scan) match(seq []step, f func(span)) bool {
	m.from = 0
	any := false
	for _, p := range m.of[seq[0].class] {
		if !m.fits(seq[0], p) {
			continue
		}
		end, ok := m.rest(seq, 1, p)
		if !ok {
			continue
		}
		if any = true; f == nil {
			return true
		}
		f(span{p.start, end})
	}
	return any
}

// rest matches the steps from i on behind p and gives where the sequence ends. The first
// steps come in order of start, so no step has to look again at what lies before them.
func (m *scan) rest(seq []step, i int, p span) (end int32, ok bool) {
	if i == len(seq) {
		return p.end, true
	}
	s := seq[i]
	list := m.of[s.class]
	if i == 1 {
		for m.from < len(list) && list[m.from].start < p.start {
			m.from++
		}
	}
	limit := p.end + s.gap
	if !s.far {
		limit = min(limit, m.units.ends[p.end-1]-1)
	}
	from := m.from
	if i > 1 {
		from = sort.Search(len(list), func(k int) bool { return list[k].start >= p.end })
	}
	for _, q := range list[from:] {
		if q.start > limit {
			break
		}
		if q.start < p.end || !m.fits(s, q) {
			continue
		}
		if end, ok = m.rest(seq, i+1, q); ok {
			return end, true
		}
	}
	return 0, false
}

// fits checks that p begins or ends its clause where the step wants that.
func (m *scan) fits(s step, p span) bool {
	if s.start && p.start > 0 && m.units.ends[p.start-1] > p.start {
		return false
	}
	return s.end == 0 || m.units.ends[p.end-1]-p.end < s.end
}
