package versions

import (
	"sync"

	"zhilu/knowledge"
)

// Base is a base that is there without a store: the one in the binary. What is made of it is
// made once. Safe for any number of goroutines.
type Base struct {
	files    func() knowledge.Files
	draft    func() *knowledge.Draft
	compiled func() (*Serving, error)
}

// NewBase makes a base of files, which are asked for when they are first needed.
func NewBase(files func() knowledge.Files) *Base {
	b := &Base{files: sync.OnceValue(files)}
	b.draft = sync.OnceValue(func() *knowledge.Draft {
		d, _ := knowledge.ReadFiles(b.files(), nil) // what is wrong with it, compiling says
		return d
	})
	b.compiled = sync.OnceValues(func() (*Serving, error) {
		rel, ps := knowledge.Compile(b.draft())
		if rel == nil {
			return nil, ps.Errors()
		}
		return &Serving{Release: rel, Draft: b.draft(), Files: b.files()}, nil
	})
	return b
}

// id is the content address of the base.
func (b *Base) id() string { return b.draft().Digest() }
