package engine

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// byHand returns the rule's checks by hand in the form of the report. Several changes for which a person does the same
// are one check with a fact for each; what is done for one change alone stays a check of its own.
func (t *ruleRun) byHand(p version.Path) []report.ManualCheck {
	var out []report.ManualCheck
	var done []rule.Check
	for _, c := range t.checks {
		m := manual(t.rule, c, p)
		if i := slices.IndexFunc(done, func(d rule.Check) bool { return d.Part == c.Part && sameSteps(d.Steps, c.Steps) }); i >= 0 {
			join(&out[i], m)
			continue
		}
		out, done = append(out, m), append(done, c)
	}
	return out
}

// join adds a check with the same steps to another. Title and change stay those of the first.
func join(to *report.ManualCheck, m report.ManualCheck) {
	to.Facts = append(to.Facts, m.Facts...)
	for _, entry := range m.Catalogue {
		if !slices.Contains(to.Catalogue, entry) {
			to.Catalogue = append(to.Catalogue, entry)
		}
	}
	for _, e := range m.Evidence {
		if !slices.ContainsFunc(to.Evidence, func(has report.Evidence) bool { return has.Name == e.Name && has.Value == e.Value }) {
			to.Evidence = append(to.Evidence, e)
		}
	}
	if m.About == report.AboutInstallation {
		to.About = m.About
	}
}

// manual returns one check.
func manual(r *rule.Rule, c rule.Check, p version.Path) report.ManualCheck {
	entries, change := caseOf(r, c.Case)
	first := firstGained(change, p)
	return report.ManualCheck{
		Fingerprint: markOf(r, c), Rule: r.ID, Topic: r.Title, Catalogue: entries, Change: first, About: about(r, c),
		Title: c.Title, Why: c.Why, Evidence: add([]report.Evidence{}, c.Evidence), Remediation: steps(c.Steps, false),
		Facts: []report.ManualFact{{Catalogue: slices.Clone(entries), Change: first, Title: c.Title, Why: c.Why}},
	}
}

// markOf returns the fingerprint of a check. Of changes that are one check it is that of the first in the rule, whether
// the path has this one or not.
func markOf(r *rule.Rule, c rule.Check) string {
	entry := c.Case.Entry
	for _, f := range r.Facts {
		if m, ok := f.(rule.Reminding); ok && entry != "" && sameSteps(m.Reminds().Steps, c.Steps) {
			entry = f.About().Entry
			break
		}
	}
	parts := []string{r.ID, "check", entry}
	if c.Part != "" {
		parts = append(parts, c.Part)
	}
	return hashed(parts...)
}

func sameSteps(a, b []rule.Step) bool {
	return slices.EqualFunc(a, b, func(s, t rule.Step) bool {
		return s.When == t.When && s.Text == t.Text && s.Command.Line == t.Command.Line
	})
}

// about says what brings a check.
func about(r *rule.Rule, c rule.Check) report.About {
	switch {
	case c.Brought == rule.ByInstallation:
		return report.AboutInstallation
	case c.Brought == rule.ByRule && r.Applies == rule.Always && len(c.Case.Change.First()) == 0:
		return report.AboutUpgrade
	}
	return report.AboutPath
}
