package engine_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

// of returns a source that holds some kinds and shows one resource of each in a gateway group. No rule finds anything
// in them.
func of(group string, kinds ...estate.Kind) *memory.Source {
	s := &memory.Source{About: estate.Info{Kind: "memory", Name: group}, Kinds: kinds}
	for _, k := range kinds {
		s.Resources = append(s.Resources, estate.Resource{
			Kind: k, ID: k.String(), Group: estate.Group{ShortID: group}, Body: []byte(`{}`), Origin: estate.Origin{Source: "memory", Key: k.String()},
		})
	}
	return s
}

// gap makes the source one that did not read all of a kind, and returns it.
func gap(s *memory.Source, k estate.Kind) *memory.Source {
	s.Gaps = map[estate.Kind][]estate.Gap{k: {{What: k.String(), Why: "not granted"}}}
	return s
}

// fieldless returns the source as one that read all of a kind, without its plugins.
func fieldless(s *memory.Source, k estate.Kind) *memory.Source {
	s.Gaps = map[estate.Kind][]estate.Gap{k: {{What: k.String(), Why: "no plugins are dumped", Of: estate.OfPlugins}}}
	return s
}

// judged runs a rule that listens to services and consumers, and calls start to declare what it needs.
func judged(t *testing.T, scope report.Scope, sources []estate.Source, start func(*rule.Pass)) report.Rule {
	t.Helper()
	r := run(t, func(o *engine.Options) {
		o.Scope, o.Sources = scope, sources
		o.Rules[0].Start = func(p *rule.Pass) {
			for _, k := range []estate.Kind{estate.Service, estate.Consumer} {
				p.On(k, func(*estate.Resource) {})
			}
			start(p)
		}
	})
	return r.Rules[0]
}

func TestRuleThatLacksWhatItNeedsDoesNotPass(t *testing.T) {
	t.Parallel()
	const service, consumer, upstream = estate.Service, estate.Consumer, estate.Upstream
	needs := func(p *rule.Pass) { p.Needs(service, consumer) }
	inGroup := func(p *rule.Pass) { p.NeedsInGroup(service, consumer) }
	either := func(p *rule.Pass) { p.NeedsSome(1, service, upstream) }
	const others = "other gateway groups: the given sources cover only "
	tests := map[string]struct {
		needs   func(*rule.Pass)
		sources []estate.Source
		given   report.Status
		why     []string // with scope given
		all     report.Status
	}{
		"both are there":                {needs, []estate.Source{of("a", service, consumer)}, report.Passed, nil, report.Passed},
		"one is beyond":                 {needs, []estate.Source{of("a", service)}, report.NotAssessed, []string{"no given source holds consumer"}, report.Unknown},
		"one is beyond, and not needed": {func(p *rule.Pass) { p.Uses(consumer) }, []estate.Source{of("a", service)}, report.Passed, nil, report.Unknown},
		"one was not read":              {needs, []estate.Source{gap(of("a", service, consumer), consumer)}, report.Unknown, []string{"consumer: not granted"}, report.Unknown},
		"one is beyond, one not read": {
			needs,
			[]estate.Source{gap(of("a", service), service)},
			report.Unknown,
			[]string{"service: not granted"},
			report.Unknown,
		},
		"of some groups":          {needs, []estate.Source{some{of("a", service, consumer)}}, report.Unknown, []string{others + "a"}, report.Unknown},
		"one of some groups":      {needs, []estate.Source{of("b", service), some{of("a", consumer)}}, report.Unknown, []string{others + "a, b"}, report.Unknown},
		"of some groups and all":  {needs, []estate.Source{some{of("a", service, consumer)}, of("a", service, consumer)}, report.Passed, nil, report.Passed},
		"joined in a group":       {inGroup, []estate.Source{some{of("a", service, consumer)}}, report.Passed, nil, report.Unknown},
		"one of another group":    {inGroup, []estate.Source{some{of("a", service)}, some{of("b", consumer)}}, report.Unknown, []string{others + "a, b"}, report.Unknown},
		"one of any other groups": {inGroup, []estate.Source{of("a", service), some{of("b", consumer)}}, report.Unknown, []string{others + "a, b"}, report.Unknown},
		"in a group beyond":       {inGroup, []estate.Source{some{of("a", service)}}, report.NotAssessed, []string{"no given source holds consumer"}, report.Unknown},
		"one that stands in":      {either, []estate.Source{of("a", upstream, consumer)}, report.Passed, nil, report.Unknown},
		"none that stands in":     {either, []estate.Source{of("a", consumer)}, report.NotAssessed, []string{"no given source holds service, upstream"}, report.Unknown},
		"one that nobody listens to": {
			func(p *rule.Pass) { p.Needs(upstream) },
			[]estate.Source{of("a", service, consumer)},
			report.NotAssessed,
			[]string{"no given source holds upstream"},
			report.Unknown,
		},
		"one without a field that the rule does not read": {needs, []estate.Source{fieldless(of("a", service, consumer), consumer)}, report.Passed, nil, report.Passed},
		"one of a group without such a field":             {inGroup, []estate.Source{some{fieldless(of("a", service, consumer), consumer)}}, report.Passed, nil, report.Unknown},
		"one without a field that the rule reads": {
			func(p *rule.Pass) { needs(p); p.Reads(consumer, estate.OfPlugins) },
			[]estate.Source{fieldless(of("a", service, consumer), consumer)},
			report.Unknown,
			[]string{"consumer: no plugins are dumped"},
			report.Unknown,
		},
		"nothing is needed and some groups are told": {func(*rule.Pass) {}, []estate.Source{some{of("a", service, consumer)}}, report.Passed, nil, report.Unknown},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := judged(t, report.ScopeGiven, tt.sources, tt.needs)
			if diff := cmp.Diff(append([]string{}, tt.why...), got.Reasons); got.Status != tt.given || diff != "" {
				t.Errorf("given: %s, want %s, reasons (-want +got):\n%s", got.Status, tt.given, diff)
			}
			if got := judged(t, report.ScopeAll, tt.sources, tt.needs); got.Status != tt.all {
				t.Errorf("all: %s, want %s: %q", got.Status, tt.all, got.Reasons)
			}
		})
	}
}

