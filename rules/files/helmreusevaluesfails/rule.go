// Package helmreusevaluesfails reminds that helm upgrade --reuse-values cannot cross some versions of the charts.
package helmreusevaluesfails

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds that helm upgrade --reuse-values cannot cross some versions of the charts.
var Rule = rule.Rule{
	ID:         "helm-reuse-values-fails",
	Title:      "helm upgrade --reuse-values fails where a template needs new values",
	Action:     "replace --reuse-values in scripts",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"HELM-REUSE"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	whole := p.Path()
	installed := map[string][]version.Version{} // what the files say of each chart that has values
	p.On(estate.HelmValues, func(r *estate.Resource) {
		name := r.Field("chart").TextOrEmpty()
		chart, err := version.Parse(r.Field("chart_version").TextOrEmpty())
		if err != nil {
			chart = version.Version{} // the releases say which it may be
		}
		installed[strings.Clone(name)] = append(installed[name], chart)
	})
	p.AtEnd(func() {
		for _, name := range []string{version.ControlPlaneChart, version.GatewayChart} {
			path := whole
			if name == version.GatewayChart {
				path = path.OfGateways()
			}
			if said := installed[name]; len(said) > 0 || !p.Complete(estate.HelmValues) {
				brought := rule.ByPath
				if len(said) > 0 {
					brought = rule.ByInstallation
				}
				remind(p, brought, name, first(name, said, path.From.Release()), last(name, path.To.Release()))
			}
		}
	})
}

// first returns the oldest chart that may be installed: of those that the files name, if none is newer than what runs,
// else of those that install it.
func first(name string, said []version.Version, from version.Version) version.Version {
	newest := last(name, from)
	if len(said) > 0 && !slices.ContainsFunc(said, func(v version.Version) bool { return v.IsZero() || newest.Less(v) }) {
		return slices.MinFunc(said, version.Version.Compare)
	}
	if charts := version.ChartsFor(name, from); len(charts) > 0 {
		return version.MustParse(charts[0].Chart)
	}
	return version.Version{}
}

// last returns the newest chart that installs a release, or the nearest release before it that a chart installs.
func last(name string, v version.Version) version.Version {
	if charts := version.ChartsFor(name, v); len(charts) > 0 {
		return version.MustParse(charts[len(charts)-1].Chart)
	}
	return version.Version{}
}

func remind(p *rule.Pass, brought rule.Brought, name string, from, to version.Version) {
	var crossed []string
	for _, t := range thresholds[name] {
		if t.charts.In(to) && !t.charts.In(from) {
			crossed = append(crossed, t.String())
		}
	}
	if len(crossed) == 0 {
		return
	}
	check := rule.Check{
		Case: rule.Case{Entry: "HELM-REUSE"}, Part: name, Brought: brought,
		Title: "Helm: do not upgrade chart " + name + " with --reuse-values",
		Why:   "It keeps the values of the old chart and drops the defaults of the new one; templates then read fields that are not there, and helm fails with a nil pointer. Files do not show how helm is called.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Look for --reuse-values in scripts and pipelines, and for reuseValues in tools that call Helm. Use --reset-then-reuse-values (Helm 3.14 or later), or --reset-values with a complete file of your own values."},
			{When: rule.During, Text: "If helm has failed like this, nothing was changed: repeat the upgrade without the option."},
		},
		Evidence: []rule.Evidence{{Name: "versions of the chart that cannot be crossed so", Value: strings.Join(crossed, ", ")}},
	}
	if !p.Complete(estate.HelmValues) {
		check.Evidence = append(check.Evidence, rule.Evidence{Name: "not all was read", Value: "whether Helm installs it was not examined"})
	}
	p.Remind(check)
}
