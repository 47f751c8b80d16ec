// Package knowledgetest gives tests a knowledge base that compiles at once.
package knowledgetest

import (
	"regexp"
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
		files[name] = examples.ReplaceAll(data, nil)
	}
	return files
})

// examples is the field in a file of the base: its line and the indented and empty lines after it.
var examples = regexp.MustCompile(`(?m)^examples:\n((  .*)?\n)+`)
