package targets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// Against says what speaks against a release.
type Against struct {
	Version string   `json:"version"`
	Best    bool     `json:"best" jsonschema:"whether it is one of the releases to choose all the same"`
	Reasons []string `json:"reasons" jsonschema:"in words; empty: nothing does"`
	Than    string   `json:"than" jsonschema:"the best release, with which it is compared; empty if there is none, or it is the best itself"`
	Only    Side     `json:"only" jsonschema:"what it brings and that one does not"`
}

// against compares a release with those to choose, and with newer ones of its line.
func (t *Target) against(best, all []*Target) []string {
	out := []string{}
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if t.Reason != "" && !t.Best {
		add("%s", t.Reason)
	}
	if !t.tested() && len(t.Skips) > 0 {
		add("the direct way passes over %s, which the vendor does not test", strings.Join(t.Skips, ", "))
	}
	for _, b := range best {
		if b == t {
			continue
		}
		if words := t.worse(b); len(words) > 0 {
			add("%s has %s", b.Version, strings.Join(words, ", "))
		}
	}
	newer := slices.IndexFunc(all, func(u *Target) bool {
		return u.choice && u.version.Line() == t.version.Line() && t.version.Less(u.version) && !t.outdoes(u) && u.breaks <= t.breaks
	})
	if newer >= 0 && !t.Best {
		add("%s is newer in the same line, and no worse", all[newer].Version)
	}
	return out
}

// worse says in what u is better than t.
func (t *Target) worse(u *Target) []string {
	var out []string
	fewer := func(n int, one, many string) {
		if n > 0 {
			out = append(out, plural.Of(n, "fewer "+one, "fewer "+many))
		}
	}
	fewer(t.breaks-u.breaks, "breaking finding", "breaking findings")
	fewer(t.warns-u.warns, "warning", "warnings")
	if t.Documented {
		fewer(t.Met.Total()-u.Met.Total(), "known defect that meets this installation", "known defects that meet this installation")
		fewer(t.Unknown.Total()-u.Unknown.Total(), "known defect that may meet it", "known defects that may meet it")
	}
	fewer(t.Summary.Manual-u.Summary.Manual, "check by hand", "checks by hand")
	if u.LTS && !t.LTS {
		long := "long-term support"
		if u.SupportedUntil != "" {
			long += " until " + u.SupportedUntil
		}
		out = append(out, long)
	}
	return out
}

// whyNot says what speaks against a release, and compares it with the best one.
func (t *Target) whyNot(best, all []*Target, q *Question) *Against {
	out := &Against{Version: t.Version, Best: t.Best, Reasons: t.against(best, all), Only: emptySide(t.Version)}
	if len(best) > 0 && best[0] != t {
		out.Than, out.Only = best[0].Version, only(q.Report(q.pathTo(t.version)), q.Outline(q.pathTo(best[0].version)))
	}
	return out
}
