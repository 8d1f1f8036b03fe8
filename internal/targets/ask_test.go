package targets_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// brings says what a report on a path has besides the path itself.
type brings func(p version.Path) *report.Report

// asked answers a question about an installation of which every report is made by hand. As the engine does, it refuses a
// report on a path that was not announced, and texts of one that was announced without.
func asked(t *testing.T, from string, what brings, ask ...func(*targets.Question)) *targets.Document {
	t.Helper()
	q := targets.Question{Installed: version.Path{From: version.MustParse(from)}}
	for _, change := range ask {
		change(&q)
	}
	full, all := q.Paths()
	on := func(p version.Path) *report.Report {
		r := what(p)
		r.Path.Guide = p.Guide()
		for _, l := range p.Skips() {
			r.Path.Skips = append(r.Path.Skips, l.String())
		}
		r.Seal()
		return r
	}
	q.Outline = func(p version.Path) *report.Report {
		if !announced(p, slices.Concat(full, all)) {
			t.Fatalf("%s to %s was not announced", p.From, p.To)
		}
		return on(p)
	}
	q.Report = func(p version.Path) *report.Report {
		if !announced(p, full) {
			t.Fatalf("%s to %s was not announced in full", p.From, p.To)
		}
		return on(p)
	}
	return targets.Ask(q)
}

func announced(p version.Path, all []version.Path) bool {
	return slices.ContainsFunc(all, func(q version.Path) bool {
		return p.From.String() == q.From.String() && p.To.String() == q.To.String() && p.Gateways.String() == q.Gateways.String()
	})
}

func whyNot(v string) func(*targets.Question) {
	return func(q *targets.Question) { q.WhyNot = version.MustParse(v) }
}

func between(a, b string) func(*targets.Question) {
	return func(q *targets.Question) {
		q.Compare = [2]version.Version{version.MustParse(a), version.MustParse(b)}
	}
}

func ofLines(names ...string) func(*targets.Question) {
	return func(q *targets.Question) {
		for _, name := range names {
			l, _ := version.ParseLine(name)
			q.Lines = append(q.Lines, l)
		}
	}
}

// with has the same defects on every path, and nothing else.
func with(defects ...defect) brings {
	return func(p version.Path) *report.Report { return judged(p.From.String(), p.To.String(), 0, defects...) }
}

// breaks has so many breaking findings on the path to a release, or to one of a line, and the defects on every path.
func breaks(numbers map[string]int, otherwise int, defects ...defect) brings {
	return func(p version.Path) *report.Report {
		n, ok := numbers[p.To.String()]
		if !ok {
			n, ok = numbers[p.To.Line().String()]
		}
		if !ok {
			n = otherwise
		}
		return judged(p.From.String(), p.To.String(), n, defects...)
	}
}

// found is a finding that has its own fingerprint.
func found(rule, severity, change, id string) report.Finding {
	return report.Finding{Rule: rule, Title: rule + " is wrong", Severity: severity, Change: change, Fingerprint: rule + id, Object: report.Object{Kind: "route", ID: id}}
}

// onPath is a finding about a path, whose fingerprint names the target.
func onPath(p version.Path, rule, entry string) report.Finding {
	return report.Finding{
		Rule: rule, Severity: warning, Catalogue: []string{entry}, Fingerprint: rule + p.To.String(),
		Object: report.Object{Kind: "path", ID: p.From.String() + " to " + p.To.String()},
	}
}

func versions(all []targets.Target) (out []string) {
	for i := range all {
		out = append(out, all[i].Version)
	}
	return out
}

