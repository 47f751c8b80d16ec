package dialog_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

var update = flag.Bool("update", false, "rewrite the answers of the transcripts in testdata")

// base is the embedded base.
func base() *knowledge.Release {
	rel, err := knowledge.Embedded()
	if err != nil {
		panic(err)
	}
	return rel
}

// TestTranscripts has every conversation of testdata with Step, the state going through
// JSON between turns. The same files run through the webhook (package bot) and through
// `zhilu chat` (cmd).
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d transcripts, want at least 30 (%v)", len(files), err)
	}
	langs := map[string]int{}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			want := readTranscript(t, path)
			got, err := want.Play(&transcript.Local{Release: base()})
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				writeTranscript(t, path, got)
				return
			}
			for _, d := range want.Differences(got) {
				t.Error(d)
			}
			for _, turn := range want.Turns {
				if turn.Want.Status == "" {
					t.Errorf("> %s has no state: run make update and read what it wrote", turn.Event)
				}
			}
			status := got.Turns[len(got.Turns)-1].Want.Status
			langs[status[strings.LastIndex(status, " ")+1:]]++
		})
	}
	if !*update && (langs["zh-Hans"]+langs["zh-Hant"] < 8 || langs["en"] < 8 || langs["es"] < 8) {
		t.Errorf("transcripts that end in each language: %v, want at least 8", langs)
	}
}

func readTranscript(t *testing.T, path string) transcript.Transcript {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	parsed, err := transcript.Parse(f)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func writeTranscript(t *testing.T, path string, tr transcript.Transcript) {
	t.Helper()
	var b bytes.Buffer
	if err := tr.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
