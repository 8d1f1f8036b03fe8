// Package gatewayvariableunresolved finds variables in the files of gateways that no container of a gateway sets.
package gatewayvariableunresolved

import (
	_ "embed"
	"slices"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/rules/internal/samefolder"
)

//go:embed doc.md
var doc string

// Rule finds variables in the files of gateways that no container of a gateway sets.
var Rule = rule.Rule{
	ID:         "gateway-variable-unresolved",
	Title:      "A gateway's file takes a value from an environment variable that its container does not have",
	Action:     "set the variable, or write a default",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"GW-ENV-UNRESOLVED"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// use is a value that is taken from a variable.
type use struct {
	subject             estate.Subject
	from, name, key, at string
}

func start(p *rule.Pass) {
	var uses []use
	p.Needs(estate.GatewayConfig, estate.Image)
	p.On(estate.GatewayConfig, func(r *estate.Resource) {
		variables(r.Field("settings"), "", func(pointer string, needs []string) {
			said := map[string]bool{}
			for _, name := range needs {
				if !said[name] {
					said[name] = true
					uses = append(uses, use{r.Subject(), samefolder.From(r), name, settings.Path(r, pointer), "/settings" + pointer})
				}
			}
		})
	})
	var all []container
	p.On(estate.Image, func(r *estate.Resource) {
		if r.Field("component").TextOrEmpty() == "gateway" {
			all = append(all, read(r))
		}
	})
	p.AtEnd(func() {
		for _, u := range uses {
			judge(p, u, samefolder.To(u.from, all, func(c container) string { return c.from }))
		}
	})
}

// variables calls f for every value that is not in the file, with its pointer below the settings and the variables that it
// cannot do without.
func variables(v estate.Value, pointer string, f func(pointer string, needs []string)) {
	if v.Unreadable() != "" {
		f(pointer, v.Needs())
		return
	}
	list, _ := v.List().Known()
	for i, e := range list {
		variables(e, jsonptr.Append(pointer, strconv.Itoa(i)), f)
	}
	members, _ := v.Members().Known()
	for _, m := range members {
		variables(m.Value, jsonptr.Append(pointer, m.Key), f)
	}
}

// judge asks the containers nearest to the file: a repository may hold several installations.
func judge(p *rule.Pass, u use, near []container) {
	if len(near) == 0 || slices.ContainsFunc(near, func(c container) bool { return c.have(u.name) }) {
		return
	}
	if why := open(near); why != "" {
		p.Unknown(u.subject, u.at, u.key+": whether a container of the gateway has "+u.name+" is not known: "+why)
		return
	}
	p.Report(rule.Finding{
		Subject: u.subject, Part: u.at + " " + u.name, Pointer: u.at,
		Message: u.key + ": taken from the environment variable " + u.name + ", which has no default here and is not set by any gateway container " +
			"among these files; Apache APISIX does not start with such a value",
		Evidence: []rule.Evidence{{Name: "variable", Value: u.name}, {Name: "gateway containers looked at", Value: strconv.Itoa(len(near))}},
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Give " + u.name + " to the gateway's container, in environment of docker-compose or apisix.extraEnvVars of the chart, " +
				"or write a default in the file: ${{" + u.name + ":=value}}. If the image itself or your orchestrator sets it, there is nothing to do."},
		},
	})
}
