package check

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// metrics are the names of reliability-design §8; those that end in _seconds may be histograms.
var metrics = strings.Fields(`webhook_requests_total webhook_request_duration_seconds turns_total turn_conflicts_total
	redis_call_duration_seconds redis_errors_total redis_breaker_open redis_pool_wait_seconds late_commits_pending
	late_commits_dropped_total crisis_cards_total signature_failures_total release_active_info release_activation_failures_total
	release_age_seconds console_logins_total audit_write_failures_total erasures_total panics_total draining build_info`)

var (
	ours   = regexp.MustCompile(`\bzhilu_([a-z_]+)`)
	series = regexp.MustCompile(`_(bucket|count|sum)$`)
)

// checkNames finds names that no server has.
func checkNames(t *testing.T, expr string, used map[string]bool) {
	t.Helper()
	for _, m := range ours.FindAllStringSubmatch(expr, -1) {
		name := m[1]
		if !slices.Contains(metrics, name) {
			name = series.ReplaceAllString(name, "")
		}
		if !slices.Contains(metrics, name) {
			t.Errorf("there is no zhilu_%s", m[1])
		}
		used[name] = true
	}
}

// TestAlerts reads the rules as Prometheus does when it starts, expressions included.
func TestAlerts(t *testing.T) {
	groups, errs := rulefmt.ParseFile("../alerts.yaml", false, model.UTF8Validation)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	used, rules := map[string]bool{}, 0
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			rules++
			checkNames(t, r.Expr, used)
			if severity := strings.TrimPrefix(g.Name, "zhilu-"); r.Labels["severity"] != severity || r.Annotations["summary"] == "" || r.Annotations["do"] == "" {
				t.Errorf("%s: %v %v", r.Alert, r.Labels, r.Annotations)
			}
		}
	}
	if rules != 16 {
		t.Errorf("%d rules", rules)
	}
}

// TestDashboard: every panel has an expression that can be read, and every metric is on one.
func TestDashboard(t *testing.T) {
	data, err := os.ReadFile("../grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Title  string
		Panels []struct {
			ID          int
			Type, Title string
			GridPos     struct{ X, Y, W, H int }
			Targets     []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(data, &board); err != nil {
		t.Fatal(err)
	}
	used, ids, rows := map[string]bool{}, map[int]bool{}, 0
	for _, panel := range board.Panels {
		if ids[panel.ID] || panel.GridPos.X+panel.GridPos.W > 24 {
			t.Errorf("%q has a bad id or place", panel.Title)
		}
		ids[panel.ID] = true
		if panel.Type == "row" {
			rows++
			continue
		}
		if len(panel.Targets) == 0 {
			t.Errorf("%q shows nothing", panel.Title)
		}
		for _, target := range panel.Targets {
			if _, err := parser.ParseExpr(target.Expr); err != nil {
				t.Errorf("%q: %v", panel.Title, err)
			}
			checkNames(t, target.Expr, used)
		}
	}
	for _, m := range metrics {
		if !used[m] {
			t.Errorf("zhilu_%s is on no panel", m)
		}
	}
	if rows != 6 {
		t.Errorf("%d rows", rows)
	}
}
