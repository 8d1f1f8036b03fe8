package componentversionsdiffer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// installed reports an image of the control plane that is neither of the installed release nor of the target: the files
// tell of something else than what is judged, or of another installation.
func installed(p *rule.Pass, path version.Path, i *image) {
	from, to := path.From.Release(), path.To.Release()
	if i.component == "gateway" || i.version.Compare(from) == 0 || i.version.Compare(to) == 0 {
		return
	}
	p.Report(rule.Finding{
		Subject: i.subject, Case: rule.Case{Entry: "VER-INSTALLED"}, Part: "installed", Pointer: "/tag",
		Message:  fmt.Sprintf("%s: %s, and the upgrade is judged from %s to %s", words(i.component), i.tag, path.From, path.To),
		Evidence: []rule.Evidence{},
		Action:   "check which release is installed",
		Remediation: []rule.Step{{
			When: rule.Before,
			Text: "Check which release is installed: what the Dashboard shows counts. Give it with --from. If these files belong to another installation, assess that one separately.",
		}},
	})
}

// skew reports components of one control plane that are not of one release, at the one that is older than the Dashboard
// or newer.
func skew(p *rule.Pass, images []*image) {
	slices.SortFunc(images, func(a, b *image) int { return cmp.Compare(a.subject.Ref.ID, b.subject.Ref.ID) })
	for _, i := range images {
		if i.component == "dashboard" || i.component == "gateway" {
			continue
		}
		var dashboards []*image
		for _, d := range images {
			if d.component == "dashboard" && d.place() == i.place() {
				dashboards = append(dashboards, d)
			}
		}
		if len(dashboards) == 0 || slices.ContainsFunc(dashboards, func(d *image) bool { return d.version.Compare(i.version) == 0 }) {
			continue
		}
		d := dashboards[0]
		p.Report(rule.Finding{
			Subject: i.subject, Case: rule.Case{Entry: "VER-COMPONENT-SKEW"}, Part: "skew", Pointer: "/tag",
			Message:  fmt.Sprintf("%s: %s beside a Dashboard of %s", words(i.component), i.tag, d.tag),
			Evidence: []rule.Evidence{{Name: "Dashboard", Value: d.tag + " at " + d.subject.Origin.Where("/tag")}},
			Action:   "set one release for all components",
			Remediation: []rule.Step{{
				When: rule.Before,
				Text: "Run all components of the control plane with images of one release: the vendor's charts always change them together.",
			}},
		})
	}
}

func words(component string) string { return strings.ReplaceAll(component, "_", " ") }