func TestWhatIsFoundIsFoundWithoutWhatTheRuleNeeds(t *testing.T) {
	t.Parallel()
	got := judged(t, report.ScopeGiven, []estate.Source{of("a", estate.Service)}, func(p *rule.Pass) {
		p.Needs(estate.Service, estate.Consumer)
		p.On(estate.Service, func(r *estate.Resource) { p.Report(rule.Finding{Subject: r.Subject(), Message: "found"}) })
	})
	if got.Status != report.Failed || len(got.Reasons) > 0 || !slices.Equal(got.Beyond, []string{"consumer"}) {
		t.Errorf("%s, reasons %q, beyond %q", got.Status, got.Reasons, got.Beyond)
	}
}

func TestDoubtOfARuleIsNotHiddenByWhatItLacks(t *testing.T) {
	t.Parallel()
	got := judged(t, report.ScopeGiven, []estate.Source{of("a", estate.Service)}, func(p *rule.Pass) {
		p.Needs(estate.Consumer)
		p.AtEnd(func() { p.DoubtPath("some-cause", "who knows", "") })
	})
	if got.Status != report.Unknown || !slices.Equal(got.Reasons, []string{"upgrade path: who knows"}) {
		t.Errorf("%s, reasons %q", got.Status, got.Reasons)
	}
}

func TestNeededKindsAreAskedOfTheSources(t *testing.T) {
	t.Parallel()
	r := attached()
	r.Start = func(p *rule.Pass) { p.Needs(estate.Token) }
	if !engine.Need([]*rule.Rule{r}).Wants(estate.Token) {
		t.Error("what a rule needs is not in the plan")
	}
}

// TestAbsenceHasThreeAnswers asks about something in a consumer's gateway group.
func TestAbsenceHasThreeAnswers(t *testing.T) {
	t.Parallel()
	const service, consumer, upstream = estate.Service, estate.Consumer, estate.Upstream
	database := of("5d8c", service)
	database.Kinds = append(database.Kinds, estate.GatewayGroup)
	database.Resources = append(database.Resources, estate.Resource{
		Kind: estate.GatewayGroup, ID: "5d8c", Group: estate.Group{ID: "5d8c", ShortID: "e1", Name: "edge"}, Body: []byte(`{}`),
	})
	tests := map[string]struct {
		sources []estate.Source
		kind    estate.Kind
		group   string
		absent  bool
		status  report.Status
	}{
		"all was read":                         {[]estate.Source{of("a", service, consumer)}, consumer, "a", true, report.Passed},
		"all was read, of no group":            {[]estate.Source{of("a", service, consumer)}, consumer, "", true, report.Passed},
		"the group was read":                   {[]estate.Source{some{of("a", service, consumer)}}, consumer, "a", true, report.Passed},
		"the group is empty of this kind":      {[]estate.Source{some{&memory.Source{Kinds: []estate.Kind{service, consumer}, Resources: of("a", service).Resources}}}, consumer, "a", true, report.Passed},
		"the group has another name elsewhere": {[]estate.Source{some{of("edge", service, consumer)}, database}, consumer, "e1", true, report.Passed},
		"another group was read":               {[]estate.Source{some{of("a", service, consumer)}}, consumer, "b", false, report.Unknown},
		"some groups were read":                {[]estate.Source{some{of("a", service, consumer)}}, consumer, "", false, report.Unknown},
		"the group was not read":               {[]estate.Source{gap(of("a", service, consumer), consumer)}, consumer, "a", false, report.Unknown},
		"no source can hold it":                {[]estate.Source{of("a", service)}, consumer, "a", false, report.NotAssessed},
		"nobody asked for it":                  {[]estate.Source{of("a", service, consumer, upstream)}, upstream, "a", false, report.Unknown},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := judged(t, report.ScopeGiven, tt.sources, func(p *rule.Pass) {
				p.AtEnd(func() {
					if p.Absent(tt.kind, tt.group) != tt.absent {
						t.Errorf("absent is %v, want %v", !tt.absent, tt.absent)
					}
				})
			})
			if got.Status != tt.status || (tt.status == report.Passed) != (len(got.Reasons) == 0) {
				t.Errorf("%s, want %s: %q", got.Status, tt.status, got.Reasons)
			}
		})
	}
}

func TestOfManyGatewayGroupsTheFirstFewAreNamed(t *testing.T) {
	t.Parallel()
	var sources []estate.Source
	for _, group := range []string{"a", "b", "c", "d", "e", "f"} {
		sources = append(sources, some{of(group, estate.Service, estate.Consumer)})
	}
	got := judged(t, report.ScopeGiven, sources, func(p *rule.Pass) { p.Needs(estate.Service) })
	if want := []string{"other gateway groups: the given sources cover only a, b, c, d, e and 1 more"}; !slices.Equal(got.Reasons, want) {
		t.Errorf("reasons %q, want %q", got.Reasons, want)
	}
}
