package ruletest_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// recorder records what a check reports.
type recorder struct{ said []string }

func (*recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

// expect checks that a check reported something containing text, or nothing if text is empty.
func (r *recorder) expect(t *testing.T, text string) {
	t.Helper()
	all := strings.Join(r.said, "\n")
	if (text == "") != (all == "") || !strings.Contains(all, text) {
		t.Errorf("the check said %q, want %q", all, text)
	}
}

const fixture = `upgrade: {from: 3.4.1, to: 3.7.3}
service:
  - id: orders
    gateway_group: default
    plugins:
      cors: {a: [1, {b: 2}]} # want breaking "^cors on orders$"
  - id: billing
    gateway_group: {id: g-1, short_id: edge, name: Edge}
    plugins:
      workflow: {rules: [{actions: [[cors, {}]]}]} # want breaking "on billing"
route:
  - id: odd
    plugins: {cors: x} # unknown "odd"
`

func parse(t *testing.T, text string) *ruletest.Fixture {
	t.Helper()
	f, err := ruletest.ParseFixture("fixture.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// good returns a rule that passes every check on the fixture.
func good() *rule.Rule {
	return &rule.Rule{
		ID: "cors-attached", Title: "cors", Action: "delete it", Severity: rule.Breaking, Applies: rule.Crossing, Change: version.Since("3.5.0"),
		Catalogue: []string{"R-3.5.0-1"}, Timing: rule.Before, Confidence: rule.Confirmed, Doc: doc,
		Start: func(p *rule.Pass) {
			p.OnEachAttachment("cors", func(r *estate.Resource, at estate.Plugin) {
				if at.Conf.Members().Unreadable() != "" {
					p.Doubt(r, at.Pointer, "unreadable on "+r.ID)
					return
				}
				p.Report(finding(r, at.Pointer))
			})
		},
	}
}

func finding(r *estate.Resource, pointer string) rule.Finding {
	return rule.Finding{
		Subject: r.Subject(), Pointer: pointer, Message: "cors on " + strings.Clone(r.ID),
		Remediation: []rule.Step{{When: rule.Before, Text: "remove it"}},
	}
}

const doc = `# cors-attached

## What changes

a

## Who is affected

b

## How it is detected

c

## False positives

d

## Remediation

e

## Sources

- https://example.org/notes
`

func TestAGoodRulePassesEveryCheck(t *testing.T) {
	t.Parallel()
	var rec recorder
	r, f := good(), parse(t, fixture)
	clean := parse(t, "upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - {id: a, plugins: {}}\n")
	ruletest.CheckFacts(&rec, r, "corsattached")
	ruletest.CheckDoc(&rec, r)
	ruletest.CheckBoundary(&rec, r)
	ruletest.CheckFixtures(&rec, r, []*ruletest.Fixture{f, clean})
	for _, f := range []*ruletest.Fixture{f, clean} {
		ruletest.CheckWants(t.Context(), &rec, r, f)
		ruletest.CheckOrder(t.Context(), &rec, r, f)
		ruletest.CheckBlindfold(t.Context(), &rec, r, f)
	}
	rec.expect(t, "")
}

func TestWantsCatchWhatARuleGetsWrong(t *testing.T) {
	t.Parallel()
	on := func(f func(p *rule.Pass, r *estate.Resource)) func(*rule.Pass) {
		return func(p *rule.Pass) { p.On(estate.Service, func(r *estate.Resource) { f(p, r) }) }
	}
	var kept *estate.Resource
	tests := map[string]struct {
		fixture string
		start   func(*rule.Pass)
		want    string
	}{
		"silence": {fixture, func(p *rule.Pass) { p.On(estate.Service, func(*estate.Resource) {}) }, `fixture.yaml:6: want breaking "^cors on orders$", not said`},
		"wrong place": {fixture, on(func(p *rule.Pass, r *estate.Resource) {
			p.Report(finding(r, ""))
		}), `fixture.yaml:3: breaking "cors on orders" not wanted`},
		"pointer to nowhere": {fixture, on(func(p *rule.Pass, r *estate.Resource) {
			p.Report(finding(r, "/plugins/none"))
		}), "leads nowhere"},
		"doubt without a place": {fixture, on(func(p *rule.Pass, _ *estate.Resource) {
			p.Unknown(estate.Subject{Ref: estate.Ref{Kind: estate.Service}}, "", "who knows")
		}), "no place in the fixture"},
		"wrong severity": {"upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a # want notice \"cors\"\n", on(func(p *rule.Pass, r *estate.Resource) {
			p.Report(finding(r, ""))
		}), `breaking "cors on a" not wanted`},
		"other details": {"upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a # want breaking \"cors\" with \"^before: do that\"\n", on(func(p *rule.Pass, r *estate.Resource) {
			p.Report(finding(r, ""))
		}), `want breaking "cors" with "^before: do that", not said`},
		"no remedy": {"upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a # want breaking \"x\"\n", on(func(p *rule.Pass, r *estate.Resource) {
			p.Report(rule.Finding{Subject: r.Subject(), Message: "x"})
		}), "nothing about what to do"},
		"an action of its own that is none": {"upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a # want breaking \"cors\"\n", on(func(p *rule.Pass, r *estate.Resource) {
			f := finding(r, "")
			f.Action = "it is gone"
			p.Report(f)
		}), `Action: "it is gone", want one of these verbs first`},
		"path not met": {"upgrade: {from: 3.5.0, to: 3.7.3}\n", on(func(*rule.Pass, *estate.Resource) {}), "does not apply from 3.5.0 to 3.7.3"},
		"panic": {"upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a\n", on(func(*rule.Pass, *estate.Resource) {
			panic("ouch")
		}), "judging fixture.yaml: rule cors-attached: internal error: ouch"},
		"writes": {"upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a\n", on(func(_ *rule.Pass, r *estate.Resource) {
			r.Body[1] = ' '
		}), "changed fixture.yaml/service/0"},
		"keeps what it may not keep": {"upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a\n    desc: text\n", func(p *rule.Pass) {
			p.On(estate.Service, func(r *estate.Resource) { kept = r })
			p.AtEnd(func() {
				if _, ok := kept.Field("desc").Text().Known(); !ok {
					p.Report(finding(kept, ""))
				}
			})
		}, "not wanted"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rec recorder
			r := good()
			r.Start = tt.start
			ruletest.CheckWants(t.Context(), &rec, r, parse(t, tt.fixture))
			rec.expect(t, tt.want)
		})
	}
}

func TestOrderAndBlindfoldCatchRulesThatPassBySilence(t *testing.T) {
	t.Parallel()
	var order, blind recorder
	r, f := good(), parse(t, fixture)
	r.Start = func(p *rule.Pass) {
		seen := ""
		p.On(estate.Service, func(r *estate.Resource) { seen += r.ID })
		p.Path()
		p.AtEnd(func() { p.ReportPath("seen "+seen, nil, nil) })
	}
	ruletest.CheckOrder(t.Context(), &order, r, f)
	order.expect(t, "depend on the order")

	r.Start = func(p *rule.Pass) {
		p.On(estate.Service, func(r *estate.Resource) { p.Report(finding(r, "")) })
	}
	ruletest.CheckBlindfold(t.Context(), &blind, r, parse(t, "upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a\n"))
	blind.expect(t, "service cannot be read, and the rule is failed, want unknown")

	var nothing recorder
	r.Start = func(p *rule.Pass) {
		seen := []string{}
		p.On(estate.Service, func(r *estate.Resource) { seen = append(seen, r.ID) })
		p.AtEnd(func() { _ = seen[0] })
	}
	ruletest.CheckBlindfold(t.Context(), &nothing, r, parse(t, "upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a\n"))
	nothing.expect(t, "internal error: runtime error: index out of range")
}

// TestWhatHidesTextsIsNotTakenForThem has rules that take equal placeholders for equal keys, and those that are in doubt.
func TestWhatHidesTextsIsNotTakenForThem(t *testing.T) {
	t.Parallel()
	f := parse(t, `upgrade: {from: 3.4.1, to: 3.7.3}
service:
  - {id: orders, gateway_group: default, plugins: {cors: {key: a tiger}}}
  - {id: billing, gateway_group: default, plugins: {cors: {key: a zebra}}}
`)
	for _, doubts := range []bool{true, false} {
		r, rec := good(), &recorder{}
		r.Start = func(p *rule.Pass) {
			seen := map[string]bool{}
			p.OnEachAttachment("cors", func(r *estate.Resource, at estate.Plugin) {
				key := string(at.Conf.Get("key").Raw())
				switch {
				case doubts && at.Conf.HiddenParts() != nil:
					p.Doubt(r, at.Pointer, "hidden")
				case seen[key]:
					p.Report(finding(r, at.Pointer))
				}
				seen[strings.Clone(key)] = true
			})
		}
		ruletest.CheckHiddenAlike(t.Context(), rec, r, f)
		want := "all texts <redacted: up to 8 characters>: hidden: nothing shows this: cors on billing\nfixture.yaml: fixture.yaml/service/0 /plugins/cors/key and"
		if doubts {
			want = ""
		}
		rec.expect(t, want)
	}
}

func TestADoubtAboutThePathIsWantedAtTheUpgrade(t *testing.T) {
	t.Parallel()
	r := good()
	r.Start = func(p *rule.Pass) {
		if p.Path().To.Line() == (version.Line{Major: 3, Minor: 7}) {
			p.DoubtPath(estate.ReleaseNotes, "not known", "ask")
		}
	}
	hit := parse(t, "upgrade: {from: 3.4.1, to: 3.7.3} # unknown \"^not known$\"\n")
	clean := parse(t, "upgrade: {from: 3.4.1, to: 3.6.1}\n")
	var rec recorder
	for _, f := range []*ruletest.Fixture{hit, clean} {
		ruletest.CheckWants(t.Context(), &rec, r, f)
	}
	ruletest.CheckFixtures(&rec, r, []*ruletest.Fixture{hit, clean})
	rec.expect(t, "")
	ruletest.CheckWants(t.Context(), &rec, r, parse(t, "upgrade: {from: 3.4.1, to: 3.7.3}\n"))
	rec.expect(t, `unknown "not known" not wanted`)
}

func TestFixturesAreDemanded(t *testing.T) {
	t.Parallel()
	r := good()
	tests := map[string]struct {
		start    func(*rule.Pass)
		fixtures []*ruletest.Fixture
		want     string
	}{
		"none hits":      {r.Start, []*ruletest.Fixture{parse(t, "upgrade: {from: 3.4.1, to: 3.5.0}\n")}, "no fixture hits"},
		"none is clean":  {r.Start, []*ruletest.Fixture{parse(t, fixture)}, "no fixture is clean"},
		"deaf":           {func(*rule.Pass) {}, []*ruletest.Fixture{parse(t, fixture), parse(t, "upgrade: {from: 3.4.1, to: 3.5.0}\n")}, "listens to nothing"},
		"about the path": {func(p *rule.Pass) { p.ReportPath("x", nil, nil) }, []*ruletest.Fixture{parse(t, fixture), parse(t, "upgrade: {from: 3.4.1, to: 3.5.0}\n")}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rec recorder
			r := good()
			r.Start = tt.start
			ruletest.CheckFixtures(&rec, r, tt.fixtures)
			rec.expect(t, tt.want)
		})
	}
}

func TestBoundaryCatchesWrongFacts(t *testing.T) {
	t.Parallel()
	var unknown, both recorder
	r := good()
	r.Change = version.Since("3.5.99")
	ruletest.CheckBoundary(&unknown, r)
	unknown.expect(t, "3.5.99 is not in the release table")

	r.Change = version.Since("3.8.22", "3.9.2")
	ruletest.CheckBoundary(&both, r)
	both.expect(t, "")
}

func TestFactsAndDocAreDemanded(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(*rule.Rule)
		want  string
	}{
		"folder":  {func(r *rule.Rule) { r.ID = "cors-gone" }, "does not fit id"},
		"facts":   {func(r *rule.Rule) { r.Title = "" }, "cors-attached: Title: "},
		"row":     {func(r *rule.Rule) { r.Facts = rule.Facts(rows.Attached{}) }, "cors-attached: row 1 (): Plugins: none"},
		"heading": {func(r *rule.Rule) { r.Doc = strings.Replace(doc, "## False positives", "## Errors", 1) }, `lacks the section "False positives"`},
		"order": {func(r *rule.Rule) {
			r.Doc = doc + "\n## What changes\n\nb\n"
			r.Doc = strings.Replace(r.Doc, "## What changes", "## X", 1)
		}, "out of order"},
		"empty":      {func(r *rule.Rule) { r.Doc = strings.Replace(doc, "\nd\n", "", 1) }, `section "False positives" is empty`},
		"source":     {func(r *rule.Rule) { r.Doc = strings.Replace(doc, "https://", "", 1) }, "no public source"},
		"title line": {func(r *rule.Rule) { r.Doc = "x\n" + doc }, `does not begin with "# cors-attached"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rec recorder
			r := good()
			tt.spoil(r)
			ruletest.CheckFacts(&rec, r, "corsattached")
			ruletest.CheckDoc(&rec, r)
			if all := strings.Join(rec.said, "\n"); !strings.Contains(all, tt.want) {
				t.Errorf("said %q, want %q", all, tt.want)
			}
		})
	}
}

func TestWhatIsStillToBeFilledIsNamedByLine(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{
		"v3_8/aa/rule.go":            {Data: []byte("package aa\n\n\t// FILL: why\n")},
		"v3_8/aa/other.go":           {Data: []byte("package aa\n")},
		"v3_8/aa/doc.md":             {Data: []byte("# aa\nFILL: a\nFILL: b\n")},
		"v3_8/aa/testdata/hit.yaml":  {Data: []byte("FILL: {}")},
		"v3_8/aa/testdata/full.yaml": {Data: []byte("# full and filled\n")},
		"v3_8/bb/doc.md":             {Data: []byte("FILL")},
	}
	want := []string{"v3_8/aa/rule.go:3: // FILL: why", "v3_8/aa/doc.md:2: FILL: a", "v3_8/aa/doc.md:3: FILL: b", "v3_8/aa/testdata/hit.yaml:1: FILL: {}"}
	if diff := cmp.Diff(want, ruletest.Unfilled(folder, "v3_8/aa")); diff != "" {
		t.Errorf("unfilled (-want +got):\n%s", diff)
	}
}

func TestCatalogueAndRulesNameEachOther(t *testing.T) {
	t.Parallel()
	const entry = "- id: R-3.5.0-1\n  versions: [3.5.0]\n  kind: removed\n  summary: s\n  affects: a\n  sources: [https://example.org/x]\n  confidence: confirmed\n  handled: {rules: [cors-attached]}\n"
	tests := map[string]struct{ catalogue, want string }{
		"good":        {entry, ""},
		"missing":     {strings.Replace(entry, "R-3.5.0-1", "R-3.5.0-2", 1), "covers [R-3.5.0-1], and by catalogue.yaml [R-3.5.0-2]"},
		"twice":       {entry + entry, "there twice"},
		"no rule":     {strings.Replace(entry, "cors-attached", "cors-attached, cors-gone", 1), "R-3.5.0-1 names rule cors-gone, which does not exist"},
		"release":     {strings.Replace(entry, "[3.5.0]", "[3.5.99]", 1), "release 3.5.99, which is not known"},
		"version":     {strings.Replace(entry, "[3.5.0]", "[latest]", 1), "names no release"},
		"source":      {strings.Replace(entry, "https://example.org/x", "hearsay", 1), "which is no public one"},
		"handled":     {strings.Replace(entry, "{rules: [cors-attached]}", "{}", 1), "names no rule that handles it"},
		"confidence":  {strings.Replace(entry, "confirmed", "maybe", 1), "unknown confidence"},
		"not handled": {entry + "- id: R-3.5.0-3\n  kind: removed\n  summary: s\n  affects: a\n  sources: [https://example.org/x]\n  confidence: inferred\n  handled: {not: why}\n", ""},
		"broken":      {"- [", "catalogue.yaml"},
		"kind":        {strings.Replace(entry, "removed", "odd", 1), "unknown kind"},
		"affects":     {strings.Replace(entry, "affects: a", "affects: ''", 1), "who is affected"},
		"id":          {strings.Replace(entry, "R-3.5.0-1", "X", 1), "no id of an entry"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rec recorder
			entries := ruletest.ReadCatalogue(&rec, catalogueOf(tt.catalogue))
			ruletest.CheckHandled(&rec, []*rule.Rule{good()}, entries)
			if len(rec.said) == 0 {
				ruletest.CheckCatalogue(&rec, good(), entries)
			}
			rec.expect(t, tt.want)
		})
	}
}

func TestRetiredIDsStayRetired(t *testing.T) {
	t.Parallel()
	var rec recorder
	ruletest.CheckRetired(&rec, good(), fstest.MapFS{"retired.txt": {Data: []byte("# old\ncors-attached # 1.2\n")}})
	rec.expect(t, "cors-attached is retired")
}

func TestFixturesThatSayNothingAreRefused(t *testing.T) {
	t.Parallel()
	const path = "upgrade: {from: 3.4.1, to: 3.5.0}"
	for want, text := range map[string]string{
		"upgrade is missing":         "service: []\n",
		"upgrade.from":               "upgrade: {from: x, to: 3.5.0}\n",
		"upgrade.to":                 "upgrade: {from: 3.5.0}\n",
		`unknown kind "services"`:    path + "\nservices: []\n",
		"want breaking, warning":     path + " # want grave \"x\"\n",
		"no severity":                path + " # want \"x\"\n",
		"missing closing":            path + " # want notice \"(\"\n",
		"fixture.yaml:2: want break": path + "\n# want notice\n",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			_, err := ruletest.ParseFixture("fixture.yaml", []byte(text))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error is %v, want %q", err, want)
			}
		})
	}
}
