package targets_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// TestEachChoiceSaysInWordsWhyItIsOne has every kind of reason. What is best by its defects comes first.
func TestEachChoiceSaysInWordsWhyItIsOne(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		from    string
		brings  brings
		best    []string
		reasons map[string]string
	}{
		"nothing is known against any: the one with support, and the nearest that the vendor tests": {
			"3.4.1", with(),
			[]string{"3.8.22", "3.5.5"},
			map[string]string{
				"3.8.22": "LTS until 2028-04-21, no breaking finding, no known defect",
				"3.5.5":  "no breaking finding, no known defect, next line, a step that the vendor tests",
			},
		},
		"one that the vendor's guide describes": {
			"3.4.1", with(until(notice, met, "3.7.0")),
			[]string{"3.8.22", "3.7.8"},
			map[string]string{
				"3.8.22": "LTS until 2028-04-21, no breaking finding, no known defect",
				"3.7.8":  "no breaking finding, no known defect, one step by the vendor's 3.7.x guide",
			},
		},
		"fewest breaking findings, in the same line": {
			"3.5.0", breaks(map[string]int{"3.5": 2}, 3, until(warning, met, "3.7.8", "3.8.5"), until(notice, open, "3.7.8", "3.8.5")),
			[]string{"3.8.22", "3.5.5", "3.7.8"},
			map[string]string{
				"3.8.22": "LTS until 2028-04-21, 3 breaking findings, no known defect",
				"3.7.8":  "3 breaking findings, no known defect, one step by the vendor's 3.7.x guide",
				"3.5.5":  "fewest breaking findings (2), 1 known defect meets this installation, 1 may, same line",
			},
		},
		"fewest known defects, although there are some": {
			"3.7.8", breaks(map[string]int{"3.8": 1}, 2, until(notice, met, "3.9.0"), until(notice, met, "3.9.4"), until(notice, open, "3.9.4")),
			[]string{"3.8.22", "3.9.3"},
			map[string]string{
				"3.8.22": "LTS until 2028-04-21, fewest breaking findings (1), 2 known defects meet this installation, 1 may, next line, a step that the vendor tests",
				"3.9.3":  "2 breaking findings, fewest known defects (1, 1 may)",
			},
		},
		"only those that meet it": {
			"3.7.8", with(until(notice, met, "3.9.0"), until(notice, met, "3.9.4")),
			[]string{"3.8.22", "3.9.3"},
			map[string]string{
				"3.8.22": "LTS until 2028-04-21, no breaking finding, 2 known defects meet this installation, next line, a step that the vendor tests",
				"3.9.3":  "no breaking finding, fewest known defects (1)",
			},
		},
		"only those that may": {
			"3.7.8", with(until(notice, open, "3.9.0"), until(notice, open, "3.9.4")),
			[]string{"3.8.22", "3.9.3"},
			map[string]string{
				"3.8.22": "LTS until 2028-04-21, no breaking finding, 2 known defects may meet it, next line, a step that the vendor tests",
				"3.9.3":  "no breaking finding, fewest known defects (1 may)",
			},
		},
		"newest, about which nothing may have been written yet": {
			"3.7.8", breaks(nil, 1, until(notice, met, "3.9.0")),
			[]string{"3.8.22", "3.9.3"},
			map[string]string{
				"3.8.22": "LTS until 2028-04-21, 1 breaking finding, 1 known defect meets this installation, next line, a step that the vendor tests",
				"3.9.3":  "1 breaking finding, no known defect, newest with public notes, so defects may not have been written about yet",
			},
		},
		"defects that the installation cannot meet": {
			"3.8.21", with(until(notice, spared)),
			[]string{"3.8.22"},
			map[string]string{"3.8.22": "LTS until 2028-04-21, no breaking finding, no known defect that this installation can meet, same line"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := asked(t, tt.from, tt.brings)
			if diff := cmp.Diff(tt.best, d.Best); diff != "" {
				t.Errorf("best (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.reasons, reasons(d)); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			var words []string
			for _, v := range tt.best {
				words = append(words, v+": "+tt.reasons[v])
			}
			if want := strings.Join(words, "; ") + "."; d.Advice != want {
				t.Errorf("advice\n%s\nwant\n%s", d.Advice, want)
			}
		})
	}
}

func reasons(d *targets.Document) map[string]string {
	out := map[string]string{}
	for i := range d.Targets {
		if t := &d.Targets[i]; t.Best {
			out[t.Version] = t.Reason
		}
	}
	return out
}

// TestALineHasTwoCandidates: its newest release with public notes, and the one with the fewest defects. Another that
// breaks less is none.
func TestALineHasTwoCandidates(t *testing.T) {
	t.Parallel()
	numbers := map[string]int{"3.8.2": 1, "3.8.3": 0, "3.8.22": 3}
	d := asked(t, "3.8.0", func(p version.Path) *report.Report {
		n := 5
		if p.To.String() == "3.8.3" { // fewest defects, and breaks most
			n = 9
		}
		if p.To.String() == "3.8.2" {
			n = 0
		}
		r := since(numbers, 7)(p)
		for range n {
			r.Findings = append(r.Findings, report.FindingsOf(report.Finding{Rule: "r", Severity: breaking})...)
		}
		return r
	})
	if diff := cmp.Diff([]string{"3.8.3", "3.8.22"}, d.Best); diff != "" {
		t.Errorf("best (-want +got):\n%s", diff)
	}
}

func TestWithoutACandidateTheAdviceSaysThatThereIsNone(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"3.9.3":  "No release with public notes is newer than 3.9.3.",
		"3.8.23": "No release with public notes is newer than 3.8.23: 3.9.0 and those after it were released before.",
		"3.8.40": "No release with public notes is newer than 3.8.40: 3.9.0 and those after it were released before.", // not in the table
	} {
		d := asked(t, from, with())
		if d.Advice != want || len(d.Best) > 0 || len(d.Targets) == 0 {
			t.Errorf("%s: %q, best %v, %d targets", from, d.Advice, d.Best, len(d.Targets))
		}
	}
}

