package ruletest

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Reporter is the part of [testing.T] that checks use.
type Reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// CheckWants checks that rule r reports for fixture f exactly what its comments want, at their lines.
func CheckWants(ctx context.Context, t Reporter, r *rule.Rule, f *Fixture) {
	t.Helper()
	if !r.On(f.Path) {
		t.Errorf("%s: the rule does not apply from %s to %s", f.Name, f.Path.From, f.Path.To)
		return
	}
	out, err := judge(ctx, r, f, variation{})
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	all, err := out.lines(f)
	if err != nil {
		t.Errorf("%s: %v", f.Name, err)
	}
	for _, w := range f.Wants {
		i := slices.IndexFunc(all, func(s said) bool {
			return s.line == w.Line && s.severity == w.Severity && w.Message.MatchString(s.text) && (w.Details == nil || w.Details.MatchString(s.details))
		})
		if i < 0 {
			t.Errorf("%s:%d: want %s %q%s, not said", f.Name, w.Line, w.Severity, w.Message, w.with())
			continue
		}
		all = slices.Delete(all, i, i+1)
	}
	for _, s := range all {
		t.Errorf("%s:%v not wanted", f.Name, s)
	}
	checkDefects(t, f, out)
	if quiet := quiet(r); f.Clean() && out.status != quiet {
		t.Errorf("%s: the rule is %s, want %s: %s", f.Name, out.status, quiet, strings.Join(out.reasons, "; "))
	}
	for _, where := range out.changed {
		t.Errorf("%s: the rule changed %s", f.Name, where)
	}
	for i := range out.findings {
		checkFinding(t, f.Name, &out.findings[i])
	}
	for _, c := range out.checks {
		checkTexts(t, f.Name, c.Title, c.Why, c.Remediation)
	}
}

// recommends matches a text that sends to a release of API7 Enterprise.
var recommends = regexp.MustCompile(`(?i)\b(choose|take|pick|prefer|upgrade to|nearest)\b[^.:;]{0,40}\b3(\.\d+){2,}|\b3(\.\d+){2,}\b[^.:;]{0,20} as the target`)

// checkTexts checks that no text recommends a target: a report does that once, for all known defects together.
func checkTexts(t Reporter, name, title, why string, steps []report.Remediation) {
	t.Helper()
	texts := []string{title, why}
	for _, s := range steps {
		texts = append(texts, s.Text)
	}
	for _, text := range texts {
		if found := recommends.FindString(text); found != "" && !strings.Contains(found, "chart") {
			t.Errorf("%s: %q recommends a target: say where it is fixed, the first release of each line", name, text)
		}
	}
}

// checkDefects checks what was said of known defects of the target.
func checkDefects(t Reporter, f *Fixture, out *outcome) {
	t.Helper()
	for _, w := range f.Defects {
		if !slices.ContainsFunc(out.defects, w.is) {
			t.Errorf("%s:%d: want %s, a %s that is met: %s, %q; the rule says %v", f.Name, w.Line, w.Entry, w.Severity, w.Concerned, w.Why, saidOf(w.Entry, out.defects))
		}
	}
}

func (w WantDefect) is(d report.Defect) bool {
	return d.Catalogue == w.Entry && d.Severity == w.Severity && d.Concerned == w.Concerned && w.Why.MatchString(d.Why)
}

// saidOf returns what was said of one defect.
func saidOf(entry string, all []report.Defect) []report.Defect {
	return slices.DeleteFunc(slices.Clone(all), func(d report.Defect) bool { return d.Catalogue != entry })
}

// quiet returns the status of a rule that reports nothing.
func quiet(r *rule.Rule) report.Status {
	if r.ByHand() {
		return report.NotApplicable
	}
	return report.Passed
}

// checkFinding checks that a finding has everything that a reader needs.
func checkFinding(t Reporter, name string, n *report.Finding) {
	t.Helper()
	if n.Confidence == string(rule.Inferred) && n.Severity == report.SeverityBreaking {
		t.Errorf("%s: %q is breaking and inferred: what is deduced warns and says what to verify", name, n.Message)
	}
	for _, flaw := range rule.ActionFlaws(n.Action) {
		t.Errorf("%s: %q: %s", name, n.Message, flaw)
	}
	checkTexts(t, name, n.Action, "", n.Remediation)
	if len(n.Remediation) == 0 {
		t.Errorf("%s: %q says nothing about what to do", name, n.Message)
	}
	for _, s := range n.Remediation {
		if !slices.Contains([]string{string(rule.Before), string(rule.During), string(rule.After)}, s.When) || s.Text == "" {
			t.Errorf("%s: a step of %q has no text or no phase", name, n.Message)
		}
	}
}

// CheckOrder checks that the findings do not depend on the order of resources.
func CheckOrder(ctx context.Context, t Reporter, r *rule.Rule, f *Fixture) {
	t.Helper()
	want, err := judge(ctx, r, f, variation{})
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	for _, seed := range []uint64{1, 2, 3, 4, 5} {
		got, err := judge(ctx, r, f, variation{seed: seed})
		if err != nil {
			t.Errorf("%v", err)
			return
		}
		if diff := cmp.Diff(want.findings, got.findings) + cmp.Diff(want.checks, got.checks) + cmp.Diff(want.defects, got.defects); diff != "" {
			t.Errorf("%s: findings depend on the order of resources (-written +shuffled):\n%s", f.Name, diff)
		}
	}
}

