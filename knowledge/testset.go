package knowledge

import _ "embed"

// TestSet is the labelled messages on which every draft is measured before it goes live, one
// JSON object a line; testdata/utterances/README.md says what is in one.
//
//go:embed testdata/utterances/dev.jsonl
var TestSet []byte
