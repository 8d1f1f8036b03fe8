package defect_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/defect"
)

func path(from, to string) version.Path {
	return version.Path{From: version.MustParse(from), To: version.MustParse(to)}
}

func find(t *testing.T, entry string) defect.Defect {
	t.Helper()
	for _, d := range defect.Table() {
		if d.Case.Entry == entry {
			return d
		}
	}
	t.Fatalf("no defect %s", entry)
	return defect.Defect{}
}

func TestWindowsEndAtTheRepairOfEachLine(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]struct{ bad, good []string }{
		"R-3.2.14.0-2": {[]string{"3.2.8.1", "3.2.13.0"}, []string{"3.2.14.0", "3.3.0"}},
		"R-3.2.16.7-1": {[]string{"3.2.14.4", "3.2.14.5", "3.2.16.4", "3.2.16.5", "3.2.16.6"}, []string{"3.2.14.4.1", "3.2.15.2.1", "3.2.16.4.1", "3.2.16.7", "3.3.0"}},
		"R-3.3.2-1":    {[]string{"3.3.1"}, []string{"3.3.0", "3.3.2", "3.4.0"}},
		"R-3.3.3-1":    {[]string{"3.3.0", "3.3.2", "3.4.0"}, []string{"3.2.16.7", "3.3.3", "3.4.1", "3.5.0"}},
		"R-3.8.5-2":    {[]string{"3.8.5", "3.8.21", "3.9.0", "3.9.1"}, []string{"3.7.8", "3.8.4", "3.8.22", "3.9.2", "3.10.0"}},
		"R-3.8.19-6":   {[]string{"3.8.19", "3.8.21", "3.9.0", "3.9.1"}, []string{"3.8.18", "3.8.22", "3.9.2"}},
		"R-3.8.20-1":   {[]string{"3.8.19"}, []string{"3.8.18", "3.8.20", "3.9.0"}},
		"R-3.8.22-1":   {[]string{"3.8.7", "3.8.21", "3.9.0", "3.9.1"}, []string{"3.8.6", "3.8.22", "3.9.2"}},
		"R-3.9.0-4":    {[]string{"3.9.0"}, []string{"3.8.23", "3.9.1", "3.10.0"}},
	} {
		d := find(t, entry)
		for _, text := range want.bad {
			if !d.In(version.MustParse(text)) {
				t.Errorf("%s: %s does not have the defect", entry, text)
			}
		}
		for _, text := range want.good {
			if d.In(version.MustParse(text)) {
				t.Errorf("%s: %s has the defect", entry, text)
			}
		}
	}
}

// A line of repairs says nothing of when a defect began: what 3.8.5 repaired was there in 3.7.8 as well, unless the notes
// say more.
func TestWindowsBeginWithTheOldestReleaseWhereTheNotesDoNotSay(t *testing.T) {
	t.Parallel()
	for _, d := range defect.Table() {
		if !d.Assumed {
			continue
		}
		if !d.In(version.Oldest()) {
			t.Errorf("%s: when it began is not said, and %s does not have it", d.Case.Entry, version.Oldest())
		}
		for _, end := range d.Case.Until.First() {
			if before := neighbour(end); !d.In(before) && before.Line() == end.Line() {
				t.Errorf("%s: %s repaired it, and %s does not have it", d.Case.Entry, end, before)
			}
		}
	}
}

// neighbour returns the known release before v.
func neighbour(v version.Version) (before version.Version) {
	for _, r := range version.Releases() {
		if r.Version.Less(v) && !slices.ContainsFunc(hotFixes, func(h string) bool { return r.Version.String() == h }) {
			before = r.Version
		}
	}
	return before
}

var hotFixes = []string{"3.2.14.4.1", "3.2.15.2.1", "3.2.16.4.1"}

func TestGraveDefectOfTheSourceIsNotMilder(t *testing.T) {
	t.Parallel()
	if got := find(t, "R-3.8.6-8").Grade(path("3.4.1", "3.7.8")); got != rule.Warning {
		t.Errorf("severity %v, want a warning also where the source has it", got)
	}
}

func TestDefectOfCertainSourcesHitsNoOther(t *testing.T) {
	t.Parallel()
	d := find(t, "R-3.3.2-1")
	for from, want := range map[string]rule.Severity{"3.2.16.2": rule.Breaking, "3.2.8.1": rule.Breaking, "3.2.16.3": 0, "3.3.0": 0} {
		if got := d.Grade(path(from, "3.3.1")); got != want {
			t.Errorf("from %s: severity %v, want %v", from, got, want)
		}
	}
}

func TestDefectOfTheSourceIsMilder(t *testing.T) {
	t.Parallel()
	d := find(t, "R-3.7.8-1")
	for from, want := range map[string]rule.Severity{"3.7.8": rule.Warning, "3.7.0": rule.Notice} {
		if got := d.Grade(path(from, "3.8.3")); got != want {
			t.Errorf("from %s: severity %v, want %v", from, got, want)
		}
	}
	if got := find(t, "R-3.3.4-1").Grade(path("3.3.0", "3.3.3")); got != rule.Warning {
		t.Errorf("a defect of the upgrade itself is %v where the source has it too", got)
	}
}

func TestDefectComesBackOnlyToAFixedSource(t *testing.T) {
	t.Parallel()
	d := find(t, "R-3.8.5-2")
	for p, want := range map[[2]string]bool{{"3.8.22", "3.9.0"}: true, {"3.8.21", "3.9.0"}: false, {"3.8.4", "3.9.0"}: false, {"3.8.22", "3.9.2"}: false} {
		if d.Comes(path(p[0], p[1])) != want {
			t.Errorf("%v: want %v", p, want)
		}
	}
	if !find(t, "R-3.2.16.7-1").Comes(path("3.2.16.4.1", "3.2.16.5")) {
		t.Error("what a hot fix repaired does not come back in the release after it, which is older")
	}
}

