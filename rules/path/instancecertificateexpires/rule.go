// Package instancecertificateexpires finds certificates of gateway instances that end around the upgrade.
package instancecertificateexpires

import (
	_ "embed"
	"math"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule finds certificates of gateway instances that end around the upgrade.
var Rule = rule.Rule{
	ID:         "instance-certificate-expires",
	Title:      "The certificate of gateway instances ends around the upgrade, which restarts them",
	Action:     "issue and deploy a new certificate",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"R-3.7.4-2"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

// day and soon are in seconds.
const (
	day  = 24 * 60 * 60
	soon = 7 * day
)

// use is what certificates replace each other for: an earlier one does not matter once there is a newer.
type use struct{ group, kind, instance string }

// newest is the last of them to end.
type newest struct {
	subject estate.Subject
	past    float64 // seconds since its end; negative: it has not come
	kind    string
}

func start(p *rule.Pass) {
	last := map[use]newest{}
	unplaced := math.Inf(1) // seconds since the end of the last one that may replace any
	p.On(estate.InstanceCertificate, func(r *estate.Resource) {
		past, ok := ended(p, r)
		if !ok {
			return
		}
		for _, field := range []string{"gateway_group_id", "type", "instance"} {
			if why := r.Field(field).Text().Unreadable(); why == estate.Hidden {
				p.Doubt(r, "/"+field, "which certificates replace this one cannot be told: its "+field+" "+why)
				unplaced = min(unplaced, past)
				return
			}
		}
		kind := strings.Clone(r.Field("type").TextOrEmpty())
		of := use{strings.Clone(r.Field("gateway_group_id").TextOrEmpty()), kind, strings.Clone(r.Field("instance").TextOrEmpty())}
		if n, seen := last[of]; !seen || past < n.past || past == n.past && r.ID < n.subject.Ref.ID {
			last[of] = newest{r.Subject(), past, kind}
		}
	})
	p.SumUp(func() {
		for _, n := range last {
			if n.past > -soon && n.past < unplaced { // else the one in doubt may replace it
				p.Report(n.finding())
			}
		}
	})
}

// ended returns for how many seconds a certificate has been over. What cannot be told is in doubt.
func ended(p *rule.Pass, r *estate.Resource) (past float64, ok bool) {
	age := r.Field("expired_seconds").Number()
	number, known := age.Known()
	past, err := number.Float64()
	switch why := age.Unreadable(); {
	case why != "":
		p.Doubt(r, "/expired_seconds", "when the certificate ends cannot be read: "+why)
	case !known:
		p.Doubt(r, "", "this source does not say when the certificate ends, or when that was read")
	case err != nil:
		p.Doubt(r, "/expired_seconds", "when the certificate ends cannot be read: "+err.Error())
	default:
		return past, true
	}
	return 0, false
}

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
