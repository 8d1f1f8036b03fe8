package targets_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func path(from, to string) version.Path {
	return version.Path{From: version.MustParse(from), To: version.MustParse(to)}
}

func TestStepsGoOverTheNewestReleaseOfALineThatLosesNoFix(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ from, to, way string }{
		"the same line":                              {"3.7.3", "3.7.8", ""},
		"neighbouring lines":                         {"3.4.1", "3.5.5", ""},
		"what the vendor's guide describes":          {"3.4.1", "3.7.3", ""},
		"over a line":                                {"3.4.1", "3.6.1", "3.5.5, 3.6.1"},
		"to an earlier release, over an earlier one": {"3.4.1", "3.6.0", "3.5.3, 3.6.0"},
		"as far as the guide goes":                   {"3.4.1", "3.8.22", "3.7.8, 3.8.22"},
		"a stop of the same day as the target":       {"3.4.1", "3.8.0", "3.7.3, 3.8.0"},
		"over two lines":                             {"3.4.1", "3.9.3", "3.7.8, 3.8.22, 3.9.3"},
		"each stop is not younger than the next one": {"3.4.1", "3.9.0", "3.7.8, 3.8.21, 3.9.0"},
		"to where the guide begins":                  {"3.2.16.7", "3.7.8", "3.3.3, 3.7.8"},
		"line by line":                               {"3.2.16.7", "3.6.1", "3.3.3, 3.4.1, 3.5.5, 3.6.1"},
		"stops have notes, whatever the target has":  {"3.8.22", "3.10.5", "3.9.3, 3.10.5"},
		"no stop is as new as what is installed":     {"3.8.23", "3.10.5", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var way []string
			for _, p := range targets.Steps(path(tt.from, tt.to)) {
				way = append(way, p.To.String())
			}
			if got := strings.Join(way, ", "); got != tt.way {
				t.Errorf("%s to %s goes over %q, want %q", tt.from, tt.to, got, tt.way)
			}
		})
	}
}

// TestEveryStepIsOneThatTheVendorTestsOrDescribes: between any two known releases.
func TestEveryStepIsOneThatTheVendorTestsOrDescribes(t *testing.T) {
	t.Parallel()
	ways := 0
	for _, from := range version.Releases() {
		for _, p := range targets.Paths(version.Path{From: from.Version, Gateways: version.Oldest()}, false) {
			steps := targets.Steps(p)
			if len(steps) == 0 {
				continue
			}
			name, at, date := p.From.String()+" to "+p.To.String(), p.From, from.Date
			ways++
			if len(p.Stones()) == 0 || len(steps) < 2 {
				t.Errorf("%s: %d steps, and none are needed", name, len(steps))
			}
			for i, step := range steps {
				to, _ := version.Known(step.To)
				if step.From.Compare(at) != 0 || !at.Less(step.To) || to.Date < date {
					t.Errorf("%s: step %d goes from %s of %s to %s of %s", name, i, at, date, step.To, to.Date)
				}
				if len(step.Stones()) > 0 || i < len(steps)-1 && to.Source != version.Notes {
					t.Errorf("%s: step %d, from %s to %s, is not tested, or ends in a release without notes", name, i, step.From, step.To)
				}
				if step.Gateways.IsZero() == (i == 0) {
					t.Errorf("%s: step %d starts with gateways of %s", name, i, step.Gateways)
				}
				at, date = step.To, to.Date
			}
			if at.Compare(p.To) != 0 {
				t.Errorf("%s: ends in %s", name, at)
			}
		}
	}
	if ways < 100 {
		t.Errorf("only %d ways were looked at", ways)
	}
}

// TestStopsSayWhatEachAddsAndWhatTheySpare compares the way over 3.7.8 with the direct one. What is installed at a stop
// nobody knows, so what a later step finds counts only if that step brings it.
func TestStopsSayWhatEachAddsAndWhatTheySpare(t *testing.T) {
	t.Parallel()
	always := found("always", breaking, "3.5.0", "1")
	d := asked(t, "3.4.1", func(p version.Path) *report.Report {
		r := judged(p.From.String(), p.To.String(), 0)
		switch p.From.String() + " " + p.To.String() {
		case "3.4.1 3.7.8":
			r.Findings = report.FindingsOf(always, found("first", warning, "", "1"), found("first", breaking, "", "2"), found("a-notice", notice, "3.7.0", "1"))
		case "3.7.8 3.8.22":
			r.Findings = report.FindingsOf(always, found("first", warning, "", "1"), found("second", notice, "3.8.0", "1"), found("old", breaking, "", "1"))
		case "3.4.1 3.8.22":
			r.Findings = report.FindingsOf(always, onPath(p, "jump", "G1"), found("spared", notice, "3.8.0", "1"), found("spared", notice, "3.8.0", "2"))
		}
		return r
	}, whyNot("3.8.22"))
	i := slices.IndexFunc(d.Targets, func(t targets.Target) bool { return t.Version == "3.8.22" })
	want := &targets.Stops{
		Steps: []targets.Step{
			{
				From: "3.4.1", To: "3.7.8", Date: "2025-06-16", Charts: d.Targets[slices.Index(versions(d.Targets), "3.7.8")].Charts,
				Adds: []targets.Change{
					{Rule: "first", Title: "first is wrong", Severity: breaking, Findings: 2},
					{Rule: "a-notice", Title: "a-notice is wrong", Severity: notice, Findings: 1},
				},
			},
			{
				From: "3.7.8", To: "3.8.22", Date: "2026-01-19", Charts: d.Targets[i].Charts,
				Adds: []targets.Change{{Rule: "second", Title: "second is wrong", Severity: notice, Findings: 1}},
			},
		},
		Removes: []targets.Change{{Rule: "jump", Severity: warning, Findings: 1}, {Rule: "spared", Title: "spared is wrong", Severity: notice, Findings: 2}},
	}
	if diff := cmp.Diff(want, d.Targets[i].Stops); diff != "" {
		t.Errorf("stops (-want +got):\n%s", diff)
	}
}

// TestOnlyWhatIsBestOrAskedForHasStops: working them out for all would be of no use.
func TestOnlyWhatIsBestOrAskedForHasStops(t *testing.T) {
	t.Parallel()
	d := asked(t, "3.4.1", with(), whyNot("3.10.0"))
	for i := range d.Targets {
		got := &d.Targets[i]
		wanted := got.Best || got.Version == "3.10.0"
		if needed := targets.Steps(path("3.4.1", got.Version)) != nil; (got.Stops != nil) != (wanted && needed) {
			t.Errorf("%s has stops: %v", got.Version, got.Stops != nil)
		}
	}
}
