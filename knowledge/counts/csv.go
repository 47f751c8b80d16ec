package counts

import (
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// WriteDays writes counts as CSV: day, kind, value, count. "<5" is a hidden count, and a kind
// that is withheld has one row with the count "-".
func WriteDays(w io.Writer, days []Day) error {
	rows := [][]string{{"day", "kind", "value", "count"}}
	for _, d := range days {
		for _, k := range Kinds {
			if slices.Contains(d.Withheld, k) {
				rows = append(rows, []string{d.Date, string(k), "", "-"})
			}
			for _, value := range slices.Sorted(maps.Keys(d.Counts[k])) {
				count := "<5"
				if c := d.Counts[k][value]; !c.Few {
					count = strconv.Itoa(c.N)
				}
				rows = append(rows, []string{d.Date, string(k), value, count})
			}
		}
	}
	return write(w, rows)
}

// WriteMisses writes misses as CSV.
func WriteMisses(w io.Writer, misses []Miss) error {
	rows := [][]string{{"text", "language", "users", "messages", "first", "last", "done"}}
	for _, m := range misses {
		rows = append(rows, []string{m.Text, m.Lang, strconv.FormatInt(m.Users, 10), strconv.FormatInt(m.Messages, 10),
			m.First.Format(time.DateOnly), m.Last.Format(time.DateOnly), m.Done})
	}
	return write(w, rows)
}

func write(w io.Writer, rows [][]string) error {
	c := csv.NewWriter(w)
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// inert puts an apostrophe before what a spreadsheet would take for a formula (ASVS 1.2.10). The
// lone "-" is none.
func inert(s string) string {
	if s != "-" && s != "" && strings.ContainsAny(s[:1], "=+-@\t\r\n") || strings.HasPrefix(s, "＝") || strings.HasPrefix(s, "＋") ||
		strings.HasPrefix(s, "－") || strings.HasPrefix(s, "＠") {
		return "'" + s
	}
	return s
}
