// Package installedversioncontradicted finds configuration that the installed release does not keep.
package installedversioncontradicted

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/runtimeconfig"
)

//go:embed doc.md
var doc string

// Rule finds configuration that the installed release does not keep.
var Rule = rule.Rule{
	ID:         "installed-version-contradicted",
	Title:      "The control plane stores what the installed release does not keep: it may be an older one",
	Action:     "check the installed version, set --from",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"R-3.6.0-1"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	deletes := version.MustParse("3.6.0")
	from := p.From()
	if from.Less(deletes) {
		return
	}
	p.Path() // it is what is doubted
	var templates []string
	p.On(estate.ServiceTemplate, func(r *estate.Resource) {
		if _, has := runtimeconfig.Of(r, func(string, string) {}); has {
			templates = append(templates, strings.Clone(r.Name()))
		}
	})
	p.AtEnd(func() {
		if len(templates) == 0 {
			return
		}
		slices.Sort(templates)
		p.DoubtPath(
			estate.InstalledVersion,
			fmt.Sprintf("the installed version is taken to be %s, and %s runtime configuration (%s), which the upgrade to %s deletes: the control plane may be older",
				from, plural.Of(len(templates), "service template holds", "service templates hold"), few.Of(templates...).String(), deletes),
			fmt.Sprintf("look up the version in the Dashboard and set --from; if it is %s, add --accept-unknown installed-version=REASON", from),
		)
	})
}