func TestSpansBreakAtGapsAndLines(t *testing.T) {
	t.Parallel()
	for want, texts := range map[string][]string{
		"":                                       nil,
		"3.9.3":                                  {"3.9.3"},
		"3.9.0, 3.9.1":                           {"3.9.0", "3.9.1"},
		"3.8.5 to 3.8.7, 3.8.9":                  {"3.8.5", "3.8.6", "3.8.7", "3.8.9"},
		"3.8.21 to 3.8.23, 3.9.0, 3.9.1":         {"3.8.21", "3.8.22", "3.8.23", "3.9.0", "3.9.1"},
		"3.2.9.0, 3.2.11.0, 3.2.14.5, 3.2.14.6":  {"3.2.9.0", "3.2.11.0", "3.2.14.5", "3.2.14.6"},
		"3.9.10, 3.9.10-patch.1, 3.10.4, 3.10.5": {"3.9.10", "3.9.10-patch.1", "3.10.4", "3.10.5"},
		"3.9.9 to 3.9.11, 3.10.3 to 3.10.5":      {"3.9.9", "3.9.10", "3.9.10-patch.1", "3.9.11", "3.10.3", "3.10.4", "3.10.5"},
	} {
		var releases []version.Version
		for _, text := range texts {
			releases = append(releases, version.MustParse(text))
		}
		if diff := cmp.Diff(want, defect.Spans(releases)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestDefectsThatSayNothingAreRefused(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]defect.Defect{
		"": {Severity: rule.Notice, Says: "a", Who: "b"},
		"Severity: want Notice, Warning or Breaking":           {Says: "a", Who: "b"},
		"Says, Who: want what happens, and to whom":            {Severity: rule.Notice, Says: "a"},
		"Steps: the defect is never a finding that shows them": {Severity: rule.Notice, Says: "a", Who: "b", Steps: rule.Beforehand("c")},
		"Also: there are no Signs beside which it is wanted":   {Severity: rule.Notice, Says: "a", Who: "b", Also: []defect.Sign{{None: "c", Plugins: []string{"d"}}}},
		"Signs: None says nothing, so that nobody is told why the defect cannot strike\nSigns: neither Plugins nor Kinds, so that nothing shows it": {Severity: rule.Notice, Says: "a", Who: "b", Signs: []defect.Sign{{}}},
	} {
		if got := strings.Join(d.Flaws(), "\n"); got != want {
			t.Errorf("flaws %q, want %q", got, want)
		}
	}
}

// TestEveryDefectSaysWhereItIsFixed: no text about a defect sends to "3.7.8 or later" where 3.8.0 has the same defect, or
// names a release to choose: that does the report, which weighs all of them.
func TestEveryDefectSaysWhereItIsFixed(t *testing.T) {
	t.Parallel()
	orLater := regexp.MustCompile(`\b3(\.\d+){2,} (or later|or newer|on\b)`)
	for _, d := range defect.Table() {
		texts := []string{d.Says, d.Who}
		for _, s := range d.Steps {
			texts = append(texts, s.Text)
		}
		for _, text := range texts {
			if orLater.MatchString(text) {
				t.Errorf("%s: %q is not true of every later line", d.Case.Entry, text)
			}
		}
		for _, r := range version.Releases() {
			if fixed := d.Case.FixedFor(r.Version); d.In(r.Version) && orLater.MatchString(fixed) {
				t.Errorf("%s in %s: %q is not true of every later line", d.Case.Entry, r.Version, fixed)
			}
		}
	}
	const want = "Weigh it when you decide on the target: it is fixed in 3.7.8 and 3.8.5, the first release with the fix in each line."
	if got := find(t, "R-3.7.8-1").Case.FixedFor(version.MustParse("3.7.3")); got != want {
		t.Errorf("step %q, want %q: 3.8.0 has the defect as well", got, want)
	}
}

// TestFindingsOfOneTargetHaveOneAction: what is to be done about the defects of a target is one decision, so a screen can
// show it once for all of them; the object and the message say which defect it is.
func TestFindingsOfOneTargetHaveOneAction(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"3.2.13.0", "3.3.1", "3.5.0"} {
		r := rule.Rule{ID: "r", Severity: rule.Breaking, Applies: rule.Always, Defects: true, Facts: rule.Facts(defect.Table()...)}
		names := map[string]bool{}
		reported := 0
		for _, f := range found(&r, path("3.2.8.1", to)) {
			reported++
			names[f.Subject.Name] = true
			if f.Action != "" {
				t.Errorf("to %s: %q has the action %q of its own", to, f.Message, f.Action)
			}
			if !strings.HasSuffix(f.Subject.Name, f.Case.Entry) || !strings.HasPrefix(f.Message, to+": ") {
				t.Errorf("to %s: %q about %q does not tell which defect it is", to, f.Message, f.Subject.Name)
			}
			if f.Severity < rule.Warning {
				t.Errorf("to %s: %q is a finding, and only a notice", to, f.Message)
			}
		}
		if reported < 2 || len(names) != reported {
			t.Errorf("to %s: %d findings about %v, want several that differ", to, reported, names)
		}
	}
}

// found returns what a rule reports of an installation of which nothing was read.
func found(r *rule.Rule, p version.Path) (all []rule.Finding) {
	r.Begin(p, rule.Engine{Judge: func(d rule.Defect) {
		if d.Finding != nil && d.Concerned == rule.Met && d.Grade(p) > rule.Notice {
			all = append(all, d.Finding(p))
		}
	}})
	return all
}
