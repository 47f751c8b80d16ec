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

// Load reads and compiles a base. The error, if any, is of type Problems.
func Load(fsys fs.FS) (*Release, error) {
	d, ps := Read(fsys)
	r, more := Compile(d)
	if ps = append(ps, more...); len(ps) > 0 {
		return nil, ps.sorted()
	}
	return r, nil
}
