package engine_test

import (
	"context"
	"errors"
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

// attached is a rule that reports every service with a plugin.
func attached() *rule.Rule {
	return &rule.Rule{
		ID: "attached", Title: "the plugin is attached", Severity: rule.Breaking, Applies: rule.Crossing,
		Change: version.Since("3.5.0"), Timing: rule.Before, Confidence: rule.Confirmed,
		Start: func(p *rule.Pass) {
			p.On(estate.Service, func(r *estate.Resource) {
				conf := r.Field("plugins").Get("p")
				if why := conf.Get("n").Number().Unreadable(); why != "" {
					p.Doubt(r, "/plugins/p/n", why)
				}
				if !conf.Absent() {
					p.Report(rule.Finding{Subject: r.Subject(), Pointer: "/plugins/p", Message: "attached"})
				}
			})
		},
	}
}

// TestAFindingSaysWhatIsWrongAndWhatToDoFirst: the action of a finding wins over the rule's.
func TestAFindingSaysWhatIsWrongAndWhatToDoFirst(t *testing.T) {
	t.Parallel()
	r := attached()
	r.Action = "delete it"
	r.Start = func(p *rule.Pass) {
		p.On(estate.Service, func(r *estate.Resource) {
			f := rule.Finding{Subject: r.Subject(), Message: "attached"}
			if r.ID == "other" {
				f.Action = "save it"
			}
			p.Report(f)
		})
		p.On(estate.ServiceVersion, func(r *estate.Resource) {
			p.Report(rule.Finding{Subject: r.Subject(), Message: "attached", Action: "avoid it"})
		})
	}
	version := estate.Resource{Kind: estate.ServiceVersion, ID: "v", Body: []byte(`{"service_id":"old"}`)}
	rep := run(t, func(o *engine.Options) { o.Rules = []*rule.Rule{r} }, service("one", "{}", "t"), service("other", "{}", "t"), version)
	got := map[string]string{}
	for f := range rep.Findings.All() {
		got[f.Object.Kind+" "+f.Object.ID] = f.Action + "; " + f.Title + "; " + f.Doc
	}
	const rest = "; the plugin is attached; rules explain attached"
	want := map[string]string{"service one": "delete it" + rest, "service other": "save it" + rest, "service_version old": "avoid it" + rest}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func service(id, body, table string) estate.Resource {
	return estate.Resource{
		Kind: estate.Service, ID: id, Group: estate.Group{ShortID: "default"}, Body: []byte(body),
		Origin: estate.Origin{Source: "memory", Table: table, Key: id},
	}
}

func run(t *testing.T, change func(*engine.Options), resources ...estate.Resource) *report.Report {
	t.Helper()
	o := engine.Options{
		Path:  version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")},
		Rules: []*rule.Rule{attached()},
		Sources: []estate.Source{&memory.Source{
			About: estate.Info{Kind: "memory", Name: "test"}, Resources: resources,
		}},
		Scope: report.ScopeAll, FailOn: report.SeverityBreaking, Now: func() time.Time { return time.Unix(0, 0) },
	}
	if change != nil {
		change(&o)
	}
	r, err := engine.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// status returns the status of the rule that attached makes.
func status(r *report.Report) report.Status {
	for _, res := range r.Rules {
		if res.Rule == "attached" {
			return res.Status
		}
	}
	return ""
}

const clean, hit = `{"name":"a","plugins":{}}`, `{"name":"b","labels":{"team":"x"},"plugins":{"p":{"n":1}}}`

func TestPassedMeansLookedAtAndNotFound(t *testing.T) {
	t.Parallel()
	r := run(t, nil, service("a", clean, "t"))
	if r.Verdict != report.Ready || status(r) != report.Passed || r.Rules[0].Examined != 1 {
		t.Errorf("%s, %+v", r.Verdict, r.Rules)
	}
}

func TestAffectedObjectIsNamedOnceWithEverySightOfIt(t *testing.T) {
	t.Parallel()
	r := run(t, nil, service("b", hit, "kine"), service("a", clean, "kine"), service("b", hit, "apisix_service"))
	if len(r.Findings) != 1 || r.ExitCode != report.ExitBlocked {
		t.Fatalf("exit %d, findings %+v", r.ExitCode, r.Findings.List())
	}
	f := r.Findings[0].Open()
	if f.Object.Name != "b" || f.Object.Labels["team"] != "x" || f.Location.Where != "apisix_service/b#/plugins/p" || f.Change != "3.5.0" {
		t.Errorf("finding %+v", f)
	}
	if diff := cmp.Diff([]report.Evidence{{
		Name: "also at", Value: "kine/b#/plugins/p", Kind: report.EvidenceElsewhere,
		Location: &report.Location{Source: "memory", Where: "kine/b#/plugins/p", Table: "kine", Key: "b", Pointer: "/plugins/p"},
	}}, f.Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

func TestDoubtIsNeverReady(t *testing.T) {
	t.Parallel()
	gap := map[estate.Kind][]estate.Gap{estate.Service: {{What: `table "service"`, Why: "SELECT is not granted", Next: "grant"}}}
	tests := map[string]struct {
		change    func(*engine.Options)
		resources []estate.Resource
		want      string // in the rule's reasons or among what was not examined
	}{
		"kind not read": {change: func(o *engine.Options) { o.Sources = []estate.Source{&memory.Source{Gaps: gap}} }, resources: []estate.Resource{service("a", clean, "t")}, want: "not granted"},
		"damaged row":   {resources: []estate.Resource{service("a", clean, "t"), service("x", `{"plugins":`, "t")}, want: "damaged row"},
		"hidden name":   {resources: []estate.Resource{service("x", `{"plugins":{"workflow":{"rules":[{"actions":[["<redacted>",{}]]}]}}}`, "t")}, want: "the name or configuration of a nested plugin is hidden in this source"},
		"hidden action": {resources: []estate.Resource{service("x", `{"plugins":{"workflow":{"rules":[{"actions":["<redacted>"]}]}}}`, "t")}, want: "the name or configuration of a nested plugin is hidden in this source"},
		"hidden rules":  {resources: []estate.Resource{service("x", `{"plugins":{"workflow":{"rules":"<redacted>"}}}`, "t")}, want: "the name or configuration of a nested plugin is hidden in this source"},
		"hidden ways":   {resources: []estate.Resource{service("x", `{"plugins":{"multi-auth":{"auth_plugins":["<redacted>"]}}}`, "t")}, want: "the name or configuration of a nested plugin is hidden in this source"},
		"marked damage": {resources: []estate.Resource{{Kind: estate.Service, ID: "x", Damage: "too large"}, service("a", clean, "t")}, want: "too large"},
		"damaged group": {resources: []estate.Resource{{Kind: estate.GatewayGroup, ID: "g", Damage: "broken labels"}, service("a", clean, "t")}, want: "broken labels"},
		"unclear field": {resources: []estate.Resource{service("a", `{"plugins":{"p":{"n":"?"}}}`, "t")}, want: "not a number"},
		"panic": {change: func(o *engine.Options) {
			o.Rules[0].Start = func(p *rule.Pass) { p.On(estate.Service, func(*estate.Resource) { panic("boom") }) }
		}, resources: []estate.Resource{service("a", clean, "t")}, want: "boom"},
		"panic at the end": {change: func(o *engine.Options) {
			o.Rules[0].Start = func(p *rule.Pass) {
				p.On(estate.Service, func(*estate.Resource) {})
				p.AtEnd(func() { panic("boom") })
			}
		}, resources: []estate.Resource{service("a", clean, "t")}, want: "boom"},
		"empty installation": {want: "no resources were found"},
		"no source":          {change: func(o *engine.Options) { o.Sources = nil }, want: "no given source"},
		"ancient source": {
			change:    func(o *engine.Options) { o.Path.From = version.MustParse("3.2.5") },
			resources: []estate.Resource{service("a", clean, "t")}, want: "no changes are publicly known",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, func(o *engine.Options) {
				o.FailOn = report.FailNever
				if tt.change != nil {
					tt.change(o)
				}
			}, tt.resources...)
			if r.ExitCode != report.ExitIncomplete || len(r.Unexamined) == 0 {
				t.Fatalf("exit %d, unexamined %+v", r.ExitCode, r.Unexamined)
			}
			if !strings.Contains(r.Unexamined[0].Why, tt.want) {
				t.Errorf("why %q, want %q", r.Unexamined[0].Why, tt.want)
			}
		})
	}
}

func TestDoubtAboutThePathSaysWhatClosesIt(t *testing.T) {
	t.Parallel()
	r := run(t, func(o *engine.Options) {
		o.Rules[0].Start = func(p *rule.Pass) { p.DoubtPath(estate.ReleaseNotes, "no notes", "ask for them") }
	}, service("a", clean, "t"))
	want := []report.Unexamined{{
		ID: "release-notes", Fingerprint: r.Unexamined[0].Fingerprint, What: "upgrade path", Why: "no notes", Next: "ask for them",
		Rules: []string{"attached"}, Location: report.Location{Source: "path", Where: "upgrade path"},
	}}
	if diff := cmp.Diff(want, r.Unexamined[:1]); diff != "" || r.ExitCode != report.ExitIncomplete {
		t.Errorf("exit %d, unexamined (-want +got):\n%s", r.ExitCode, diff)
	}
}

func TestRuleThatLooksAtNothingAndRemindsIsACheckByHand(t *testing.T) {
	t.Parallel()
	ask := func(p *rule.Pass) {
		if v, told := p.Tool("adc"); !told {
			p.Remind(rule.Check{Title: "which?"})
		} else if v.Less(version.MustParse("0.18.0")) {
			p.ReportPath("too old", nil, nil)
		}
	}
	for text, want := range map[string]report.Status{"": report.Manual, "0.17.0": report.Failed, "0.18.0": report.Passed} {
		r := run(t, func(o *engine.Options) {
			o.Rules[0].Start = ask
			if text != "" {
				o.Tools = map[string]version.Version{"adc": version.MustParse(text)}
			}
		}, service("a", clean, "t"))
		if status(r) != want {
			t.Errorf("ADC %q: %s, want %s", text, status(r), want)
		}
	}
}

func TestAcceptedDoubtIsShownAndDoesNotCount(t *testing.T) {
	t.Parallel()
	other := &rule.Rule{ID: "other", Severity: rule.Breaking, Applies: rule.Always, Start: func(p *rule.Pass) {
		p.On(estate.Route, func(*estate.Resource) {})
	}}
	r := run(t, func(o *engine.Options) {
		o.Rules = append(o.Rules, other)
		o.Accept = map[string]string{"attached": "looked at by hand"}
	}, service("a", clean, "t"), service("x", `{`, "t"), estate.Resource{Kind: estate.Route, ID: "r", Body: []byte(`{}`)})
	if status(r) != report.Unknown || !r.Rules[0].Accepted || !r.Unexamined[0].Accepted || r.ExitCode != report.ExitReady {
		t.Errorf("exit %d, %+v", r.ExitCode, r.Rules)
	}
	if last := r.Rules[0].Reasons[len(r.Rules[0].Reasons)-1]; last != "accepted: looked at by hand" {
		t.Errorf("reason %q", last)
	}
}

func TestRulesThatAreNotJudgedSayWhy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*engine.Options)
		want   report.Status
	}{
		"has it already": {func(o *engine.Options) { o.Path.From = version.MustParse("3.6.1") }, report.NotApplicable},
		"never gets it":  {func(o *engine.Options) { o.Path.To = version.MustParse("3.4.2") }, report.NotApplicable},
		"skipped":        {func(o *engine.Options) { o.Skip = map[string]string{"attached": "known"} }, report.Disabled},
		"not selected":   {func(o *engine.Options) { o.Only = map[string]bool{"other": true} }, report.Disabled},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, tt.change, service("b", hit, "t"))
			if status(r) != tt.want || len(r.Rules[0].Reasons) != 1 || len(r.Findings) != 0 {
				t.Errorf("%+v", r.Rules)
			}
			if r.ExitCode != report.ExitIncomplete {
				t.Errorf("exit %d although no rule was judged", r.ExitCode)
			}
		})
	}
}

