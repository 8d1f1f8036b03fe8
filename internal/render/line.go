package render

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Line returns the start of the table in one line: the verdict, what it rests on and what was found.
func Line(r *report.Report) string {
	s := r.Summary
	var found []string
	for _, c := range []struct {
		n         int
		one, many string
	}{
		{s.Breaking, "breaking", "breaking"},
		{s.Warning, "warning", "warnings"},
		{s.Notice, "notice", "notices"},
		{open(r), "not examined", "not examined"},
	} {
		if c.n > 0 {
			found = append(found, count(c.n, c.one, c.many))
		}
	}
	switch {
	case len(found) > 0:
	case s.Waived > 0:
		found = []string{"nothing else found"}
	default:
		found = []string{"nothing found"}
	}
	return string(r.Verdict) + reservations(r) + ": " + strings.Join(found, ", ")
}

// summary returns the path and, in one line, its verdict.
func summary(r *report.Report) string {
	text := r.Path.From + " to " + r.Path.To
	if asked := Asked(&r.Path); asked != "" {
		text += " (" + asked + ")"
	}
	return text + ": " + Line(r)
}

// reservations says what the verdict could not take into account.
func reservations(r *report.Report) string {
	text := ""
	if r.FailOn == report.FailNever && r.Verdict == report.Ready {
		text = " (--fail-on never)"
	}
	if r.Scope == report.ScopeGiven {
		text += ", given sources only (" + strings.Join(sourceKinds(r), ", ") + ")"
	}
	if n := r.Summary.Known; n > 0 {
		text += ", " + count(n, "finding", "findings") + " known since " + since(r) + breakingOf(r, apartKnown)
	}
	if b := r.Baseline; b != nil && b.Doubt != "" {
		text += " (" + b.Doubt + ")"
	}
	if n := r.Summary.Waived; n > 0 {
		text += ", " + count(n, "finding", "findings") + " waived" + breakingOf(r, apartWaived)
	}
	if left := leftOut(r); left > 0 {
		text += ", " + count(left, "rule", "rules") + " left out"
	}
	if n := acceptances(r); n > 0 {
		text += ", " + count(n, "doubt", "doubts") + " accepted"
	}
	return text
}

// breakingOf says how many of the findings that are set apart are breaking; nothing if none is.
func breakingOf(r *report.Report, of apart) string {
	n := 0
	for f := range r.Findings.All() {
		if f.Severity == report.SeverityBreaking && setApart(f) == of {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return " (" + thousands(n) + " breaking)"
}
