package instancecertificateexpires

import (
	"math"

	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

func (n newest) finding() rule.Finding {
	days := int(math.Abs(n.past) / day)
	f := rule.Finding{Subject: n.subject, Pointer: "/expired_seconds", Remediation: steps}
	switch {
	case n.past <= 0:
		f.Message = "ends within a week: a gateway that is restarted after that may not connect to the control plane"
		f.Evidence = []rule.Evidence{{Name: "ends in", Value: plural.Of(days, "day", "days")}}
	case n.past <= soon:
		f.Message = "has ended within the last week: a gateway that is restarted may not connect to the control plane"
		f.Evidence = []rule.Evidence{{Name: "ended", Value: plural.Of(days, "day", "days") + " ago"}}
	default:
		f.Severity = rule.Notice
		f.Message = "has ended long ago, and there is no newer one: if gateways still run with it, they may not connect after a restart"
		f.Evidence = []rule.Evidence{{Name: "ended", Value: plural.Of(days, "day", "days") + " ago"}}
	}
	if n.kind != "" {
		f.Evidence = append(f.Evidence, rule.Evidence{Name: "type", Value: redact.Found(n.kind)})
	}
	return f
}

var steps = []rule.Step{
	{When: rule.Before, Text: "Issue a new certificate and deploy it to the gateways before they are upgraded: from 3.7.4 and 3.8.1 on the Gateway Instances page of the Dashboard shows how; before, add the instance again."},
	{When: rule.After, Text: "See on the Gateway Instances page that every instance is connected."},
}
