package engine_test

import (
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
		"nothing is known": {"3.4.1", "3.8.22", nil, "3.8.22 has no known defect. By known defects no release with public notes is better.", []string{"3.8.22"}},
		"none can be met": {
			"3.4.1", "3.8.22",
			[]rule.Defect{until(rule.Breaking, rule.Spared, "3.9.0")},
			"3.8.22 has no known defect that this installation can meet. By known defects no release with public notes is better.",
			[]string{"3.8.22"},
		},
		"one in its line, and the line with long-term support": {
			"3.4.1", "3.7.3",
			[]rule.Defect{leak(), until(rule.Notice, rule.Open, "3.8.0"), until(rule.Notice, rule.Met, "3.9.0")},
			"3.7.3 has 3 known defects, 3 of which can meet this installation, 1 of them more than a notice. Better by known defects: " +
				"3.7.8 (same line, 2) or 3.8.22 (LTS, 1).",
			[]string{"3.7.8", "3.8.22"},
		},
		"a warning that is met outweighs notices and long-term support": {
			"3.4.1", "3.8.21",
			[]rule.Defect{until(rule.Warning, rule.Met, "3.9.0"), until(rule.Notice, rule.Met, "3.9.4"), until(rule.Notice, rule.Met, "3.9.4")},
			"3.8.21 has 3 known defects, 3 of which can meet this installation, 1 of them more than a notice. Better by known defects: " +
				"3.8.22 (LTS, 3, 1 more than a notice) or 3.9.3 (2).",
			[]string{"3.8.22", "3.9.3"},
		},
		"one that may be met does not outweigh long-term support": {
			"3.4.1", "3.8.21",
			[]rule.Defect{until(rule.Warning, rule.Open, "3.9.0"), until(rule.Notice, rule.Met, "3.8.22")},
			"3.8.21 has 2 known defects, 2 of which can meet this installation, 1 of them more than a notice. Better by known defects: " +
				"3.8.22 (LTS, 1, 1 more than a notice).",
			[]string{"3.8.22"},
		},
		"what is met outweighs what nobody can tell": {
			"3.4.1", "3.9.0",
			[]rule.Defect{until(rule.Warning, rule.Met, "3.9.2"), until(rule.Warning, rule.Open, "3.9.4"), until(rule.Warning, rule.Open, "3.9.4")},
			"3.9.0 has 3 known defects, 3 of which can meet this installation, 3 of them more than a notice. Better by known defects: " +
				"3.9.3 (same line, 2, 2 more than a notice).",
			[]string{"3.9.3"},
		},
		"a target without public notes": {
			"3.8.22", "3.10.5", nil,
			"3.10.5 has no public release notes, so its defects are not known. With public notes: 3.9.3 (none known).",
			[]string{"3.9.3"},
		},
		"nothing with public notes is as new as the installed release": {
			"3.9.3", "3.10.5", nil, "3.10.5 has no public release notes, so its defects are not known.", []string{},
		},
		"what is older than the installed release is no choice": {
			"3.8.23", "3.9.0",
			[]rule.Defect{until(rule.Warning, rule.Met, "3.9.2")},
			"3.9.0 has 1 known defect, 1 of which can meet this installation, 1 of them more than a notice. By known defects no release with public notes is better.",
			[]string{"3.9.0"},
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
			for _, v := range got.Best {
				if r, known := version.Known(version.MustParse(v)); !known || r.Source != version.Notes {
					t.Errorf("%s has no public notes", v)
				}
			}
		})
	}
}

func TestCandidatesSayWhatAnInstallationMeetsInEach(t *testing.T) {
	t.Parallel()
	got := run(t, on("3.4.1", "3.8.22", until(rule.Warning, rule.Met, "3.9.1"), until(rule.Notice, rule.Open, "3.9.3"), until(rule.Breaking, rule.Spared, "3.9.4"))).Target
	want := []report.Candidate{
		{Version: "3.8.22", LTS: true, Documented: true, Defects: 3, Met: report.Severities{Warning: 1}, Unknown: report.Severities{Notice: 1}},
		{Version: "3.9.3", Documented: true, Defects: 1},
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
