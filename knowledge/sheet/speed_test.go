package sheet

import (
	"testing"

	"zhilu/knowledge"
)

// BenchmarkTexts writes the texts of the embedded base and reads them back. The bar is one
// second for both; decoding the base twice is most of it.
func BenchmarkTexts(b *testing.B) {
	files := embedded()
	for _, f := range []Format{XLSX, CSV} {
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				data, err := Export(files, Texts, f, knowledge.En)
				if err != nil {
					b.Fatal(err)
				}
				if p, err := Import(files, "x", data); err != nil || p.Rows < 500 {
					b.Fatal(err, p.Rows)
				}
			}
		})
	}
}
