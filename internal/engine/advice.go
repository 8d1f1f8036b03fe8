package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// A report recommends a target once, here. It weighs the known defects of releases with public notes, and nothing else:
// which findings another target would bring only a run with that target can tell.

// target says of the release that the upgrade ends in which known defects it has, and which release to choose.
func target(runs []*ruleRun, p version.Path, r *report.Report) report.Target {
	all := weighed(runs, r)
	t := report.Target{Best: []string{}, Candidates: []report.Candidate{}, Defects: defects(all)}
	goal := weigh(p, p.To.Release(), all)
	others := compared(p, all)
	for _, c := range append(slices.Clone(others), goal) {
		t.Candidates = append(t.Candidates, c.Candidate)
	}
	slices.SortFunc(t.Candidates, func(a, b report.Candidate) int {
		return version.MustParse(a.Version).Compare(version.MustParse(b.Version))
	})
	best := better(goal, others)
	for _, c := range best {
		t.Best = append(t.Best, c.Version)
	}
	if len(best) == 0 && goal.Documented {
		t.Best = append(t.Best, goal.Version)
	}
	t.Advice = advice(goal, best)
	return t
}

// candidate is a release that the upgrade could end in.
type candidate struct {
	report.Candidate

	version version.Version
}

// weigh counts what an upgrade that ends in v would meet.
func weigh(p version.Path, v version.Version, all []rule.Defect) candidate {
	c := candidate{version: v, Candidate: report.Candidate{Version: v.String(), LTS: v.Line().LTS(), Documented: documented(v)}}
	for _, d := range all {
		severity := d.Severity
		if v.Compare(p.To.Release()) != 0 {
			severity = 0
			if d.Elsewhere != nil {
				severity = d.Elsewhere(v)
			}
		}
		if severity == 0 {
			continue
		}
		c.Defects++
		switch d.Concerned {
		case rule.Met:
			count(&c.Met, severity)
		case rule.Open:
			count(&c.Unknown, severity)
		case rule.Spared:
		}
	}
	return c
}

func count(s *report.Severities, severity rule.Severity) {
	switch severity {
	case rule.Breaking:
		s.Breaking++
	case rule.Warning:
		s.Warning++
	case rule.Notice:
		s.Notice++
	}
}

func documented(v version.Version) bool {
	r, known := version.Known(v)
	return known && r.Source == version.Notes
}

// compared returns the releases that the target is compared with: of its line and of each line above, the newest with
// public notes and the best one. If none of these lines has public notes, those of the line below that has.
func compared(p version.Path, all []rule.Defect) []candidate {
	lines := map[version.Line][]version.Version{}
	for _, r := range version.Releases() {
		if possible(p, r) {
			l := r.Version.Line()
			lines[l] = append(lines[l], r.Version)
		}
	}
	var known, below []version.Line
	for l := range lines {
		if l.Compare(p.To.Line()) < 0 {
			below = append(below, l)
		} else {
			known = append(known, l)
		}
	}
	if len(known) == 0 && len(below) > 0 && !documented(p.To.Release()) {
		known = []version.Line{slices.MaxFunc(below, version.Line.Compare)}
	}
	slices.SortFunc(known, version.Line.Compare)
	var out []candidate
	for _, l := range known {
		var some []candidate
		for _, v := range lines[l] {
			some = append(some, weigh(p, v, all))
		}
		best := slices.MinFunc(some, candidate.compare)
		out = append(out, best)
		if newest := some[len(some)-1]; newest.Version != best.Version {
			out = append(out, newest)
		}
	}
	return slices.DeleteFunc(out, func(c candidate) bool { return c.version.Compare(p.To.Release()) == 0 })
}

// possible reports whether the upgrade could end in release r: it has public notes, and is neither below the source nor
// older, so that it does not lose fixes.
func possible(p version.Path, r version.Release) bool {
	from, known := version.Known(p.From.Release())
	return r.Source == version.Notes && p.From.Release().Less(r.Version) && (!known || r.Date >= from.Date)
}

// compare orders candidates, the better first: by what they break and by the warnings that are met, then long-term support,
// then by warnings of which nobody can tell, then by notices. The newest release with notes has no known defects because
// none was written about it yet, so what may be met does not outweigh support. Among equals of one line the newest is the
// best, of several lines the nearest.
func (c candidate) compare(d candidate) int {
	return cmp.Or(
		cmp.Compare(c.Met.Breaking, d.Met.Breaking), cmp.Compare(c.Unknown.Breaking, d.Unknown.Breaking),
		cmp.Compare(c.Met.Warning, d.Met.Warning), support(c)-support(d), cmp.Compare(c.Unknown.Warning, d.Unknown.Warning),
		cmp.Compare(c.Met.Notice, d.Met.Notice), cmp.Compare(c.Unknown.Notice, d.Unknown.Notice),
		c.version.Line().Compare(d.version.Line()), d.version.Compare(c.version),
	)
}

func support(c candidate) int {
	if c.LTS {
		return 0
	}
	return 1
}

// better returns at most two releases that are better than the target: the best of its line, and the best of another line
// if that is better still.
func better(goal candidate, others []candidate) []candidate {
	var out []candidate
	least := goal
	same := func(c candidate) bool { return c.version.Line() == goal.version.Line() }
	for _, own := range []bool{true, false} {
		some := slices.DeleteFunc(slices.Clone(others), func(c candidate) bool { return same(c) != own })
		if len(some) == 0 {
			continue
		}
		if best := slices.MinFunc(some, candidate.compare); !goal.Documented && len(out) == 0 || best.compare(least) < 0 {
			out, least = append(out, best), best
		}
	}
	return out
}

// advice puts it into words.
func advice(goal candidate, best []candidate) string {
	var text strings.Builder
	switch met := total(goal); {
	case !goal.Documented:
		fmt.Fprintf(&text, "%s has no public release notes, so its defects are not known.", goal.Version)
	case goal.Defects == 0:
		fmt.Fprintf(&text, "%s has no known defect.", goal.Version)
	case met == 0:
		fmt.Fprintf(&text, "%s has no known defect that this installation can meet.", goal.Version)
	default:
		fmt.Fprintf(&text, "%s has %s, %d of which can meet this installation%s.", goal.Version, counted(goal.Defects, "known defect"), met, gravity(goal, ", %d of them more than a notice"))
	}
	if len(best) == 0 {
		if goal.Documented {
			text.WriteString(" By known defects no release with public notes is better.")
		}
		return text.String()
	}
	names := make([]string, len(best))
	for i, c := range best {
		names[i] = c.Version + " (" + c.where(goal) + c.meets() + ")"
	}
	lead := " Better by known defects: "
	if !goal.Documented {
		lead = " With public notes: "
	}
	fmt.Fprintf(&text, "%s%s.", lead, strings.Join(names, " or "))
	return text.String()
}

// where says in what line a candidate is.
func (c candidate) where(goal candidate) string {
	switch {
	case c.LTS:
		return "LTS, "
	case c.version.Line() == goal.version.Line():
		return "same line, "
	}
	return ""
}

// meets says how many of its defects this installation can meet.
func (c candidate) meets() string {
	switch n := total(c); {
	case c.Defects == 0:
		return "none known"
	case n > 0:
		return strconv.Itoa(n) + gravity(c, ", %d more than a notice")
	}
	return "none"
}

func total(c candidate) int { return c.Met.Total() + c.Unknown.Total() }

// gravity says how many of the defects that the installation can meet are more than a notice; empty if none is.
func gravity(c candidate, format string) string {
	n := total(c) - c.Met.Notice - c.Unknown.Notice
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(format, n)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
