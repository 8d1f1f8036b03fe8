// Package instancecertificateexpires finds certificates of gateway instances that end around the upgrade.
package instancecertificateexpires

import (
	_ "embed"
	"math"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
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
		if field := hides(r); field != "" {
			p.Doubt(r, "/"+field, "which certificates replace this one cannot be told: its "+field+" "+estate.Hidden)
			unplaced = min(unplaced, past)
			return
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

// hides returns the first field that is hidden of those that say what a certificate is for.
func hides(r *estate.Resource) string {
	for _, field := range []string{"gateway_group_id", "type", "instance"} {
		if r.Field(field).Text().Unreadable() == estate.Hidden {
			return field
		}
	}
	return ""
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
