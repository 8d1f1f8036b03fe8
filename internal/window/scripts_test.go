package window_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
)

const inline = `{"rules":[{"match":[{"vars":[["http_x_beta","==","1"]]}],"weighted_upstreams":[{"upstream":{"type":"roundrobin","nodes":{"10.0.0.9:80":1}},"weight":1},{"weight":9}]}]}`

const byID = `{"rules":[{"weighted_upstreams":[{"upstream_id":"ext","weight":1},{"upstream_id":"pets","weight":2},{"weight":9}]}]}`

// everyForm is an installation with the plugin on everything that can hold it.
func everyForm() []estate.Resource {
	upstream := `"upstream":{"type":"roundrobin","nodes":[{"host":"10.0.0.1","port":80,"weight":1}]}`
	return append(groups("default", "enforced"),
		object(estate.Service, "default", "pets", `{"id":"pets","name":"pets","service_id":"t-pets",`+upstream+`,"labels":{"team":"pets"},"plugins":{"cors":{},"traffic-split":`+inline+`}}`),
		object(estate.Service, "default", "shop", `{"id":"shop","name":"shop","service_id":"t-shop",`+upstream+`,"plugins":{"api7-traffic-split":{"rules":[{"match":[{"exprs":[["arg_a","==","1"]]}],"canary_upstreams":[{"upstream_name":"next","weight":10},{"weight":90}]}],"upstreams":[{"name":"next","type":"roundrobin","nodes":{"10.0.0.8:80":1}}]}}}`),
		object(estate.Route, "default", "direct", `{"id":"direct","name":"direct","service_id":"pets","paths":["/a"],"plugins":{"traffic-split":`+byID+`}}`),
		object(estate.Route, "default", "nested", `{"id":"nested","name":"nested","service_id":"pets","paths":["/b"],"plugins":{"workflow":{"rules":[{"case":[["arg_x","==","1"]],"actions":[["limit-count",{"count":1}],["traffic-split",`+byID+`]]},{"actions":[["traffic-split",`+inline+`]]}]}}}`),
		object(estate.Route, "default", "whole", `{"id":"whole","name":"whole","service_id":"pets","paths":["/c"],"plugins":{"workflow":{"rules":[{"actions":[["traffic-split",`+inline+`]]}]}}}`),
		object(estate.Service, "default", "tcp", `{"id":"tcp","name":"tcp","type":"stream",`+upstream+`,"plugins":{}}`),
		object(estate.StreamRoute, "default", "stream", `{"id":"stream","name":"stream","service_id":"tcp","server_port":9100,"plugins":{"traffic-split":`+inline+`}}`),
		object(estate.Consumer, "default", "rose", `{"id":"rose","username":"rose","plugins":{"key-auth":{"key":"k"},"traffic-split":`+inline+`}}`),
		object(estate.GlobalRule, "default", "api7ee-global-rule", `{"id":"api7ee-global-rule","plugins":{"prometheus":{},"traffic-split":`+inline+`,
			"workflow":{"rules":[{"case":[["arg_x","==","1"]],"actions":[["limit-count",{"count":1}]]},{"actions":[["traffic-split",`+inline+`]]}]}}}`),
		object(estate.ServiceTemplate, "", "t-pets", `{"id":"t-pets","name":"pets","plugins":{"traffic-split":`+inline+`}}`),
		object(estate.RouteTemplate, "", "rt-toys", `{"id":"rt-toys","name":"toys","service_id":"t-toys","paths":["/"],"plugins":{"traffic-split":`+inline+`}}`),
		object(estate.ServiceTemplate, "", "t-toys", `{"id":"t-toys","name":"toys","hosts":["toys.example.org"],"plugins":{}}`),
		object(estate.Service, "enforced", "toys", `{"id":"toys","name":"toys","service_id":"t-toys",`+upstream+`,"plugins":{}}`),
		object(estate.Route, "enforced", "r-toys", `{"id":"r-toys","name":"toys","service_id":"toys","route_id":"rt-toys","paths":["/"],"plugins":{"traffic-split":`+inline+`}}`),
	)
}

