// Package adctooold finds an ADC that the target does not work with.
package adctooold

import (
	_ "embed"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds an ADC that the target does not work with.
var Rule = rule.Rule{
	ID:         "adc-too-old",
	Title:      "ADC does not work with the target, or was not tested with it",
	Action:     "move every ADC to one that fits the target",
	Severity:   rule.Breaking,
	Applies:    rule.Always,
	Catalogue:  []string{"G5", "R-3.6.0-3"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	path := p.Path()
	adc, told := p.Tool("adc")
	if !told {
		p.Remind(rule.Check{
			Title: "Check that every ADC fits " + path.To.String() + ": " + advice(path),
			Why:   "No source shows which ADC your pipelines and images use; with --adc-version VERSION it is checked here.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Print the version in each pipeline and container image, and on each administrator's machine, that runs ADC.", Command: rule.Run("adc --version")},
				renew(path),
			},
		})
		return
	}
	severity, message := judge(path, adc.Release())
	if severity == 0 {
		return
	}
	f := p.PathFinding(message, []rule.Evidence{
		{Name: "ADC", Value: adc.String() + ", given with --adc-version"}, {Name: "tested with", Value: testedWith(adc)},
	}, []rule.Step{renew(path)})
	f.Severity = severity
	p.Report(f)
}

// judge says what is wrong with an ADC; the zero severity is for one that the vendor tests with the target's line.
func judge(p version.Path, adc version.Version) (rule.Severity, string) {
	switch {
	case p.Reaches(version.Since("3.6.0")) && adc.Less(version.MustParse("0.18.0")):
		return rule.Breaking, fmt.Sprintf("ADC %s does not work with %s: from 3.6.0 on, 0.18.0 or later is needed", adc, p.To)
	case !tests(adc, p.To.Line()):
		return rule.Warning, fmt.Sprintf("ADC %s was not tested with %s", adc, p.To.Line())
	}
	return 0, ""
}

func renew(p version.Path) rule.Step {
	return rule.Step{
		When: rule.Before,
		Text: "Move every pipeline, image and Ingress Controller bundle to a suitable ADC (" + advice(p) + "), and rehearse adc diff against a copy.",
	}
}

// advice names the ADC versions that were tested with the target's line, and rather those that were with the source's as
// well: they can be rolled out before the upgrade.
func advice(p version.Path) string {
	if both := spans(p.From.Line(), p.To.Line()); both != "" && p.From.Line() != p.To.Line() {
		return fmt.Sprintf("%s was tested with both %s and %s", both, p.From.Line(), p.To.Line())
	}
	if one := spans(p.To.Line()); one != "" {
		return fmt.Sprintf("%s was tested with %s", one, p.To.Line())
	}
	return "no ADC is known to have been tested with " + p.To.Line().String()
}
