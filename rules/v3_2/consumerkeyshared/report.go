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
		Title:    "No two consumers of a gateway group may have the same key",
		Why:      "keys are stored encrypted: two stored values that are equal show the same key, two that differ prove nothing",
		Evidence: []rule.Evidence{{Name: "consumers with a key", Value: strconv.Itoa(compared)}},
		Steps: []rule.Step{
			{When: rule.Before, Text: "Ask the owners of the consumers, or look in the Dashboard, whether a key was handed out twice: from 3.2.12.0 on a consumer with a key that another one has is refused."},
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
			Message:  fmt.Sprintf("the key is stored with %d consumers", len(owners)),
			Evidence: []rule.Evidence{{Name: "the same key", Value: names.Except(s.Name)}},
			Remediation: []rule.Step{
				{When: rule.Before, Text: "Give each consumer a key of its own, beginning with the one that has fewer clients. With one key for two it is chance which of them a request counts for."},
			},
		})
	}
}