// TestWhatIsDeletedComesBack deletes, upgrades and restores: in the end everything is as it was, except for the ids of
// upstreams that had to be made.
func TestWhatIsDeletedComesBack(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, everyForm()...)
	dir := folder(t, found(t, s))
	was := state(s)

	first := execute(t, s, dir, "before.sh", "--apply", "--finish-canaries")
	first.wants(t, 4, "write that upstream into upstreams/upstream@default@ext.json", "route r-toys on gateway group enforced: the gateway group enforces publishing")
	for name, body := range state(s) {
		if strings.Contains(body, "traffic-split") && name != "route enforced r-toys" {
			t.Errorf("%s still has it: %s", name, body)
		}
		if body != was[name] && !strings.Contains(was[name], "traffic-split") {
			t.Errorf("%s had no Traffic Split and became %s", name, body)
		}
	}
	n := len(s.Requests())
	s.Publish("enforced", "t-toys")
	execute(t, s, dir, "before.sh", "--apply", "--finish-canaries").wants(t, 0, "Changes made: 0.", "done    route r-toys on gateway group enforced")
	if got := changes(s, n); got != nil {
		t.Errorf("a second run changed %v", got)
	}
	guarded(t, dir)

	execute(t, s, dir, "after.sh", "--apply").wants(t, 1, "the control plane is 3.4.1, and this is to be done after the upgrade to 3.5.0 or later")
	s.Upgrade("3.7.3")
	execute(t, s, dir, "before.sh", "--apply").wants(t, 1, "the control plane is 3.7.3, and this is to be done before the upgrade")
	execute(t, s, dir, "after.sh", "--apply").wants(t, 4, "write upstream ext into upstreams/upstream@default@ext.json", "put     consumer rose")
	write(t, filepath.Join(dir, "upstreams", "upstream@default@ext.json"), `{"type":"roundrobin","nodes":{"10.0.0.7:80":1}}`)
	execute(t, s, dir, "after.sh", "--apply").wants(t, 4, "make    upstream pets-ext", "route r-toys on gateway group enforced: the gateway group enforces publishing")
	s.Publish("enforced", "t-toys")
	n = len(s.Requests())
	execute(t, s, dir, "after.sh", "--apply").wants(t, 0, "Changes made: 0.")
	if got := changes(s, n); got != nil {
		t.Errorf("a second run changed %v", got)
	}

	now := state(s)
	for _, made := range []string{"upstream default pets-ext", "upstream default shop-next"} {
		if !strings.Contains(now[made], `"nodes":[{"host":"10.0.0.`) {
			t.Errorf("%s is %q", made, now[made])
		}
		delete(now, made)
	}
	for name := range now {
		now[name] = strings.ReplaceAll(now[name], `"pets-ext"`, `"ext"`)
	}
	was["service default shop"] = strings.Replace(was["service default shop"],
		`{"api7-traffic-split":{"rules":[{"canary_upstreams":[{"upstream_name":"next","weight":10},{"weight":90}],"match":[{"exprs":[["arg_a","==","1"]]}]}],"upstreams":[{"name":"next","nodes":{"10.0.0.8:80":1},"type":"roundrobin"}]}}`,
		`{"traffic-split":{"rules":[{"match":[{"vars":[["arg_a","==","1"]]}],"weighted_upstreams":[{"upstream_id":"shop-next","weight":10},{"weight":90}]}]}}`, 1)
	if diff := cmp.Diff(was, now); diff != "" {
		t.Errorf("the end is not the start (-start +end):\n%s", diff)
	}
}

// TestCalledOffEverythingIsAsItWas changes nothing in a dry run, and undoes what was deleted, on the release that was installed before.
func TestCalledOffEverythingIsAsItWas(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, slices.DeleteFunc(everyForm(), func(r estate.Resource) bool {
		return r.Group.ID == "enforced" || r.Kind == estate.Consumer || r.Kind == estate.StreamRoute || r.Kind == estate.RouteTemplate
	})...)
	dir := folder(t, found(t, s))
	was := state(s)
	execute(t, s, dir, "before.sh", "--finish-canaries").wants(t, 4, "This was a dry run", "delete  route direct on gateway group default: traffic-split")
	if got := changes(s, 0); got != nil {
		t.Fatalf("a dry run changed %v", got)
	}
	if got := names(t, dir); slices.Contains(got, "saved") || len(got) != 6 {
		t.Errorf("a dry run left %v", got)
	}
	execute(t, s, dir, "before.sh", "--apply", "--finish-canaries").wants(t, 4)
	execute(t, s, dir, "after.sh", "--undo", "--apply").wants(t, 0, "put     service shop on gateway group default: api7-traffic-split")
	if diff := cmp.Diff(was, state(s)); diff != "" {
		t.Errorf("the end is not the start (-start +end):\n%s", diff)
	}
}

