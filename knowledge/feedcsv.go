package knowledge

import (
	"encoding/csv"
	"io"
	"strings"
)

// WriteCSV writes the feed as a table in UTF-8: a row of column names, then one row a fact,
// with the value in force; values to come are in JSON only.
// What the head of the feed says stands in the last columns of each row. langs are those the
// feed was made with. Several sources of a fact are parted by " | ", in the same order in
// each of their columns, and several addresses of a source by a space. A cell that a
// spreadsheet would take for a formula starts with an apostrophe.
func (f Feed) WriteCSV(w io.Writer, langs ...Lang) error {
	if len(langs) == 0 {
		langs = AnswerLangs[:]
	}
	out := csv.NewWriter(w)
	rows := [][]string{csvHeader(langs)}
	for _, c := range f.Channels {
		for _, fact := range c.Facts {
			rows = append(rows, f.csvRow(c, fact, langs))
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = csvSafe(row[i])
		}
	}
	return out.WriteAll(rows)
}

func csvHeader(langs []Lang) []string {
	h := []string{"channel"}
	for _, l := range langs {
		h = append(h, "name_"+langKey(l))
	}
	h = append(h, "fact", "type")
	for _, l := range langs {
		h = append(h, "value_"+langKey(l))
	}
	return append(h, "level", "from", "until", "source_ids", "source_titles", "source_tiers", "source_urls",
		"checked", "review_due", "confidence", "release", "licence", "note")
}

func (f Feed) csvRow(c FeedChannel, fact FeedFact, langs []Lang) []string {
	row := []string{string(c.ID)}
	for _, l := range langs {
		row = append(row, *c.Names.field(l))
	}
	row = append(row, fact.Name, string(fact.Type))
	for _, l := range langs {
		row = append(row, *fact.Values.field(l))
	}
	var ids, titles, tiers, urls []string
	for _, s := range fact.Sources {
		ids, titles, tiers, urls = append(ids, s.ID), append(titles, s.Title), append(tiers, s.Tier), append(urls, strings.Join(s.URLs, " "))
	}
	row = append(row, string(fact.Level), string(fact.From), string(fact.Until))
	for _, column := range [][]string{ids, titles, tiers, urls} {
		row = append(row, strings.Join(column, " | "))
	}
	return append(row, string(fact.Checked), string(fact.ReviewDue), string(fact.Confidence), f.Release, f.Licence, f.Note)
}

// csvSafe keeps a spreadsheet from running a cell: one that starts with = + - @, a tab or a
// carriage return gets an apostrophe before it.
func csvSafe(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
