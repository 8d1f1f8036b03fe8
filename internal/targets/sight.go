package targets

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// sight is what is kept of a finding to compare targets by.
type sight struct {
	key                   string // the same for the same finding on another path
	rule, title, severity string
	gained                bool // the path brings the change that it is about
	counts                bool // it is neither waived nor known
}

// sights returns what a report found, whatever was decided about it.
func sights(r *report.Report) []sight {
	out := make([]sight, 0, len(r.Findings))
	for f := range r.Findings.All() {
		out = append(out, sight{keyOf(f), f.Rule, f.Title, f.Severity, f.Change != "", f.Counts()})
	}
	return out
}

// keyOf identifies a finding on whatever path. The fingerprint of one about the path itself names the target.
func keyOf(f *report.Finding) string {
	if f.Object.Kind == "path" {
		return f.Rule + " " + strings.Join(f.Catalogue, " ")
	}
	return f.Fingerprint
}

// changes counts findings by rule, the gravest first.
func changes(all []sight) []Change {
	out := []Change{}
	for _, s := range all {
		i := slices.IndexFunc(out, func(c Change) bool { return c.Rule == s.rule })
		if i < 0 {
			i = len(out)
			out = append(out, Change{Rule: s.rule, Title: s.title, Severity: s.severity})
		}
		out[i].Findings++
		if report.Gravity(s.severity) < report.Gravity(out[i].Severity) {
			out[i].Severity = s.severity
		}
	}
	slices.SortFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(report.Gravity(a.Severity), report.Gravity(b.Severity)), cmp.Compare(a.Rule, b.Rule))
	})
	return out
}
