package deploy_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"zhilu/dialog/session/redistest"
)

func install(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("sh", append([]string{"install.sh"}, append(args, program(t))...)...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// tree is what lies in a folder: mode and content by path.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, root)] = fmt.Sprint(info.Mode().Perm(), " ", info.ModTime(), " ", string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestInstall: into a folder; a second time nothing changes; a new program is put in place, and a
// secret is never touched.
func TestInstall(t *testing.T) {
	root := t.TempDir()
	if out := install(t, nil, "--dry-run", "--root", root); !strings.Contains(out, "would make /etc/zhilu/credentials/ZHILU_SECRET") || len(tree(t, root)) > 0 {
		t.Errorf("dry run: %s", out)
	}
	install(t, []string{"ZHILU_WECHAT_APP_ID=" + appID, "ZHILU_WECHAT_TOKEN=" + token}, "--root", root)
	first := tree(t, root)
	for path, want := range map[string]string{
		"/etc/zhilu/credentials/ZHILU_SECRET":         "-rw-------",
		"/etc/zhilu/credentials/ZHILU_WECHAT_TOKEN":   "-rw-------",
		"/etc/zhilu/credentials/ZHILU_WECHAT_AES_KEY": "-rw-------",
		"/etc/zhilu/zhilu.env":                        "-rw-------",
		"/usr/local/bin/zhilu":                        "-rwxr-xr-x",
		"/usr/local/sbin/zhilu-admin":                 "-rwxr-xr-x",
		"/etc/systemd/system/zhilu@.service":          "-rw-r--r--",
		"/etc/redis/zhilu.conf":                       "-rw-r--r--",
	} {
		if !strings.HasPrefix(first[path], want) {
			t.Errorf("%s: %.40q", path, first[path])
		}
	}
	if out := install(t, []string{"ZHILU_WECHAT_TOKEN=another"}, "--root", root); out != "" {
		t.Errorf("a second time: %s", out)
	}
	again := tree(t, root)
	for path := range first {
		if again[path] != first[path] {
			t.Errorf("%s changed", path)
		}
	}
	if len(again) != len(first) {
		t.Errorf("%d files, then %d", len(first), len(again))
	}
	write(t, root+"/usr/local/bin/zhilu", "an old version")
	if out := install(t, nil, "--root", root); out != "installed /usr/local/bin/zhilu\n" {
		t.Errorf("upgrade: %s", out)
	}
}

// TestInstalledServerStarts: settings and secrets as they were installed make a server start that
// WeChat could talk to, and zhilu-admin work.
func TestInstalledServerStarts(t *testing.T) {
	root := t.TempDir()
	install(t, []string{"ZHILU_WECHAT_APP_ID=" + appID, "ZHILU_WECHAT_TOKEN=" + token, "ZHILU_WECHAT_AES_KEY=" + aesKey}, "--root", root)
	redis, ports := redistest.Start(t), samePorts(t)
	write(t, root+"/etc/zhilu/credentials/ZHILU_REDIS_URL", redis.URL())
	admin := filepath.Join(root, "admin")
	write(t, admin, edited(t, "systemd/zhilu-admin", map[string]string{
		". /etc/zhilu/zhilu.env": ". " + root + "/etc/zhilu/zhilu.env", "/etc/zhilu/credentials/*": root + "/etc/zhilu/credentials/*", "/usr/local/bin/zhilu": root + "/usr/local/bin/zhilu"}))
	if out, err := exec.Command("sh", admin, "operator", "add", "mei", "--name", "Mei", "--role", "admin").CombinedOutput(); err != nil || !strings.Contains(string(out), "/invite/") {
		t.Errorf("zhilu-admin: %v\n%s", err, out)
	}
	if out, err := exec.Command("sh", admin, "backup", filepath.Join(root, "b.zip")).CombinedOutput(); err != nil {
		t.Errorf("zhilu-admin: %v\n%s", err, out)
	}
	i := newInstance(t, 1, redis, ports)
	var env []string // the addresses alone; all else is what was installed
	for _, v := range i.env {
		if !strings.HasPrefix(v, "ZHILU_WECHAT") && !strings.HasPrefix(v, "ZHILU_SECRET") && !strings.HasPrefix(v, "ZHILU_REDIS") {
			env = append(env, v)
		}
	}
	i.env = append(env, "ZHILU_WECHAT_APP_ID="+appID)
	secrets, err := filepath.Glob(root + "/etc/zhilu/credentials/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range secrets {
		i.env = append(i.env, filepath.Base(path)+"_FILE="+path)
	}
	i.up()
	if err := platform(t, "http://"+i.host+":"+ports[0]+"/wechat", nil).Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestShell(t *testing.T) {
	if out, err := exec.Command(tool(t, "shellcheck"), "install.sh", "systemd/zhilu-admin").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
