// Package templateruntimeconfig finds service templates whose runtime configuration an upgrade to 3.6.0 or later deletes.
package templateruntimeconfig

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/runtimeconfig"
)

//go:embed doc.md
var doc string

// Rule finds service templates with runtime configuration.
var Rule = rule.Rule{
	ID:         "template-runtime-config",
	Title:      "A service template holds runtime configuration that the upgrade deletes",
	Action:     "save it: the upgrade deletes it",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Change:     version.Since("3.6.0"),
	Catalogue:  []string{"R-3.6.0-1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// template is a service template with runtime configuration, kept until it is known where it is published.
type template struct {
	subject estate.Subject
	runtimeconfig.Config
}

func start(p *rule.Pass) {
	var templates []template
	seen, published := map[string]bool{}, publications{services: map[string][]string{}}
	now, _ := remedy.APIs(p)
	p.Needs(estate.ServiceTemplate)
	p.Uses(estate.Publication) // it says how grave a finding is
	p.On(estate.ServiceTemplate, func(r *estate.Resource) {
		seen[strings.Clone(r.ID)] = true
		config, has := runtimeconfig.Of(r, func(pointer, why string) { p.Doubt(r, pointer, why) })
		if has {
			templates = append(templates, template{r.Subject(), config})
		}
	})
	p.On(estate.Publication, func(r *estate.Resource) { published.add(p, r) })
	p.AtEnd(func() {
		if published.none(seen) {
			p.Unknown(published.first, "/template_id", "services are published from templates, but none of these templates was read")
		}
		for _, t := range templates {
			places := published.services[t.subject.Ref.ID]
			slices.Sort(places)
			p.Report(finding(p, now, t, slices.Compact(places)))
		}
	})
}

// publications says which services were published from which template.
type publications struct {
	services map[string][]string // by template
	first    estate.Subject      // a publication, the first by its place
	at       string              // that place
}

func (l *publications) add(p *rule.Pass, r *estate.Resource) {
	id := r.Field("template_id").Text()
	if why := id.Unreadable(); why != "" {
		p.Doubt(r, "/template_id", "which template was published cannot be read: "+why)
	}
	template, _ := id.Known()
	if template == "" {
		return
	}
	if at := r.Origin.Where("/template_id"); l.at == "" || at < l.at {
		l.first, l.at = r.Subject(), at
	}
	l.services[template] = append(l.services[template], "service "+r.ID+" on "+r.Group.Label())
}

// none reports whether services are published, and all from templates that were not seen: then these are not all
// templates there are. A single one may have been deleted since.
func (l *publications) none(seen map[string]bool) bool {
	for template := range l.services {
		if seen[template] {
			return false
		}
	}
	return len(l.services) > 0
}

// finding is breaking only for a template that is known to be published nowhere: not having seen a publication means
// nothing while not all were read.
func finding(p *rule.Pass, now remedy.API, t template, places []string) rule.Finding {
	f := rule.Finding{
		Subject: t.subject, Pointer: t.Pointer, Severity: rule.Warning,
		Message:  strings.Join(t.Names, ", ") + " will be deleted; published services keep their own",
		Evidence: t.Evidence, Remediation: remediation(now, t, places),
	}
	state := strings.Join(places, ", ")
	switch {
	case len(places) > 0:
		f.Severity, f.Action = rule.Notice, "save it: published services keep their own"
	case p.Absent(estate.Publication, ""):
		f.Severity, f.Action, state = rule.Breaking, "save it: the only copy goes", "nowhere"
		f.Message = strings.Join(t.Names, ", ") + " will be deleted; never published, so this is the only copy"
	default:
		f.Action, state = "save it: it may be the only copy", "not known"
		f.Message = strings.Join(t.Names, ", ") + " will be deleted; whether a published service keeps them is not known"
	}
	f.Evidence = append(f.Evidence, rule.Evidence{Name: "published as", Value: state})
	return f
}
