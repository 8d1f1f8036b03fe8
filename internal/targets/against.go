package targets

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// Against says what speaks against a release.
type Against struct {
	Version string   `json:"version"`
	Reasons []string `json:"reasons" jsonschema:"in words; empty: nothing does"`
	Than    string   `json:"than" jsonschema:"the best release, with which it is compared; empty if there is none, or it is the best itself"`
	Only    Side     `json:"only" jsonschema:"what it brings and that one does not"`
}

// against compares a release with those to choose.
func (t *Target) against(best []*Target) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch {
	case t.Best:
		return []string{}
	case t.Reason != "":
		add("%s", t.Reason)
	}
	if !t.tested() {
		add("the direct way passes over %s, which the vendor does not test", strings.Join(t.Skips, ", "))
	}
	for _, b := range best {
		if words := t.worse(b); len(words) > 0 {
			add("%s has %s", b.Version, strings.Join(words, ", "))
		}
	}
	if len(out) == 0 {
		add("%s", "nothing but that others are as good and newer, or nearer")
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
	fewer(t.counting.Breaking-u.counting.Breaking, "breaking finding", "breaking findings")
	fewer(t.counting.Warning-u.counting.Warning, "warning", "warnings")
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
func (t *Target) whyNot(best []*Target, q *Question) *Against {
	out := &Against{Version: t.Version, Reasons: t.against(best), Only: emptySide(t.Version)}
	if len(best) > 0 && best[0] != t {
		out.Than, out.Only = best[0].Version, only(q.Report(q.pathTo(t.version)), q.Outline(q.pathTo(best[0].version)))
	}
	return out
}
