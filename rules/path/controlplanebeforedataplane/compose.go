package controlplanebeforedataplane

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
)

// services are the names of the services of Compose files, by component; nil: there is no Compose file. A name that is
// not known, or that a report does not show, is not in it.
type services map[string][]string

// add adds a container that a Compose file starts.
func (s services) add(r *estate.Resource) services {
	if r.Field("found").TextOrEmpty() != "compose" {
		return s
	}
	if s == nil {
		s = services{}
	}
	component, name := r.Field("component").TextOrEmpty(), r.Field("service").TextOrEmpty()
	if name != "" && redact.Found(name) == name && !slices.Contains(s[component], name) {
		s[strings.Clone(component)] = append(s[component], strings.Clone(name))
	}
	return s
}

// steps are the steps with Docker Compose. Without --no-deps it would start DP Manager together with the Dashboard, which
// migrates the database.
func (s services) steps(to string) []rule.Step {
	return []rule.Step{
		{
			When: rule.Before, Text: "Keep a copy of the Compose file. In the file itself set the image tags of Dashboard, DP Manager and Developer Portal to v" + to + " and that of gateways to " + to + ", and fetch the images: nothing restarts yet.",
			Command: rule.Run("docker compose pull"),
		},
		{When: rule.During, Text: "Recreate the Dashboard alone; its start migrates the database. Wait until it answers.", Command: s.recreate("dashboard")},
		{When: rule.During, Text: "Then DP Manager, and the Developer Portal if there is one.", Command: s.recreate("dp_manager", "developer_portal")},
		{
			When: rule.During, Text: "Then the gateways, one gateway group after the other: take one out of the load balancer, recreate it, verify it, and go on. A few error lines in their log are expected meanwhile.",
			Command: s.recreate("gateway"),
		},
	}
}

// recreate returns the command that recreates the services of some components; it has a placeholder where the first is
// not known.
func (s services) recreate(components ...string) rule.Command {
	words := []string{"docker compose up -d --no-deps"}
	if len(s[components[0]]) == 0 {
		words = append(words, "<"+strings.ReplaceAll(components[0], "_", "-")+">")
	}
	for _, c := range components {
		for _, name := range slices.Sorted(slices.Values(s[c])) {
			words = append(words, remedy.Quote(name))
		}
	}
	return rule.Run(strings.Join(words, " "))
}
