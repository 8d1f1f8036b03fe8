package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// until is a known defect that every release has before the first ones with the fix.
func until(severity rule.Severity, concerned rule.Concern, first ...string) rule.Defect {
	fixed := version.Since(first...)
	return rule.Defect{Entry: "R-1", Says: "a", FixedIn: fixed.First(), Concerned: concerned, Elsewhere: func(to version.Version) rule.Severity {
		if fixed.In(to) {
			return 0
		}
		return severity
	}}
}

// on returns options for a path whose target has the defects as they say.
func on(from, to string, defects ...rule.Defect) func(*engine.Options) {
	return func(o *engine.Options) {
		o.Path = version.Path{From: version.MustParse(from), To: version.MustParse(to)}
		for i := range defects {
			defects[i].Severity = defects[i].Elsewhere(o.Path.To)
		}
		lists(defects...)(o)
	}
}

func TestOneAdviceOnTheTargetWeighsAllKnownDefects(t *testing.T) {
	t.Parallel()
	leak := func() rule.Defect { return until(rule.Warning, rule.Met, "3.7.8", "3.8.5") }
	tests := map[string]struct {
		from, to string
		defects  []rule.Defect
		advice   string
		best     []string
	}{
		"nothing is known": {"3.4.1", "3.8.22", nil, "3.8.22 has no known defect.", []string{"3.8.22"}},
		"none can be met": {
			"3.4.1", "3.8.22",
			[]rule.Defect{until(rule.Breaking, rule.Spared, "3.9.0")},
			"3.8.22 has no known defect that this installation can meet.",
			[]string{"3.8.22"},
		},
		"what this installation cannot meet makes no other release better": {
			"3.4.1", "3.9.2",
			[]rule.Defect{until(rule.Warning, rule.Spared, "3.9.3")},
			"3.9.2 has no known defect that this installation can meet.",
			[]string{"3.9.2"},
		},
		"long-term support makes no release better that has no fewer defects": {
			"3.4.1", "3.7.8",
			[]rule.Defect{until(rule.Notice, rule.Met, "3.9.0")},
			"3.7.8 has 1 known defect; 1 meets this installation, none graver than a notice. Better: 3.9.3 (none known).",
			[]string{"3.9.3"},
		},
		"one in its line, and the line with long-term support": {
			"3.4.1", "3.7.3",
			[]rule.Defect{leak(), until(rule.Notice, rule.Open, "3.8.0"), until(rule.Notice, rule.Met, "3.9.0")},
			"3.7.3 has 3 known defects; 2 meet this installation (1 graver than a notice), 1 may. Better: 3.7.8 (1, 1 may) or 3.8.22 (LTS, 1).",
			[]string{"3.7.8", "3.8.22"},
		},
		"notices alone": {
			"3.4.1", "3.7.3",
			[]rule.Defect{until(rule.Notice, rule.Met, "3.7.8", "3.8.5"), until(rule.Notice, rule.Open, "3.8.0"), until(rule.Notice, rule.Spared, "3.9.0")},
			"3.7.3 has 3 known defects; 1 meets this installation, 1 may, none graver than a notice. Better: 3.7.8 (1 may) or 3.8.22 (LTS, none).",
			[]string{"3.7.8", "3.8.22"},
		},
		"nobody can tell of any": {
			"3.4.1", "3.9.0",
			[]rule.Defect{until(rule.Warning, rule.Open, "3.9.2"), until(rule.Notice, rule.Open, "3.9.3")},
			"3.9.0 has 2 known defects; 2 may meet this installation (1 graver than a notice). Better: 3.9.3 (none known).",
			[]string{"3.9.3"},
		},
		"a release without long-term support is better by defects alone": {
			"3.4.1", "3.8.22",
			[]rule.Defect{until(rule.Notice, rule.Met, "3.9.0"), until(rule.Notice, rule.Spared, "3.9.0")},
			"3.8.22 has 2 known defects; 1 meets this installation, none graver than a notice. 3.9.3 (none known) is better by defects alone, but no LTS.",
			[]string{"3.8.22"},
		},
		"a warning that is met outweighs notices and long-term support": {
			"3.4.1", "3.8.21",
			[]rule.Defect{until(rule.Warning, rule.Met, "3.9.0"), until(rule.Notice, rule.Met, "3.8.22"), until(rule.Notice, rule.Met, "3.9.4")},
			"3.8.21 has 3 known defects; 3 meet this installation (1 graver than a notice). Better: 3.8.22 (LTS, 2, 1 graver) or 3.9.3 (1).",
			[]string{"3.8.22", "3.9.3"},
		},
		"one that may be met does not outweigh long-term support": {
			"3.4.1", "3.8.21",
			[]rule.Defect{until(rule.Warning, rule.Open, "3.9.0"), until(rule.Notice, rule.Met, "3.8.22")},
			"3.8.21 has 2 known defects; 1 meets this installation, 1 may (1 graver than a notice). Better: 3.8.22 (LTS, 1 may, 1 graver).",
			[]string{"3.8.22"},
		},
		"what is met outweighs what nobody can tell": {
			"3.4.1", "3.9.0",
			[]rule.Defect{until(rule.Warning, rule.Met, "3.9.2"), until(rule.Warning, rule.Open, "3.9.4"), until(rule.Warning, rule.Open, "3.9.4")},
			"3.9.0 has 3 known defects; 1 meets this installation (1 graver than a notice), 2 may (2 graver than a notice). Better: 3.9.3 (2 may, 2 graver).",
			[]string{"3.9.3"},
		},
		"a target without public notes": {
			"3.8.22", "3.10.5", nil,
			"3.10.5 has no public release notes, so its defects are not known. With public notes: 3.9.3 (none known).",
			[]string{"3.9.3"},
		},
		"a target without public notes, whose neighbours have known defects": {
			"3.4.1", "3.8.23",
			[]rule.Defect{until(rule.Notice, rule.Met, "3.9.0"), until(rule.Warning, rule.Open, "3.9.0")},
			"3.8.23 has no public release notes, so its defects are not known. With public notes: " +
				"3.8.22 (LTS, 1 known defect meets this installation, 1 may, 1 graver).",
			[]string{"3.8.22"},
		},
		"the installed release is no choice": {
			"3.8.22", "3.8.23",
			[]rule.Defect{until(rule.Notice, rule.Met, "3.9.0")},
			"3.8.23 has no public release notes, so its defects are not known. With public notes: 3.9.3 (none known).",
			[]string{"3.9.3"},
		},
		"nothing with public notes is as new as the installed release": {
			"3.9.3", "3.10.5", nil, "3.10.5 has no public release notes, so its defects are not known.", []string{},
		},
		"what is older than the installed release is no choice": {
			"3.8.23", "3.9.0",
			[]rule.Defect{until(rule.Warning, rule.Met, "3.9.2")},
			"3.9.0 has 1 known defect; 1 meets this installation (1 graver than a notice). No later release with public notes, newer than 3.8.23, is better.",
			[]string{},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := run(t, on(tt.from, tt.to, tt.defects...)).Target
			if got.Advice != tt.advice {
				t.Errorf("advice\n%s\nwant\n%s", got.Advice, tt.advice)
			}
			if diff := cmp.Diff(tt.best, got.Best); diff != "" {
				t.Errorf("best (-want +got):\n%s", diff)
			}
			if got.Candidates == nil || slices.ContainsFunc(got.Candidates, func(c report.Candidate) bool { return !documented(c.Version) }) {
				t.Errorf("candidates %+v, want only releases whose defects are known", got.Candidates)
			}
			for _, v := range got.Best {
				if !documented(v) {
					t.Errorf("%s has no public notes", v)
				}
			}
		})
	}
}