// TestEveryShellDoesTheSame runs the scripts with the shells that are at hand.
func TestEveryShellDoesTheSame(t *testing.T) {
	t.Parallel()
	for _, shell := range [][]string{{"dash"}, {"bash", "--posix"}, {"busybox", "sh"}, {"mksh"}, {"ksh"}, {"yash"}} {
		if _, err := exec.LookPath(shell[0]); err != nil {
			continue
		}
		t.Run(strings.Join(shell, " "), func(t *testing.T) {
			t.Parallel()
			s := controlPlane(t, append(groups("default"), service("$(x) \\n"))...)
			dir := folder(t, attached("$(x) \\n"))
			was := state(s)
			run := func(script string) ended {
				environ := []string{"API7_ADMIN=" + s.URL, "API7_TOKEN=" + adminapitest.Token, "PATH=" + os.Getenv("PATH")}
				return ran(t, environ, append(slices.Clone(shell), filepath.Join(dir, script), "--apply")...)
			}
			run("before.sh").wants(t, 0, "Changes made: 1.", `service $(x) \\n`)
			s.Upgrade("3.7.3")
			run("after.sh").wants(t, 0, "Changes made: 1.")
			if diff := cmp.Diff(was, state(s)); diff != "" {
				t.Errorf("the end is not the start (-start +end):\n%s", diff)
			}
		})
	}
}

// TestWhatIsTakenInTwoStepsComesBackWhole takes the Traffic Split first, and the Canary Rule of the same service when it
// may be finished. Both have to become one, which is left to a person; called off, both are as they were.
func TestWhatIsTakenInTwoStepsComesBackWhole(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, append(groups("default"), object(estate.Service, "default", "a", `{"id":"a","name":"a","plugins":{"traffic-split":`+inline+`,
		"api7-traffic-split":{"rules":[{"canary_upstreams":[{"upstream_name":"next","weight":1},{"weight":9}]}],"upstreams":[{"name":"next","nodes":{"h:1":1}}]}}}`))...)
	dir := folder(t, found(t, s))
	was := state(s)
	execute(t, s, dir, "before.sh", "--apply").wants(t, 4, "delete  service a on gateway group default: traffic-split", "finish its Canary Rule in the Dashboard")
	execute(t, s, dir, "before.sh", "--apply", "--finish-canaries").wants(t, 0, "delete  service a on gateway group default: api7-traffic-split")
	s.Upgrade("3.7.3")
	execute(t, s, dir, "after.sh", "--apply").wants(t, 4, "put both back as one in the Dashboard", "Changes made: 0.")
	s.Upgrade("3.4.1")
	execute(t, s, dir, "after.sh", "--undo", "--apply").wants(t, 0, "put     service a on gateway group default: api7-traffic-split, traffic-split")
	if diff := cmp.Diff(was, state(s)); diff != "" {
		t.Errorf("the end is not the start (-start +end):\n%s", diff)
	}
}

// TestWhatCannotBeDoneExactlyIsLeft lets a person do what would lose or change something else.
func TestWhatCannotBeDoneExactlyIsLeft(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		object estate.Resource
		code   int
		said   string
	}{
		"a rule of a workflow that others follow": {
			object(estate.Route, "default", "a", `{"id":"a","service_id":"s","plugins":{"workflow":{"rules":[{"actions":[["traffic-split",`+inline+`]]},{"actions":[["limit-count",{}]]}]}}}`),
			4, "take the plugin out of workflow in the Dashboard",
		},
		"a field that nobody knows": {
			object(estate.StreamRoute, "default", "a", `{"id":"a","service_id":"tcp","server_port":9100,"mystery":1,"plugins":{"traffic-split":`+inline+`}}`),
			4, "it has what cannot be sent as it is (mystery)",
		},
		"a large number": {
			object(estate.StreamRoute, "default", "a", `{"id":"a","service_id":"tcp","server_port":9100,"plugins":{"own":{"n":12345678901234567890},"traffic-split":`+inline+`}}`),
			4, "it has what cannot be sent as it is (a number too large for jq)",
		},
		"a stream route that is disabled": {
			object(estate.StreamRoute, "default", "a", `{"id":"a","service_id":"tcp","server_port":9100,"status":0,"plugins":{"traffic-split":`+inline+`}}`),
			4, "it has what cannot be sent as it is (status)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := controlPlane(t, append(groups("default"), object(estate.Service, "default", "s", `{"id":"s","name":"s","plugins":{}}`),
				object(estate.Service, "default", "tcp", `{"id":"tcp","name":"tcp","type":"stream","plugins":{}}`), tt.object)...)
			dir := folder(t, found(t, s))
			was := state(s)
			execute(t, s, dir, "before.sh").wants(t, tt.code, tt.said)
			execute(t, s, dir, "before.sh", "--apply").wants(t, tt.code, tt.said)
			if diff := cmp.Diff(was, state(s)); diff != "" || changes(s, 0) != nil {
				t.Errorf("it was changed (-was +is):\n%s", diff)
			}
		})
	}
}

