package render

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// category is what findings have in common that a format with a limit may fold into one entry: their rule, how grave they
// are, and what was decided about them.
type category struct {
	rule, severity string
	waived, known  bool
}

func categoryOf(f *report.Finding) category {
	return category{f.Rule, f.Severity, f.Waived != nil, f.Baseline == report.BaselineKnown}
}

// grade orders categories: the gravest first, in each severity those known to the baseline last, and what is waived at the end.
func (p category) grade() int {
	const steps = 2 // of a severity: not known, known
	if p.waived {
		return steps * (len(severities) + 1)
	}
	at := slices.Index(severities, p.severity)
	if at < 0 {
		at = len(severities)
	}
	if p.known {
		return steps*at + 1
	}
	return steps * at
}

// blocks reports whether a finding of the category blocks the upgrade.
func (p category) blocks(r *report.Report) bool { return !p.waived && !p.known && r.Blocks(p.severity) }

// lot is a category, and how much of it is written.
type lot struct {
	category
	first              *report.Finding
	all, room, written int
}

// ration is the findings of a report by categories, the gravest first.
type ration struct {
	index map[category]*lot
	list  []*lot
}

// rationed counts the findings and divides the room of a format among them, an entry for each: first to the gravest, and
// among equally grave ones so that a rule with many objects leaves room for the others. An entry stays free for each category,
// to say how many of it are folded.
func rationed(r *report.Report, room int) *ration {
	t := &ration{index: map[category]*lot{}}
	for f := range r.Findings.All() {
		p := categoryOf(f)
		s := t.index[p]
		if s == nil {
			s = &lot{category: p, first: f}
			t.index[p] = s
			t.list = append(t.list, s)
		}
		s.all++
	}
	if len(r.Findings) > room {
		room -= len(t.list)
	}
	slices.SortFunc(t.list, func(a, b *lot) int {
		return cmp.Or(cmp.Compare(a.grade(), b.grade()), cmp.Compare(a.all, b.all), cmp.Compare(a.rule, b.rule), cmp.Compare(a.severity, b.severity))
	})
	for group := range t.grades() {
		for i, s := range group { // the smallest first: what they leave is for the others
			s.room = min(s.all, max(room, 0)/(len(group)-i))
			room -= s.room
		}
	}
	for _, s := range t.list { // an entry for one finding takes no more room than one that says that it is folded
		if s.all == 1 {
			s.room = 1
		}
	}
	return t
}

// grades yields the categories of each grade, the gravest first.
func (t *ration) grades() func(yield func([]*lot) bool) {
	return func(yield func([]*lot) bool) {
		for rest := t.list; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n].grade() == rest[0].grade() {
				n++
			}
			if !yield(rest[:n]) {
				return
			}
			rest = rest[n:]
		}
	}
}

// each calls show for the findings for which there is room, the gravest first, and after those of a grade fold for each
// category of which some were left. If show returns false, there is no room for any more.
func (t *ration) each(r *report.Report, show func(*report.Finding) (bool, error), fold func(s *lot, left int) error) error {
	more := true
	for group := range t.grades() {
		var err error
		if more {
			more, err = t.show(r, group[0].grade(), show)
		}
		for _, s := range group {
			if left := s.all - s.written; left > 0 && err == nil {
				err = fold(s, left)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// show calls show for the findings of a grade for which there is room, and reports whether there is room for more.
func (t *ration) show(r *report.Report, grade int, show func(*report.Finding) (bool, error)) (bool, error) {
	for f := range r.Findings.All() {
		s := t.index[categoryOf(f)]
		if s.grade() != grade || s.written == s.room {
			continue
		}
		s.written++
		if more, err := show(f); err != nil || !more {
			return more, err
		}
	}
	return true, nil
}

// folded says how many findings stand in one entry, why, and where each of them is.
func (s *lot) folded(left int, limit string, o Options) string {
	some := count(left, "finding", "findings")
	if s.written > 0 {
		some = count(left, "more finding", "more findings")
	}
	return s.rule + ": " + some + " (" + s.decision() + s.severity + "); " + limit + ". " + wholeList(o)
}

// mark tells the category from others, whatever else the report holds.
func (p category) mark() string {
	return fmt.Sprintf("folded/%s/%s/%t/%t", p.rule, p.severity, p.waived, p.known)
}

// decision says what was decided about the findings of the category.
func (s *lot) decision() string {
	switch {
	case s.waived:
		return "waived, "
	case s.known:
		return "known to the baseline, "
	}
	return ""
}

// wholeList says where all findings are, if a format cannot hold them.
func wholeList(o Options) string {
	if len(o.Beside) == 0 {
		return "`--format json=FILE` writes them all."
	}
	return "The whole list is in " + strings.Join(o.Beside, ", ") + "."
}

// sentence says of one finding what it is about, what is wrong and what to do first.
func sentence(f *report.Finding) string {
	text := cmp.Or(f.Message, f.Title, f.Rule)
	if f.Object.Kind != "path" && !inFile(f) {
		text = name(f) + ": " + text
	}
	step, when := f.Action, f.Timing
	if steps := inPhases(f); step == "" && len(steps) > 0 {
		step, when = steps[0].Text, steps[0].When
	}
	if step != "" {
		text = strings.TrimSuffix(text, ".") + ". First step, " + cmp.Or(when, "before") + " the upgrade: " + strings.TrimSuffix(step, ".") + "."
	}
	if expired := expiry(f); expired != "" {
		text += " Note: " + expired + "."
	}
	return Brief(text)
}

// artifact is the place of a finding as a path: of a file, or of what no file holds, such as a row of a table.
type artifact struct {
	path string
	file bool
	line int // at least 1
}

// artifactOf returns the place of a finding. What has none is placed by its object.
func artifactOf(f *report.Finding) artifact {
	if at := pathOf(f.Location); at.path != "" {
		return at
	}
	return artifact{path: strings.Join([]string{cmp.Or(f.Object.Kind, "object"), cmp.Or(f.Object.ID, f.Object.Name, "unnamed")}, "/"), line: 1}
}

// pathOf returns a place as a path, an empty one if it has neither file nor table.
func pathOf(l report.Location) artifact {
	switch {
	case l.File != "":
		return artifact{strings.TrimPrefix(l.File, "./"), true, max(l.Line, 1)}
	case l.Table != "":
		return artifact{strings.Trim(l.Table, "/") + "/" + strings.TrimPrefix(l.Key, "/"), false, 1}
	}
	return artifact{line: 1}
}

// shortHash returns the same mark for the same text, of a length that every consumer takes.
func shortHash(text string) string {
	const bytes = 16
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:bytes])
}
