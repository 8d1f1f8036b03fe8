package targets

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Stops are the way to a release in steps that the vendor tests or that its guide describes.
type Stops struct {
	Steps   []Step   `json:"steps"`
	Removes []Change `json:"removes" jsonschema:"what only the direct way brings, by rule"`
}

// Step is the upgrade from one stop to the next, judged on what is installed today.
type Step struct {
	From   string   `json:"from"`
	To     string   `json:"to"`
	Date   string   `json:"date" jsonschema:"of the release, year-month-day"`
	Charts Charts   `json:"charts"`
	Adds   []Change `json:"adds" jsonschema:"what the direct way does not bring, by rule; after the first step only what changes on it, because what is installed by then is not known"`
}

// Change is what a rule found on one way and not on another.
type Change struct {
	Rule     string `json:"rule"`
	Title    string `json:"title"`
	Severity string `json:"severity" jsonschema:"of the gravest"`
	Findings int    `json:"findings"`
}

// Steps returns the paths of the way to a release in steps that the vendor tests or describes: in each line that it cannot
// pass over, the newest release with public notes that is not younger than the next stop, so that no step loses a fix. It
// returns nil if the path is one such step itself, or if a line has no such release.
func Steps(p version.Path) []version.Path {
	lines := p.Stones()
	if len(lines) == 0 {
		return nil
	}
	target, _ := version.Known(p.To.Release())
	stops := []version.Version{p.To}
	latest := target.Date
	for _, l := range slices.Backward(lines) {
		stop, _, ok := version.Documented(func(v version.Version) bool {
			r, known := version.Known(v)
			return known && v.Line() == l && r.Date <= latest && p.From.Release().Less(v)
		})
		if !ok {
			return nil
		}
		stops, latest = append(stops, stop.Version), stop.Date
	}
	if latest < version.NotBefore(p.From.Release()) {
		return nil
	}
	from := version.Path{From: p.From, Gateways: p.Gateways}
	var steps []version.Path
	for _, v := range slices.Backward(stops) {
		from.To = v
		steps = append(steps, from)
		from = version.Path{From: v}
	}
	return steps
}

// stops compares the way over stops with the direct one.
func (t *Target) stops(q *Question) *Stops {
	steps := Steps(q.pathTo(t.version))
	if steps == nil {
		return nil
	}
	direct := sights(q.Outline(q.pathTo(t.version)))
	out := &Stops{Steps: []Step{}}
	known, seen := map[string]bool{}, map[string]bool{}
	for _, d := range direct {
		known[d.key] = true
	}
	for i, p := range steps {
		var adds []sight
		for _, s := range sights(q.Outline(p)) {
			if s.counts && !seen[s.key] && !known[s.key] && (i == 0 || s.gained) {
				adds = append(adds, s)
			}
			seen[s.key] = true
		}
		r, _ := version.Known(p.To.Release())
		out.Steps = append(out.Steps, Step{
			From: p.From.String(), To: p.To.String(), Date: r.Date, Charts: chartsOf(p.To.Release()), Adds: changes(adds),
		})
	}
	out.Removes = changes(slices.DeleteFunc(direct, func(d sight) bool { return seen[d.key] || !d.counts }))
	return out
}