// TestExitCodeSaysWhetherAnybodyCouldTellMore: that nobody knows what a release changed leaves no source to give, so it is
// not the same as what a source did not show.
func TestExitCodeSaysWhetherAnybodyCouldTellMore(t *testing.T) {
	t.Parallel()
	gap := func(id string, accepted bool) report.Unexamined {
		return report.Unexamined{ID: id, Fingerprint: id, What: id, Accepted: accepted, Rules: []string{"r"}}
	}
	for name, tt := range map[string]struct {
		gaps     []report.Unexamined
		breaking int
		nothing  bool // no rule could look at anything
		exit     int
		listed   []string
	}{
		"everything was examined":                   {exit: 0},
		"only releases are not known":               {gaps: []report.Unexamined{gap(estate.ReleaseNotes, false), gap(estate.ReleaseDates, false), gap(estate.EarlyChanges, false)}, exit: 0, listed: []string{estate.ReleaseDates, estate.EarlyChanges}},
		"a source did not show something":           {gaps: []report.Unexamined{gap(estate.NoDatabase, false)}, exit: report.ExitIncomplete, listed: []string{estate.NoDatabase}},
		"beside releases that are not known":        {gaps: []report.Unexamined{gap(estate.ReleaseNotes, false), gap(estate.NoDatabase, false)}, exit: report.ExitIncomplete, listed: []string{estate.NoDatabase}},
		"which was accepted":                        {gaps: []report.Unexamined{gap(estate.ReleaseNotes, false), gap(estate.NoDatabase, true)}, exit: 0, listed: []string{estate.NoDatabase}},
		"and would not change that they are broken": {gaps: []report.Unexamined{gap(estate.NoDatabase, false)}, breaking: 1, exit: 0, listed: []string{estate.NoDatabase}},
		"nothing was looked at":                     {nothing: true, exit: report.ExitIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := asked(t, "3.4.1", func(p version.Path) *report.Report {
				r := judged(p.From.String(), p.To.String(), tt.breaking)
				r.Unexamined = tt.gaps
				if tt.nothing {
					r.Rules[0].Examined = 0
				}
				return r
			})
			var listed []string
			for _, u := range d.Unexamined {
				listed = append(listed, u.ID)
			}
			if d.ExitCode != tt.exit || !slices.Equal(listed, tt.listed) {
				t.Errorf("exit %d and %v, want %d and %v", d.ExitCode, listed, tt.exit, tt.listed)
			}
		})
	}
}

// TestOneUndecidedReleaseIsEnoughForAnIncompleteAnswer: rules that need what is missing may apply to some targets only.
func TestOneUndecidedReleaseIsEnoughForAnIncompleteAnswer(t *testing.T) {
	t.Parallel()
	d := asked(t, "3.4.1", func(p version.Path) *report.Report {
		r := judged(p.From.String(), p.To.String(), 0)
		if p.To.String() == "3.6.0" {
			r.Unexamined = []report.Unexamined{{ID: estate.NoDatabase, Fingerprint: "f"}}
		}
		return r
	})
	if d.ExitCode != report.ExitIncomplete {
		t.Errorf("exit %d", d.ExitCode)
	}
}

func TestAGapIsListedOnceWithTheRulesOfAllTargets(t *testing.T) {
	t.Parallel()
	d := asked(t, "3.7.8", func(p version.Path) *report.Report {
		r := judged(p.From.String(), p.To.String(), 0)
		r.Unexamined = []report.Unexamined{{ID: estate.NoDatabase, Fingerprint: "f", Rules: []string{"always", "from " + p.To.Line().String()}}}
		return r
	})
	want := []report.Unexamined{{ID: estate.NoDatabase, Fingerprint: "f", Rules: []string{"always", "from 3.8", "from 3.9", "from 3.10"}}}
	if diff := cmp.Diff(want, d.Unexamined); diff != "" {
		t.Errorf("not examined (-want +got):\n%s", diff)
	}
}

func TestTargetsAreAllReleasesAboveTheInstalledOneInOrder(t *testing.T) {
	t.Parallel()
	d := asked(t, "3.9.15", with())
	if diff := cmp.Diff([]string{"3.9.16", "3.9.17", "3.9.18", "3.10.0", "3.10.1", "3.10.2", "3.10.3", "3.10.4", "3.10.5"}, versions(d.Targets)); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

// TestLinesThatAreAskedForAreListedWhole: beside them only what is recommended is listed, so that nobody overlooks it.
func TestLinesThatAreAskedForAreListedWhole(t *testing.T) {
	t.Parallel()
	d := asked(t, "3.4.1", with(), ofLines("3.6", "3.10"))
	want := []string{"3.5.5", "3.6.0", "3.6.1", "3.8.22", "3.10.0", "3.10.1", "3.10.2", "3.10.3", "3.10.4", "3.10.5"}
	if diff := cmp.Diff(want, versions(d.Targets)); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, versions(d.Few())); diff != "" {
		t.Errorf("few (-want +got):\n%s", diff)
	}
	if whole := asked(t, "3.4.1", with()); !slices.Equal(d.Best, whole.Best) || d.Advice != whole.Advice {
		t.Errorf("best %v, want %v: the lines that are listed change no advice", d.Best, whole.Best)
	}
}

