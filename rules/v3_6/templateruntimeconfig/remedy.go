package templateruntimeconfig

import (
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
)

// remediation saves the template; what is lost comes back on the published service.
func remediation(now remedy.API, t template, places []string) []rule.Step {
	file := remedy.FileFor("template", t.subject)
	after := "Nothing needs to be moved: each published service has its own copy. Make later changes on the published service " +
		"in each gateway group."
	if len(places) == 0 {
		after = "Publish the template to a gateway group, enter the saved values there as runtime configuration of the published " +
			"service, and enable the service. Templates only carry versions from now on."
	}
	return []rule.Step{
		{
			When: rule.Before, Text: "Save the template; its routes are not affected.",
			Command: remedy.EndpointOf(t.subject, now).Save(file),
		},
		{When: rule.After, Text: after},
	}
}
