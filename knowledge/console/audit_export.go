package console

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// auditExport gives the whole audit as a file, oldest first, so that the chain can be followed.
// That it was given is a record too, and stands in the file.
func (c *Console) auditExport(v *visit) error {
	format := v.query("format")
	write, contentType := auditLines, "application/jsonl; charset=utf-8"
	switch format {
	case "jsonl":
	case "csv":
		write, contentType = auditCSV, "text/csv; charset=utf-8"
	default:
		return v.refuse(http.StatusBadRequest, "audit.format")
	}
	if err := v.record("audit.export", format, ""); err != nil {
		return err
	}
	last, err := c.store.Audit(v.ctx(), 0, 1)
	if err != nil {
		return err
	}
	var all []versions.Audit
	for from, total := int64(1), last[0].N; from <= total; from += auditScan {
		n := min(auditScan, total-from+1)
		list, err := c.records(v, from+n, n)
		if err != nil {
			return err
		}
		for i := len(list) - 1; i >= 0; i-- {
			all = append(all, list[i])
		}
	}
	data, err := write(all)
	if err != nil {
		return err
	}
	return v.download("zhilu-audit-"+c.now().In(knowledge.Beijing).Format(time.DateOnly)+"."+format, contentType, data)
}

// auditLines writes one JSON object a line, with all that the hashes are made of.
func auditLines(all []versions.Audit) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for _, a := range all {
		if err := enc.Encode(a); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// auditCSV writes a table for a spreadsheet: UTF-8 with a byte order mark, and nothing in it
// that would be taken for a formula.
func auditCSV(all []versions.Audit) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	rows := [][]string{strings.Fields("n at who role from action object before after result why prev hash")}
	for _, a := range all {
		rows = append(rows, []string{strconv.FormatInt(a.N, 10), a.At.In(knowledge.Beijing).Format(time.RFC3339), a.Who, a.Role, a.From,
			a.Action, a.Object, a.Before, a.After, a.Result, a.Why, a.Prev, a.Hash})
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = noFormula(cell)
		}
	}
	err := w.WriteAll(rows)
	return out.Bytes(), err
}

// noFormula puts an apostrophe before what a spreadsheet would calculate (OWASP, CSV injection).
func noFormula(s string) string {
	if t := strings.TrimLeft(s, " \u00a0\u3000\ufeff"); t != "" && strings.ContainsRune("=+-@\t\r\n|＝＋－＠", []rune(t)[0]) {
		return "'" + s
	}
	return s
}
