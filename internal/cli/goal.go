package cli

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// goal is the release that --to asks for.
type goal struct {
	to    version.Version
	asked string            // the line or the word that was written, in normal form; empty: the release itself
	newer []version.Release // of what was asked, oldest first; none of them has public notes
}

// The words that --to takes beside releases and lines.
const (
	toLTS    = "lts"
	toLatest = "latest"
)

// mark writes into the report what was asked for.
func (g *goal) mark(p *report.Path) {
	p.Asked, p.Newer = g.asked, []string{}
	for _, r := range g.newer {
		p.Newer = append(p.Newer, r.Version.String())
	}
}

// told says what was taken for what; nothing if a release was asked for.
func (g *goal) told() string {
	p := report.Path{To: g.to.String()}
	g.mark(&p)
	return render.Asked(&p)
}

// parseGoal parses a target version: a release of the release table, or a line or a word, which mean the newest release
// with public notes. The installed version does not matter.
func parseGoal(flag, text string) (goal, error) {
	word := strings.ToLower(strings.TrimSpace(text))
	switch word {
	case toLTS:
		return newestOf(flag, word, func(v version.Version) bool { return v.Line().LTS() })
	case toLatest:
		return newestOf(flag, word, func(version.Version) bool { return true })
	}
	if l, ok := version.ParseLine(word); ok {
		return newestOfLine(flag, l)
	}
	to, err := version.Parse(text)
	switch {
	case err != nil && !plainWord(text):
		return goal{}, usage(goalHint(flag, ""), "%s: not a version", flag)
	case err != nil:
		return goal{}, usage(goalHint(flag, word), "%s: %v", flag, err)
	}
	if _, known := version.Known(to.Release()); !known {
		return goal{}, unknownRelease(flag, to)
	}
	return goal{to: to}, nil
}

// newestOf returns the newest release with public notes among those that of selects.
func newestOf(flag, asked string, of func(version.Version) bool) (goal, error) {
	chosen, newer, ok := version.Documented(of)
	if !ok {
		newest := newer[len(newer)-1].Version
		return goal{}, usage("a release without them is taken only by its full name: "+flag+" "+newest.String(),
			"%s: no release of %s has public notes; its newest known release is %s", flag, asked, newest)
	}
	return goal{chosen.Version, asked, newer}, nil
}

func newestOfLine(flag string, l version.Line) (goal, error) {
	lines := version.Lines()
	if newest := lines[len(lines)-1]; newest.Compare(l) < 0 {
		return goal{}, usage(newerProgram, "%s: %s is newer than this program knows (%s)", flag, l, tableEnd())
	}
	if _, known := version.NewestOf(l); !known {
		return goal{}, usage("the known lines are "+strings.Join(lineNames(), ", "), "%s: %s is not a known release line", flag, l)
	}
	return newestOf(flag, l.String(), func(v version.Version) bool { return v.Line() == l })
}

const newerProgram = "use a newer api7-preflight"

// tableEnd says with which release the release table ends.
func tableEnd() string {
	newest, _ := version.Known(version.Newest())
	return "its release table ends with " + dated(newest)
}

// unknownRelease returns the error for a release that is not in the release table. One above all that the table has of its
// line has probably been published since: then a newer program is the answer. Of a line that ended long ago that is not
// likely, and the error also suggests the last release of that line. Any other is a mistake, because the table has no
// gaps.
func unknownRelease(flag string, v version.Version) error {
	last, known := version.NewestOf(v.Line())
	switch {
	case !known && version.Newest().Less(v):
		return usage(newerProgram, "%s: %s is newer than this program knows (%s)", flag, v, tableEnd())
	case known && last.Version.Less(v):
		hint := newerProgram
		if !v.Line().Going() {
			hint = fmt.Sprintf("did you mean %s? If there is a %s, %s", last.Version, v, newerProgram)
		}
		return usage(hint, "%s: %s is newer than this program knows (its table of %s ends with %s)", flag, v, v.Line(), dated(last))
	}
	return usage(fmt.Sprintf("did you mean %s?", version.Nearest(v).Version), "%s: %s is not a known release", flag, v)
}

// goalHint says what --to takes, or which word somebody meant who wrote another.
func goalHint(flag, word string) string {
	if near, ok := suggest.Nearest(word, []string{toLatest, toLTS}); ok {
		return "did you mean " + near + "?"
	}
	return flag + " takes a release such as " + version.Newest().String() + ", a line such as 3.8, " + toLTS + " or " + toLatest
}

// goalNames returns what --to can name: words, lines with public notes, and releases.
func goalNames() []string {
	names := []string{toLTS, toLatest}
	for _, l := range version.Lines() {
		if _, err := newestOfLine("--to", l); err == nil {
			names = append(names, l.String())
		}
	}
	return append(names, releaseNames()...)
}
