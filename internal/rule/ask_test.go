package rule_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// started returns what a rule registers that does nothing but ask on its start.
func started(p version.Path, start func(*rule.Pass)) rule.Registration {
	r := &rule.Rule{Applies: rule.Always, Start: start}
	return r.Begin(p, rule.Engine{})
}

// gateways returns a path from 3.4.1 of an installation whose gateways have another version.
func gateways(to, gateway string) version.Path {
	p := path("3.4.1", to)
	p.Gateways = version.MustParse(gateway)
	return p
}

// TestARuleBehavesAlikeWhereItsQuestionsHaveTheSameAnswers: what it did not ask for makes no difference.
func TestARuleBehavesAlikeWhereItsQuestionsHaveTheSameAnswers(t *testing.T) {
	t.Parallel()
	has := func(first string) func(version.Path) bool {
		return func(p version.Path) bool { return p.Reaches(version.Since(first)) }
	}
	on := path("3.4.1", "3.7.3")
	for name, tt := range map[string]struct {
		start func(*rule.Pass)
		other version.Path
		alike bool
	}{
		"nothing was asked":                            {func(*rule.Pass) {}, path("3.2.8.1", "3.10.5"), true},
		"the target has it too":                        {func(p *rule.Pass) { rule.Ask(p, has("3.7.0")) }, path("3.4.1", "3.8.0"), true},
		"the target does not have it":                  {func(p *rule.Pass) { rule.Ask(p, has("3.7.0")) }, path("3.4.1", "3.6.1"), false},
		"one answer of two is another":                 {func(p *rule.Pass) { rule.Ask(p, has("3.6.0")); rule.Ask(p, has("3.7.3")) }, path("3.4.1", "3.7.0"), false},
		"the same path":                                {func(p *rule.Pass) { p.Path() }, on, true},
		"another target":                               {func(p *rule.Pass) { p.Path() }, path("3.4.1", "3.7.4"), false},
		"another installed version":                    {func(p *rule.Pass) { p.Path() }, path("3.4.0", "3.7.3"), false},
		"other gateways":                               {func(p *rule.Pass) { p.Path() }, gateways("3.7.3", "3.3.0"), false},
		"the installed version, to another target":     {func(p *rule.Pass) { p.From() }, path("3.4.1", "3.9.3"), true},
		"another one":                                  {func(p *rule.Pass) { p.From() }, path("3.4.0", "3.7.3"), false},
		"that of the control plane, with old gateways": {func(p *rule.Pass) { p.From() }, gateways("3.7.3", "3.3.0"), true},
		"that of the gateways, which are older":        {func(p *rule.Pass) { p.FromOf(rule.Case{Gateways: true}) }, gateways("3.7.3", "3.3.0"), false},
		"that of the gateways, which are not older":    {func(p *rule.Pass) { p.FromOf(rule.Case{Gateways: true}) }, gateways("3.8.0", "3.5.0"), true},
		"a finding about the path":                     {func(p *rule.Pass) { p.ReportPath("m", nil, nil) }, path("3.4.1", "3.7.4"), false},
		"a finding about a path that the caller has":   {func(p *rule.Pass) { p.Report(rule.PathFinding(on, "m", nil, nil)) }, path("3.4.1", "3.7.4"), true},
	} {
		if got := started(on, tt.start).Alike(tt.other); got != tt.alike {
			t.Errorf("%s: alike is %v, want %v", name, got, tt.alike)
		}
	}
}

// TestTextsNameAVersionAsItIsWritten: so a path to what is the same release by another name is another one.
func TestTextsNameAVersionAsItIsWritten(t *testing.T) {
	t.Parallel()
	got := started(path("3.4.1", "3.9.10-patch.1"), func(p *rule.Pass) { p.Path() })
	if other := path("3.4.1", "3.9.10.1"); other.To.Compare(version.MustParse("3.9.10-patch.1")) != 0 || got.Alike(other) {
		t.Error("a text about 3.9.10-patch.1 would be in the report on 3.9.10.1")
	}
}

