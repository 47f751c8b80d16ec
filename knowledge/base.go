package knowledge

import (
	"embed"
	"io/fs"
	"sync"
)

//go:embed base
var embedded embed.FS

// Base is the knowledge base that is built into the binary: the floor that a server always
// has, whatever Redis or an archive hold.
func Base() fs.FS {
	sub, err := fs.Sub(embedded, "base")
	if err != nil { // "base" is a valid path: see the directive above
		panic(err)
	}
	return sub
}

// Embedded is the embedded base, compiled; it is compiled once and then kept.
var Embedded = sync.OnceValues(func() (*Release, error) { return Load(Base()) })

// Load reads and compiles a base. The error, if any, is of type Problems and holds errors
// only: warnings keep nobody from using a base.
func Load(fsys fs.FS) (*Release, error) {
	d, ps := Read(fsys)
	r, more := Compile(d)
	if errs := append(ps, more...).Errors(); len(errs) > 0 {
		return nil, errs.sorted()
	}
	return r, nil
}

// Lint reads and checks a base and gives every problem of it, warnings included.
func Lint(fsys fs.FS) Problems {
	d, ps := Read(fsys)
	return append(ps, d.Problems()...).sorted()
}
