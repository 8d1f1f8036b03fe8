// Package workflowrepeatsplugin finds plugins that an object has twice: as an action of workflow and by itself.
package workflowrepeatsplugin

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds plugins that an object has twice: as an action of workflow and by itself.
var Rule = rule.Rule{
	ID:         "workflow-repeats-plugin",
	Title:      "A plugin is an action of workflow and also attached beside it; in the target it runs only once",
	Action:     "decide which of the two limits applies",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.16.5"),
	Catalogue:  []string{"R-3.2.16.5-2"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// actions are the plugins that a workflow can have as actions.
var actions = []string{"limit-count", "limit-count-advanced", "limit-conn"}

func start(p *rule.Pass) {
	for _, name := range actions {
		p.OnResourceWith(name, func(r *estate.Resource, places []estate.Plugin) {
			beside, inside := split(p, r, places)
			if len(beside) > 0 && len(inside) > 0 {
				p.Report(finding(r, name, beside[0], inside))
			}
		})
	}
}

// split tells attachments beside workflow from those that are its actions, and leaves out what is switched off.
func split(p *rule.Pass, r *estate.Resource, places []estate.Plugin) (beside, inside []estate.Plugin) {
	for _, at := range places {
		off := at.Disabled()
		if why := off.Unreadable(); why != "" {
			p.Doubt(r, at.Pointer, "whether "+at.Name+" is switched off (_meta.disable) cannot be read: "+why)
		}
		switch disabled, _ := off.Known(); {
		case disabled:
		case !at.Nested():
			beside = append(beside, at)
		case at.In("workflow"):
			inside = append(inside, at)
		}
	}
	return beside, inside
}

func finding(r *estate.Resource, name string, beside estate.Plugin, inside []estate.Plugin) rule.Finding {
	f := rule.Finding{
		Subject: r.Subject(), Part: name, Pointer: beside.Pointer, Severity: rule.Warning,
		Message: name + ": does not run for requests for which workflow has already run it",
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Decide which limit must apply to requests that a rule of the workflow matches: from now on only that of the workflow does. To have both, put the other one on the service or the consumer, or write it as a rule of the workflow."},
			{When: rule.After, Text: "Send requests that match the workflow and see where they are limited."},
		},
	}
	if r.Kind.State() != estate.Live {
		f.Severity = rule.Notice
	}
	for _, at := range inside {
		f.Evidence = append(f.Evidence, rule.AtPlace("action of workflow", r.Origin.At(at.Pointer)))
	}
	return f
}