// TestFewAreTheNewestTwoOfEachLineAndWhatIsBetter: and what is recommended or asked about.
func TestFewAreTheNewestTwoOfEachLineAndWhatIsBetter(t *testing.T) {
	t.Parallel()
	newest := []string{
		"3.4.2", "3.5.4", "3.5.5", "3.6.0", "3.6.1", "3.7.7", "3.7.8", "3.8.22", "3.8.23", "3.9.3", "3.9.17", "3.9.18", "3.10.4", "3.10.5",
	}
	for name, tt := range map[string]struct {
		brings brings
		ask    []func(*targets.Question)
		more   []string
	}{
		"nothing more":          {with(), nil, nil},
		"one of fewer defects":  {since(map[string]int{"3.5.1": 0, "3.8.2": 0}, 1), nil, []string{"3.5.1", "3.8.2"}},
		"one that is asked for": {with(), []func(*targets.Question){whyNot("3.7.1")}, []string{"3.7.1"}},
		"two that are compared": {with(), []func(*targets.Question){between("3.8.1", "3.10.0")}, []string{"3.8.1", "3.10.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := versions(asked(t, "3.4.1", tt.brings, tt.ask...).Few())
			want := slices.Concat(newest, tt.more)
			slices.SortFunc(want, func(a, b string) int { return version.MustParse(a).Compare(version.MustParse(b)) })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("few (-want +got):\n%s", diff)
			}
		})
	}
}

// since has so many notices about known defects in each release, that all meet the installation.
func since(numbers map[string]int, otherwise int) brings {
	return func(p version.Path) *report.Report {
		n, ok := numbers[p.To.String()]
		if !ok {
			n = otherwise
		}
		return judged(p.From.String(), p.To.String(), 0, slices.Repeat([]defect{until(notice, met)}, n)...)
	}
}

func TestTheDocumentSaysWhatTheReportsSayOfTheInstallation(t *testing.T) {
	t.Parallel()
	d := asked(t, "3.9.3", func(p version.Path) *report.Report {
		r := judged(p.From.String(), p.To.String(), 0)
		r.Path.FromEvidence, r.Path.Gateways, r.Scope, r.FailOn = "given with --from", "3.9.1", report.ScopeGiven, report.SeverityWarning
		r.Sources = []report.Source{{Name: "a.dump"}, {Name: "folder"}}
		return r
	}, func(q *targets.Question) { q.Installed.Gateways = version.MustParse("3.9.1") })
	got := []any{d.From, d.FromEvidence, d.Gateways, d.Sources, d.Scope, d.FailOn, d.SchemaVersion}
	want := []any{"3.9.3", "given with --from", "3.9.1", []string{"a.dump", "folder"}, report.ScopeGiven, report.SeverityWarning, report.SchemaVersion}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestATargetSaysWhatItsReportSays: which defects meet the installation and may, and which causes left something unexamined.
func TestATargetSaysWhatItsReportSays(t *testing.T) {
	t.Parallel()
	r := judged("3.4.1", "3.8.22", 2, until(warning, met), until(notice, open), until(breaking, spared))
	for i := range r.Target.Defects {
		r.Target.Defects[i].FixedIn = nil
	}
	r.Unexamined = []report.Unexamined{{ID: "database"}, {ID: "database"}, {ID: "files", Accepted: true}, {ID: "privileges"}}
	r.Seal()
	got := targets.Of(r)
	if got.Known != 3 || got.Met != (report.Severities{Warning: 1}) || got.Unknown != (report.Severities{Notice: 1}) || len(got.Defects) != 2 {
		t.Errorf("%d known, met %+v, unknown %+v, listed %+v", got.Known, got.Met, got.Unknown, got.Defects)
	}
	if diff := cmp.Diff([]string{"database", "privileges"}, got.Unexamined); diff != "" {
		t.Errorf("not examined (-want +got):\n%s", diff)
	}
	if got.Summary.Breaking != 2 || got.Verdict != report.Blocked || got.Date != "2026-01-19" || !got.LTS || got.SupportedUntil != "2028-04-21" || !got.Documented {
		t.Errorf("%+v", got)
	}
}