// CheckBlindfold checks that a rule does not pass if it could not read all of a kind that it listens to.
func CheckBlindfold(ctx context.Context, t Reporter, r *rule.Rule, f *Fixture) {
	t.Helper()
	want := report.Unknown
	if r.ByHand() { // it reminds unless it is certain that nothing is affected
		want = report.Manual
	}
	var trials []variation
	for _, k := range Kinds(r, f.Path) {
		trials = append(trials, variation{blind: k}, variation{blind: k, none: true})
	}
	for _, how := range trials {
		out, err := judge(ctx, r, f, how)
		if err != nil {
			t.Errorf("%v", err)
			return
		}
		if out.status == report.Passed || !r.ByHand() && len(out.reasons) == 0 {
			t.Errorf("%s: %s cannot be read, and the rule is %s without a reason", f.Name, how.blind, out.status)
		}
		found := how.none && out.status == report.Failed // the absence of something can be a finding
		if f.Clean() && out.status != want && !found {
			t.Errorf("%s: %s cannot be read, and the rule is %s, want %s", f.Name, how.blind, out.status, want)
		}
	}
}

// Kinds returns the kinds that rule r listens to or needs on path p.
func Kinds(r *rule.Rule, p version.Path) []estate.Kind { return r.Begin(p, rule.Engine{}).Kinds() }

// CheckBoundary checks that the rule applies on exactly the paths that its facts name, at each first release of each
// of its cases.
func CheckBoundary(t Reporter, r *rule.Rule) {
	t.Helper()
	if len(r.Facts) == 0 {
		boundary(t, r, rule.Case{Change: r.Change})
	}
	for _, f := range r.Facts {
		one := *r
		one.Start, one.Manual, one.Facts = nil, nil, []rule.Fact{f}
		boundary(t, &one, f.About())
	}
}

func boundary(t Reporter, r *rule.Rule, c rule.Case) {
	t.Helper()
	if r.Applies == rule.Always {
		return
	}
	window := version.Window{In: c.Change, Out: c.Until}
	sources(t, r, c)
	for _, first := range append(c.Change.First(), c.Until.First()...) {
		before, after, known := neighbours(first)
		if !known {
			t.Errorf("%s is not in the release table", first)
			continue
		}
		for _, p := range []version.Path{{From: before, To: first}, {From: version.Oldest(), To: before}, {From: first, To: after}} {
			if p.From.Less(p.To) {
				concerns := c.FromAtLeast.IsZero() || c.FromAtLeast.In(p.From)
				expect(t, r, p, concerns && window.Contains(p.To) && (r.Applies == rule.Reaching || !window.Contains(p.From)))
			}
		}
	}
}

// sources checks that a case limited to some source versions begins with the first of them.
func sources(t Reporter, r *rule.Rule, c rule.Case) {
	t.Helper()
	for _, first := range c.FromAtLeast.First() {
		before, _, _ := neighbours(first)
		for _, to := range c.Change.First() {
			expect(t, r, version.Path{From: before, To: to}, false)
			expect(t, r, version.Path{From: first, To: to}, true)
		}
	}
}

func expect(t Reporter, r *rule.Rule, p version.Path, want bool) {
	t.Helper()
	if r.On(p) != want {
		t.Errorf("applies from %s to %s is %v, want %v", p.From, p.To, !want, want)
	}
}

// neighbours returns the releases next to v in the release table.
func neighbours(v version.Version) (before, after version.Version, known bool) {
	all := version.Releases()
	i := slices.IndexFunc(all, func(r version.Release) bool { return r.Version == v || r.Version.Compare(v) == 0 })
	if i < 0 {
		return before, after, false
	}
	if i > 0 {
		before = all[i-1].Version
	}
	if i+1 < len(all) {
		after = all[i+1].Version
	}
	return before, after, true
}

// CheckFacts checks that the facts of a rule are complete, and fit each other and the rule's folder.
func CheckFacts(t Reporter, r *rule.Rule, folder string) {
	t.Helper()
	if folder != registry.Package(r.ID) {
		t.Errorf("folder %s does not fit id %s", folder, r.ID)
	}
	for _, flaw := range r.Flaws() {
		t.Errorf("%s: %s", r.ID, flaw)
	}
}

// headings are the sections of doc.md, in order.
var headings = []string{"What changes", "Who is affected", "How it is detected", "False positives", "Remediation", "Sources"}

// CheckDoc checks that doc.md has every section, each with text, and a public source.
func CheckDoc(t Reporter, r *rule.Rule) {
	t.Helper()
	if !strings.HasPrefix(r.Doc, "# "+r.ID+"\n") {
		t.Errorf("doc.md does not begin with \"# %s\"", r.ID)
	}
	rest := r.Doc
	for _, h := range headings {
		_, after, found := strings.Cut(rest, "\n## "+h+"\n")
		if !found {
			t.Errorf("doc.md lacks the section %q, or it is out of order", h)
			continue
		}
		text, _, _ := strings.Cut(after, "\n## ")
		if strings.TrimSpace(text) == "" {
			t.Errorf("doc.md: section %q is empty", h)
		}
		if h == "Sources" && !catalogue.Public.MatchString(text) {
			t.Errorf("doc.md names no public source: an https address or owner/repo:path@commit")
		}
		rest = "\n" + strings.TrimPrefix(after, "\n")
	}
}
