package consumerkeyshared

import (
	"fmt"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// remind says what no comparison shows.
func remind(p *rule.Pass, compared int) {
	p.Remind(rule.Check{
		Brought:  rule.ByInstallation,
		Title:    "No two consumers of a gateway group may have the same key",
		Why:      "Keys are stored encrypted: two equal stored values show the same key, two different ones prove nothing.",
		Evidence: []rule.Evidence{{Name: "consumers with a key", Value: strconv.Itoa(compared)}},
		Steps: []rule.Step{
			{When: rule.Before, Text: "Ask the owners of the consumers, or check in the Dashboard, whether a key was handed out twice: from 3.2.12.0 on a consumer is refused if another one has its key."},
		},
	})
}

func report(p *rule.Pass, owners map[string]estate.Subject) {
	var names few.Names
	for _, s := range owners {
		names.Add(s.Name)
	}
	for _, s := range owners {
		p.Report(rule.Finding{
			Subject: s, Pointer: "/plugins/" + plugin,
			Message:  fmt.Sprintf("the same key is stored for %d consumers", len(owners)),
			Evidence: []rule.Evidence{{Name: "the same key", Value: names.Except(s.Name)}},
			Remediation: []rule.Step{
				{When: rule.Before, Text: "Give each consumer a key of its own, starting with the one that has fewer clients. With one key for two consumers it is chance which of them a request counts for."},
			},
		})
	}
}
