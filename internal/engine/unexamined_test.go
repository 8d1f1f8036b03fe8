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
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestWhatWasNotExaminedNamesItsCause(t *testing.T) {
	t.Parallel()
	gap := func(g estate.Gap) func(*engine.Options) {
		return func(o *engine.Options) {
			o.Sources = []estate.Source{&memory.Source{Gaps: map[estate.Kind][]estate.Gap{estate.Service: {g}}}}
		}
	}
	only := func(kinds ...estate.Kind) func(*engine.Options) {
		return func(o *engine.Options) { o.Sources = []estate.Source{&memory.Source{Kinds: kinds}} }
	}
	onFile := func(o *engine.Options) {
		o.Rules[0].Start = func(p *rule.Pass) { p.On(estate.DashboardConfig, func(*estate.Resource) {}) }
	}
	for name, tt := range map[string]struct {
		change    []func(*engine.Options)
		resources []estate.Resource
		want      string
	}{
		"a gap with a cause":    {change: []func(*engine.Options){gap(estate.Gap{ID: estate.RowSecurity, What: "table"})}, want: "row-security"},
		"a gap of a kind":       {change: []func(*engine.Options){gap(estate.Gap{What: "table"})}, want: "service"},
		"a damaged row":         {resources: []estate.Resource{service("x", `{`, "t")}, want: "damaged-rows"},
		"a value":               {resources: []estate.Resource{service("a", `{"plugins":{"p":{"n":"?"}}}`, "t")}, want: "unreadable-values"},
		"a rule that broke":     {change: []func(*engine.Options){func(o *engine.Options) { o.Rules[0].Start = func(*rule.Pass) { panic("boom") } }}, want: "internal-error"},
		"no database":           {change: []func(*engine.Options){only(estate.Route)}, want: "database"},
		"no files":              {change: []func(*engine.Options){onFile, only(estate.Route)}, want: "configuration-files"},
		"no file of a kind":     {change: []func(*engine.Options){onFile, only(estate.Image)}, want: "dashboard_config"},
		"nothing at all":        {want: "empty-installation"},
		"changes of old":        {change: []func(*engine.Options){func(o *engine.Options) { o.Path.From = version.MustParse("3.2.5") }}, resources: []estate.Resource{service("a", clean, "t")}, want: "early-changes"},
		"what the caller knows": {change: []func(*engine.Options){func(o *engine.Options) { o.Doubts = []estate.Gap{{ID: estate.InstalledVersion, What: "x"}} }}, resources: []estate.Resource{service("a", clean, "t")}, want: "installed-version"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, func(o *engine.Options) {
				for _, change := range tt.change {
					change(o)
				}
			}, tt.resources...)
			if !slices.ContainsFunc(r.Unexamined, func(u report.Unexamined) bool { return u.ID == tt.want }) {
				t.Errorf("causes %+v, want %s", r.Unexamined, tt.want)
			}
		})
	}
}

// fingerprints returns the fingerprints of what was not examined, by cause.
func fingerprints(r *report.Report) map[string]string {
	all := map[string]string{}
	for _, u := range r.Unexamined {
		all[u.ID] += u.Fingerprint + " "
	}
	return all
}

func TestFingerprintOfWhatWasNotExaminedDependsOnWhatItIsAbout(t *testing.T) {
	t.Parallel()
	position := func(line int) func(string) estate.Position {
		return func(string) estate.Position { return estate.Position{File: "adc.yaml", Line: line} }
	}
	unclear := func(id, n string, o estate.Origin) estate.Resource {
		r := service(id, `{"plugins":{"p":{"n":`+n+`}}}`, "t")
		r.Origin = o
		return r
	}
	damaged := service("x", `{`, "t")
	first := fingerprints(run(t, nil, unclear("a", `"?"`, estate.Origin{Table: "kine", Key: "/a"}), damaged))

	moved := damaged
	moved.Origin, moved.Damage = estate.Origin{Source: "adc", Locate: position(7)}, "another reason"
	again := fingerprints(run(t, func(o *engine.Options) { o.Path.From = version.MustParse("3.4.0") },
		moved, unclear("a", `true`, estate.Origin{Source: "adc", Locate: position(3)})))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("it depends on source, place, wording, path or order (-first +again):\n%s", diff)
	}

	other := fingerprints(run(t, nil, unclear("b", `"?"`, estate.Origin{}), service("y", `{`, "t")))
	if other["damaged-rows"] == first["damaged-rows"] || other["unreadable-values"] == first["unreadable-values"] {
		t.Errorf("two objects have one fingerprint: %v and %v", first, other)
	}
}

