package targets

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Comparison is what one of two targets brings and the other does not. Its lists are in the order of the reports.
type Comparison struct {
	A Side `json:"a"`
	B Side `json:"b"`
	// Both counts the findings that are the same on the two paths.
	Both int `json:"both" jsonschema:"findings on both paths"`
}

// Side is one of two targets that are compared.
type Side struct {
	Version    string               `json:"version"`
	Documented bool                 `json:"documented" jsonschema:"whether public release notes describe it: else its defects are not known"`
	Findings   report.Findings      `json:"findings" jsonschema:"findings on the path to it alone, the gravest first"`
	Defects    []report.Defect      `json:"defects" jsonschema:"known defects that the installation meets or may meet in it alone, the gravest first"`
	Checks     []report.ManualCheck `json:"manual_checks" jsonschema:"checks by hand for it alone"`
}

// Compare compares two reports on one installation, on paths to two targets: what was found, whatever was decided about it.
func Compare(a, b *report.Report) *Comparison {
	c := &Comparison{A: only(a, b), B: only(b, a)}
	c.Both = len(a.Findings) - len(c.A.Findings)
	return c
}

func emptySide(v string) Side {
	return Side{Version: v, Findings: report.Findings{}, Defects: []report.Defect{}, Checks: []report.ManualCheck{}}
}

// only returns what one report has and the other has not.
func only(r, other *report.Report) Side {
	side := emptySide(r.Path.To)
	known, _ := version.Known(version.MustParse(r.Path.To).Release())
	side.Documented = known.Source == version.Notes
	has := map[string]bool{}
	for _, s := range sights(other) {
		has[s.key] = true
	}
	for _, packed := range r.Findings {
		if f := packed.Open(); !has[keyOf(f)] {
			side.Findings = append(side.Findings, packed)
		}
	}
	slices.SortStableFunc(side.Findings, report.Packed.ByGravity)
	meets := func(d report.Defect) bool { return d.Concerned != "no" }
	for _, d := range r.Target.Defects {
		if meets(d) && !slices.ContainsFunc(other.Target.Defects, func(o report.Defect) bool { return meets(o) && o.Catalogue == d.Catalogue }) {
			side.Defects = append(side.Defects, d)
		}
	}
	for _, m := range r.ManualChecks {
		if m.Done == nil && !slices.ContainsFunc(other.ManualChecks, func(o report.ManualCheck) bool { return o.Fingerprint == m.Fingerprint }) {
			side.Checks = append(side.Checks, m)
		}
	}
	return side
}
