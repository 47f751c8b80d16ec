package dialog_test

import (
	"strings"
	"testing"

	"zhilu/dialog"
)

// BenchmarkRouteLongest routes 64 KiB, the search for danger included. The bar is 5 ms.
func BenchmarkRouteLongest(b *testing.B) {
	rel := base()
	for name, text := range map[string]string{
		"chinese": "他们每天打电话给我妈,还说要上门。", "traditional": "佢哋每日打畀我媽,仲話要上門。", "english": "they call my boss every day and say they will come ",
		"spanish": "me llaman todo el día y amenazan a mi mamá ", "one word": "amenazaamenaza", "emoji": "😭🙏🏽", "spaces": " ", "compatibility": "ｶﾞﬁ①",
	} {
		b.Run(name, func(b *testing.B) {
			text := strings.Repeat(text, 64<<10/len(text))
			for b.Loop() {
				dialog.Route(rel, text)
			}
		})
	}
}
