package bot

import (
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The shapes of testdata/wechat; its README says where the data comes from.
type (
	manifest struct {
		ToUserName string            `json:"to_user_name"`
		AppID      string            `json:"appid"`
		Users      map[string]string `json:"users"`
		Files      []pushFile        `json:"files"`
	}
	pushFile struct {
		File        string  `json:"file"`
		Kind        string  `json:"kind"`
		MsgType     string  `json:"msg_type"`
		Event       *string `json:"event"`
		UserElement string  `json:"user_element"`
		HasMsgID    bool    `json:"has_msg_id"`
		Reply       string  `json:"reply"`
	}
	vector struct {
		Name           string `json:"name"`
		Token          string `json:"token"`
		AESKey         string `json:"encoding_aes_key"`
		AppID          string `json:"appid"`
		Random         string `json:"random16_hex"`
		Timestamp      string `json:"timestamp"`
		Nonce          string `json:"nonce"`
		Plaintext      string `json:"plaintext"`
		PlaintextBytes int    `json:"plaintext_bytes"`
		Encrypt        string `json:"encrypt"`
		MsgSignature   string `json:"msg_signature"`
		URLSignature   string `json:"url_signature"`
		Expect         string `json:"expect"`    // reject.json
		Signature      string `json:"signature"` // signatures.json
		Echo           string `json:"echostr"`   // signatures.json
	}
)

func (v vector) random16(t testing.TB) (random [randomSize]byte) {
	t.Helper()
	if n, err := hex.Decode(random[:], []byte(v.Random)); n != randomSize || err != nil {
		t.Fatalf("%s: random bytes: %d, %v", v.Name, n, err)
	}
	return random
}

const dataDir = "testdata/wechat"

func readData(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dataDir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(readData(t, name), into); err != nil {
		t.Fatal(err)
	}
}

func readManifest(t testing.TB) (m manifest) {
	t.Helper()
	readJSON(t, "manifest.json", &m)
	return m
}

func readVectors(t testing.TB, name string, count int) []vector {
	t.Helper()
	var file struct{ Vectors []vector }
	readJSON(t, name, &file)
	if len(file.Vectors) != count {
		t.Fatalf("%s: %d vectors, want %d", name, len(file.Vectors), count)
	}
	return file.Vectors
}

// readEnvelope returns query and body of one complete request.
func readEnvelope(t testing.TB, name string) (query string, body []byte) {
	t.Helper()
	query = strings.TrimSpace(string(readData(t, "crypto/envelopes/"+name+".query")))
	return query, readData(t, "crypto/envelopes/"+name+".xml")
}

// Other tests assert each of these by name; the XML files of the manifest are asserted in a loop.
var assertedByName = []string{
	"README.md", "manifest.json",
	"crypto/vectors.json", "crypto/reject.json", "crypto/signatures.json",
	"crypto/envelopes/compat-text.query", "crypto/envelopes/compat-text.xml",
	"crypto/envelopes/plain-text.query", "crypto/envelopes/plain-text.xml",
	"crypto/envelopes/safe-text.query", "crypto/envelopes/safe-text.xml",
	"crypto/envelopes/reply-encrypted.xml",
}

func TestEveryDataFileIsAsserted(t *testing.T) {
	want := slices.Clone(assertedByName)
	for _, f := range readManifest(t).Files {
		want = append(want, f.File)
		if _, ok := wantActs[f.File]; !ok {
			t.Errorf("%s is not in wantActs", f.File)
		}
	}
	if n := len(want) - len(assertedByName); n != 65 || len(wantActs) != n {
		t.Errorf("manifest has %d files and wantActs %d, want 65", n, len(wantActs))
	}
	var got []string
	err := filepath.WalkDir(dataDir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dataDir, path)
		got = append(got, filepath.ToSlash(name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("files and tests differ:\n got  %q\n want %q", got, want)
	}
}
