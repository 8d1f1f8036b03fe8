package runbook

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Report returns what a runbook made earlier keeps of its report, to compare installations by.
func (r *Runbook) Report() *report.Report {
	r.complete()
	return &report.Report{Run: r.Run, Path: r.Path, Sources: r.Sources, GatewayGroups: r.GatewayGroups}
}

// Foreign says that the installation that was read now is certainly not that of the runbook: it has none of its gateway
// groups; empty: it may be.
func (r *Runbook) Foreign(now *report.Report) string {
	r.complete()
	lost := r.lost(now)
	if len(lost) == 0 {
		return ""
	}
	return "the runbook is of another installation: of its gateway groups " + strings.Join(lost[:min(len(lost), fewGroups)], ", ") + " none is here"
}

// fewGroups is how many gateway groups a sentence names.
const fewGroups = 3

// lost returns the gateway groups of the runbook that no other installation has, if the control plane was read now and has
// none of them.
func (r *Runbook) lost(now *report.Report) []string {
	whole := slices.ContainsFunc(now.Sources, func(s report.Source) bool {
		return shows(&s, estate.GatewayGroup.String()) && ofControlPlane(&s)
	})
	if !whole {
		return nil
	}
	var names []string
	for _, g := range r.GatewayGroups {
		if g.ShortID == "" || g.ShortID == "default" || g.ShortID == g.Name && g.ID == "" {
			continue
		}
		if slices.ContainsFunc(now.GatewayGroups, func(other report.GatewayGroup) bool { return sameGroup(g, other) }) {
			return nil
		}
		names = append(names, g.ShortID)
	}
	return names
}

// unlike says that what is found now has nothing in common with what the runbook is about; empty if it has.
func (r *Runbook) unlike(now []*report.Report) string {
	known, done := r.known()
	others := 0
	for _, one := range now {
		for f := range one.Findings.All() {
			if known[f.Fingerprint] {
				return ""
			}
			if f.Waived == nil && f.Object.Kind != "path" {
				others++
			}
		}
	}
	if done == 0 || others == 0 {
		return ""
	}
	return "none of the runbook's findings is found here, and " + plural.Of(others, "other finding is", "other findings are") + ": is it the same installation?"
}

// known returns the findings of all steps, by fingerprint, and how many of those that are to be cleared are done.
func (r *Runbook) known() (all map[string]bool, done int) {
	all = map[string]bool{}
	for i := range r.Steps {
		for k := range r.Steps[i].Objects {
			one := &r.Steps[i].Objects[k]
			all[one.Fingerprint] = true
			if r.Steps[i].Clears && one.Status == Done {
				done++
			}
		}
	}
	return all, done
}

// complete adds what runbooks of earlier versions of this program do not say, as far as it follows from what they do.
func (r *Runbook) complete() {
	if r.Sources != nil {
		return
	}
	r.Sources, r.Terms, r.Files, r.GatewayGroups, r.Notes = []report.Source{}, []report.Term{}, []string{}, []report.GatewayGroup{}, []string{}
	dumps := r.dumps()
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Phase == DataPlane && s.Window == 1 && s.GatewayGroup != "" {
			name, _, _ := strings.Cut(strings.TrimPrefix(s.Title, "Upgrade gateway group "), " to ")
			r.GatewayGroups = append(r.GatewayGroups, report.GatewayGroup{ShortID: s.GatewayGroup, Name: name})
		}
		for k := range s.Objects {
			s.Objects[k].named(dumps)
		}
	}
}

// dumps returns the files of ADC by gateway group, if nothing else was read for the runbook.
func (r *Runbook) dumps() map[string]string {
	dumps := map[string]string{}
	for _, s := range r.Run.Settings {
		switch s.Name {
		case "dsn", "dsn-from-config", "backup", "snapshot", "admin-api":
			return nil
		case "adc":
			if group, file, ok := strings.Cut(s.Value, "="); ok {
				dumps[group] = file
			}
		}
	}
	return dumps
}

// named takes kind, gateway group and file of an object from its name. dumps are the files of gateway groups, if it was found
// in one.
func (o *Object) named(dumps map[string]string) {
	if o.Kind != "" || o.Name == "" {
		return
	}
	for _, k := range estate.Kinds() {
		words := strings.ReplaceAll(k.String(), "_", " ") + " "
		if rest, ok := strings.CutPrefix(o.Name, words); ok && len(k.String()) > len(o.Kind) {
			o.Kind = k.String()
			if k.InFiles() {
				o.File = rest
			}
		}
	}
	if at := strings.LastIndex(o.Name, " in "); at >= 0 && o.File == "" {
		o.Group = o.Name[at+len(" in "):]
		o.File = dumps[o.Group]
	}
}
