// Package knowledgetest gives tests a knowledge base that compiles at once.
package knowledgetest

import (
	"strings"
	"sync"

	"zhilu/knowledge"
)

// Base gives the files of the embedded base without its examples: they are what compiling
// takes its time for. Nobody may change the bytes.
var Base = sync.OnceValue(func() knowledge.Files {
	files, ps := knowledge.FilesOf(knowledge.Base())
	if len(ps) > 0 {
		panic(ps)
	}
	for name, data := range files {
		if !strings.Contains(name, "/") { // no entry
			continue
		}
		e, err := knowledge.Decode(data)
		if err != nil {
			panic(err)
		}
		e.Examples = knowledge.Examples{}
		if files[name], err = knowledge.Encode(e); err != nil {
			panic(err)
		}
	}
	return files
})
