package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows says which packages of ours each package may import: the layout of the house, one
// way only. A package that is not here fails the test.
var arrows = map[string][]string{
	"zhilu/knowledge/fold":                  {},
	"zhilu/knowledge/danger":                {"zhilu/knowledge/fold"},
	"zhilu/knowledge/classify":              {"zhilu/knowledge/fold"},
	"zhilu/knowledge":                       {"zhilu/knowledge/fold", "zhilu/knowledge/danger", "zhilu/knowledge/classify"},
	"zhilu/knowledge/knowledgetest":         {"zhilu/knowledge"},
	"zhilu/knowledge/mask":                  {"zhilu/knowledge/fold"},
	"zhilu/knowledge/keyspace":              {},
	"zhilu/knowledge/counts":                {"zhilu/knowledge/fold", "zhilu/knowledge/mask", "zhilu/knowledge/keyspace"},
	"zhilu/knowledge/people":                {"zhilu/knowledge/keyspace", "zhilu/knowledge/people/internal/hurry"},
	"zhilu/knowledge/people/internal/hurry": {},
	"zhilu/knowledge/people/peopletest":     {"zhilu/knowledge/people/internal/hurry"},
	"zhilu/knowledge/sheet":                 {"zhilu/knowledge"},
	"zhilu/knowledge/versions":              {"zhilu/knowledge", "zhilu/knowledge/keyspace"},
	"zhilu/knowledge/worddiff":              {},
	"zhilu/knowledge/backup":                {"zhilu/knowledge", "zhilu/knowledge/versions"},
	"zhilu/knowledge/console": {"zhilu/knowledge", "zhilu/knowledge/counts", "zhilu/knowledge/people",
		"zhilu/knowledge/sheet", "zhilu/knowledge/versions", "zhilu/knowledge/worddiff"},
	"zhilu/dialog":                   {"zhilu/knowledge", "zhilu/knowledge/fold", "zhilu/knowledge/danger"},
	"zhilu/dialog/transcript":        {"zhilu/dialog", "zhilu/knowledge"},
	"zhilu/dialog/session":           {"zhilu/dialog", "zhilu/knowledge/keyspace"},
	"zhilu/dialog/session/redistest": {},
	"zhilu/bot":                      {"zhilu/dialog", "zhilu/dialog/session", "zhilu/knowledge", "zhilu/knowledge/counts", "zhilu/knowledge/keyspace"},
	"zhilu/bot/simulator":            {},
	"zhilu/bot/load":                 {},
	"zhilu/bot/bench":                {},
	"zhilu/bot/bench/echo":           {"zhilu/bot/bench"},
	"zhilu/bot/bench/naive":          {"zhilu/bot/bench"},
	"zhilu/bot/bench/run":            {"zhilu/bot/load"},
	"zhilu/cmd/zhilu": {"zhilu/knowledge", "zhilu/knowledge/danger", "zhilu/knowledge/counts", "zhilu/knowledge/people",
		"zhilu/knowledge/versions", "zhilu/knowledge/backup", "zhilu/knowledge/console", "zhilu/dialog", "zhilu/dialog/transcript", "zhilu/dialog/session",
		"zhilu/bot", "zhilu/bot/simulator", "zhilu/bot/load", "zhilu/cmd/zhilu/doctor", "zhilu/cmd/zhilu/privacy", "zhilu/knowledge/keyspace"},
	"zhilu/cmd/zhilu/privacy": {"zhilu/knowledge", "zhilu/knowledge/keyspace"},
	"zhilu/cmd/zhilu/doctor":  {"zhilu/knowledge", "zhilu/knowledge/keyspace", "zhilu/knowledge/people", "zhilu/knowledge/versions", "zhilu/bot"},
	"zhilu/deploy":            {}, // tests alone
}