func TestEveryEntryHasAFingerprintOfItsOwn(t *testing.T) {
	t.Parallel()
	r := run(t, func(o *engine.Options) {
		o.Rules[0].Start = func(p *rule.Pass) {
			p.On(estate.Service, func(r *estate.Resource) {
				for _, why := range []string{"one", "two", "one"} {
					p.Doubt(r, "/plugins", why)
				}
			})
		}
	}, service("a", clean, "t"), service("b", clean, "t"))
	seen := map[string]bool{}
	for _, u := range r.Unexamined {
		seen[u.Fingerprint] = true
	}
	if len(r.Unexamined) != 4 || len(seen) != 4 {
		t.Errorf("%d entries, %d fingerprints, want 4", len(r.Unexamined), len(seen))
	}
}

func TestEveryReasonOfAnUnknownRuleIsAnEntryThatNamesIt(t *testing.T) {
	t.Parallel()
	r := run(t, func(o *engine.Options) {
		o.Sources = append(o.Sources, &memory.Source{Kinds: []estate.Kind{estate.Service}, Gaps: map[estate.Kind][]estate.Gap{estate.Service: {{What: "table", Why: "not granted"}}}})
		o.Rules[0].Start = func(p *rule.Pass) {
			p.DoubtPath(estate.ReleaseNotes, "no notes", "")
			p.On(estate.Service, func(r *estate.Resource) { p.Doubt(r, "", "unclear") })
			p.On(estate.DashboardConfig, func(*estate.Resource) {})
			p.AtEnd(func() { panic("boom") })
		}
	}, service("a", clean, "t"), service("x", `{`, "t"))
	var told []string
	for _, u := range r.Unexamined {
		if slices.Contains(u.Rules, "attached") {
			told = append(told, u.What+": "+u.Why)
		}
	}
	slices.Sort(told)
	reasons := slices.Sorted(slices.Values(r.Rules[0].Reasons))
	if diff := cmp.Diff(told, reasons); diff != "" || len(reasons) != 5 || status(r) != report.Unknown {
		t.Errorf("%q, %s (-entries +reasons):\n%s", reasons, status(r), diff)
	}
}

func TestIncompleteKindRefersToWhatWasNotExamined(t *testing.T) {
	t.Parallel()
	gaps := map[estate.Kind][]estate.Gap{estate.Service: {{What: "table", Why: "not granted"}}, estate.Route: {{What: "other", Why: "not granted"}}}
	whole := &memory.Source{Kinds: []estate.Kind{estate.Route}}
	r := run(t, func(o *engine.Options) {
		o.Sources = []estate.Source{&memory.Source{Gaps: gaps}, whole}
		o.Rules[0].Start = func(p *rule.Pass) {
			p.On(estate.Service, func(*estate.Resource) {})
			p.On(estate.Route, func(*estate.Resource) {})
		}
	})
	got := map[string][]string{}
	for _, k := range r.Sources[0].Kinds {
		got[k.Kind] = k.Unexamined
	}
	if len(got["service"]) != 1 || got["service"][0] != r.Unexamined[0].Fingerprint {
		t.Errorf("services refer to %v, want %s", got["service"], r.Unexamined[0].Fingerprint)
	}
	if got["route"] == nil || len(got["route"]) > 0 {
		t.Errorf("routes, which another source has whole, refer to %v", got["route"])
	}
}

func TestPlaceOfADoubtIsFields(t *testing.T) {
	t.Parallel()
	r := run(t, nil, service("a", `{"plugins":{"p":{"n":"?"}}}`, "t"), service("x", `{`, "t"))
	want := []report.Location{
		{Source: "memory", Where: "t/x", Table: "t", Key: "x"},
		{Source: "memory", Where: "t/a#/plugins/p/n", Table: "t", Key: "a", Pointer: "/plugins/p/n"},
	}
	var got []report.Location
	for _, u := range r.Unexamined {
		got = append(got, u.Location)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}
