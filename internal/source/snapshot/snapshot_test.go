package snapshot_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
	"github.com/api7-preflight/api7-preflight/rules"
)

func TestReportIsTheOneOfTheSources(t *testing.T) {
	t.Parallel()
	partial := file{&memory.Source{About: estate.Info{Kind: "adc", Name: "adc.yaml"}, Resources: demo(t).Resources[:120]}}
	tests := map[string][]estate.Source{
		"whole installation":     {demo(t)},
		"read in part":           {troubled()},
		"places in a file":       {located(t)},
		"complete beside broken": {troubled(), demo(t)},
		"broken beside partial":  {partial, troubled()},
		"nothing":                {&memory.Source{}},
		"snapshot of a snapshot": {open(t, take(t, demo(t)))},
	}
	for name, sources := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := assess(t, nil, sources...)
			got := assess(t, nil, open(t, take(t, sources...)))
			same(t, want, got)
			if len(sources) == 1 && pretty(t, want.Notes) != pretty(t, got.Notes) {
				t.Errorf("notes: %s, want %s", pretty(t, got.Notes), pretty(t, want.Notes))
			}
		})
	}
}

func TestIncompleteStaysIncomplete(t *testing.T) {
	t.Parallel()
	for _, fail := range []string{report.SeverityBreaking, report.FailNever} {
		r := assess(t, func(o *engine.Options) { o.FailOn = fail }, open(t, take(t, troubled())))
		if r.Verdict != report.Incomplete || r.ExitCode != report.ExitIncomplete || r.Sources[0].Complete {
			t.Errorf("%s: verdict %s, exit %d", fail, r.Verdict, r.ExitCode)
		}
	}
}

// dim are the fixtures in which a rule asks for a text that may be a secret: a key, a DSN that is no URL, an address that is
// none. In all others a snapshot hides nothing that a rule asks for.
var dim = []string{
	"v3_2/consumerkeyshared/testdata/hidden.yaml", "v3_2/globalrulepluginrepeated/testdata/hidden.yaml", "v3_8/consumersshareratelimit/testdata/hidden.yaml",
	"v3_2/consumerkeyshared/testdata/hit.yaml", "files/controlplanedatabasesdiffer/testdata/hit.yaml",
	"files/databasedsnunsupported/testdata/hit.yaml", "several/pluginvaluerefused/testdata/hit.yaml",
}

// TestEveryRuleReadsTheSameFromASnapshot proves that redaction keeps what rules read, using all their fixtures.
func TestEveryRuleReadsTheSameFromASnapshot(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../../../rules/*/*/testdata/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, name := range names {
		t.Run(strings.ReplaceAll(strings.TrimPrefix(name, "../../../rules/"), "/", " "), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f, err := ruletest.ParseFixture(name, data)
			if err != nil {
				t.Fatal(err)
			}
			src := &memory.Source{About: estate.Info{Kind: "fixture"}, Resources: f.Resources}
			on := func(o *engine.Options) { o.Path = f.Path }
			want, got := assess(t, on, src), assess(t, on, open(t, take(t, src)))
			if strings.Contains(name, "/pluginvaluebecomesreference/") { // inside a custom plugin, all of which is hidden
				alike(t, whole(want, got), got)
				return
			}
			if hides := slices.ContainsFunc(got.Unexamined, blind); hides != slices.Contains(dim, strings.TrimPrefix(name, "../../../rules/")) {
				t.Errorf("a text is hidden that a rule asks for: %t", hides)
			}
			alike(t, want, got)
		})
	}
}

// alike checks that a snapshot's report is that of the installation, or doubts where it hides a text: each finding is
// there, or its rule says that it could not see something; nothing is found that was not; and no rule passes that did not.
func alike(t *testing.T, want, got *report.Report) {
	t.Helper()
	if !slices.ContainsFunc(got.Unexamined, blind) {
		same(t, want, got)
		return
	}
	for i := range want.Rules {
		before, after := want.Rules[i], got.Rules[i]
		if before.Status != after.Status && (after.Status != report.Unknown || !doubts(got, after.Rule)) {
			t.Errorf("%s: %s on the snapshot, %s on the installation", before.Rule, after.Status, before.Status)
		}
	}
	key := func(f report.Finding) string { return f.Fingerprint + f.Location.Where }
	found := got.Findings.List()
	for _, f := range want.Findings.List() {
		i := slices.IndexFunc(found, func(g report.Finding) bool { return key(g) == key(f) })
		switch {
		case i >= 0 && cmp.Diff(pretty(t, f), pretty(t, found[i])) != "":
			t.Errorf("%s at %s differs (-immediate +from the snapshot):\n%s", f.Rule, f.Location.Where, cmp.Diff(pretty(t, f), pretty(t, found[i])))
		case i < 0 && !doubts(got, f.Rule):
			t.Errorf("%s at %s is lost without a doubt: %s", f.Rule, f.Location.Where, f.Message)
		}
	}
	for _, g := range found {
		if !slices.ContainsFunc(want.Findings.List(), func(f report.Finding) bool { return key(f) == key(g) }) {
			t.Errorf("%s at %s is found only in the snapshot: %s", g.Rule, g.Location.Where, g.Message)
		}
	}
}

// whole gives the findings in want the place that got has for them, where that is around their own.
func whole(want, got *report.Report) *report.Report {
	found := want.Findings.List()
	for i, f := range found {
		for g := range got.Findings.All() {
			if g.Fingerprint == f.Fingerprint && strings.HasPrefix(f.Location.Where, g.Location.Where+"/") {
				found[i].Location = g.Location
			}
		}
	}
	want.Findings = report.FindingsOf(found...)
	return want
}