// testArrows are imports that tests alone may have besides.
var testArrows = map[string][]string{
	"zhilu/knowledge":          {"zhilu/knowledge/knowledgetest"},
	"zhilu/knowledge/console":  {"zhilu/dialog/session/redistest", "zhilu/knowledge/knowledgetest", "zhilu/knowledge/people/peopletest"},
	"zhilu/knowledge/backup":   {"zhilu/dialog/session/redistest", "zhilu/knowledge/knowledgetest", "zhilu/knowledge/people"},
	"zhilu/knowledge/counts":   {"zhilu/dialog/session/redistest"},
	"zhilu/knowledge/people":   {"zhilu/dialog/session/redistest"},
	"zhilu/knowledge/versions": {"zhilu/dialog/session/redistest", "zhilu/knowledge/knowledgetest"},
	"zhilu/dialog":             {"zhilu/dialog/transcript"},
	"zhilu/dialog/session":     {"zhilu/dialog/session/redistest", "zhilu/knowledge"},
	"zhilu/bot": {"zhilu/bot/simulator", "zhilu/dialog/session/redistest", "zhilu/dialog/transcript",
		"zhilu/knowledge/danger", "zhilu/knowledge/knowledgetest"},
	"zhilu/cmd/zhilu":        {"zhilu/dialog/session/redistest", "zhilu/bot/simulator"},
	"zhilu/cmd/zhilu/doctor": {"zhilu/dialog/session/redistest", "zhilu/bot/simulator"},
	"zhilu/deploy":           {"zhilu/dialog/session/redistest", "zhilu/bot/simulator"},
}

// outside says which packages may use a library that must not spread.
var outside = map[string][]string{
	"github.com/gin-gonic/gin": {"zhilu/bot", "zhilu/bot/bench", "zhilu/knowledge/console", "zhilu/cmd/zhilu"},
	"github.com/redis/go-redis/v9": {"zhilu/dialog/session", "zhilu/dialog/session/redistest", "zhilu/knowledge/backup", "zhilu/knowledge/counts",
		"zhilu/knowledge/people", "zhilu/knowledge/versions", "zhilu/bot", "zhilu/bot/bench/naive", "zhilu/cmd/zhilu", "zhilu/cmd/zhilu/doctor"},
	"github.com/silenceper/wechat":  {"zhilu/bot", "zhilu/bot/simulator", "zhilu/bot/bench", "zhilu/bot/bench/echo", "zhilu/bot/bench/naive"},
	"github.com/sirupsen/logrus":    {"zhilu/bot", "zhilu/bot/bench"},
	"github.com/alicebob/miniredis": {"zhilu/dialog/session"},
	"github.com/goccy/go-yaml": {"zhilu/knowledge", "zhilu/knowledge/danger", "zhilu/knowledge/console", "zhilu/knowledge/sheet",
		"zhilu/cmd/zhilu/doctor", "zhilu/cmd/zhilu/privacy"},
	"github.com/spf13/cobra":          {"zhilu/cmd/zhilu"},
	"github.com/longbridgeapp/opencc": {"zhilu/knowledge"},
	"github.com/pquerna/otp":          {"zhilu/knowledge/people", "zhilu/knowledge/console"},
	"github.com/xuri/excelize":        {"zhilu/knowledge/sheet"},
	"github.com/sergi/go-diff":        {"zhilu/knowledge/worddiff"},
}

// pure packages do no I/O and read no clock and no chance.
var pure = []string{"zhilu/dialog", "zhilu/knowledge/fold", "zhilu/knowledge/danger", "zhilu/knowledge/classify"}

var impure = []string{"os", "net", "net/http", "context", "math/rand", "math/rand/v2", "crypto/rand", "log", "log/slog", "os/exec"}

type goPackage struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImports(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen[p.ImportPath] = true
		checkArrows(t, p)
	}
	for p := range arrows {
		if !seen[p] {
			t.Errorf("%s is in the table and does not exist", p)
		}
	}
}

func checkArrows(t *testing.T, p goPackage) {
	allowed, ok := arrows[p.ImportPath]
	if !ok {
		t.Errorf("%s has no place in the layout: add it to the table with the arrows it needs", p.ImportPath)
	}
	for _, imp := range p.Imports {
		if strings.HasPrefix(imp, "zhilu/") && !slices.Contains(allowed, imp) {
			t.Errorf("%s imports %s: not an arrow of the layout", p.ImportPath, imp)
		}
		for lib, users := range outside {
			if strings.HasPrefix(imp, lib) && !slices.Contains(users, p.ImportPath) {
				t.Errorf("%s imports %s, which only %v may", p.ImportPath, imp, users)
			}
		}
		if slices.Contains(pure, p.ImportPath) && slices.Contains(impure, imp) {
			t.Errorf("%s imports %s: it must stay pure", p.ImportPath, imp)
		}
	}
	allowed = slices.Concat(allowed, testArrows[p.ImportPath], []string{p.ImportPath})
	for _, imp := range slices.Concat(p.TestImports, p.XTestImports) {
		if strings.HasPrefix(imp, "zhilu/") && !slices.Contains(allowed, imp) {
			t.Errorf("the tests of %s import %s: not an arrow of the layout", p.ImportPath, imp)
		}
	}
}