func TestRuleCanAskWhetherItSawEverything(t *testing.T) {
	t.Parallel()
	for name, gaps := range map[string][]estate.Gap{"complete": nil, "gap": {{What: "table"}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, func(o *engine.Options) {
				o.Sources = []estate.Source{&memory.Source{Gaps: map[estate.Kind][]estate.Gap{estate.Service: gaps}}}
				o.Rules[0].Start = func(p *rule.Pass) {
					p.On(estate.Service, func(*estate.Resource) {})
					p.AtEnd(func() {
						if p.Complete(estate.Service) != (len(gaps) == 0) {
							t.Errorf("complete with %d gaps: %v", len(gaps), len(gaps) != 0)
						}
					})
				}
			})
		})
	}
}

func TestSourcesThatCallAGroupDifferentlyAreOneInstallation(t *testing.T) {
	t.Parallel()
	group := estate.Group{ID: "5d8c", ShortID: "e1", Name: "edge"}
	database := []estate.Resource{
		{Kind: estate.GatewayGroup, ID: "5d8c", Group: group, Body: []byte(`{}`)},
		{Kind: estate.Service, ID: "b", Group: group, Body: []byte(hit), Origin: estate.Origin{Table: "kine", Key: "b", Running: true}},
		{Kind: estate.Service, ID: "c", Group: group, Body: []byte(clean), Origin: estate.Origin{Table: "kine", Key: "c", Running: true}},
	}
	file := []estate.Resource{{
		Kind: estate.Service, ID: "b", Group: estate.Group{ShortID: "edge", Name: "edge"}, Body: []byte(hit),
		Origin: estate.Origin{Source: "adc", Locate: func(string) estate.Position { return estate.Position{File: "adc.yaml", Line: 3, Column: 5} }},
	}}
	r := run(t, func(o *engine.Options) {
		o.Sources = []estate.Source{
			&memory.Source{About: estate.Info{Name: "file"}, Resources: file},
			&memory.Source{About: estate.Info{Name: "database"}, Resources: database},
		}
	})
	if len(r.Findings) != 1 || r.Findings[0].Open().Location.Where != "kine/b#/plugins/p" || r.Findings[0].Open().Object.GatewayGroup != "edge" {
		t.Fatalf("findings %+v", r.Findings.List())
	}
	if diff := cmp.Diff([]report.Evidence{{
		Name: "also at", Value: "adc.yaml:3:5", Kind: report.EvidenceElsewhere,
		Location: &report.Location{Source: "adc", Where: "adc.yaml:3:5", File: "adc.yaml", Line: 3, Column: 5, Pointer: "/plugins/p"},
	}}, r.Findings[0].Open().Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
	want := []report.Note{{
		What: "file and database disagree",
		Why:  "objects of kind service in gateway group edge: 1 and 2; everything either source shows was judged",
	}}
	if diff := cmp.Diff(want, r.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// files is a source that cannot hold services.
type files struct{ memory.Source }

func (*files) Holds(k estate.Kind) bool { return k == estate.PluginMetadata }

func TestScopeGivenListsWhatTheSourcesCannotHold(t *testing.T) {
	t.Parallel()
	metadata := &rule.Rule{ID: "z", Severity: rule.Breaking, Applies: rule.Always, Start: func(p *rule.Pass) {
		p.On(estate.PluginMetadata, func(*estate.Resource) {})
	}}
	change := func(scope report.Scope) func(o *engine.Options) {
		return func(o *engine.Options) {
			src := &files{}
			src.Resources = []estate.Resource{{Kind: estate.PluginMetadata, ID: "m", Body: []byte(`{}`)}}
			o.Scope, o.Sources, o.Rules = scope, []estate.Source{src}, append(o.Rules, metadata)
		}
	}
	if r := run(t, change(report.ScopeGiven)); r.ExitCode != 0 || status(r) != report.NotAssessed {
		t.Errorf("given: exit %d, %+v", r.ExitCode, r.Rules)
	}
	if r := run(t, change(report.ScopeAll)); r.ExitCode != report.ExitIncomplete || status(r) != report.Unknown {
		t.Errorf("all: exit %d, %+v", r.ExitCode, r.Rules)
	}
}

func TestInterruptedRunHasNoReport(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	src := &memory.Source{Resources: []estate.Resource{service("a", clean, "t")}}
	_, err := engine.Run(ctx, engine.Options{
		Path:  version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")},
		Rules: []*rule.Rule{attached()}, Sources: []estate.Source{src}, Now: time.Now,
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestNeedHoldsWhatAnyPathNeeds(t *testing.T) {
	t.Parallel()
	listens := func(k estate.Kind, on func(version.Path) bool) *rule.Rule {
		r := attached()
		r.Change = version.Since("3.7.3")
		r.Start = func(p *rule.Pass) {
			if on(p.Path()) {
				p.On(k, func(*estate.Resource) {})
			}
		}
		return r
	}
	need := engine.Need([]*rule.Rule{
		listens(estate.Token, func(p version.Path) bool { return version.Since("3.7.3").In(p.To) && !version.Since("3.8.0").In(p.To) }),
		listens(estate.PermissionPolicy, func(p version.Path) bool { return version.Since("3.7.2").In(p.From) }),
	})
	for _, k := range []estate.Kind{estate.GatewayGroup, estate.Token, estate.PermissionPolicy} {
		if !need.Wants(k) {
			t.Errorf("%s is not needed", k)
		}
	}
	if need.Wants(estate.Service) {
		t.Error("a kind is needed that nobody listens to")
	}
}

// TestOneSieveServesSeveralRules: rules that select by the same sieve share it, and each sees what it lets through.
func TestOneSieveServesSeveralRules(t *testing.T) {
	t.Parallel()
	sees := func(id string, sieve estate.Sieve) *rule.Rule {
		r := attached()
		r.ID, r.Start = id, func(p *rule.Pass) {
			p.OnSieved(estate.Service, sieve, func(r *estate.Resource) { p.Report(rule.Finding{Subject: r.Subject(), Message: r.ID}) })
		}
		return r
	}
	got := run(t, func(o *engine.Options) {
		o.Rules = []*rule.Rule{
			sees("word", estate.Sieve{Words: []string{"x", "y"}}), sees("same", estate.Sieve{Words: []string{"x", "y"}}),
			sees("fewer", estate.Sieve{Words: []string{"x"}}), sees("id", estate.Sieve{ID: "b"}), sees("longer", estate.Sieve{Longer: 9}),
		}
	}, service("a", `{"n":"x"}`, "t"), service("b", `{"n":"y"}`, "t"), service("c", `{"n":"long"}`, "t"))
	seen := map[string]string{}
	for f := range got.Findings.All() {
		seen[f.Rule] += f.Message
	}
	if diff := cmp.Diff(map[string]string{"word": "ab", "same": "ab", "fewer": "a", "id": "b", "longer": "c"}, seen); diff != "" {
		t.Errorf("what each rule saw (-want +got):\n%s", diff)
	}
}
