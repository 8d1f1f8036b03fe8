package targets

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Advise writes into a report which release to choose: its target or others, which are all that the installation could go
// to. That is the only place of a report that recommends one. It weighs known defects, and says where another release has
// more or fewer breaking findings. A report whose known defects were not judged says so already, and stays as it is.
func Advise(r *report.Report, others []Target) {
	if r.Target.Advice != "" {
		return
	}
	goal := Of(r)
	all := make([]*Target, 0, len(others))
	for i := range others {
		if others[i].version.Compare(goal.version) != 0 {
			all = append(all, &others[i])
		}
	}
	rivals := byLine(append(slices.Clone(all), &goal), goal.version.Line())
	rivals = slices.DeleteFunc(rivals, func(t *Target) bool { return t == &goal })
	if len(rivals) == 0 && !goal.Documented {
		rivals = below(all, goal.version.Line())
	}
	shown := slices.Clone(rivals)
	if goal.Documented {
		shown = append(shown, &goal)
	}
	slices.SortFunc(shown, func(a, b *Target) int { return a.version.Compare(b.version) })
	for _, t := range shown {
		r.Target.Candidates = append(r.Target.Candidates, t.outline())
	}
	best := better(&goal, rivals)
	for _, t := range best {
		r.Target.Best = append(r.Target.Best, t.version.String())
	}
	if len(best) == 0 && goal.choice {
		r.Target.Best = append(r.Target.Best, goal.version.String())
	}
	r.Target.Advice = advice(version.MustParse(r.Path.From), &goal, best, rivals)
}

// below returns those that stand for the nearest line below with a choice.
func below(all []*Target, line version.Line) []*Target {
	lower := byLine(slices.DeleteFunc(slices.Clone(all), func(t *Target) bool { return t.version.Line().Compare(line) >= 0 }), version.Line{})
	if len(lower) == 0 {
		return nil
	}
	last := lower[len(lower)-1].version.Line()
	return slices.DeleteFunc(lower, func(t *Target) bool { return t.version.Line() != last })
}

// better returns at most two releases in which the installation meets less than in the goal: the best of its line, and the
// best of another line if that is better still. For a goal without public notes, which cannot be compared, it is the best
// of those that have some.
func better(goal *Target, rivals []*Target) []*Target {
	var out []*Target
	least := goal
	for _, own := range []bool{true, false} {
		some := slices.DeleteFunc(slices.Clone(rivals), func(t *Target) bool {
			return (t.version.Line() == goal.version.Line()) != own || goal.Documented && !t.outdoes(goal)
		})
		if len(some) == 0 {
			continue
		}
		if best := slices.MinFunc(some, (*Target).compare); !goal.Documented && len(out) == 0 || best.compare(least) < 0 {
			out, least = append(out, best), best
		}
	}
	return out
}

// advice puts it into words. The usual case fits two lines of the first screen.
func advice(from version.Version, goal *Target, best, rivals []*Target) string {
	text := goal.says()
	names := make([]string, len(best))
	for i, t := range best {
		names[i] = t.named(goal, i == 0 && !goal.Documented)
	}
	switch choice := strings.Join(names, " or "); {
	case len(best) > 0 && goal.Documented:
		return text + " Better: " + choice + "."
	case len(best) > 0:
		return text + " With public notes: " + choice + "."
	case goal.Older:
		return text + " It is older than the installed " + from.String() + ", so fixes would be lost."
	case !goal.Documented || goal.meets() == 0:
		return text
	}
	rivals = slices.DeleteFunc(slices.Clone(rivals), func(t *Target) bool { return !t.outdoes(goal) })
	if len(rivals) > 0 { // support alone outweighs them
		return text + " " + slices.MinFunc(rivals, (*Target).compare).named(goal, false) + " is better by defects alone, but no LTS."
	}
	return text + " No later release with public notes, newer than " + from.String() + ", is better."
}

// says returns what is known of the defects of a release.
func (t *Target) says() string {
	met, may := t.Met.Total(), t.Unknown.Total()
	var meets string
	switch {
	case !t.Documented:
		return t.Version + " has no public release notes, so its defects are not known."
	case t.Known == 0:
		return t.Version + " has no known defect."
	case met+may == 0:
		return t.Version + " has no known defect that this installation can meet."
	case met == 0:
		meets = fmt.Sprintf("%d may meet this installation%s", may, bracketed(t.Unknown))
	case may == 0:
		meets = meeting(met, "") + bracketed(t.Met)
	default:
		meets = fmt.Sprintf("%s%s, %d may%s", meeting(met, ""), bracketed(t.Met), may, bracketed(t.Unknown))
	}
	switch {
	case grave(t.Met)+grave(t.Unknown) > 0:
	case met+may == 1:
		meets += ", a notice"
	default:
		meets += ", all notices"
	}
	return fmt.Sprintf("%s has %s; %s.", t.Version, counted(t.Known), meets)
}

// named returns the release with how many of its defects the installation meets, and may meet: "3.7.8 (16, 10 may)", and how
// its breaking findings differ from those of the goal. In full it says what is counted.
func (t *Target) named(goal *Target, full bool) string {
	var facts []string
	if t.LTS {
		facts = append(facts, "LTS")
	}
	met, may := t.Met.Total(), t.Unknown.Total()
	switch {
	case t.Known == 0:
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
	if n := grave(t.Met) + grave(t.Unknown); n > 0 {
		facts = append(facts, fmt.Sprintf("%d graver", n))
	}
	switch n := t.breaks - goal.breaks; {
	case n > 0:
		facts = append(facts, fmt.Sprintf("breaks %d more", n))
	case n < 0:
		facts = append(facts, fmt.Sprintf("breaks %d fewer", -n))
	}
	return t.version.String() + " (" + strings.Join(facts, ", ") + ")"
}

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