func TestAnswersAreThoseOfThePathOfTheRun(t *testing.T) {
	t.Parallel()
	p := gateways("3.7.3", "3.3.0")
	var got []string
	started(p, func(pass *rule.Pass) {
		got = append(got, rule.Ask(pass, func(q version.Path) string { return q.To.String() }), pass.Path().Gateways.String(), pass.From().String(),
			pass.FromOf(rule.Case{Gateways: true}).String(), pass.PathFinding("m", nil, nil).Subject.Name)
	})
	if diff := cmp.Diff([]string{"3.7.3", "3.3.0", "3.4.1", "3.3.0", "3.4.1 to 3.7.3"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNobodyAsksAboutThePathAfterTheStart: the answer would be that of one of the paths that share the run.
func TestNobodyAsksAboutThePathAfterTheStart(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(*rule.Pass){
		"a question":               func(p *rule.Pass) { rule.Ask(p, func(version.Path) bool { return true }) },
		"the path":                 func(p *rule.Pass) { p.Path() },
		"the installed version":    func(p *rule.Pass) { p.From() },
		"that of the gateways":     func(p *rule.Pass) { p.FromOf(rule.Case{Gateways: true}) },
		"a finding about the path": func(p *rule.Pass) { p.ReportPath("m", nil, nil) },
	} {
		late := started(path("3.4.1", "3.7.3"), func(p *rule.Pass) { p.AtEnd(func() { ask(p) }) }).Ends[0]
		if said := panicOf(late); !strings.Contains(said, "after its start") {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// panicOf returns what a function panics with.
func panicOf(f func()) (said string) {
	defer func() { said, _ = recover().(string) }()
	f()
	return ""
}

// TestAFindingAboutThePathMayComeLateOnceItWasAskedFor: what the rule asked on its start makes each path a run of its own.
func TestAFindingAboutThePathMayComeLateOnceItWasAskedFor(t *testing.T) {
	t.Parallel()
	var got rule.Finding
	r := &rule.Rule{Applies: rule.Always, Start: func(p *rule.Pass) {
		p.Path()
		p.AtEnd(func() { p.ReportPath("m", nil, nil) })
	}}
	r.Begin(path("3.4.1", "3.7.3"), rule.Engine{Report: func(f rule.Finding) { got = f }}).Ends[0]()
	if got.Subject.Ref.ID != "3.4.1 to 3.7.3" || got.Subject.Origin.Source != "path" || got.Subject.Ref.Kind != (estate.Ref{}).Kind {
		t.Errorf("%+v", got)
	}
}

// TestRowsOfOneEntryAreOnePart: what they find on one object is one finding. What a rule does besides its rows is another part.
func TestRowsOfOneEntryAreOnePart(t *testing.T) {
	t.Parallel()
	var seen []string
	row := func(entry, since string) mark {
		return mark{rule.Case{Entry: entry, Change: version.Since(since)}, &seen}
	}
	r := &rule.Rule{
		Applies: rule.Reaching, Change: version.Since("3.7.0"), Start: func(*rule.Pass) { seen = append(seen, "start") },
		Facts: []rule.Fact{row("a", "3.5.0"), row("b", "3.6.0"), row("a", "3.8.0"), row("c", "3.9.0")},
	}
	for to, want := range map[string][][]string{
		"3.4.2": nil,
		"3.5.0": {{"a"}},
		"3.7.0": {{"start"}, {"a"}, {"b"}},
		"3.8.0": {{"start"}, {"a", "a"}, {"b"}},
		"3.9.0": {{"start"}, {"a", "a"}, {"b"}, {"c"}},
	} {
		var got [][]string
		for _, part := range r.Parts(path("3.4.1", to)) {
			seen = nil
			part.Begin(path("3.4.1", to), rule.Engine{})
			got = append(got, seen)
			if part.Rule() != r {
				t.Error("a part of another rule")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("to %s (-want +got):\n%s", to, diff)
		}
	}
	var changes [][]string
	for _, part := range r.Parts(path("3.4.1", "3.9.0")) {
		var of []string
		for _, c := range part.Cases() {
			of = append(of, c.Change.String())
		}
		changes = append(changes, of)
	}
	if diff := cmp.Diff([][]string{{"3.7.0"}, {"3.5.0", "3.8.0"}, {"3.6.0"}, {"3.9.0"}}, changes); diff != "" {
		t.Errorf("changes of the parts (-want +got):\n%s", diff)
	}
}

// TestAPartOfRowsAsksWhichOfThemWatch: it behaves alike on paths that concern the same of its rows, and only there.
func TestAPartOfRowsAsksWhichOfThemWatch(t *testing.T) {
	t.Parallel()
	var seen []string
	r := &rule.Rule{Applies: rule.Reaching, Facts: []rule.Fact{
		mark{rule.Case{Entry: "a", Change: version.Since("3.5.0")}, &seen}, mark{rule.Case{Entry: "a", Change: version.Since("3.8.0")}, &seen},
	}}
	on := path("3.4.1", "3.6.0")
	got := r.Parts(on)[0].Begin(on, rule.Engine{})
	for to, alike := range map[string]bool{"3.5.0": true, "3.7.8": true, "3.4.2": false, "3.8.0": false} {
		if got.Alike(path("3.4.1", to)) != alike {
			t.Errorf("to %s: alike is not %v", to, alike)
		}
	}
}
