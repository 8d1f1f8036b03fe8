package trafficsplitattached

import (
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

// evidence tells all of the first attachment, and of the others where they are.
func evidence(splits []split) []rule.Evidence {
	first := splits[0]
	facts := []rule.Evidence{{Name: "state", Value: first.state}}
	for _, r := range first.rules {
		facts = append(facts, rule.Evidence{Name: "split", Value: r.Full()})
	}
	if first.why == "" {
		conf, _ := redact.Value(first.at.Conf)
		facts = append(facts, rule.InJSON("configuration", conf))
	} else { // what cannot be read may be a secret
		facts = append(facts, rule.Evidence{Name: "unreadable", Value: first.why})
	}
	for _, s := range splits[1:] {
		facts = append(facts, rule.Evidence{Name: "also attached at", Value: s.at.Pointer + " (" + s.state + "): " + traffic.Summary(s.rules)})
	}
	return facts
}

// foreign returns the upstream ids that name something outside the service, each once. The upstream of the service
// itself has the service's id from 3.5.0 on.
func foreign(rules []traffic.Rule, owner string) []string {
	var ids []string
	seen := map[string]bool{"": true, owner: true}
	for _, r := range rules {
		for _, share := range r.Shares {
			if !seen[share.ID] {
				seen[share.ID] = true
				ids = append(ids, share.ID)
			}
		}
	}
	return ids
}
