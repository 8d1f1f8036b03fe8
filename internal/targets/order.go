package targets

import (
	"cmp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// compare orders targets by their defects, the better first: by what they break and by the warnings that are met, then
// long-term support, then by warnings of which nobody can tell, then by notices. The newest release with notes has no known
// defects because none was written about it yet, so what may be met does not outweigh support. Among equals of one line the
// newest is the best, of several lines the nearest.
func (t *Target) compare(u *Target) int {
	return cmp.Or(
		t.graver(u), support(t)-support(u), t.milder(u),
		t.version.Line().Compare(u.version.Line()), u.version.Compare(t.version),
	)
}

// outdoes reports whether the installation meets less in t than in u, whatever support they have.
func (t *Target) outdoes(u *Target) bool { return cmp.Or(t.graver(u), t.milder(u)) < 0 }

// graver compares what outweighs support.
func (t *Target) graver(u *Target) int {
	return cmp.Or(
		cmp.Compare(t.Met.Breaking, u.Met.Breaking), cmp.Compare(t.Unknown.Breaking, u.Unknown.Breaking),
		cmp.Compare(t.Met.Warning, u.Met.Warning),
	)
}

// milder compares the rest.
func (t *Target) milder(u *Target) int {
	return cmp.Or(
		cmp.Compare(t.Unknown.Warning, u.Unknown.Warning),
		cmp.Compare(t.Met.Notice, u.Met.Notice), cmp.Compare(t.Unknown.Notice, u.Unknown.Notice),
	)
}

func support(t *Target) int {
	if t.LTS {
		return 0
	}
	return 1
}

// grave returns how many are graver than a notice.
func grave(s report.Severities) int { return s.Total() - s.Notice }

// meets returns how many known defects the installation meets or may meet.
func (t *Target) meets() int { return t.Met.Total() + t.Unknown.Total() }

// byLine returns, of each line from the given one on, the two releases that stand for it: the best by its defects and the
// newest, once if they are the same. Only choices can be either. Lines come in order.
func byLine(all []*Target, from version.Line) []*Target {
	lines := map[version.Line][]*Target{}
	var names []version.Line
	for _, t := range all {
		l := t.version.Line()
		if !t.choice || l.Compare(from) < 0 {
			continue
		}
		if lines[l] == nil {
			names = append(names, l)
		}
		lines[l] = append(lines[l], t)
	}
	slices.SortFunc(names, version.Line.Compare)
	var out []*Target
	for _, l := range names {
		best := slices.MinFunc(lines[l], (*Target).compare)
		out = append(out, best)
		newest := slices.MaxFunc(lines[l], func(a, b *Target) int { return a.version.Compare(b.version) })
		if newest != best {
			out = append(out, newest)
		}
	}
	return out
}
