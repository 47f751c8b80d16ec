package backup

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge/versions"
)

// Difference is one thing that a restore would add (Now is empty), take away (Saved is empty) or
// change.
type Difference struct{ What, Now, Saved string }

// Compare says what a restore would change in rdb, in order, and how many things it would not.
// Nothing is written.
func (b *Backup) Compare(ctx context.Context, rdb redis.UniversalClient, now time.Time) ([]Difference, int, error) {
	saved, there := inventory{}, inventory{}
	if err := b.eachRow(saved.see); err != nil {
		return nil, 0, err
	}
	err := reader{ctx, rdb, now}.dump(func(_ string, row row) error { return there.see(row) })
	if err != nil {
		return nil, 0, err
	}
	var list []Difference
	same := 0
	all := maps.Clone(there)
	maps.Copy(all, saved)
	for _, what := range slices.SortedFunc(maps.Keys(all), func(a, b thing) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.number, b.number), cmp.Compare(a.name, b.name))
	}) {
		if there[what] == saved[what] {
			same++
			continue
		}
		list = append(list, Difference{strings.TrimSpace(groups[what.group] + " " + what.name), there[what].say, saved[what].say})
	}
	return list, same, nil
}

// thing is what somebody would look for; groups names its kind.
type thing struct {
	group, number int
	name          string
}

var groups = []string{"live:", "release", "draft of", "saved test", "person", "counts of", "audit:"}

// is tells whether two things are the same, and how to say it.
type is struct{ content, say string }

type inventory map[thing]is

// see takes down what a row holds. What belongs to other keys (revisions, histories, reviews) goes
// with them.
func (i inventory) see(row row) error {
	switch {
	case row.Key == keyActive:
		var p versions.Pointer
		err := json.Unmarshal([]byte(*row.Value), &p)
		say := fmt.Sprintf("release %d (%.12s)", p.Number, p.ID)
		if p.Off.Any() {
			say += ", something is switched off"
		}
		p.Epoch = 0
		content, _ := json.Marshal(p) // was read from JSON
		i[thing{group: 0}] = is{string(content), say}
		return err
	case row.Key == keyList:
		for _, value := range row.Values {
			var rel versions.Release
			if err := json.Unmarshal([]byte(value), &rel); err != nil {
				return err
			}
			i[thing{group: 1, number: rel.Number, name: fmt.Sprint(rel.Number)}] = is{value, fmt.Sprintf("%.12s", rel.ID)}
		}
	case row.Key == keyAudit:
		at := thing{group: 6}
		last := row.Values[len(row.Values)-1]
		var a versions.Audit
		if err := json.Unmarshal([]byte(last), &a); err != nil {
			return err
		}
		i[at] = is{a.Hash, fmt.Sprintf("%d records", a.N)}
	case row.Key == prefix+"draft":
		i.fields(2, row, "changed")
	case row.Key == prefix+"tests":
		i.fields(3, row, "there")
	case row.Key == keyPeople:
		i.fields(4, row, "there")
	case strings.HasPrefix(row.Key, keyDay):
		at := thing{group: 5, name: strings.TrimPrefix(row.Key, keyDay)}
		content, _ := json.Marshal(row.Fields) // sorted by name; strings always marshal
		i[at] = is{i[at].content + string(content), "there"}
	}
	return nil
}

func (i inventory) fields(group int, row row, say string) {
	for name, value := range row.Fields {
		i[thing{group: group, name: name}] = is{value, say}
	}
}