// doubts reports whether a rule says that it could not see something.
func doubts(r *report.Report, rule string) bool {
	return slices.ContainsFunc(r.Unexamined, func(u report.Unexamined) bool { return blind(u) && slices.Contains(u.Rules, rule) })
}

func blind(u report.Unexamined) bool { return strings.Contains(u.Why, "hidden") }

func TestOrderOfResourcesDoesNotMatter(t *testing.T) {
	t.Parallel()
	want := take(t, demo(t))
	for seed := range uint64(3) {
		src := demo(t)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(src.Resources), func(i, j int) {
			src.Resources[i], src.Resources[j] = src.Resources[j], src.Resources[i]
		})
		if !bytes.Equal(want, take(t, src)) {
			t.Fatal("the same installation in another order gives another file")
		}
		var small bytes.Buffer
		if err := snapshot.WriteSpilling(t.Context(), &small, 5000, snapshot.Options{Tool: "1.2.3", Sources: []estate.Source{src}, Need: need(), Scratch: t.TempDir()}); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, small.Bytes()) {
			t.Fatal("sorting in runs gives another file")
		}
	}
}

// TestWhatASourceLeavesBehindIsNoSnapshot proves that the output of a failed run cannot be assessed later.
func TestWhatASourceLeavesBehindIsNoSnapshot(t *testing.T) {
	t.Parallel()
	lost, dir := errors.New("connection lost"), t.TempDir()
	var b bytes.Buffer
	o := snapshot.Options{Tool: "1.2.3", Sources: []estate.Source{broken{demo(t), lost}}, Need: need(), Scratch: dir}
	if err := snapshot.WriteSpilling(t.Context(), &b, 5000, o); !errors.Is(err, lost) {
		t.Errorf("error %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	refused(t, b.Bytes(), "what a broken source gave")
}

func TestFileSaysWhatItWasTakenFrom(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	summary, err := snapshot.Write(t.Context(), &b, snapshot.Options{Tool: "1.2.3", Sources: []estate.Source{troubled()}, Need: need()})
	if err != nil || summary.Resources != 6 || summary.Damaged != 4 || len(summary.Gaps) != 2 {
		t.Errorf("summary %+v, %v", summary, err)
	}
	name := filepath.Join(t.TempDir(), "estate.snapshot")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := snapshot.Open(t.Context(), name, infile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := estate.Info{Kind: "snapshot", Name: "estate.snapshot (postgres postgres://db-2:5432/api7ee)"}
	if diff := cmp.Diff(want, src.Info()); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
	versions, _ := src.Versions(t.Context())
	if len(versions) != 2 || versions[0].Version.String() != "3.4.1" || !versions[1].Version.IsZero() {
		t.Errorf("versions %+v", versions)
	}
	if err := errors.Join(src.Close(), src.Close()); err != nil {
		t.Error(err)
	}
}

// broken is a source that fails at its end.
type broken struct {
	estate.Source

	err error
}

func (b broken) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	if _, err := b.Source.Stream(ctx, need, yield); err != nil {
		return estate.Coverage{}, err
	}
	return estate.Coverage{}, b.err
}

// TestWhatNobodyAskedForIsUnknown proves that a snapshot taken for older rules cannot make a newer rule pass.
func TestWhatNobodyAskedForIsUnknown(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	o := snapshot.Options{Tool: "0.9.0", Sources: []estate.Source{demo(t)}, Need: sourcetest.Need(estate.GatewayGroup, estate.Service)}
	if _, err := snapshot.Write(t.Context(), &b, o); err != nil {
		t.Fatal(err)
	}
	newer := &rule.Rule{ID: "newer", Applies: rule.Always, Severity: rule.Breaking, Start: func(p *rule.Pass) { p.On(estate.SSL, func(*estate.Resource) {}) }}
	for _, scope := range []report.Scope{report.ScopeAll, report.ScopeGiven} {
		r := assess(t, func(o *engine.Options) { o.Rules, o.Scope = []*rule.Rule{newer}, scope }, open(t, b.Bytes()))
		if r.Verdict != report.Incomplete || !strings.Contains(pretty(t, r.Unexamined), "0.9.0, which took it, did not read it") {
			t.Errorf("scope %s: verdict %s, %s", scope, r.Verdict, pretty(t, r.Unexamined))
		}
	}
}

func TestStreamStopsWhenTheRunIsOver(t *testing.T) {
	t.Parallel()
	src := open(t, take(t, demo(t)))
	stop := errors.New("stop")
	if _, err := src.Stream(t.Context(), need(), func(*estate.Resource) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	many := &memory.Source{Resources: slices.Repeat(demo(t).Resources, 10)}
	_, err := open(t, take(t, many)).Stream(ctx, need(), func(*estate.Resource) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := snapshot.Write(ctx, &bytes.Buffer{}, snapshot.Options{Sources: []estate.Source{&memory.Source{}}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestNeedOfTheRulesIsInTheManifest(t *testing.T) {
	t.Parallel()
	manifest := string(slices.Collect(lines(t, take(t, demo(t))))[len(demo(t).Resources)+1])
	for k := range engine.Need(rules.All()).Kinds {
		if !strings.Contains(manifest, `"kind":"`+k.String()+`","count":`) {
			t.Errorf("%s is not in the manifest", k)
		}
	}
}
