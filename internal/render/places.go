package render

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// filesOnly reports whether the report is about configuration files alone, so that a finding is a place in a file.
func filesOnly(r *report.Report) bool {
	return len(r.Sources) > 0 && !slices.ContainsFunc(r.Sources, func(s report.Source) bool { return s.Kind != "config" })
}

// inFile reports whether people know the affected object by its place in a file, rather than by a name.
func inFile(f *report.Finding) bool { return f.Location.File != "" && f.Object.GatewayGroup == "" }

// filePlace writes a place as editors read it: file:line:column.
func filePlace(at report.Location) string {
	text := shown(at.File)
	if at.Line > 0 {
		text += ":" + strconv.Itoa(at.Line)
		if at.Column > 0 {
			text += ":" + strconv.Itoa(at.Column)
		}
	}
	return text
}

// places writes a line for each finding as editors and users of linters expect it: file:line:column: message (rule).
func (p *page) places(r *report.Report) {
	var first []*report.Finding
	total := 0
	for f := range r.Findings.All() {
		if !f.Counts() || !p.filter.keeps(f) {
			continue
		}
		total++
		at, _ := slices.BinarySearchFunc(first, f, byPlace)
		if at < listed {
			first = slices.Insert(first, at, f)
			first = first[:min(len(first), listed)]
		}
	}
	for _, f := range first {
		at := filePlace(f.Location)
		if f.Location.File == "" {
			at = name(f)
		}
		p.line(0, span{plain, at + ": "}, span{severityStyle(f.Severity), f.Severity}, span{plain, ": " + cmp.Or(f.Message, f.Title) + " (" + f.Rule + ")"})
	}
	p.more(len(first), total)
}

// byPlace orders findings by severity, then by their places. What has no place comes last.
func byPlace(a, b *report.Finding) int {
	return cmp.Or(
		cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity)),
		-cmp.Compare(min(len(a.Location.File), 1), min(len(b.Location.File), 1)),
		natural(a.Location.File, b.Location.File),
		cmp.Compare(a.Location.Line, b.Location.Line), cmp.Compare(a.Location.Column, b.Location.Column),
		byName(a, b),
	)
}
