package counts

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Reader gives the counts as they may be shown. It is safe for any number of goroutines.
type Reader struct{ rdb redis.UniversalClient }

// NewReader makes a reader.
func NewReader(rdb redis.UniversalClient) *Reader { return &Reader{rdb} }

// The presentation. A count from 1 to 4 could point at somebody, so it is given as "fewer than
// 5"; and so that it cannot be had back by subtraction, every other count is rounded down to a
// multiple of five, and no total is given but the sum of what is shown. There are several
// partitions of the same turns (by language, by hour, by intent); where what one of them shows
// would still settle the hidden counts of another, that other one is withheld for the day.
const least = 5

// Cell is one count as it may be shown: N, a multiple of 5, stands for N to N+4; Few for 1 to 4.
type Cell struct {
	N   int
	Few bool
}

// Day is what was counted on one day of Beijing.
type Day struct {
	Date   string // 2006-01-02
	Counts map[Kind]map[string]Cell
	// Withheld are kinds that are not given, because hidden counts would show.
	Withheld []Kind
}

// Sum adds up what a day shows of a kind: there were at least N, and Few says that hidden counts
// are not in it.
func (d Day) Sum(k Kind) (sum Cell) {
	for _, c := range d.Counts[k] {
		sum.N += c.N
		sum.Few = sum.Few || c.Few
	}
	return sum
}

// longestSpan bounds a question for days.
const longestSpan = int64(DayTTL/(24*time.Hour)) + 1

// Days gives the days from the one that from is in to the one that to is in, oldest first; days
// without counts are there and empty. More than 401 days are cut to the latest.
func (r *Reader) Days(ctx context.Context, from, to time.Time) ([]Day, error) {
	first, all, err := r.read(ctx, from, to)
	if err != nil {
		return nil, err
	}
	days := make([]Day, len(all))
	for i, fields := range all {
		days[i] = show(dayStart(first+int64(i)).Format(time.DateOnly), fields)
	}
	return days, nil
}

// read gives the counts of days by their fields, and the number of the first day.
func (r *Reader) read(ctx context.Context, from, to time.Time) (first int64, all []map[string]int, err error) {
	first, last := dayOf(from), dayOf(to)
	first = max(first, last-longestSpan+1)
	if first > last {
		return first, nil, nil
	}
	cmds := make([]*redis.MapStringStringCmd, 0, last-first+1)
	if _, err := r.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for day := first; day <= last; day++ {
			cmds = append(cmds, p.HGetAll(ctx, dayKey(day)))
		}
		return nil
	}); err != nil {
		return 0, nil, fmt.Errorf("read counts: %w", err)
	}
	all = make([]map[string]int, len(cmds))
	for i, cmd := range cmds {
		all[i] = make(map[string]int, len(cmd.Val()))
		for field, count := range cmd.Val() {
			name, _, _ := strings.Cut(field, ":")
			if n, err := strconv.Atoi(count); err == nil && n > 0 && slices.Contains(Kinds, Kind(name)) {
				all[i][field] = n
			}
		}
	}
	return first, all, nil
}

// show makes of the counts of a day what may be seen of it.
func show(date string, fields map[string]int) Day {
	d := Day{Date: date, Counts: map[Kind]map[string]Cell{}}
	for field, n := range fields {
		name, value, _ := strings.Cut(field, ":")
		kind := Kind(name)
		if d.Counts[kind] == nil {
			d.Counts[kind] = map[string]Cell{}
		}
		d.Counts[kind][value] = rounded(n)
	}
	d.withhold()
	return d
}

func rounded(n int) Cell {
	if n < least {
		return Cell{Few: true}
	}
	return Cell{N: n / least * least}
}

// withhold takes out the partitions whose hidden counts the others settle: where all of them must
// be 1, or all must be 4, or the only one has one value left.
func (d *Day) withhold() {
	type partition struct{ shown, cells, hidden int } // the sum of what is shown, and the numbers of counts
	var of [3]partition
	kinds := [3]Kind{Language, Hour, Intent}
	low, high := 0, 1<<62
	for i, k := range kinds {
		p := &of[i]
		for _, c := range d.Counts[k] {
			if c.Few {
				p.hidden++
			} else {
				p.shown, p.cells = p.shown+c.N, p.cells+1
			}
		}
		low = max(low, p.shown+p.hidden)
		high = min(high, p.shown+(least-1)*(p.cells+p.hidden))
	}
	for i, k := range kinds {
		p := of[i]
		if p.hidden == 0 {
			continue
		}
		from := max(p.hidden, low-p.shown-(least-1)*p.cells)
		to := min((least-1)*p.hidden, high-p.shown)
		if to <= p.hidden || from >= (least-1)*p.hidden || p.hidden == 1 && from >= to {
			delete(d.Counts, k)
			d.Withheld = append(d.Withheld, k)
		}
	}
}
