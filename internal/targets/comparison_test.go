package targets_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
)

// two are reports on paths to two targets: a finding on both, one of each severity on one, some that were decided, and
// known defects and checks by hand.
func two() (a, b *report.Report) {
	a, b = judged("3.4.1", "3.7.8", 0), judged("3.4.1", "3.8.22", 0)
	reason := "agreed"
	waived, known := found("waived", breaking, "", "1"), found("known", breaking, "", "1")
	waived.Waived, known.Baseline = &reason, report.BaselineKnown
	a.Findings = report.FindingsOf(
		found("mild", notice, "", "a"), found("both", warning, "", "1"), onPath(path("3.4.1", "3.7.8"), "jump", "G1"), found("grave", breaking, "", "a"), waived,
		onPath(path("3.4.1", "3.7.8"), "defect", "R-1"),
	)
	b.Findings = report.FindingsOf(onPath(path("3.4.1", "3.8.22"), "jump", "G1"), onPath(path("3.4.1", "3.8.22"), "defect", "R-2"), found("both", warning, "", "1"), known)
	a.Target.Defects = []report.Defect{{Catalogue: "R-1", Concerned: met}, {Catalogue: "R-2", Concerned: open}, {Catalogue: "R-3", Concerned: spared}, {Catalogue: "R-4", Concerned: met}}
	b.Target.Defects = []report.Defect{{Catalogue: "R-1", Concerned: open}, {Catalogue: "R-4", Concerned: spared}}
	a.ManualChecks = []report.ManualCheck{{Fingerprint: "a"}, {Fingerprint: "both"}, {Fingerprint: "done", Done: &report.Done{}}}
	b.ManualChecks = []report.ManualCheck{{Fingerprint: "both"}, {Fingerprint: "b"}}
	a.Seal()
	b.Seal()
	return a, b
}

func rulesOf(s targets.Side) (out []string) {
	for f := range s.Findings.All() {
		out = append(out, f.Rule)
	}
	return out
}

// TestComparedIsWhatOneTargetHasAndTheOtherNot: a finding about the path is the same on another path if rule and entry of
// the catalogue are; its fingerprint is not, because it names the target. What somebody decided about a finding changes nothing.
func TestComparedIsWhatOneTargetHasAndTheOtherNot(t *testing.T) {
	t.Parallel()
	a, b := two()
	c := targets.Compare(a, b)
	for what, is := range map[string]struct{ want, got []string }{
		"findings of A, the gravest first": {[]string{"grave", "waived", "defect", "mild"}, rulesOf(c.A)},
		"findings of B":                    {[]string{"known", "defect"}, rulesOf(c.B)},
		"defects of A":                     {[]string{"R-2", "R-4"}, entries(c.A)},
		"defects of B":                     {nil, entries(c.B)},
		"checks of A":                      {[]string{"a"}, checks(c.A)},
		"checks of B":                      {[]string{"b"}, checks(c.B)},
	} {
		if !slices.Equal(is.want, is.got) {
			t.Errorf("%s: %v, want %v", what, is.got, is.want)
		}
	}
	if c.Both != 2 || c.A.Version != "3.7.8" || c.B.Version != "3.8.22" {
		t.Errorf("%d on both; %s and %s", c.Both, c.A.Version, c.B.Version)
	}
}

func entries(s targets.Side) (out []string) {
	for _, d := range s.Defects {
		out = append(out, d.Catalogue)
	}
	return out
}

func checks(s targets.Side) (out []string) {
	for _, m := range s.Checks {
		out = append(out, m.Fingerprint)
	}
	return out
}

func TestComparingIsSymmetric(t *testing.T) {
	t.Parallel()
	a, b := two()
	there, back := targets.Compare(a, b), targets.Compare(b, a)
	open := cmp.Transformer("Open", report.Packed.Open)
	if diff := cmp.Diff(there, &targets.Comparison{A: back.B, B: back.A, Both: back.Both}, open); diff != "" {
		t.Errorf("(-there +back):\n%s", diff)
	}
}

func TestATargetComparedWithItselfHasNothingOfItsOwn(t *testing.T) {
	t.Parallel()
	a, _ := two()
	c := targets.Compare(a, a)
	if n := len(c.A.Findings) + len(c.A.Defects) + len(c.A.Checks) + len(c.B.Findings); n > 0 || c.Both != 6 {
		t.Errorf("%d of its own, %d on both", n, c.Both)
	}
}

// TestAskComparesTheTwoThatAreAskedFor: in the order of the question.
func TestAskComparesTheTwoThatAreAskedFor(t *testing.T) {
	t.Parallel()
	d := asked(t, "3.4.1", with(until(notice, met, "3.8.5")), between("3.8.22", "3.7.8"))
	if c := d.Comparison; c == nil || c.A.Version != "3.8.22" || c.B.Version != "3.7.8" || len(c.A.Defects) != 0 || len(c.B.Defects) != 1 {
		t.Errorf("%+v", c)
	}
	if other := asked(t, "3.4.1", with()); other.Comparison != nil || other.WhyNot != nil {
		t.Error("answered what nobody asked")
	}
}
