package dialog

import (
	"embed"
	"io/fs"
)

//go:embed testdata/*.txt
var golden embed.FS

// Golden are the golden conversations of the built-in base, as transcripts by file name. They
// are in the binary because a draft is played against them before it goes live.
func Golden() fs.FS {
	sub, err := fs.Sub(golden, "testdata")
	if err != nil { // the path is valid: see the directive above
		panic(err)
	}
	return sub
}
