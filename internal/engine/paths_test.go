package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// path returns the one from 3.4.1.
func path(to string) version.Path {
	return version.Path{From: version.MustParse("3.4.1"), To: version.MustParse(to)}
}

func paths(targets ...string) (all []version.Path) {
	for _, to := range targets {
		all = append(all, path(to))
	}
	return all
}

// together judges an installation on the path to no release, and on those that the change adds.
func together(t *testing.T, change func(*engine.Options), resources ...estate.Resource) *engine.Judgement {
	t.Helper()
	o := engine.Options{
		Path:    version.Path{From: version.MustParse("3.4.1")},
		Rules:   []*rule.Rule{attached()},
		Sources: []estate.Source{&memory.Source{About: estate.Info{Kind: "memory", Name: "test"}, Resources: resources}},
		Scope:   report.ScopeAll, FailOn: report.SeverityBreaking, Now: func() time.Time { return time.Unix(0, 0) },
	}
	change(&o)
	j, err := engine.Judge(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// TestPathsOnWhichARuleBehavesAlikeShareARun counts how often rules start for five targets.
func TestPathsOnWhichARuleBehavesAlikeShareARun(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change version.Change
		ask    func(*rule.Pass)
		starts int
	}{
		"one that asks nothing":                     {version.Since("3.5.0"), func(*rule.Pass) {}, 1},
		"one that asks whether a target has it":     {version.Since("3.5.0"), func(p *rule.Pass) { rule.Ask(p, has("3.7.0")) }, 2},
		"one that asks for the installed version":   {version.Since("3.5.0"), func(p *rule.Pass) { p.From() }, 1},
		"one that asks for the path":                {version.Since("3.5.0"), func(p *rule.Pass) { p.Path() }, 5},
		"one whose change came in lines one by one": {version.Since("3.5.1", "3.6.1", "3.7.0"), func(*rule.Pass) {}, 3},
		"one that concerns only some of them":       {version.Since("3.7.0"), func(p *rule.Pass) { p.Path() }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			starts := 0
			targets := paths("3.5.5", "3.6.1", "3.7.3", "3.5.4", "3.7.8")
			j := together(t, func(o *engine.Options) {
				o.Also, o.Rules[0].Change = targets, tt.change
				start := o.Rules[0].Start
				o.Rules[0].Start = func(p *rule.Pass) {
					starts++
					tt.ask(p)
					start(p)
				}
			}, service("a", hit, "t"))
			if starts != tt.starts {
				t.Errorf("%d starts, want %d", starts, tt.starts)
			}
			for _, p := range targets {
				r := j.Report(p)
				if len(r.Findings) != 1 && status(r) != report.NotApplicable || r.Path.To != p.To.String() {
					t.Errorf("to %s: %d findings, %s", p.To, len(r.Findings), status(r))
				}
			}
		})
	}
}

func has(first string) func(version.Path) bool {
	return func(p version.Path) bool { return p.Reaches(version.Since(first)) }
}

// TestEachReportNamesTheReleaseThatBringsTheChangeOnItsPath: also where a rule asked for nothing.
func TestEachReportNamesTheReleaseThatBringsTheChangeOnItsPath(t *testing.T) {
	t.Parallel()
	want := map[string]string{"3.5.5": "3.5.1", "3.6.1": "3.6.1", "3.7.8": "3.7.0"}
	j := together(t, func(o *engine.Options) {
		o.Rules[0].Change = version.Since("3.5.1", "3.6.1", "3.7.0")
		for to := range want {
			o.Also = append(o.Also, path(to))
		}
	}, service("a", hit, "t"))
	for to, change := range want {
		if r := j.Report(path(to)); len(r.Findings) != 1 || r.Findings[0].Open().Change != change || r.Rules[0].Change != change {
			t.Errorf("to %s: %+v, of %s; want %s", to, r.Findings.List(), r.Rules[0].Change, change)
		}
	}
}

// row is a row of a rule that does as it is told with every service.
type row struct {
	entry string
	do    func(*rule.Pass, *estate.Resource)
}

func (f row) About() rule.Case {
	return rule.Case{Entry: f.entry, Change: version.Since("3.5.0")}
}

func (f row) Watch(p *rule.Pass) {
	p.On(estate.Service, func(r *estate.Resource) { f.do(p, r) })
}

