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
func target(runs []*ruleRun, p version.Path) report.Target {
	t := report.Target{Best: []string{}, Candidates: []report.Candidate{}, Defects: []report.Defect{}}
	if !listed(runs) {
		t.Advice = "Known defects of " + p.To.String() + " were not judged."
		return t
	}
	all := weighed(runs)
	t.Defects = defects(all)
	goal, others := weigh(p, p.To.Release(), all), compared(p, all)
	for _, c := range append(slices.Clone(others), goal) {
		if c.documented {
			t.Candidates = append(t.Candidates, c.Candidate)
		}
	}
	slices.SortFunc(t.Candidates, func(a, b report.Candidate) int {
		return version.MustParse(a.Version).Compare(version.MustParse(b.Version))
	})
	best := better(goal, others)
	for _, c := range best {
		t.Best = append(t.Best, c.Version)
	}
	if len(best) == 0 && goal.choice {
		t.Best = append(t.Best, goal.Version)
	}
	t.Advice = advice(p, goal, best, others)
	return t
}

// candidate is a release that the upgrade could end in.
type candidate struct {
	report.Candidate

	version    version.Version
	documented bool // it has public notes; else its defects are not known
	choice     bool // the upgrade could end in it, and lose no fix
}

// weigh counts what an upgrade that ends in v would meet.
func weigh(p version.Path, v version.Version, all []rule.Defect) candidate {
	r, known := version.Known(v)
	c := candidate{
		Candidate: report.Candidate{Version: v.String(), LTS: v.Line().LTS()},
		version:   v, documented: documented(v), choice: known && possible(p, r),
	}
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
		c.graver(d), support(c)-support(d), c.milder(d),
		c.version.Line().Compare(d.version.Line()), d.version.Compare(c.version),
	)
}

// outdoes reports whether an installation meets less in c than in d, whatever support they have.
func (c candidate) outdoes(d candidate) bool { return cmp.Or(c.graver(d), c.milder(d)) < 0 }

// graver compares what outweighs support.
func (c candidate) graver(d candidate) int {
	return cmp.Or(
		cmp.Compare(c.Met.Breaking, d.Met.Breaking), cmp.Compare(c.Unknown.Breaking, d.Unknown.Breaking),
		cmp.Compare(c.Met.Warning, d.Met.Warning),
	)
}

// milder compares the rest.
func (c candidate) milder(d candidate) int {
	return cmp.Or(
		cmp.Compare(c.Unknown.Warning, d.Unknown.Warning),
		cmp.Compare(c.Met.Notice, d.Met.Notice), cmp.Compare(c.Unknown.Notice, d.Unknown.Notice),
	)
}

func support(c candidate) int {
	if c.LTS {
		return 0
	}
	return 1
}

// better returns at most two releases in which the installation meets less than in the target: the best of its line, and
// the best of another line if that is better still. For a target without public notes, which cannot be compared, it is the
// best of those that have some.
func better(goal candidate, others []candidate) []candidate {
	var out []candidate
	least := goal
	same := func(c candidate) bool { return c.version.Line() == goal.version.Line() }
	for _, own := range []bool{true, false} {
		some := slices.DeleteFunc(slices.Clone(others), func(c candidate) bool {
			return same(c) != own || goal.documented && !c.outdoes(goal)
		})
		if len(some) == 0 {
			continue
		}
		if best := slices.MinFunc(some, candidate.compare); !goal.documented && len(out) == 0 || best.compare(least) < 0 {
			out, least = append(out, best), best
		}
	}
	return out
}

// advice puts it into words. The usual case fits two lines of the first screen.
func advice(p version.Path, goal candidate, best, others []candidate) string {
	text := goal.says()
	names := make([]string, len(best))
	for i, c := range best {
		names[i] = c.named(i == 0 && !goal.documented)
	}
	switch choice := strings.Join(names, " or "); {
	case len(best) > 0 && goal.documented:
		return text + " Better: " + choice + "."
	case len(best) > 0:
		return text + " With public notes: " + choice + "."
	case !goal.documented || total(goal) == 0:
		return text
	}
	others = slices.DeleteFunc(slices.Clone(others), func(c candidate) bool { return !c.outdoes(goal) })
	if len(others) > 0 { // support alone outweighs them
		return text + " " + slices.MinFunc(others, candidate.compare).named(false) + " is better by defects alone, but no LTS."
	}
	return text + " No later release with public notes, newer than " + p.From.String() + ", is better."
}

// says returns what is known of the target.
func (c candidate) says() string {
	met, may := c.Met.Total(), c.Unknown.Total()
	var meets string
	switch {
	case !c.documented:
		return c.Version + " has no public release notes, so its defects are not known."
	case c.Defects == 0:
		return c.Version + " has no known defect."
	case met+may == 0:
		return c.Version + " has no known defect that this installation can meet."
	case met == 0:
		meets = fmt.Sprintf("%d may meet this installation%s", may, bracketed(c.Unknown))
	case may == 0:
		meets = meeting(met, "") + bracketed(c.Met)
	default:
		meets = fmt.Sprintf("%s%s, %d may%s", meeting(met, ""), bracketed(c.Met), may, bracketed(c.Unknown))
	}
	if grave(c.Met)+grave(c.Unknown) == 0 {
		meets += ", none graver than a notice"
	}
	return fmt.Sprintf("%s has %s; %s.", c.Version, counted(c.Defects), meets)
}

// named returns the release with how many of its defects the installation meets, and may meet: "3.7.8 (16, 10 may)". In full
// it says what is counted.
func (c candidate) named(full bool) string {
	var facts []string
	if c.LTS {
		facts = append(facts, "LTS")
	}
	met, may := c.Met.Total(), c.Unknown.Total()
	switch {
	case c.Defects == 0:
		facts = append(facts, "none known")
	case met+may == 0:
		facts = append(facts, "none")
	case full && met == 0:
		facts = append(facts, counted(may)+" may meet this installation")
	case met == 0:
		facts = append(facts, fmt.Sprintf("%d may", may))
	case full:
		facts = append(facts, meeting(met, " known defect"))
	default:
		facts = append(facts, strconv.Itoa(met))
	}
	if met > 0 && may > 0 {
		facts = append(facts, fmt.Sprintf("%d may", may))
	}
	if n := grave(c.Met) + grave(c.Unknown); n > 0 {
		facts = append(facts, fmt.Sprintf("%d graver", n))
	}
	return c.Version + " (" + strings.Join(facts, ", ") + ")"
}

func total(c candidate) int { return c.Met.Total() + c.Unknown.Total() }

// grave returns how many are graver than a notice.
func grave(s report.Severities) int { return s.Total() - s.Notice }

func bracketed(s report.Severities) string {
	if n := grave(s); n > 0 {
		return fmt.Sprintf(" (%d graver than a notice)", n)
	}
	return ""
}

// meeting says that n of something meet the installation.
func meeting(n int, what string) string {
	if n == 1 {
		return "1" + what + " meets this installation"
	}
	if what != "" {
		what += "s"
	}
	return strconv.Itoa(n) + what + " meet this installation"
}

func counted(n int) string {
	if n == 1 {
		return "1 known defect"
	}
	return strconv.Itoa(n) + " known defects"
}
