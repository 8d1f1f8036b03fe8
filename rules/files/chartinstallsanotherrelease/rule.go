// Package chartinstallsanotherrelease finds versions of the vendor's charts that install another release than wanted.
package chartinstallsanotherrelease

import (
	_ "embed"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds versions of the vendor's charts that install another release than wanted.
var Rule = rule.Rule{
	ID:         "chart-installs-another-release",
	Title:      "A version of a Helm chart installs a different release than it seems to",
	Action:     "name the target's chart with --version",
	Severity:   rule.Breaking,
	Applies:    rule.Always,
	Catalogue:  []string{"HELM-DOWNGRADE", "HELM-APPV-MISMATCH", "HELM-FS-DEV"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// named is a version of a chart in the files, and the release that it installs by default.
type named struct {
	pass     *rule.Pass
	path     version.Path
	r        *estate.Resource
	name     string // of the chart
	text     string // its version
	chart    version.Version
	installs version.Version
}

func start(p *rule.Pass) {
	path := p.Path()
	p.On(estate.HelmValues, func(r *estate.Resource) {
		n := &named{pass: p, path: path, r: r, name: r.Field("chart").TextOrEmpty(), text: r.Field("chart_version").TextOrEmpty()}
		if r.Field("chart_version").Text().Unreadable() != "" {
			p.Doubt(r, "/chart_version", "the version of the chart "+estate.Hidden)
			return
		}
		if n.text == "" {
			return // nothing names the version of the chart
		}
		tag, known := version.ChartImage(n.name, n.text)
		if !known {
			p.Doubt(r, "/chart_version", "what chart "+redact.Name(n.name)+" "+redact.Found(n.text)+" installs is not known: it is not a published version that this program knows")
			return
		}
		n.fileServer()
		var err error
		if n.chart, err = version.Parse(n.text); err != nil {
			return
		}
		if n.installs, err = version.Parse(tag); err != nil || n.pinned(tag) {
			return
		}
		n.installs = n.installs.Release()
		n.release()
		n.appVersion()
	})
}

// pinned reports whether the values say which images to start, so that those of the chart do not count.
func (n *named) pinned(tag string) bool {
	v := settings.Of(n.r)
	if n.name == version.GatewayChart {
		return n.says(v.Get("apisix"), tag)
	}
	return n.says(v.Get("dashboard"), tag) && n.says(v.Get("dp_manager"), tag)
}

// says reports whether the values of a component name another image than the chart does. An unpacked chart names its own in
// its values.
func (n *named) says(component estate.Value, tag string) bool {
	given := component.Get("image").Get("tag")
	return !given.Empty() && (!settings.Unpacked(n.r) || given.TextOrEmpty() != tag)
}

func (n *named) report(entry string, severity rule.Severity, says, action, step string) {
	n.pass.Report(rule.Finding{
		Subject: n.r.Subject(), Part: entry, Pointer: "/chart_version", Severity: severity,
		Message: "chart " + n.name + " " + n.text + " " + says,
		Evidence: []rule.Evidence{
			{Name: "path", Value: n.path.From.String() + " to " + n.path.To.String()}, {Name: "charts of the target", Value: n.wanted()},
		},
		Action: action, Remediation: rule.Beforehand(step),
	})
}

// wanted lists the versions of the chart that install the target.
func (n *named) wanted() string {
	charts := version.ChartsOf(n.name, n.path.To.Release())
	if len(charts) == 0 {
		return "none: no version of the chart names it, so set the tags of the images"
	}
	return strings.Join(charts, ", ")
}

// take names the chart to take for the target.
func (n *named) take() string {
	return remedy.ChartOf(n.name, n.path.To).String() + ", and name it to helm with --version"
}