func documented(v string) bool {
	r, known := version.Known(version.MustParse(v))
	return known && r.Source == version.Notes
}

func TestCandidatesSayWhatAnInstallationMeetsInEach(t *testing.T) {
	t.Parallel()
	got := run(t, on("3.4.1", "3.8.22", until(rule.Warning, rule.Met, "3.9.1"), until(rule.Notice, rule.Open, "3.9.3"), until(rule.Breaking, rule.Spared, "3.9.4"))).Target
	want := []report.Candidate{
		{Version: "3.8.22", LTS: true, Defects: 3, Met: report.Severities{Warning: 1}, Unknown: report.Severities{Notice: 1}},
		{Version: "3.9.3", Defects: 1},
	}
	if diff := cmp.Diff(want, got.Candidates); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
	only := until(rule.Notice, rule.Met, "3.9.3")
	only.Severity, only.By, only.Concerned = 0, "attached", ""
	elsewhere := run(t, lists(only)).Target
	if len(elsewhere.Defects) != 0 || elsewhere.Candidates[len(elsewhere.Candidates)-2].Unknown.Notice != 1 {
		t.Errorf("a defect of other releases alone, for which another rule looks: %+v", elsewhere)
	}
}

// TestWhatARuleSeesAsideIsNotNeeded: the kinds are not read for it, and leave no gap; where another rule reads them, it sees
// them.
func TestWhatARuleSeesAsideIsNotNeeded(t *testing.T) {
	t.Parallel()
	aside := func(seen *[]string) func(*engine.Options) {
		return func(o *engine.Options) {
			o.Rules = append(o.Rules, &rule.Rule{
				ID: "looks-aside", Title: "t", Severity: rule.Notice, Applies: rule.Always, Confidence: rule.Confirmed,
				Start: func(p *rule.Pass) {
					p.Aside(func() {
						p.On(estate.Service, func(r *estate.Resource) { *seen = append(*seen, strings.Clone(r.ID)) })
						p.On(estate.SSL, func(r *estate.Resource) { *seen = append(*seen, strings.Clone(r.ID)) })
						p.SumUp(func() {
							if p.Complete(estate.SSL) {
								*seen = append(*seen, "certificates were read")
							}
						})
					})
				},
			})
		}
	}
	var seen []string
	r := run(t, aside(&seen), service("a", clean, "t"))
	if diff := cmp.Diff([]string{"a"}, seen); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
	for _, res := range r.Rules {
		if res.Rule == "looks-aside" && (res.Status != report.Passed || res.Examined != 0) {
			t.Errorf("a rule that needs nothing: %+v", res)
		}
	}
}