func TestWhatIsNoChoiceSaysWhy(t *testing.T) {
	t.Parallel()
	d := asked(t, "3.8.23", with())
	for i := range d.Targets {
		got := &d.Targets[i]
		const unknown, older = "no public release notes, so its defects are not known", "older than the installed 3.8.23, so fixes would be lost"
		want := unknown
		switch {
		case documented(got.Version):
			want = older
		case got.Older:
			want = unknown + "; " + older
		}
		if got.Reason != want || got.Best {
			t.Errorf("%s: %q, want %q", got.Version, got.Reason, want)
		}
	}
}

// TestChoicesKeepTheirPromises: on every installed release, whatever the releases above it bring.
func TestChoicesKeepTheirPromises(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"3.2.16.7", "3.3.2", "3.4.1", "3.5.3", "3.6.0", "3.7.8", "3.8.20", "3.8.23", "3.9.1"} {
		installed, _ := version.Known(version.MustParse(from))
		for seed := range uint64(10) {
			d := asked(t, from, random(seed))
			name := fmt.Sprintf("from %s, seed %d: best %v", from, seed, d.Best)
			if len(d.Best) > 4 {
				t.Errorf("%s are more than four", name)
			}
			lines := map[string]int{}
			for _, v := range d.Best {
				i := slices.IndexFunc(d.Targets, func(t targets.Target) bool { return t.Version == v })
				best := &d.Targets[i]
				if !best.Best || !best.Documented || best.Date < installed.Date || !installed.Version.Less(version.MustParse(v)) {
					t.Errorf("%s, and %s is nothing to recommend: %+v", name, v, best)
				}
				if !strings.Contains(d.Advice, v+": "+best.Reason) || best.Reason == "" {
					t.Errorf("%s, and the advice does not say why %s: %s", name, v, d.Advice)
				}
				if lines[best.Line]++; lines[best.Line] > 2 {
					t.Errorf("%s, and more than two are of line %s", name, best.Line)
				}
				for _, other := range candidates(d) {
					if better(other, best) {
						t.Errorf("%s, and %s is better than %s in some respect and worse in none", name, other.Version, v)
					}
				}
			}
			if len(d.Best) == 0 && len(candidates(d)) > 0 {
				t.Errorf("%s, although there are candidates", name)
			}
		}
	}
}

// random brings something else to each release, the same for the same seed.
func random(seed uint64) brings {
	return func(p version.Path) *report.Report {
		text := p.To.String()
		numbers := rand.New(rand.NewPCG(seed, p.To.Line().Minor<<32|uint64(len(text))<<16|uint64(text[len(text)-1])))
		var defects []defect
		for range numbers.IntN(4) {
			defects = append(defects, until([]string{breaking, warning, notice}[numbers.IntN(3)], []string{met, open, spared}[numbers.IntN(3)]))
		}
		return judged(p.From.String(), text, numbers.IntN(4), defects...)
	}
}

// candidates are the newest choice of each line. There are others, of which nobody outside can tell.
func candidates(d *targets.Document) (out []*targets.Target) {
	for i := range d.Targets {
		t := &d.Targets[i]
		if !t.Documented || t.Reason != "" && !t.Best {
			continue
		}
		if len(out) > 0 && out[len(out)-1].Line == t.Line {
			out = out[:len(out)-1]
		}
		out = append(out, t)
	}
	return out
}

// better reports whether t is better than u in some respect and worse in none.
func better(t, u *targets.Target) bool {
	respects := func(t *targets.Target) []int {
		lacks := func(what bool) int { return map[bool]int{true: 0, false: 1}[what] }
		return []int{
			t.Summary.Breaking, t.Met.Breaking, t.Met.Warning, t.Met.Notice, t.Unknown.Breaking, t.Unknown.Warning, t.Unknown.Notice,
			lacks(t.LTS), lacks(len(t.Skips) == 0 || t.Guide != ""),
		}
	}
	a, b := respects(t), respects(u)
	for i := range a {
		if a[i] > b[i] {
			return false
		}
	}
	return !slices.Equal(a, b)
}
