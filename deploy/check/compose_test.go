package check

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// compose loads the file as docker compose does: schema, merges, variables, references.
func compose(t *testing.T) *types.Project {
	t.Helper()
	const env = "../zhilu.env"
	if _, err := os.Stat(env); err != nil { // compose wants the file to be there
		example, err := os.ReadFile("../zhilu.env.example")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(env, example, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Remove(env) })
	}
	o, err := cli.NewProjectOptions([]string{"../compose.yaml"}, cli.WithEnv([]string{"SITE=wx.example.org"}), cli.WithConsistency(true))
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.LoadProject(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCompose(t *testing.T) {
	p := compose(t)
	for _, name := range []string{"app1", "app2"} {
		s := p.Services[name]
		if grace := time.Duration(*s.StopGracePeriod); grace != 25*time.Second {
			t.Errorf("%s: stopped after %v", name, grace)
		}
		if !slices.Equal(s.HealthCheck.Test, []string{"CMD", "/zhilu", "ready"}) || !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || len(s.Secrets) != 4 {
			t.Errorf("%s: %+v", name, s)
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" || port.Target != 8081 {
				t.Errorf("%s is open at %+v", name, port)
			}
		}
		for _, secret := range s.Secrets {
			found := false
			for _, value := range s.Environment {
				found = found || value != nil && *value == "/run/secrets/"+secret.Source
			}
			if !found {
				t.Errorf("%s: nothing names the secret %s", name, secret.Source)
			}
		}
	}
	networks := func(name string) (list []string) {
		for n := range p.Services[name].Networks {
			list = append(list, n)
		}
		slices.Sort(list)
		return list
	}
	if !p.Networks["back"].Internal || !slices.Equal(networks("redis"), []string{"back"}) || !slices.Equal(networks("caddy"), []string{"front"}) || len(p.Services["redis"].Ports) > 0 {
		t.Error("Redis can be reached by others than the instances")
	}
	redis := p.Services["redis"].Command
	for _, pair := range [][]string{{"--appendonly", "yes"}, {"--appendfsync", "everysec"}, {"--maxmemory-policy", "noeviction"}} {
		if at := slices.Index(redis, pair[0]); at < 0 || redis[at+1] != pair[1] {
			t.Errorf("redis without %v", pair)
		}
	}
}
