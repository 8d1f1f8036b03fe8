// Package compare sets two reports on one installation side by side: which findings are new, and which are gone.
package compare

import (
	"slices"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// mark is what is kept of a finding of the earlier report.
type mark struct {
	severity string
	rule     string
	seen     bool
}

// Baseline says of each finding of r whether the earlier report has it with a severity that is not less. The report has to
// be sealed afterwards. If the earlier report is for certain of another installation, nothing is known.
func Baseline(r, earlier *report.Report) {
	b := &report.Baseline{RunID: earlier.Run.ID, StartedAt: earlier.Run.StartedAt, From: earlier.Path.From, To: earlier.Path.To}
	r.Baseline = b
	b.Doubt, b.Refused = Stranger(r, earlier, "the earlier report")
	marks := marksOf(earlier)
	r.Findings.Edit(func(f *report.Finding) bool {
		m := marks[f.Fingerprint]
		f.Baseline = report.BaselineNew
		if m != nil {
			m.seen = true
			if !b.Refused && !graver(f.Severity, m.severity) {
				f.Baseline = report.BaselineKnown
			}
		}
		switch {
		case f.Waived != nil:
		case f.Baseline == report.BaselineKnown:
			b.Known++
		default:
			b.New++
		}
		return true
	})
	judged := r.Judged()
	for _, m := range marks {
		if !m.seen && judged[m.rule] {
			b.Gone++
		}
	}
	if b.Doubt == "" && len(marks) > 0 && b.Known == 0 && b.Gone == len(marks) && b.New > 0 {
		b.Doubt = "it has none of the findings of this installation: is it of another?"
	}
}

// marksOf returns what is kept of the findings of a report that are not waived, by fingerprint.
func marksOf(r *report.Report) map[string]*mark {
	marks := map[string]*mark{}
	for f := range r.Findings.All() {
		if f.Waived != nil { // for a time: nobody said that it may stay
			continue
		}
		m := marks[f.Fingerprint]
		if m == nil {
			m = &mark{rule: f.Rule}
			marks[f.Fingerprint] = m
		}
		if m.severity == "" || graver(f.Severity, m.severity) {
			m.severity = f.Severity
		}
	}
	return marks
}

// graver reports whether severity a is graver than b.
func graver(a, b string) bool { return report.Gravity(a) < report.Gravity(b) }

// Stranger says why the earlier report may not be of this installation or path, and whether it is of another
// installation for certain. Source names tell nothing for certain: the earlier report may have read a backup. what is the
// earlier report called: it may stand for another document with what it needs.
func Stranger(r, earlier *report.Report, what string) (doubt string, certain bool) {
	now, then := distinct(r), distinct(earlier)
	if len(now) > 0 && len(then) > 0 && !slices.ContainsFunc(now, func(id string) bool { return slices.Contains(then, id) }) {
		return what + " is of another installation: its gateway groups are " + listed(then) + ", and here they are " + listed(now), true
	}
	for _, a := range r.Sources {
		for _, b := range earlier.Sources {
			if a.Kind == b.Kind && a.Kind == "postgres" && a.Name != b.Name && !reads(earlier, a) {
				return what + " was made from " + b.Name + ", and here it is " + a.Name + ": is it the same installation?", false
			}
		}
	}
	const day = 24 * time.Hour
	if earlier.Run.StartedAt.After(r.Run.StartedAt.Add(day)) {
		return what + " is of " + earlier.Run.StartedAt.UTC().Format("2006-01-02") + ", later than the other", false
	}
	if earlier.Path.To != r.Path.To {
		return what + " was made for an upgrade to " + earlier.Path.To, false
	}
	return "", false
}

// reads reports whether a report reads a source of that name.
func reads(r *report.Report, s report.Source) bool {
	return slices.ContainsFunc(r.Sources, func(other report.Source) bool { return other.Kind == s.Kind && other.Name == s.Name })
}

// distinct returns the ids of gateway groups that no other installation is likely to have.
func distinct(r *report.Report) []string {
	var ids []string
	for _, g := range r.GatewayGroups {
		id := g.ShortID
		if id == "" || id == g.Name {
			id = g.ID
		}
		if id != "" && id != g.Name && id != "default" {
			ids = append(ids, id)
		}
	}
	return ids
}

// listed names the first few of some ids.
func listed(ids []string) string {
	const few = 3
	text := strings.Join(ids[:min(few, len(ids))], ", ")
	if len(ids) > few {
		text += ", …"
	}
	return text
}
