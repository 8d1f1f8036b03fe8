package kinetest_test

import (
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// The two forms of keys: with /apisix for one gateway group and without it for another.
const (
	plain  = "/gateway_groups/default/"
	prefix = "/gateway_groups/edge-7f3a/apisix/"
)

// split returns a route with the Traffic Split plugin.
func split(id, weight string) string {
	return `{"id":"` + id + `","service_id":"orders","uris":["/` + id + `"],"plugins":{"traffic-split":` +
		`{"rules":[{"weighted_upstreams":[{"upstream_id":"ext","weight":` + weight + `},{"weight":9}]}]}}}`
}

func bare(id string) string {
	return `{"id":"` + id + `","service_id":"orders","uris":["/` + id + `"],"plugins":{}}`
}

// change changes the store as a day of work would.
func change(s store) {
	for _, p := range []string{plain, prefix} {
		s.put(p+"routes/new", split("new", "1"))
		s.put(p+"routes/changed", split("changed", "1"))
		s.put(p+"routes/changed", split("changed", "2"))
		s.put(p+"routes/changed", split("changed", "3"))
		s.put(p+"routes/cleaned", split("cleaned", "1"))
		s.put(p+"routes/cleaned", bare("cleaned"))
		s.put(p+"routes/gone", split("gone", "1"))
		s.remove(p + "routes/gone")
		s.put(p+"routes/back", bare("back"))
		s.remove(p + "routes/back")
		s.put(p+"routes/back", split("back", "5"))
		s.put(p+"consumers/ivy", `{"id":"ivy","username":"ivy"}`)
		s.put(p+"consumers/ivy/credentials/one", `{"id":"ivy/credentials/one","plugins":{"key-auth":{"key":"k"}}}`)
		s.put(p+"consumers/ivy/credentials/two", `{"id":"ivy/credentials/two","plugins":{"key-auth":{"key":"k"}}}`)
		s.remove(p + "consumers/ivy/credentials/one")
	}
	s.put(plain+"routes/only-here", split("only-here", "1"))
	s.remove(plain + "routes/r-echo")
}

// attached are the routes with the plugin after change.
var attached = []string{
	"default back", "default changed", "default new", "default only-here",
	"edge back", "edge changed", "edge new",
}

// databases are the two forms of the table: as API7's fork declares it, with an installation's history in it, and as
// the server creates it today.
var databases = map[string]string{"history": "", "new table": "DROP TABLE kine"}

func TestTheProductReadsWhatKineStored(t *testing.T) {
	t.Parallel()
	binary := build(t)
	for name, alter := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installations.SQL("3.4-clean"), alter)
			s := startStore(t, dsn)
			change(s)
			compareLive(t, s, dsn)
			compareFindings(t, binary, dsn)
		})
	}
}

// compareLive checks that the source yields the keys that kine lists, each once, with the same values.
func compareLive(t *testing.T, s store, dsn string) {
	t.Helper()
	src, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	need := sourcetest.Everything()
	got := map[string]any{}
	_, err = src.Stream(t.Context(), need, func(r *estate.Resource) error {
		if r.Origin.Table != "kine" {
			return nil
		}
		if _, twice := got[r.Origin.Key]; twice || r.Damage != "" {
			t.Errorf("%s: twice %v, damage %q", r.Origin.Key, twice, r.Damage)
		}
		got[r.Origin.Key] = value(t, r.Body)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{}
	for key, text := range s.live() {
		want[key] = value(t, []byte(text))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("live keys (-kine +product):\n%s", diff)
	}
}

// value decodes a body. The list of plugins is an array in kine; the product turns it into an object like all others.
func value(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	if list, ok := v.([]any); ok {
		return map[string]any{"plugins": list}
	}
	return v
}

// compareFindings checks that a run of the program reports exactly the routes that have the plugin now.
func compareFindings(t *testing.T, binary, dsn string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "check", "--dsn", dsn, "--from", "3.4.1", "--to", "3.7.3",
		"--only", "traffic-split-attached", "--format", "json")
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
		t.Fatalf("the program ends with %v instead of 1:\n%s", err, out)
	}
	var report struct {
		Findings []struct {
			Object struct {
				Kind         string `json:"kind"`
				ID           string `json:"id"`
				GatewayGroup string `json:"gateway_group"`
			} `json:"object"`
		} `json:"findings"`
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	var got []string
	for _, f := range report.Findings {
		if f.Object.Kind != "route" {
			t.Errorf("a finding on %s %s", f.Object.Kind, f.Object.ID)
		}
		got = append(got, f.Object.GatewayGroup+" "+f.Object.ID)
	}
	slices.Sort(got)
	if diff := cmp.Diff(attached, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// build compiles the program from the module around this one.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "api7-preflight")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/api7-preflight")
	cmd.Dir = filepath.Join("..", "..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return binary
}
