package render

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// notExamined is the id under which formats list what was not examined.
const notExamined = "not-examined"

// mostGaps is how many causes get a result of their own, and how many things of one cause are named.
const mostGaps = 500

// notLooked returns what was not examined. An incomplete report has at least one part: if nothing else, everything.
func notLooked(r *report.Report) []*missingPart {
	parts := missingParts(r)
	if len(parts) > 0 || r.Verdict != report.Incomplete {
		return parts
	}
	why := "no rule could judge anything, because no given source holds what it needs"
	if len(r.Sources) == 0 {
		why = "no source was read"
	}
	return []*missingPart{{what: []string{"everything"}, why: why, rules: map[string]bool{}}}
}

// toldFirst is what every told begins with.
const toldFirst = "Not examined: "

// told says what was not examined, why and what closes the gap.
func (m *missingPart) told() string {
	text := toldFirst + m.lacks() + "."
	if m.next != "" {
		text += " To close the gap: " + Brief(m.next)
	}
	return text
}

// mark tells the cause from others, whatever else the report holds.
func (m *missingPart) mark() string {
	mark := notExamined + "/" + m.id + "/" + m.why
	if m.id == "" { // of a rule whose reasons no entry gives
		mark += "/" + strings.Join(m.what, "/")
	}
	return mark
}

// moreGaps says how many causes are not listed.
func moreGaps(n int, o Options) string {
	return "Not examined, for " + count(n, "more cause", "more causes") + ". " + wholeList(o)
}
