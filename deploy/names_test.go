package deploy_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var variable = regexp.MustCompile(`\bZHILU_[A-Z0-9_]*[A-Z0-9]\b`)

// known are the variables that the program reads, found in its source.
func known(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../cmd/zhilu/*.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.(text|secret|networks)\("(ZHILU_[A-Z_]+)"`).FindAllStringSubmatch(string(data), -1) {
			names[m[2]] = true
			if m[1] == "secret" {
				names[m[2]+"_FILE"] = true
			}
		}
	}
	return names
}

// TestVariables: every variable in this folder is one that the program reads, and the example
// explains all of them.
func TestVariables(t *testing.T) {
	names := known(t)
	if len(names) < 20 {
		t.Fatalf("only %d variables were found in the source", len(names))
	}
	example, err := os.ReadFile("zhilu.env.example")
	if err != nil {
		t.Fatal(err)
	}
	for name := range names {
		if !strings.HasSuffix(name, "_FILE") && !strings.Contains(string(example), "#"+name+"=") {
			t.Errorf("zhilu.env.example does not explain %s", name)
		}
	}
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, name := range variable.FindAllString(string(data), -1) {
			if !names[name] {
				t.Errorf("%s: the program reads no %s", path, name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestManifests runs the checks of the module in check, with the types of Kubernetes, Compose and
// Prometheus.
func TestManifests(t *testing.T) {
	cmd := exec.Command("go", "test", "-count=1", ".") // the files lie outside of that module, so a cached result knows nothing of them
	cmd.Dir = "check"
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestDockerfile: what is copied exists, and the commands are those of the program. No image is
// built here: that needs a daemon and downloads.
func TestDockerfile(t *testing.T) {
	data, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, want := range []string{"CGO_ENABLED=0 go build -trimpath", "FROM scratch", "USER 65532:65532", `ENTRYPOINT ["/zhilu"]`, `CMD ["serve"]`, `CMD ["/zhilu", "ready"]`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if _, mod, _ := strings.Cut(read(t, "../go.mod"), "\ngo "); !strings.Contains(text, "golang:"+mod[:4]+"\n") {
		t.Errorf("the image builds with another Go than go.mod wants, %s", mod[:4])
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
