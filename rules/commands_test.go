package rules_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/rules"
)

// each calls f with the findings of every fixture of every rule.
func each(t *testing.T, f func(t *testing.T, findings []report.Finding)) {
	t.Helper()
	eachRule(t, func(t *testing.T, r *rule.Rule, fixtures []*ruletest.Fixture) {
		t.Helper()
		for _, fixture := range fixtures {
			t.Run(path.Base(fixture.Name), func(t *testing.T) {
				t.Parallel()
				findings, err := ruletest.Findings(t.Context(), r, fixture)
				if err != nil {
					t.Fatal(err)
				}
				f(t, findings)
			})
		}
	})
}

func load(t *testing.T, file string) *ruletest.Fixture {
	t.Helper()
	data, err := fs.ReadFile(os.DirFS("."), file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := ruletest.ParseFixture(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// secrets stand in the fixtures where an installation has credentials.
func secrets() []string { return []string{"Bearer abc", "gold", "c2VjcmV0", "swordfish"} }

func TestNoFindingShowsASecret(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, findings []report.Finding) {
		t.Helper()
		text, err := json.Marshal(findings)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range secrets() {
			if strings.Contains(string(text), s) {
				t.Errorf("a finding shows %q", s)
			}
		}
	})
}

// TestEveryCommandIsOneRequest runs each command with a curl that only tells its arguments.
func TestEveryCommandIsOneRequest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, findings []report.Finding) {
		t.Helper()
		for i := range findings {
			for _, s := range findings[i].Remediation {
				if s.Command != "" {
					request(t, s.Command)
				}
			}
		}
	})
}

func request(t *testing.T, command string) {
	t.Helper()
	args := arguments(t, command)
	if url := args[len(args)-1]; !strings.HasPrefix(url, "https://cp.example.org/ap") || strings.ContainsAny(url, " '\"$`\\") {
		t.Errorf("%s\nasks for %s", command, url)
	}
	for i, a := range args {
		if a == "--data" && !json.Valid([]byte(args[i+1])) {
			t.Errorf("%s\nsends broken JSON", command)
		}
	}
}

// arguments returns what curl was called with; it must have been called exactly once.
func arguments(t *testing.T, command string) []string {
	t.Helper()
	const stand = `curl() { for a in "$@"; do printf '%s\000' "$a"; done; printf '\001'; }; jq() { :; }; cat() { :; }; `
	cmd := exec.CommandContext(t.Context(), "sh", "-c", stand+command)
	cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=/nonexistent", "API7_ADMIN=https://cp.example.org", "API7_TOKEN=t0"}
	out, err := cmd.CombinedOutput()
	text, ended := strings.CutSuffix(string(out), "\x00\x01")
	if err != nil || !ended || strings.Contains(text, "\x01") {
		t.Fatalf("%s\n%v: %q", command, err, out)
	}
	return strings.Split(text, "\x00")
}

// sent is one request that changes something.
type sent struct{ When, Method, URL, Body string }

// TestCanaryRuleBecomesTheSameTrafficSplit shows all requests for one service, from the rule to its successor.
func TestCanaryRuleBecomesTheSameTrafficSplit(t *testing.T) {
	t.Parallel()
	const service = "https://cp.example.org/apisix/admin/services/"
	tests := map[string]struct {
		file, group, id string
		want            []sent
	}{
		"over 3.5.0": {"v3_5/canaryruleactive/testdata/crossing.yaml", "default", "orders", []sent{
			{"after", "PUT", service + "orders/upstreams/orders-next?gateway_group_id=default", `{"name":"orders-next","nodes":[{"host":"10.1.0.9","port":8080,"weight":100}]}`},
			{"after", "PATCH", service + "orders?gateway_group_id=default", `[{"op":"add","path":"/plugins/traffic-split","value":{"rules":[{"match":[{"vars":[["http_x_beta","==","1"]]}],` +
				`"weighted_upstreams":[{"upstream_id":"orders-next","weight":15},{"weight":85}]}]}}]`},
		}},
		"several upstreams, secrets": {"v3_5/canaryruleactive/testdata/crossing.yaml", "edge", "billing", []sent{
			{"after", "PUT", service + "billing/upstreams/billing-blue?gateway_group_id=edge", `{"name":"blue","nodes":[{"host":"10.1.0.7","port":443,"weight":1},{"host":"[fd00::1]","port":8443,"weight":2}],"scheme":"https"}`},
			{"after", "PUT", service + "billing/upstreams/billing-green?gateway_group_id=edge", "@-"},
		}},
		"left over": {"v3_5/canaryruleactive/testdata/leftover.yaml", "default", "orders", []sent{
			{"before", "PUT", service + "orders/upstreams/orders-next?gateway_group_id=default", `{"name":"orders-next","nodes":[{"host":"10.1.0.9","port":8080,"weight":100}]}`},
			{"before", "PATCH", service + "orders?gateway_group_id=default", `[{"op":"remove","path":"/plugins/api7-traffic-split"},{"op":"add","path":"/plugins/traffic-split","value":{"rules":[{` +
				`"weighted_upstreams":[{"upstream_id":"orders-next","weight":15},{"weight":85}]}]}}]`},
		}},
		"by id": {"v3_5/trafficsplitattached/testdata/hit.yaml", "edge", "billing", []sent{
			{"before", "PATCH", service + "billing?gateway_group_id=edge", `[{"op":"remove","path":"/plugins/traffic-split"}]`},
			{"after", "PUT", service + "billing/upstreams/billing-ext-77?gateway_group_id=edge", "@-"},
			{"after", "PATCH", service + "billing?gateway_group_id=edge", `[{"op":"add","path":"/plugins/traffic-split","value":{"rules":[{"weighted_upstreams":[{"upstream_id":"billing-ext-77","weight":1},{"weight":4}]}]}}]`},
		}},
		"secrets": {"v3_5/trafficsplitattached/testdata/hit.yaml", "default", "secretive", []sent{
			{"before", "PATCH", service + "secretive?gateway_group_id=default", `[{"op":"remove","path":"/plugins/traffic-split"}]`},
			{"after", "PATCH", service + "secretive?gateway_group_id=default", "@-"},
		}},
	}
	byFolder := map[string]*rule.Rule{}
	for _, r := range rules.All() {
		byFolder[strings.ReplaceAll(r.ID, "-", "")] = r
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			findings, err := ruletest.Findings(t.Context(), byFolder[strings.Split(tt.file, "/")[1]], load(t, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			var got []sent
			for i := range findings {
				if o := findings[i].Object; o.ID == tt.id && o.GatewayGroup == tt.group {
					got = append(got, requests(t, &findings[i])...)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("requests differ (-want +got):\n%s", diff)
			}
		})
	}
}

func requests(t *testing.T, f *report.Finding) []sent {
	t.Helper()
	var all []sent
	for _, s := range f.Remediation {
		if !strings.Contains(s.Command, "-X ") {
			continue
		}
		r := sent{When: s.When}
		args := arguments(t, s.Command)
		r.URL = args[len(args)-1]
		for i, a := range args {
			switch a {
			case "-X":
				r.Method = args[i+1]
			case "--data", "--data-binary":
				r.Body = args[i+1]
			}
		}
		all = append(all, r)
	}
	return all
}