// TestAPanicInOnePartMakesItsRuleUnknownAndNoOther: on every path that the part concerns.
func TestAPanicInOnePartMakesItsRuleUnknownAndNoOther(t *testing.T) {
	t.Parallel()
	panics := func(*rule.Pass, *estate.Resource) { panic("broken") }
	finds := func(p *rule.Pass, r *estate.Resource) {
		p.Report(rule.Finding{Subject: r.Subject(), Case: row{entry: "R-2"}.About(), Message: "m"})
	}
	for name, tt := range map[string]struct {
		facts  []rule.Fact
		start  func(*rule.Pass)
		status report.Status
		found  int
	}{
		"a row":                        {facts: []rule.Fact{row{"R-1", panics}}, status: report.Unknown},
		"a row, beside one that finds": {facts: []rule.Fact{row{"R-1", panics}, row{"R-2", finds}}, status: report.Failed, found: 1},
		"the start":                    {start: func(*rule.Pass) { panic("broken") }, status: report.Unknown},
		"a late question": {start: func(p *rule.Pass) {
			p.On(estate.Service, func(*estate.Resource) { p.Path() })
		}, status: report.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			targets := paths("3.5.5", "3.7.3")
			j := together(t, func(o *engine.Options) {
				o.Also = targets
				o.Rules = append(o.Rules, &rule.Rule{
					ID: "breaks", Title: "t", Severity: rule.Notice, Applies: rule.Always, Confidence: rule.Confirmed, Start: tt.start, Facts: tt.facts,
				})
			}, service("a", clean, "t"))
			for _, p := range targets {
				r := j.Report(p)
				if status(r) != report.Passed || r.Rules[1].Status != tt.status || len(r.Findings) != tt.found || r.ExitCode != report.ExitIncomplete {
					t.Errorf("to %s: exit %d, %d findings, %+v", p.To, r.ExitCode, len(r.Findings), r.Rules)
				}
				if len(r.Unexamined) != 1 || r.Unexamined[0].ID != estate.InternalError || !slices.Equal(r.Unexamined[0].Rules, []string{"breaks"}) {
					t.Errorf("to %s: not examined %+v", p.To, r.Unexamined)
				}
			}
		})
	}
}

// gist is what an outline has in common with the report.
func gist(r *report.Report) string {
	var out strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&out, format+"\n", args...) }
	line("%s, %d\n%+v\n%+v", r.Verdict, r.ExitCode, r.Summary, r.Target)
	for f := range r.Findings.All() {
		line("%s %s %s %s %s %s", f.Fingerprint, f.Rule, f.Severity, f.Change, f.Object.Kind, f.Object.ID)
	}
	for _, u := range r.Unexamined {
		line("%s %s %v", u.ID, u.Fingerprint, u.Rules)
	}
	for _, m := range r.ManualChecks {
		line("%s %s", m.Rule, m.Fingerprint)
	}
	for _, res := range r.Rules {
		line("%s %s %d %d", res.Rule, res.Status, res.Findings, res.Examined)
	}
	return out.String()
}

// everything are rules that find, doubt, remind and list known defects, with texts about each.
func everything(o *engine.Options) {
	lists(
		rule.Defect{Entry: "R-1", Grade: grade(rule.Notice), Says: "a", By: "attached"},
		rule.Defect{
			Entry: "R-2", Grade: grade(rule.Warning), Says: "b", Concerned: rule.Met,
			Finding: func(p version.Path) rule.Finding { return rule.PathFinding(p, "met", nil, rule.Beforehand("do")) },
		},
	)(o)
	o.Rules[0].Catalogue = []string{"R-1"}
	o.Rules = append(o.Rules,
		&rule.Rule{ID: "by-hand", Title: "t", Severity: rule.Notice, Applies: rule.Always, Manual: rule.Beforehand("look")},
		&rule.Rule{ID: "path", Title: "t", Severity: rule.Warning, Applies: rule.Always, Confidence: rule.Confirmed, Start: func(p *rule.Pass) {
			p.ReportPath("about "+p.Path().To.String(), []rule.Evidence{{Name: "n", Value: "v"}}, rule.Beforehand("do"))
		}},
	)
}

