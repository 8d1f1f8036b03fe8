package adc_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// mostMemory is the number of bytes that a few bytes may grow to with aliases within the limits of a tree.
const mostMemory = 64 << 20

// dumps are the dumps of the 3.4 installation, one for each gateway group.
const dumps = "../../../fixtures/adc/3.4-"

func open(t *testing.T, files ...adc.File) *adc.Source {
	t.Helper()
	s, err := adc.Open(t.Context(), files, infile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.MadeBy(newest, version.Version{})
	return s
}

// newest is an ADC that dumps everything.
var newest = version.MustParse("0.28.0")

// text opens one dump of the group default.
func text(t *testing.T, name, content string) (*adc.Source, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := adc.Open(t.Context(), []adc.File{{Group: "default", Path: path}}, infile.Options{})
	if err == nil {
		s.MadeBy(newest, version.Version{})
	}
	return s, err
}

func mustText(t *testing.T, content string) *adc.Source {
	t.Helper()
	s, err := text(t, "adc.yaml", content)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// stream returns every resource as text: kind, group, id, damage, body.
func stream(t *testing.T, s *adc.Source) (resources []string, c estate.Coverage) {
	t.Helper()
	c, err := s.Stream(t.Context(), sourcetest.Everything(), func(r *estate.Resource) error {
		resources = append(resources, strings.TrimSpace(fmt.Sprintf("%s %s/%s %s%s", r.Kind, r.Group.Label(), r.ID, r.Damage, r.Body)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return resources, c
}

func judge(t *testing.T, sources ...estate.Source) *report.Report {
	t.Helper()
	r, err := engine.Run(t.Context(), engine.Options{
		Path:  version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")},
		Rules: rules.All(), Sources: sources, Scope: report.ScopeGiven, FailOn: report.SeverityBreaking,
		Now: func() time.Time { return time.Unix(0, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// findings returns the findings on resources that a dump can hold.
func findings(t *testing.T, r *report.Report) []string {
	t.Helper()
	var list []string
	for f := range r.Findings.All() {
		if k, err := estate.ParseKind(f.Object.Kind); err != nil || !(*adc.Source)(nil).Holds(k) {
			continue
		}
		list = append(list, fmt.Sprintf("%s %s %s %s/%s %s %v: %s",
			f.Severity, f.Rule, f.Object.Kind, f.Object.GatewayGroup, f.Object.ID, f.Object.Name, f.Object.Labels, f.Message))
	}
	slices.Sort(list)
	return list
}

func groups(json bool) []adc.File {
	files := []adc.File{{Group: "default", Path: dumps + "default.yaml"}, {Group: "edge", Path: dumps + "edge.yaml"}, {Group: "staging", Path: dumps + "staging.yaml"}}
	if json {
		files[1].Path = dumps + "edge.json"
	}
	return files
}

func TestDumpsGiveTheFindingsOfTheDatabase(t *testing.T) {
	t.Parallel()
	database := memory.Example(t, estate.Info{Kind: "memory", Name: "3.4"})
	want := findings(t, judge(t, database))
	if len(want) < 9 {
		t.Fatalf("the database gives only %d findings", len(want))
	}
	for _, json := range []bool{false, true} {
		if diff := cmp.Diff(want, findings(t, judge(t, open(t, groups(json)...)))); diff != "" {
			t.Errorf("JSON %v: findings (-database +dump):\n%s", json, diff)
		}
	}
}

func TestDumpsHoldWhatTheStoreHolds(t *testing.T) {
	t.Parallel()
	database := memory.Example(t, estate.Info{Kind: "memory", Name: "3.4"})
	ids := func(s estate.Source) map[string]bool {
		set := map[string]bool{}
		_, err := s.Stream(t.Context(), sourcetest.Everything(), func(r *estate.Resource) error {
			switch {
			case r.Origin.Source == "postgres" && r.Origin.Table != "kine":
			case slices.Contains([]estate.Kind{estate.Upstream, estate.SSL, estate.PluginMetadata}, r.Kind): // 3.4 embeds the first, and the dumps or the example lack the others
			case (*adc.Source)(nil).Holds(r.Kind):
				set[fmt.Sprintf("%s %s/%s", r.Kind, r.Group.Label(), r.ID)] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	if diff := cmp.Diff(ids(database), ids(open(t, groups(true)...))); diff != "" {
		t.Errorf("resources (-database +dump):\n%s", diff)
	}
}

func TestFindingsNameLineAndColumn(t *testing.T) {
	t.Parallel()
	r := judge(t, open(t, groups(true)...))
	var got []string
	for f := range r.Findings.All() {
		if f.Location.Source != "adc" {
			continue
		}
		path, place, _ := strings.Cut(strings.TrimPrefix(f.Location.Where, dumps), ":")
		text, err := os.ReadFile(dumps + path)
		if err != nil {
			t.Fatal(err)
		}
		var line, column int
		if _, err := fmt.Sscanf(place, "%d:%d", &line, &column); err != nil {
			t.Fatalf("%s: %v", f.Location.Where, err)
		}
		there := strings.Split(string(text), "\n")[line-1][column-1:]
		got = append(got, fmt.Sprintf("%s %s: %s:%s %s", f.Rule, f.Object.ID, path, place, there))
	}
	want := []string{
		"canary-rule-active orders: default.yaml:335:7 api7-traffic-split:",
		`canary-rule-active billing: edge.json:39:9 "api7-traffic-split": {`,
		"canary-rule-active catalog: staging.yaml:36:7 api7-traffic-split:",
		"traffic-split-attached r-checkout-pay: default.yaml:210:11 traffic-split:",
		"traffic-split-attached r-search-suggest: default.yaml:521:21 - traffic-split",
		"traffic-split-attached payments: default.yaml:421:7 traffic-split:",
		`traffic-split-attached r-billing-invoices: edge.json:107:13 "traffic-split": {`,
		`traffic-split-attached r-orders-export: edge.json:264:13 "traffic-split": {`,
		"traffic-split-attached api7ee-global-rule: staging.yaml:12:3 traffic-split:",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func TestAbsentKindsAreNotHeld(t *testing.T) {
	t.Parallel()
	s := open(t, groups(false)...)
	_, c := stream(t, s)
	var kinds []string
	for _, k := range c.Kinds {
		kinds = append(kinds, fmt.Sprintf("%s %d %v %v", k.Kind, k.Count, k.Partial, len(k.Gaps)))
	}
	want := []string{
		"service 15 true 0", "route 41 true 0", "stream_route 2 true 0", "upstream 15 true 0", "consumer 6 true 0", "credential 7 true 0",
		"global_rule 3 true 0", "consumer_group 0 true 0", "plugin_metadata 4 true 0", "ssl 1 true 3",
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	if got := s.Info(); got != (estate.Info{Kind: "adc", Name: "3.4-default.yaml, 3.4-edge.yaml, 3.4-staging.yaml"}) {
		t.Errorf("info is %+v", got)
	}
	wantNotes := []estate.Note{{What: "gateway groups", Why: `read from ADC dumps: "default", "edge", "staging"; other groups are not in them`}}
	if diff := cmp.Diff(wantNotes, c.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if v, err := s.Versions(t.Context()); len(v) > 0 || err != nil {
		t.Errorf("versions %v, %v", v, err)
	}
}

func TestParseFlag(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]adc.File{
		"adc.yaml":         {Group: "default", Path: "adc.yaml"},
		"edge=adc.yaml":    {Group: "edge", Path: "adc.yaml"},
		"edge=a/b=c.yaml":  {Group: "edge", Path: "a/b=c.yaml"},
		"./a=b.yaml":       {Group: "default", Path: "./a=b.yaml"},
		"=adc.yaml":        {Group: "default", Path: "adc.yaml"},
		"edge=":            {Group: "edge", Path: ""},
		`C:\dumps\a=b.yml`: {Group: "default", Path: `C:\dumps\a=b.yml`},
	} {
		if got := adc.ParseFlag(in); got != want {
			t.Errorf("ParseFlag(%q) is %+v, want %+v", in, got, want)
		}
	}
}

func TestADoneContextEndsTheStream(t *testing.T) {
	t.Parallel()
	s := mustText(t, "consumers: [{username: a}]")
	stop := errors.New("enough")
	if _, err := s.Stream(t.Context(), sourcetest.Everything(), func(*estate.Resource) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("error is %v", err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Error(err)
	}
}
