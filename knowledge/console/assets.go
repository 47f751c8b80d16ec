package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"sync"
)

//go:embed templates strings static
var assets embed.FS

// front is what people see of the console, the same in every console of a process.
type front struct {
	words  words
	static static
	pages  *pages
}

// builtIn is what is in the binary, read once.
var builtIn = sync.OnceValues(func() (f front, err error) {
	if f.words, err = readWords(assets, "strings"); err != nil {
		return f, err
	}
	if f.static, err = readStatic(assets, "static"); err != nil {
		return f, err
	}
	f.pages, err = readPages(assets, "templates", f.words, f.static)
	return f, err
})

// static are the style sheets and scripts by name.
type static map[string]asset

type asset struct {
	hash, contentType string
	data              []byte
}

func readStatic(files fs.FS, dir string) (static, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, err
	}
	all := static{}
	for _, e := range entries {
		data, err := fs.ReadFile(files, dir+"/"+e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		contentType := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}[path.Ext(e.Name())]
		if contentType == "" {
			contentType = mime.TypeByExtension(path.Ext(e.Name()))
		}
		all[e.Name()] = asset{hex.EncodeToString(sum[:6]), contentType, data}
	}
	return all, nil
}

// path gives the address of a file, which changes with its content.
func (s static) path(name string) (string, error) {
	a, ok := s[name]
	if !ok {
		return "", fmt.Errorf("static/%s does not exist", name)
	}
	return "/static/" + a.hash + "/" + name, nil
}

// file answers with a static file; its address names its content, so it may be kept for ever.
func (c *Console) file(v *visit) error {
	a, ok := c.static[v.param("name")]
	if !ok || a.hash != v.param("hash") {
		return &refusal{status: http.StatusNotFound}
	}
	v.gin.Header("Cache-Control", "public, max-age=31536000, immutable")
	v.gin.Data(http.StatusOK, a.contentType, a.data)
	return nil
}