// TestAnOutlineSaysTheSameAsTheReportInShort compares them, each judged beside the other kind and beside its own.
func TestAnOutlineSaysTheSameAsTheReportInShort(t *testing.T) {
	t.Parallel()
	doubtful := `{"name":"c","plugins":{"p":{"n":"x"}}}`
	resources := []estate.Resource{service("a", hit, "t"), service("b", clean, "t"), service("c", doubtful, "t"), service("d", hit, "kine"), service("d", hit, "t")}
	targets := paths("3.5.5", "3.7.3", "3.7.8", "3.8.22")
	full := together(t, func(o *engine.Options) { everything(o); o.Also = targets }, resources...)
	short := together(t, func(o *engine.Options) { everything(o); o.Outlines = targets }, resources...)
	mixed := together(t, func(o *engine.Options) { everything(o); o.Also, o.Outlines = targets[2:], targets[:2] }, resources...)
	for i, p := range targets {
		want := gist(full.Report(p))
		if len(full.Report(p).Findings) < 4 {
			t.Fatalf("to %s: only %s", p.To, want)
		}
		for name, got := range map[string]*report.Report{"an outline": short.Outline(p), "one beside reports": mixed.Outline(p), "one of a report": full.Outline(p)} {
			if diff := cmp.Diff(want, gist(got)); diff != "" {
				t.Errorf("to %s, %s (-report +outline):\n%s", p.To, name, diff)
			}
		}
		if i < 2 {
			continue
		}
		open := cmp.Transformer("Open", report.Packed.Open)
		if diff := cmp.Diff(full.Report(p), mixed.Report(p), open); diff != "" {
			t.Errorf("to %s: a report beside outlines (-alone +beside):\n%s", p.To, diff)
		}
	}
}

// TestNobodyGetsAReportThatWasNotAskedFor: its texts would be missing.
func TestNobodyGetsAReportThatWasNotAskedFor(t *testing.T) {
	t.Parallel()
	j := together(t, func(o *engine.Options) { o.Also, o.Outlines = paths("3.5.5", "3.7.3"), paths("3.7.3", "3.8.22") }, service("a", hit, "t"))
	for to, panics := range map[string]bool{"3.5.5": false, "3.7.3": false, "3.8.22": true, "3.9.3": true} {
		if got := panicked(func() { j.Report(path(to)) }); got != panics {
			t.Errorf("the report to %s panics: %v, want %v", to, got, panics)
		}
	}
}

func panicked(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// TestThePathToNoReleaseIsNotJudged: it says what is installed, for a caller that wants to know of other paths alone.
func TestThePathToNoReleaseIsNotJudged(t *testing.T) {
	t.Parallel()
	var seen []string
	watch := func(o *engine.Options) {
		o.Rules[0].Start = func(p *rule.Pass) { seen = append(seen, p.Path().To.String()) }
	}
	together(t, func(o *engine.Options) { watch(o); o.Also = paths("3.5.5") })
	if !slices.Equal(seen, []string{"3.5.5"}) {
		t.Errorf("judged to %v", seen)
	}
}

// TestARunIsTheSameInAllItsReports: its id and times are those of the one read.
func TestARunIsTheSameInAllItsReports(t *testing.T) {
	t.Parallel()
	j := together(t, func(o *engine.Options) { o.RunID, o.Also, o.Outlines = "id", paths("3.5.5"), paths("3.7.3") }, service("a", hit, "t"))
	report, outline := j.Report(path("3.5.5")).Run, j.Outline(path("3.7.3")).Run
	if diff := cmp.Diff(report, outline); diff != "" || report.ID != "id" {
		t.Errorf("%s (-report +outline):\n%s", report.ID, diff)
	}
}

// TestWhatBreaksWhenADefectIsToldIsNotDropped: the rule is in doubt on the very path on which it panics.
func TestWhatBreaksWhenADefectIsToldIsNotDropped(t *testing.T) {
	t.Parallel()
	j := together(t, func(o *engine.Options) {
		lists(rule.Defect{Entry: "R-1", Grade: grade(rule.Warning), Says: "a", Concerned: rule.Met, Finding: func(version.Path) rule.Finding { panic("broken") }})(o)
		o.Also = paths("3.7.3")
	}, service("a", clean, "t"))
	r := j.Report(path("3.7.3"))
	i := slices.IndexFunc(r.Rules, func(res report.Rule) bool { return res.Rule == "lists" })
	if r.Rules[i].Status != report.Unknown || r.Verdict == report.Ready {
		t.Errorf("%s, %+v", r.Verdict, r.Rules[i])
	}
}

// TestOutlinesHaveNoCredentials: what a comparison shows of them passes the gate of reports.
func TestOutlinesHaveNoCredentials(t *testing.T) {
	t.Parallel()
	const secret = "postgres://ro:hunter2secret@db-1/api7ee"
	j := together(t, func(o *engine.Options) {
		o.FromEvidence = "image of " + secret
		o.Sources = []estate.Source{&memory.Source{About: estate.Info{Kind: "memory", Name: secret}, Resources: []estate.Resource{service("a", clean, "t")}}}
		o.Outlines = paths("3.7.3")
	})
	r := j.Outline(path("3.7.3"))
	if text := fmt.Sprint(r.Path, r.Sources); strings.Contains(text, "hunter2secret") || len(r.Sources) != 1 {
		t.Error(text)
	}
}
