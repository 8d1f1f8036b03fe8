// Package componentversionsdiffer finds images whose versions do not fit each other or the upgrade.
package componentversionsdiffer

import (
	_ "embed"
	"fmt"
	"path"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/instance"
	"github.com/api7-preflight/api7-preflight/rules/internal/samefolder"
)

//go:embed doc.md
var doc string

// Rule finds images whose versions do not fit each other or the upgrade.
var Rule = rule.Rule{
	ID:         "component-versions-differ",
	Title:      "The files name images whose versions do not fit each other or the upgrade",
	Action:     "check the versions of the images",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"VER-COMPONENT-SKEW", "VER-INSTALLED", "HELM-PIN"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

// image is a container of a component.
type image struct {
	subject   estate.Subject
	from      string
	component string
	tag       string
	version   version.Version
	helm      bool // of a Helm release
	pinned    bool // its values name the tag
}

// place is what images that belong together have in common: the Helm release, or the folder.
func (i *image) place() string {
	if i.helm {
		return i.from
	}
	return path.Dir(i.from)
}

func start(p *rule.Pass) {
	path := p.Path()
	var images []*image
	p.On(estate.Image, func(r *estate.Resource) {
		i := &image{subject: r.Subject(), from: samefolder.From(r), component: r.Field("component").TextOrEmpty(), tag: r.Field("tag").TextOrEmpty()}
		i.helm = r.Field("found").TextOrEmpty() == "helm"
		i.pinned = i.helm && r.Field("tag_from").TextOrEmpty() == "image"
		if !slices.Contains([]string{"dashboard", "dp_manager", "developer_portal", "file_server", "gateway"}, i.component) {
			return
		}
		var ok bool
		if i.version, ok = instance.Image(p, r); !ok || separate(i) {
			return
		}
		images = append(images, i)
		switch {
		case i.pinned:
			pin(p, path, i)
		case r.Field("tag_from").TextOrEmpty() != "chart": // what a chart installs is another rule's
			installed(p, path, i)
		}
	})
	p.AtEnd(func() { skew(p, images) })
}

// pin reports a tag in Helm values that an upgrade of the chart leaves as it is.
func pin(p *rule.Pass, path version.Path, i *image) {
	if i.version.Compare(release(path.To)) == 0 {
		return
	}
	severity, as := rule.Warning, "neither the installed release nor the target"
	if i.version.Compare(release(path.From)) == 0 || i.component == "gateway" && i.version.Compare(release(path.OfGateways().From)) == 0 {
		severity, as = rule.Notice, "the installed release"
	}
	p.Report(rule.Finding{
		Subject: i.subject, Case: rule.Case{Entry: "HELM-PIN"}, Part: "pin", Pointer: "/tag", Severity: severity,
		Message:     fmt.Sprintf("%s: pinned to %s, %s; another chart does not change it", words(i.component), i.tag, as),
		Evidence:    []rule.Evidence{{Name: "target", Value: path.To.String()}},
		Action:      "set the target's tag with the upgrade",
		Remediation: []rule.Step{{When: rule.During, Text: take(i.component, path.To) + " Gateways follow after the control plane."}},
	})
}

// take says which tag and which chart bring a component to the target.
func take(component string, to version.Version) string {
	name := version.ControlPlaneChart
	if component == "gateway" {
		name = version.GatewayChart
	}
	chart := remedy.ChartOf(name, to)
	if chart.Exact() {
		return fmt.Sprintf("Set the tag to that of the target, or delete it; take %s, and name it to helm with --version.", chart)
	}
	return fmt.Sprintf("Set the tag to that of the target, and name the chart to helm with --version: take %s.", chart)
}

// release is what tags are compared with: gateways may have a patch of a release, such as 3.9.10-patch.1.
func release(v version.Version) version.Version {
	if base, err := instance.Parse(v.String()); err == nil {
		v = base
	}
	return v.Release()
}

// separate reports whether an image is of the Developer Portal before it became a component of API7 Enterprise, with
// versions of its own.
func separate(i *image) bool { return i.version.Less(version.MustParse("3.0.0")) }