// TestBestIsNewerThanTheInstalledReleaseAndMeetsLess: on every path, whatever defects releases have.
func TestBestIsNewerThanTheInstalledReleaseAndMeetsLess(t *testing.T) {
	t.Parallel()
	sets := [][]rule.Defect{
		nil,
		{until(rule.Notice, rule.Met, "3.9.0")},
		{until(rule.Warning, rule.Open, "3.8.22", "3.9.2"), until(rule.Notice, rule.Met, "3.7.8", "3.8.5")},
		{until(rule.Breaking, rule.Spared, "3.9.3"), until(rule.Warning, rule.Met, "3.5.2"), until(rule.Notice, rule.Open, "3.9.4")},
	}
	for _, from := range []string{"3.2.8.1", "3.4.1", "3.8.22", "3.8.23", "3.9.3"} {
		installed, _ := version.Known(version.MustParse(from))
		for _, to := range version.Releases() {
			if !installed.Version.Less(to.Version) {
				continue
			}
			for i, set := range sets {
				got := run(t, on(from, to.Version.String(), slices.Clone(set)...)).Target
				burdens := map[string]int{}
				for _, c := range got.Candidates {
					burdens[c.Version] = c.Met.Total() + c.Unknown.Total()
				}
				for _, text := range got.Best {
					best, _ := version.Known(version.MustParse(text))
					if !installed.Version.Less(best.Version) || best.Date < installed.Date {
						t.Errorf("%s to %s, defects %d: %s is not newer than what is installed", from, to.Version, i, text)
					}
					burden, listed := burdens[text]
					if !listed || !strings.Contains(got.Advice, text) {
						t.Errorf("%s to %s, defects %d: best %s, and %v, %q", from, to.Version, i, text, burdens, got.Advice)
					}
					if target, documented := burdens[to.Version.String()]; documented && text != to.Version.String() && burden >= target {
						t.Errorf("%s to %s, defects %d: %s is called better: %s", from, to.Version, i, text, got.Advice)
					}
				}
			}
		}
	}
}
