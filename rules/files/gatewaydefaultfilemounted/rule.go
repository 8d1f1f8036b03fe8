// Package gatewaydefaultfilemounted reminds of gateways over whose default settings a file is mounted.
package gatewaydefaultfilemounted

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of gateways over whose default settings a file is mounted.
var Rule = rule.Rule{
	ID:         "gateway-default-file-mounted",
	Title:      "A file of your own replaces the gateway's default settings",
	Action:     "check whether the target reads the file",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
	Catalogue:  []string{"GW-DEFAULT-FILE"},
	Timing:     rule.Before,
}

// check is due only where a container mounts such a file: nobody else needs to hear of it.
var check = rule.Check{
	Case:    rule.Case{Entry: "GW-DEFAULT-FILE"},
	Brought: rule.ByInstallation,
	Title:   "Check whether the target still reads the config-default.yaml that is mounted into its container",
	Why: "Apache APISIX 3.10.0 moved these settings from the file into code and reads it no more; which release of API7 did is not public. " +
		"Where it is still read, it hides every new default of the target.",
	Steps: []rule.Step{
		{When: rule.Before, Text: "List what the mounted file sets in another way than the config-default.yaml of the installed image, and move it to config.yaml."},
		{When: rule.Before, Text: "Look into the image of the target for conf/config-default.yaml, and take the mount away in any case."},
		{When: rule.After, Text: "Start one gateway of the target and compare the nginx.conf that it makes with that of a gateway of today."},
	},
}

func start(p *rule.Pass) {
	seen := &few.Names{}
	p.On(estate.Image, func(r *estate.Resource) {
		if mounted, _ := r.Field("default_file").Bool().Known(); mounted {
			seen.Add(r.Name())
		}
	})
	p.RemindAtEnd(func() (rule.Check, bool) {
		due := check
		due.Evidence = []rule.Evidence{{Name: "concerned", Value: seen.String()}}
		return due, seen.Len() > 0
	})
}
