package runbook_test

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures"
	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// assessed returns the report on the example installation.
func assessed(t *testing.T, from, to string) *report.Report {
	t.Helper()
	var sources []estate.Source
	for _, shot := range []string{fixtures.Demo(), fixtures.DemoFiles()} {
		src, err := snapshot.Read("example", strings.NewReader(shot), int64(len(shot)))
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, src)
	}
	r, err := engine.Run(t.Context(), engine.Options{
		Tool: report.Tool{Name: report.Program, Version: "devel"}, Path: version.Path{From: version.MustParse(from), To: version.MustParse(to)},
		FromEvidence: "set by the example", FromGiven: true, Rules: rules.All(), Sources: sources, Scope: report.ScopeAll, FailOn: report.SeverityBreaking,
		RunID: "test", Now: func() time.Time { return time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// demo returns the runbook of the example installation.
func demo(t *testing.T) *runbook.Runbook {
	t.Helper()
	f := demoFacts(t)
	return runbook.Make(assessed(t, "3.4.1", "3.7.3"), &f, options())
}

func options() runbook.Options {
	return runbook.Options{
		Times: runbook.GuideTimes(), Sources: "--backup 'api7ee.dump' --config 'api7-ee'",
		Starts: []time.Time{time.Date(2026, 12, 5, 22, 0, 0, 0, time.UTC)},
	}
}

func TestTheExampleHasItsTimes(t *testing.T) {
	t.Parallel()
	b := demo(t)
	if w := b.Windows[0]; len(b.Windows) != 1 || w.Minutes != 145 || w.Length != 265 || !w.Fits || w.End != "2026-12-06T02:25:00Z" {
		t.Errorf("%+v", b.Windows)
	}
	got := map[string][4]string{}
	for i := range b.Steps {
		if s := &b.Steps[i]; s.TurnBackBy != "" && s.Minutes > 0 {
			got[s.ID] = [4]string{s.Start, s.End, s.BeginBy, s.TurnBackBy}
		}
	}
	if diff := cmp.Diff(map[string][4]string{
		"upgrade-control-plane":      {"2026-12-05T22:15:00Z", "2026-12-05T22:35:00Z", "2026-12-06T01:15:00Z", "2026-12-06T01:55:00Z"},
		"upgrade-gateways-default":   {"2026-12-05T22:35:00Z", "2026-12-05T23:05:00Z", "2026-12-06T00:35:00Z", "2026-12-06T01:25:00Z"},
		"upgrade-gateways-edge-7f3a": {"2026-12-05T23:05:00Z", "2026-12-05T23:35:00Z", "2026-12-06T00:05:00Z", "2026-12-06T00:55:00Z"},
		"upgrade-gateways-stg01":     {"2026-12-05T23:35:00Z", "2026-12-06T00:05:00Z", "2026-12-05T23:35:00Z", "2026-12-06T00:25:00Z"},
		"acceptance":                 {"2026-12-06T00:05:00Z", "2026-12-06T00:25:00Z", "2026-12-06T00:05:00Z", "2026-12-06T00:25:00Z"},
	}, got); diff != "" {
		t.Errorf("start, end, begin by, turn back by (-want +got):\n%s", diff)
	}
}

// TestEveryStepIsComplete looks at each step of several paths.
func TestEveryStepIsComplete(t *testing.T) {
	t.Parallel()
	f := demoFacts(t)
	for _, path := range [][2]string{{"3.4.1", "3.7.3"}, {"3.3.2", "3.3.4"}, {"3.4.1", "3.10.5"}} {
		b := runbook.Make(assessed(t, path[0], path[1]), &f, options())
		seen := map[string]bool{}
		for i := range b.Steps {
			s := &b.Steps[i]
			if seen[s.ID] {
				t.Errorf("%s: two steps are called %s", path, s.ID)
			}
			seen[s.ID] = true
			for what, text := range map[string]string{
				"phase": string(s.Phase), "title": s.Title, "owner": s.Owner, "when": s.When, "text": s.Text, "expect": s.Expect, "undo": s.Undo,
				"status": string(s.Status), "why": s.Why,
			} {
				if text == "" {
					t.Errorf("%s: %s has no %s", path, s.ID, what)
				}
			}
			if s.Minutes > 0 && (s.OnFailure == "" || s.Check == "" || s.Start == "" || s.BeginBy == "") {
				t.Errorf("%s: %s lacks a check, a time, or what to do if it fails", path, s.ID)
			}
			if s.GoTo != "" && b.Step(s.GoTo) == nil {
				t.Errorf("%s: %s leads to %s, which does not exist", path, s.ID, s.GoTo)
			}
		}
		for _, n := range b.PointsOfNoReturn {
			if !seen[n.Step] || !seen[n.WayBack] {
				t.Errorf("%s: the point of no return %+v names a step that does not exist", path, n)
			}
		}
		if len(b.PointsOfNoReturn) == 0 || len(b.Requests) == 0 || len(b.Support) == 0 || len(b.Duties) == 0 {
			t.Errorf("%s: a part is empty", path)
		}
	}
}

func TestEveryFindingIsInAStep(t *testing.T) {
	t.Parallel()
	r := assessed(t, "3.4.1", "3.7.3")
	f := demoFacts(t)
	b := runbook.Make(r, &f, options())
	objects := map[string]bool{}
	var all strings.Builder
	for i := range b.Steps {
		for _, o := range b.Steps[i].Objects {
			objects[o.Fingerprint] = true
		}
		all.WriteString(b.Steps[i].Command + "\n")
	}
	commands := all.String()
	for one := range r.Findings.All() {
		if !objects[one.Fingerprint] {
			t.Errorf("no step deals with %s %s", one.Rule, one.Object.ID)
		}
		for _, s := range one.Remediation {
			if !strings.Contains(commands, s.Command) {
				t.Errorf("no step has the command %s", s.Command)
			}
		}
	}
}

// hopping returns the runbook of the example installation on a path.
func hopping(t *testing.T, from, to string) *runbook.Runbook {
	t.Helper()
	f, o := demoFacts(t), options()
	for _, p := range targets.Steps(version.Path{From: version.MustParse(from), To: version.MustParse(to)}) {
		one := assessed(t, p.From.String(), p.To.String())
		targets.Advise(one, nil)
		o.Hops = append(o.Hops, one)
	}
	return runbook.Make(assessed(t, from, to), &f, o)
}

func TestAPathThatNobodyDescribesInOneStepGoesInSeveralWindows(t *testing.T) {
	t.Parallel()
	for path, want := range map[[2]string][]string{
		{"3.4.1", "3.7.3"}:  {"3.4.1 to 3.7.3"},
		{"3.6.1", "3.7.3"}:  {"3.6.1 to 3.7.3"},
		{"3.4.1", "3.9.3"}:  {"3.4.1 to 3.7.8", "3.7.8 to 3.8.22", "3.8.22 to 3.9.3"},
		{"3.5.5", "3.8.22"}: {"3.5.5 to 3.7.8", "3.7.8 to 3.8.22"},
	} {
		b := hopping(t, path[0], path[1])
		var got []string
		for _, w := range b.Windows {
			got = append(got, w.From+" to "+w.To)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", path, diff)
		}
		if last := b.Windows[len(b.Windows)-1]; len(b.Windows) > 1 && last.Start != "T+00:00" {
			t.Errorf("%v: the last window begins at %s", path, last.Start)
		}
	}
}

// TestEachWindowDealsWithWhatItsOwnReleaseBrings compares the windows of a long path with what the direct way would ask for.
func TestEachWindowDealsWithWhatItsOwnReleaseBrings(t *testing.T) {
	t.Parallel()
	b := hopping(t, "3.4.1", "3.9.3")
	in := map[int][]string{}
	for i := range b.Steps {
		s := &b.Steps[i]
		in[s.Window] = append(in[s.Window], s.Rule)
		if strings.Contains(s.Title, "fits 3.9.3") && s.Window < 3 {
			t.Errorf("window %d: %s", s.Window, s.Title)
		}
		if s.Rule == "untested-jump" {
			t.Errorf("no window skips a line that the vendor does not test, and yet %s is there", s.ID)
		}
	}
	for rule, window := range map[string]int{"traffic-split-attached": 1, "canary-rule-active": 1, "template-runtime-config": 1, "expired-token-rejected": 2, "adc-too-old": 3} {
		if !slices.Contains(in[window], rule) {
			t.Errorf("window %d has nothing of %s: %v", window, rule, in[window])
		}
		for other := range in {
			if slices.Contains(in[other], rule) && other != window && rule != "adc-too-old" {
				t.Errorf("window %d has %s as well, which window %d deals with", other, rule, window)
			}
		}
	}
	for _, w := range b.Windows {
		if w.Verdict == "" || !strings.HasPrefix(w.Advice, w.To+" has ") {
			t.Errorf("window %d: %s, %q", w.Number, w.Verdict, w.Advice)
		}
	}
}

// TestAnInstallationOfWhichNothingIsKnownHasARunbookAllTheSame makes one of a report alone.
func TestAnInstallationOfWhichNothingIsKnownHasARunbookAllTheSame(t *testing.T) {
	t.Parallel()
	b := runbook.Make(reporttest.Incomplete(), &runbook.Facts{}, runbook.Options{Times: runbook.GuideTimes()})
	if b.ExitCode != report.ExitIncomplete || len(b.Unexamined) != 2 {
		t.Errorf("exit code %d, %d gaps", b.ExitCode, len(b.Unexamined))
	}
	var blanks []string
	for _, blank := range b.Blanks {
		blanks = append(blanks, blank.What)
	}
	for _, want := range []string{"database host", "database name", "Helm release of the control plane", "short id of the gateway group"} {
		if !slices.Contains(blanks, want) {
			t.Errorf("%q is no blank: %q", want, blanks)
		}
	}
	ready := runbook.Make(reporttest.Ready(), &runbook.Facts{}, runbook.Options{Times: runbook.GuideTimes()})
	if ready.ExitCode != report.ExitReady || len(ready.Blanks) == 0 {
		t.Errorf("blanks alone make the exit code %d", ready.ExitCode)
	}
}

// TestEveryBlankIsListed looks for blanks in all commands, and for commands that a shell cannot read.
func TestEveryBlankIsListed(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]*runbook.Runbook{
		"example": demo(t), "nothing": runbook.Make(reporttest.Ready(), &runbook.Facts{}, runbook.Options{Times: runbook.GuideTimes()}),
		"hostile": runbook.Make(reporttest.Ready(), hostile(), options()),
	} {
		for i := range b.Steps {
			s := &b.Steps[i]
			command := s.Command
			for _, blank := range b.Blanks {
				in := strings.Contains(s.Command+s.Text+s.Check, "<FILL IN: "+blank.What+">")
				if in != slices.Contains(blank.Steps, s.ID) {
					t.Errorf("%s: whether %s holds %q: %v", name, s.ID, blank.What, in)
				}
				command = strings.ReplaceAll(command, "<FILL IN: "+blank.What+">", "filled")
			}
			if strings.Contains(command, "FILL IN") {
				t.Errorf("%s: %s holds a blank that is not listed:\n%s", name, s.ID, command)
			}
			readable(t, name+" "+s.ID, command)
		}
		readable(t, name+" acceptance", b.Script())
	}
}

// readable fails if a shell cannot read a command.
func readable(t *testing.T, name, command string) {
	t.Helper()
	sh := exec.CommandContext(t.Context(), "sh", "-n")
	sh.Stdin = strings.NewReader(command)
	if out, err := sh.CombinedOutput(); err != nil {
		t.Errorf("%s: %s\n%s", name, out, command)
	}
}

// TestAChangeRequestFitsItsFields makes one of more gateway groups than its fields have room for.
func TestAChangeRequestFitsItsFields(t *testing.T) {
	t.Parallel()
	f := demoFacts(t)
	for i := range 300 {
		name := fmt.Sprintf("group-%d", i)
		f.Groups = append(f.Groups, runbook.Group{ID: name, ShortID: name, Name: name, Instances: []runbook.Instance{{Name: "gw", Version: "3.4.1", Live: true}}})
	}
	c := runbook.ChangeRequestOf(runbook.Make(assessed(t, "3.4.1", "3.7.3"), &f, options()))
	for name, text := range map[string]string{"plan": c.ImplementationPlan, "risk": c.RiskImpactAnalysis, "back": c.BackoutPlan, "test": c.TestPlan, "why": c.Justification} {
		if n := utf8.RuneCountInString(text); n > 4000 || n < 40 {
			t.Errorf("%s has %d characters", name, n)
		}
	}
	if !strings.HasSuffix(c.ImplementationPlan, "the attached runbook") {
		t.Errorf("the plan does not say that something is missing: %.200s", c.ImplementationPlan)
	}
	first := runbook.ChangeRequestOf(demo(t)).BackoutPlan
	staging, plane := strings.Index(first, "Roll gateway group staging"), strings.Index(first, "Roll the control plane")
	if !strings.Contains(first, "not done by 2026-12-06T01:55:00Z") || staging < 0 || plane < staging {
		t.Errorf("when and in which order to go back:\n%s", first)
	}
}

func TestAChangeRequestHasAllFieldsAndAShortDescription(t *testing.T) {
	t.Parallel()
	r := assessed(t, "3.4.1", "3.7.3")
	r.Path.From = strings.Repeat("3.4.1 ü", 60)
	f := demoFacts(t)
	c := runbook.ChangeRequestOf(runbook.Make(r, &f, options()))
	if n := len([]rune(c.ShortDescription)); n > 160 || n < 100 {
		t.Errorf("the short description has %d characters", n)
	}
	for what, text := range map[string]string{
		"justification": c.Justification, "implementation plan": c.ImplementationPlan, "risks": c.RiskImpactAnalysis, "backout plan": c.BackoutPlan, "test plan": c.TestPlan,
	} {
		if len(text) < 100 {
			t.Errorf("%s: %q", what, text)
		}
	}
}

func TestTheOrderOfFactsDoesNotMatter(t *testing.T) {
	t.Parallel()
	first, second := demo(t), demo(t)
	if diff := cmp.Diff(fmt.Sprintf("%+v", first), fmt.Sprintf("%+v", second)); diff != "" {
		t.Error(diff)
	}
}
