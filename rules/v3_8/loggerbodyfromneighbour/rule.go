// Package loggerbodyfromneighbour finds loggers that get the response body only because another logger asks for it.
package loggerbodyfromneighbour

import (
	"cmp"
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/loggers"
)

//go:embed doc.md
var doc string

// Rule finds loggers that get the response body only because another logger asks for it.
var Rule = rule.Rule{
	ID:         "logger-body-from-neighbour",
	Title:      "A logger gets the response body only because another logger asks for it",
	Action:     "set include_resp_body if it needs bodies",
	Severity:   rule.Notice,
	Applies:    rule.Crossing,
	Change:     version.Since("3.8.13"),
	Catalogue:  []string{"R-3.8.13-2"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// logger is one attachment that is switched on.
type logger struct {
	subject       estate.Subject
	name, pointer string
	asks          bool // for the response body
}

func start(p *rule.Pass) {
	global := map[string][]logger{} // by gateway group: the Admin API keeps one resource for each plugin
	p.Uses(carriers()...)           // loggers of one object are compared, and those of all global rules
	for _, name := range loggers.Names() {
		p.OnEachAttachment(name, func(r *estate.Resource, at estate.Plugin) {
			all := slices.DeleteFunc(slices.Clone(r.Plugins()), func(other estate.Plugin) bool {
				return !slices.Contains(loggers.Names(), other.Name)
			})
			switch {
			case all[0].Pointer != at.Pointer: // the object has been looked at
			case r.Kind == estate.GlobalRule:
				group := strings.Clone(r.Group.ShortID)
				global[group] = append(global[group], read(p, r, all)...)
			case len(all) > 1:
				judge(p, read(p, r, all))
			}
		}, carriers()...)
	}
	p.AtEnd(func() {
		for _, group := range slices.Sorted(maps.Keys(global)) {
			judge(p, global[group])
		}
	})
}

// carriers are the kinds on which a logger can see an HTTP response.
func carriers() []estate.Kind {
	return slices.DeleteFunc(estate.PluginKinds(), func(k estate.Kind) bool {
		return k == estate.StreamRoute || k == estate.StreamRouteTemplate || k == estate.Credential
	})
}

// read leaves out what is switched off and what cannot be read.
func read(p *rule.Pass, r *estate.Resource, all []estate.Plugin) []logger {
	var on []logger
	for _, at := range all {
		asks, off := at.Conf.Get("include_resp_body").Bool(), at.Disabled()
		if why := cmp.Or(asks.Unreadable(), off.Unreadable()); why != "" {
			p.Doubt(r, at.Pointer, at.Name+": include_resp_body or _meta.disable cannot be read: "+why)
			continue
		}
		l := logger{subject: r.Subject(), name: at.Name, pointer: at.Pointer}
		l.asks, _ = asks.Known()
		if disabled, _ := off.Known(); !disabled {
			on = append(on, l)
		}
	}
	return on
}

// judge looks at loggers that see the same requests.
func judge(p *rule.Pass, all []logger) {
	slices.SortFunc(all, func(a, b logger) int {
		return cmp.Or(cmp.Compare(a.subject.Ref.ID, b.subject.Ref.ID), cmp.Compare(a.pointer, b.pointer))
	})
	var asking, silent []string
	first := -1
	for i, l := range all {
		switch {
		case l.asks:
			asking = append(asking, l.name)
		case first < 0:
			first = i
			fallthrough
		default:
			silent = append(silent, l.name)
		}
	}
	if len(asking) == 0 || first < 0 {
		return
	}
	p.Report(rule.Finding{
		Subject: all[first].subject, Pointer: all[first].pointer,
		Message:  strings.Join(slices.Compact(silent), ", ") + ": logs no response body from now on; until now it could get it because " + strings.Join(slices.Compact(asking), ", ") + " asks for it",
		Evidence: []rule.Evidence{{Name: "include_resp_body", Value: strings.Join(slices.Compact(asking), ", ")}},
		Remediation: []rule.Step{
			{When: rule.Before, Text: "If this log needs response bodies, set include_resp_body: true on the logger itself."},
		},
	})
}
