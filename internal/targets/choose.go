package targets

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// mostBest is how many releases are recommended at most: more are no choice.
const mostBest = 4

// choose marks the releases to choose and says why each is one, and returns them, the best by its defects first. Candidates
// are, in each line from today's on, the newest release with public notes and the one with the fewest defects that meet this
// installation. Of these it takes what is best in one respect and not worse than another in all: fewest breaking findings,
// fewest known defects, long-term support, a step that the vendor tests. What is not known is never recommended.
func choose(all []*Target, from version.Version) []*Target {
	pool := byLine(all, from.Line())
	worth := slices.DeleteFunc(slices.Clone(pool), func(t *Target) bool {
		return slices.ContainsFunc(pool, func(u *Target) bool { return u.dominates(t) })
	})
	var best []*Target
	for _, respect := range []struct {
		of      func(*Target) bool // nil: all
		compare func(a, b *Target) int
	}{
		{nil, (*Target).compare},
		{nil, func(a, b *Target) int { return cmp.Or(a.breaks-b.breaks, a.compare(b)) }},
		{nil, func(a, b *Target) int { return cmp.Or(a.graver(b), a.milder(b), a.compare(b)) }},
		{func(t *Target) bool { return t.LTS }, (*Target).compare},
		{(*Target).tested, (*Target).compare},
	} {
		some := slices.DeleteFunc(slices.Clone(worth), func(t *Target) bool { return respect.of != nil && !respect.of(t) })
		if len(some) == 0 {
			continue
		}
		if one := slices.MinFunc(some, respect.compare); !slices.Contains(best, one) {
			best = append(best, one)
		}
	}
	best = best[:min(len(best), mostBest)]
	for _, t := range best {
		t.Best, t.Reason = true, t.reason(pool, from)
	}
	return best
}

// tested reports whether the vendor tests or describes the direct way to it.
func (t *Target) tested() bool {
	return len(t.path.Stones()) == 0 && !t.path.From.Release().Less(version.Oldest())
}

// respects are the numbers by which targets are compared, less is better.
func (t *Target) respects() []int {
	untested := 0
	if !t.tested() {
		untested = 1
	}
	return []int{
		t.breaks, t.Met.Breaking, t.Met.Warning, t.Met.Notice, t.Unknown.Breaking, t.Unknown.Warning, t.Unknown.Notice,
		support(t), untested,
	}
}

// dominates reports whether t is better than u in some respect and worse in none.
func (t *Target) dominates(u *Target) bool {
	a, b := t.respects(), u.respects()
	for i := range a {
		if a[i] > b[i] {
			return false
		}
	}
	return !slices.Equal(a, b)
}

// reason says in words why a release is one to choose from a pool.
func (t *Target) reason(pool []*Target, from version.Version) string {
	var words []string
	if t.LTS {
		words = append(words, "LTS")
		if t.SupportedUntil != "" {
			words[0] += " until " + t.SupportedUntil
		}
	}
	words = append(words, t.breaking(pool)+t.decided(), t.burden(pool))
	switch {
	case t.version.Line() == from.Line():
		words = append(words, "same line")
	case t.Guide != "":
		words = append(words, "one step by the vendor's "+t.Guide+" guide")
	case t.tested() && slices.ContainsFunc(pool, func(u *Target) bool { return !u.tested() }):
		words = append(words, "next line, a step that the vendor tests")
	}
	if from.Line().LTS() && !t.LTS {
		words = append(words, "leaves the line with long-term support")
	}
	if t.Known == 0 && !slices.ContainsFunc(pool, func(u *Target) bool { return t.Date < u.Date }) {
		words = append(words, "newest with public notes, so defects may not have been written about yet")
	}
	return strings.Join(words, ", ")
}

// breaks says how many breaking findings there are, and whether that is the least.
func (t *Target) breaking(pool []*Target) string {
	n := t.breaks
	other := func(worse func(int) bool) bool {
		return slices.ContainsFunc(pool, func(u *Target) bool { return worse(u.breaks) })
	}
	switch {
	case n == 0:
		return "no breaking finding"
	case other(func(m int) bool { return m > n }) && !other(func(m int) bool { return m < n }):
		return fmt.Sprintf("fewest breaking findings (%d)", n)
	case n == 1:
		return "1 breaking finding"
	}
	return fmt.Sprintf("%d breaking findings", n)
}

// decided says how many findings, breaking or not, somebody has accepted.
func (t *Target) decided() string {
	switch n := t.Summary.Waived + t.Summary.Known; {
	case n == 1:
		return " (1 finding waived or known)"
	case n > 1:
		return fmt.Sprintf(" (%d findings waived or known)", n)
	}
	return ""
}

// burden says how many known defects meet the installation, and may, and whether that is the least.
func (t *Target) burden(pool []*Target) string {
	met, may := t.Met.Total(), t.Unknown.Total()
	var numbers string
	switch {
	case t.Known == 0:
		return "no known defect"
	case met+may == 0:
		return "no known defect that this installation can meet"
	case may == 0:
		numbers = strconv.Itoa(met)
	case met == 0:
		numbers = strconv.Itoa(may) + " may"
	default:
		numbers = fmt.Sprintf("%d, %d may", met, may)
	}
	if len(pool) > 1 && !slices.ContainsFunc(pool, func(u *Target) bool { return u.outdoes(t) }) {
		return "fewest known defects (" + numbers + ")"
	}
	switch {
	case met == 0:
		return counted(may) + " may meet it"
	case may == 0:
		return meeting(met, " known defect")
	}
	return fmt.Sprintf("%s, %d may", meeting(met, " known defect"), may)
}