// guarded fails if anyone else could read what is saved.
func guarded(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(dir, "saved"), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if want := map[bool]os.FileMode{true: 0o700, false: 0o600}[d.IsDir()]; err == nil && info.Mode().Perm() != want {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// names returns the names of what is in a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestShellcheckFindsNothing holds the scripts to shellcheck without any exclusion.
func TestShellcheckFindsNothing(t *testing.T) {
	t.Parallel()
	need(t, "shellcheck")
	dir := folder(t, demo(t))
	for _, script := range []string{"before.sh", "after.sh", "adc.sh"} {
		cmd := exec.CommandContext(t.Context(), "shellcheck", "--norc", "--shell=sh", "--severity=style", filepath.Join(dir, script))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", script, err, out)
		}
		text, err := os.ReadFile(filepath.Join(dir, script))
		if err != nil || strings.Contains(string(text), "shellcheck disable") {
			t.Errorf("%s excludes something, or %v", script, err)
		}
	}
}

// TestTheExampleGoesThereAndBack does the window of the example installation. Its default gateway group enforces publishing,
// so what a person does there is done here as well. In the end only that differs which the new release has no form for, and
// what a person has left: publishing takes off what no template has.
func TestTheExampleGoesThereAndBack(t *testing.T) {
	t.Parallel()
	s := controlPlane(t)
	dir := folder(t, demo(t))
	was := state(s)
	execute(t, s, dir, "before.sh", "--apply", "--finish-canaries").wants(t, 4, "global rule traffic-split on gateway group staging", "upstreams/upstream@5d8c1f0a-3b7e-4f52-9a41-6c0d2e8b7f13@ext-billing.json")
	for _, template := range []string{"t-orders", "t-checkout", "t-search", "t-payments"} {
		s.Publish("default", template)
	}
	for name, body := range state(s) {
		if strings.Contains(body, `"weighted_upstreams":`) || strings.Contains(body, `"canary_upstreams":`) {
			t.Errorf("%s still has it: %s", name, body)
		}
	}
	s.Upgrade("3.7.3")
	write(t, filepath.Join(dir, "upstreams", "upstream@5d8c1f0a-3b7e-4f52-9a41-6c0d2e8b7f13@ext-billing.json"), `{"nodes":{"10.2.0.77:8080":1}}`)
	execute(t, s, dir, "after.sh", "--apply").wants(t, 4, "See that its service template has traffic-split")
	var differ []string
	for name, body := range state(s) {
		body = strings.ReplaceAll(body, `"billing-ext-billing"`, `"ext-billing"`)
		if body != was[name] {
			differ = append(differ, name)
		}
	}
	slices.Sort(differ)
	want := []string{
		"route default r-checkout-pay", "route default r-orders-create", // its template had other changes, and they were published as well
		"route default r-search-suggest", "service 5d8c1f0a-3b7e-4f52-9a41-6c0d2e8b7f13 billing", // a Canary Rule became a Traffic Split
		"service 91e6b4d7-c02a-48e8-8f35-2a7d5b9c0e64 catalog", "service default checkout", "service default orders", "service default payments", "service_template  t-shipping",
		"upstream 5d8c1f0a-3b7e-4f52-9a41-6c0d2e8b7f13 billing-ext-billing", "upstream 5d8c1f0a-3b7e-4f52-9a41-6c0d2e8b7f13 billing-next",
	}
	if diff := cmp.Diff(want, differ); diff != "" {
		t.Errorf("what differs (-want +got):\n%s", diff)
	}
}
