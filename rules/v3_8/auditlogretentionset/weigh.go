package auditlogretentionset

import (
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
)

// kept is the default of the target, in seconds.
const kept = 60 * 24 * 60 * 60

// weigh judges by the age of the oldest record. If several sources show the audit log, the one with the oldest record
// counts, and one that was read before one that was not.
func weigh(p *rule.Pass) func() rows.Weight {
	var best rows.Weight
	seen := func(s rule.Severity, text string) {
		rank := map[rule.Severity]int{rule.Warning: 1, rule.Notice: 2, rule.Breaking: 3}
		if rank[s] > rank[best.Severity] {
			best = rows.Weight{Severity: s, Evidence: rule.Evidence{Name: "audit log", Value: text}}
		}
	}
	p.Uses(estate.AuditLog)
	p.On(estate.AuditLog, func(r *estate.Resource) {
		state, known := r.Field("state").Text().Known()
		age, aged := seconds(r.Field("oldest_age_seconds"))
		oldest := "the oldest record is of " + redact.Found(r.Field("oldest").TextOrEmpty())
		switch {
		case !known:
			p.Doubt(r, "/state", "whether the audit log has records cannot be read")
		case state == string(estate.AuditEmpty):
			seen(rule.Notice, "holds no record")
		case state != string(estate.AuditHasRows):
			seen(rule.Warning, "not read")
		case !aged:
			seen(rule.Warning, "how old its records are is not known")
		case age > kept:
			seen(rule.Breaking, oldest+", more than 60 days before it was read")
		default:
			seen(rule.Notice, oldest+", less than 60 days before it was read")
		}
	})
	return func() rows.Weight {
		switch {
		case best.Severity != 0:
		case p.Absent(estate.AuditLog, ""):
			seen(rule.Notice, "holds no record")
		default:
			seen(rule.Warning, "not read")
		}
		if best.Severity == rule.Notice {
			best.Steps = later
		}
		return best
	}
}

// later are the steps where the upgrade itself deletes nothing.
var later = []rule.Step{
	{When: rule.Before, Text: "No record is older than 60 days, so the upgrade itself deletes none. If audit records must be kept for longer than 60 days, by law or contract, write audit.retention_days into the file that the target's Dashboard will start with, conf.yaml of dashboard_conf; with Helm, write dashboard_configuration.audit.retention_days into the values for the upgrade (chart api7ee3)."},
	{When: rule.During, Text: "Bring the file or the values in together with the target's images, not earlier: older Dashboards do not know the key, and whether one starts with it is not known."},
}

func seconds(v estate.Value) (int64, bool) {
	number, known := v.Number().Known()
	if !known {
		return 0, false
	}
	n, err := strconv.ParseInt(number.String(), 10, 64)
	return n, err == nil
}
