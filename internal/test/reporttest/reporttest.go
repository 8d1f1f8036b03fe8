// Package reporttest has reports for tests of what shows and compares them: of a sound installation, one with findings, one of
// which not everything was examined, one with thousands of findings, and one whose every text comes from an enemy.
package reporttest

import (
	"fmt"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Base returns a report about a path without findings.
func Base() *report.Report {
	return &report.Report{
		SchemaVersion: report.SchemaVersion,
		Tool:          report.Tool{Name: "api7-preflight", Version: "1.0.0"},
		Run:           report.Run{ID: "0f2c", StartedAt: time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC), DurationMS: 1234, Transactions: []report.Transaction{{Source: "db-1:5432/api7ee (read-only)", OpenMS: 1100}}},
		Path:          report.Path{From: "3.4.1", FromEvidence: "given with --from", FromGiven: true, To: "3.7.3", Lines: []string{"3.5", "3.6", "3.7"}},
		Target:        report.Target{Advice: "3.7.3 has no known defect that this installation can meet."},
		Scope:         report.ScopeAll,
		FailOn:        report.SeverityBreaking,
		Sources: []report.Source{{
			Kind: "postgres", Name: "db-1:5432/api7ee (read-only)", Complete: true,
			Kinds: []report.SourceKind{
				kind("gateway_group", 3), kind("instance", 9), kind("service_template", 41), kind("service", 214),
				kind("route", 3120), kind("stream_route", 0), kind("consumer", 61), kind("global_rule", 1), kind("plugin_config", 0),
				kind("consumer_group", 0),
			},
		}},
		Rules: []report.Rule{
			Passed("canary-rule-active", "Canary Rules are gone from 3.5.0 on; one that is still running cannot be finished after the upgrade.", "breaking", "3.5.0", 3334),
			Passed("gateway-newer-than-control-plane", "A gateway instance is newer than the control plane.", "warning", "", 9),
			Passed("template-runtime-config", "Runtime configuration in service templates is removed by the upgrade.", "breaking", "3.6.0", 255),
			Passed("traffic-split-attached", "A Traffic Split plugin that is attached during the upgrade may break it or change what it does.", "breaking", "3.5.0", 3397),
			Passed("untested-jump", "The upgrade skips release lines.", "warning", "", 3),
			{Rule: "backups-taken", Title: "Backups are taken and can be restored.", Status: report.Manual, Severity: "breaking"},
			{Rule: "publish-with-runtime-config", Title: "Pipelines that publish with runtime configuration fail.", Status: report.Manual, Severity: "breaking", Change: "3.6.0"},
			{Rule: "old-rule", Status: report.NotApplicable, Severity: "warning", Change: "3.9.2", Reasons: []string{"3.7.3 does not have the change of 3.9.2"}},
			{Rule: "noisy-rule", Status: report.Disabled, Severity: "notice", Reasons: []string{"skipped: agreed in change 4711"}},
		},
		ManualChecks: []report.ManualCheck{
			{
				Rule: "backups-taken", Title: "Backups are taken and can be restored.",
				Remediation: []report.Remediation{
					{When: "before", Text: "Back up the database and try the backup on another server.", Command: "pg_dump -h <host> -U <username> -d <dbname> -F c -b -v -f /path/to/backup.dump"},
					{When: "before", Text: "Copy the configuration files of dashboard, DP Manager and gateways."},
				},
			},
			{
				Rule: "publish-with-runtime-config", Title: "Pipelines that publish with runtime configuration fail.",
				Remediation: []report.Remediation{
					{When: "before", Text: "Look through pipelines and scripts for calls that publish a service with hosts, path prefix or upstream."},
					{When: "after", Text: "Publish without them and change the published service instead."},
				},
			},
		},
	}
}

func kind(name string, n int64) report.SourceKind {
	return report.SourceKind{Kind: name, Count: n, Complete: true}
}

// Passed returns a rule that found nothing in so many resources.
func Passed(id, title, severity, change string, examined int64) report.Rule {
	return report.Rule{Rule: id, Title: title, Status: report.Passed, Severity: severity, Change: change, Examined: examined, Catalogue: []string{"R-" + id}}
}

// Settle sets the rules' counts of findings and seals the report.
func Settle(r *report.Report) *report.Report {
	for i := range r.Rules {
		rule := &r.Rules[i]
		rule.Findings = 0
		for f := range r.Findings.All() {
			if f.Rule == rule.Rule {
				rule.Findings++
				rule.Status = report.Failed
			}
		}
	}
	r.Seal()
	return r
}

// Ready returns the report on a sound installation.
func Ready() *report.Report { return Settle(Base()) }

// ReadyGiven returns the report on what the given sources can hold, with a warning about the path.
func ReadyGiven() *report.Report {
	r := Base()
	r.Scope = report.ScopeGiven
	r.Path.FromEvidence, r.Path.FromGiven = `gateway instance gw-1, as it reported itself in table "gateway_instance"`, false
	r.Rules[1].Status, r.Rules[1].Examined = report.NotAssessed, 0
	r.Rules[1].Reasons, r.Rules[1].Beyond = []string{"no given source holds instance"}, []string{"instance"}
	r.Rules[3].Beyond = []string{"service_template", "route_template", "plugin_config"}
	r.Findings = report.FindingsOf(Finding("untested-jump", "warning", "before", "path", "3.4.1-3.7.3", "", "", "3.4.1 to 3.7.3 skips 3.5 and 3.6."))
	return Settle(r)
}

// Incomplete returns a report without findings, of which two things were not examined and one is accepted.
func Incomplete() *report.Report {
	r := Base()
	r.Sources[0].Complete = false
	r.Sources[0].Kinds[2] = report.SourceKind{Kind: "service_template", Why: `table "service": SELECT is not granted`, Unexamined: []string{"not-granted"}}
	r.Rules[2].Status, r.Rules[2].Reasons = report.Unknown, []string{`table "service": SELECT is not granted`}
	r.Rules[3].Status = report.Unknown
	r.Rules[3].Reasons = []string{
		`table "service": SELECT is not granted`,
		"kine/gateway_groups/default/routes/r-17#/plugins/traffic-split: weighted_upstreams is not a list",
	}
	r.Rules[4].Status, r.Rules[4].Accepted = report.Unknown, true
	r.Rules[4].Reasons = []string{"installed version: two sources disagree", "accepted: 3.4.1 was seen in the Dashboard"}
	r.Unexamined = []report.Unexamined{
		{
			ID: "privileges", Fingerprint: "not-granted",
			What: `table "service"`, Why: "SELECT is not granted", Next: "`api7-preflight grants --role preflight | psql -d api7ee`",
			Rules: []string{"template-runtime-config", "traffic-split-attached"},
		},
		{
			ID: "unreadable-values", Fingerprint: "no-list", What: "kine/gateway_groups/default/routes/r-17#/plugins/traffic-split",
			Why: "weighted_upstreams is not a list", Rules: []string{"traffic-split-attached"},
			Location: Place("/gateway_groups/default/routes/r-17", "/plugins/traffic-split"),
		},
		{ID: "installed-version", Fingerprint: "disagree", What: "installed version", Why: "two sources disagree", Rules: []string{"untested-jump"}, Accepted: true},
	}
	return Settle(r)
}

// Blocked returns a report with findings of four rules and all severities but notices, one of them waived, and a gap.
func Blocked() *report.Report {
	r := Incomplete()
	r.Rules[2].Status, r.Rules[2].Reasons = report.Passed, nil
	r.Rules[4].Status, r.Rules[4].Accepted, r.Rules[4].Reasons = report.Passed, false, nil
	r.Unexamined = r.Unexamined[:1]
	r.Unexamined[0].Rules = []string{"traffic-split-attached"}
	r.Rules[3].Reasons = r.Rules[3].Reasons[:1]
	r.Notes = []report.Note{{What: `table "kine"`, Why: "3 keys have more than one live row; the newest was taken"}}

	canary := Finding("canary-rule-active", "breaking", "before", "service", "7c1e5d2a-0b7e-4d52-9f6b-3d1f6a2b9c01", "orders", "default",
		"An active Canary Rule sends 15 % of the traffic to orders-next where http_x_beta is 1.")
	canary.Object.Labels = map[string]string{"team": "checkout", "tier": "gold"}
	canary.Object.Owner = canary.Object.Labels
	canary.Location = Place("/gateway_groups/default/services/7c1e5d2a-0b7e-4d52-9f6b-3d1f6a2b9c01", "/plugins/api7-traffic-split")
	canary.Evidence = []report.Evidence{{Name: "canary upstream", Value: "orders-next: 10.0.0.7:8080"}, {Name: "weight", Value: "15 %"}}
	canary.Remediation = []report.Remediation{
		{When: "before", Text: "Save the service with its Canary Rule in canary-rule-default-orders.json.", Command: `curl -fsS "$API7_URL/apisix/admin/services/7c1e5d2a-0b7e-4d52-9f6b-3d1f6a2b9c01?gateway_group_id=default" -H "X-API-KEY: $API7_TOKEN" -o canary-rule-default-orders.json`},
		{When: "before", Text: "In the Dashboard, gateway group default, published service orders: Upstreams, Canary Rules, Finish."},
		{When: "after", Text: "Split on with the plugin traffic-split: the same conditions and weights.", Command: `curl -fsS -X PATCH "$API7_URL/apisix/admin/services/7c1e5d2a-0b7e-4d52-9f6b-3d1f6a2b9c01?gateway_group_id=default" -H "X-API-KEY: $API7_TOKEN" -d '[{"op":"add","path":"/plugins/traffic-split","value":{"rules":[]}}]'`},
	}
	template := Finding("template-runtime-config", "breaking", "before", "service_template", "tpl-5", "billing", "",
		"Never published: the template holds the only copy of its hosts and upstream nodes.")
	template.Object.State = "template"
	template.Evidence = []report.Evidence{{Name: "hosts", Value: "billing.example.org"}, {Name: "path prefix", Value: "/v1"}}
	template.Confidence = "inferred"
	template.Remediation = []report.Remediation{
		{When: "before", Text: "Save the template billing in template-billing.json.", Command: `curl -fsS "$API7_URL/api/services/template/tpl-5" -o template-billing.json`},
		{When: "after", Text: "Publish the template to a gateway group and enter the saved values there."},
	}
	template.Location = report.Location{Source: "postgres", Where: "service/tpl-5#/upstream", Table: "service", Key: "tpl-5", Pointer: "/upstream"}
	published := template
	published.Severity, published.Object.ID, published.Object.Name = "warning", "tpl-6", "checkout"
	published.Message = "Published to 2 gateway groups: each published service has its own copy of the hosts."
	published.Location = report.Location{Source: "postgres", Where: "service/tpl-6#/hosts", Table: "service", Key: "tpl-6", Pointer: "/hosts"}
	published.Evidence, published.Remediation = nil, []report.Remediation{{When: "after", Text: "Nothing needs to be moved."}}

	found := append([]report.Finding{published, template, canary}, attached()...)
	jump := Finding("untested-jump", "warning", "during", "path", "3.4.1-3.7.3", "", "", "3.4.1 to 3.7.3 skips 3.5 and 3.6.")
	reason := "the jump was rehearsed on a copy"
	waived := jump
	waived.Timing, waived.Waived = "before", &reason
	r.Findings = report.FindingsOf(append(found, jump, waived)...)
	return Settle(r)
}

// attached returns findings of one rule about objects of several kinds.
func attached() []report.Finding {
	var found []report.Finding
	for i, o := range []report.Object{
		{Kind: "service", ID: "billing", Name: "billing", GatewayGroup: "edge"},
		{Kind: "route", ID: "r-disabled", Name: "r-disabled", GatewayGroup: "edge"},
		{Kind: "route", ID: "r-checkout", Name: "checkout", GatewayGroup: "default"},
	} {
		message := []string{
			"The upstream ext-77 by its id: later releases do not accept that.",
			"Attached and switched off by _meta.disable.", "An inline upstream with 20 %.",
		}[i]
		f := Finding("traffic-split-attached", "breaking", "before", o.Kind, o.ID, o.Name, o.GatewayGroup, message)
		f.Remediation = []report.Remediation{
			{When: "before", Text: "Save, then delete the plugin.", Command: "curl -X DELETE \"$API7_URL/" + o.Kind + "s/" + o.ID + "\""},
			{When: "after", Text: "Put the plugin back, conditions and weights unchanged."},
		}
		if o.ID == "billing" {
			f.Remediation = append(f.Remediation, report.Remediation{When: "after", Text: "Make an upstream of the service that has the nodes of ext-77."})
		}
		found = append(found, f)
	}
	return found
}

// Decided returns Blocked after somebody has decided about much of it: a finding is waived, the waiver of another has
// expired, most are known to an earlier report, and a check by hand is done.
func Decided() *report.Report {
	r := Blocked()
	r.Baseline = &report.Baseline{RunID: "0a11", StartedAt: time.Date(2026, 11, 13, 22, 0, 0, 0, time.UTC), From: "3.4.1", To: "3.7.3", Known: 5, New: 1, Gone: 2}
	r.Waivers = []report.WaiverUse{
		{Line: 2, What: "canary-rule-active service orders", Reason: "ends next week", Owner: "ann", Until: "2026-12-31", State: report.WaiverUsed, Findings: 1},
		{Line: 7, What: "traffic-split-attached route checkout", Reason: "the split ends", Owner: "bea", Until: "2026-11-19", State: report.WaiverExpired, Findings: 1},
		{Line: 12, What: "canary-rule-active service gone", Reason: "agreed", Owner: "bea", Until: "2026-12-31", State: report.WaiverUnused},
		{Line: 17, What: "backups-taken", Reason: "restored on a copy", Owner: "cem", Until: "2026-11-18", Check: true, State: report.WaiverUsed, Findings: 1},
	}
	r.Notes = append(r.Notes, report.Note{What: "waivers, line 12: canary-rule-active service gone", Why: "nothing in this report is meant by it: correct it, or remove it"})
	r.ManualChecks[0].Done = &report.Done{By: "cem", On: "2026-11-18", Note: "restored on a copy"}
	r.Findings.Edit(func(f *report.Finding) bool {
		f.Baseline = report.BaselineKnown
		switch {
		case f.Rule == "canary-rule-active":
			f.Waiver = &report.Waiver{Reason: "ends next week", Owner: "ann", Until: "2026-12-31"}
			f.Waived = &f.Waiver.Reason
		case f.Object.ID == "r-checkout":
			f.Waiver = &report.Waiver{Reason: "the split ends", Owner: "bea", Until: "2026-11-19", Expired: true}
			f.Baseline = report.BaselineNew
		}
		return true
	})
	return Settle(r)
}

// Files returns the report on a folder of files, with a finding of each severity at its place in a file.
func Files() *report.Report {
	r := Base()
	r.Scope = report.ScopeGiven
	r.Sources = []report.Source{{
		Kind: "config", Name: "api7-ee", Complete: true,
		Kinds: []report.SourceKind{kind("dashboard_config", 1), kind("gateway_config", 2)},
	}}
	for i := range r.Rules {
		if rule := &r.Rules[i]; rule.Status == report.Passed {
			rule.Status, rule.Examined, rule.Reasons = report.NotAssessed, 0, []string{"no given source holds instance"}
		}
	}
	r.Rules = append(r.Rules, Passed("configuration-key-not-read", "The new version does not read a key that is set.", "warning", "3.6.0", 3))
	found := make([]report.Finding, 3)
	for i, severity := range []string{"breaking", "warning", "notice"} {
		file := []string{"gateway conf/edge, 50%.yaml", "api7-ee/dashboard_conf/conf.yaml", "gateway_conf/config.yaml"}[i]
		f := Finding("configuration-key-not-read", severity, "during", "gateway_config", file, file, "", "The key max_idle_time is not read from 3.6.0 on.")
		f.Location = report.Location{
			Source: "config", Where: fmt.Sprintf("%s:%d:%d", file, 10+i, 3), File: file, Line: 10 + i, Column: 3, EndLine: 10 + i, EndColumn: 16,
			Pointer: "/database/max_idle_time",
		}
		f.Title, f.Action, f.Doc = r.Rules[len(r.Rules)-1].Title, "write max_idle_conns_time instead", "api7-preflight rules explain configuration-key-not-read"
		f.Remediation = []report.Remediation{{When: "during", Text: "Write max_idle_conns_time instead of max_idle_time."}}
		found[i] = f
	}
	r.Findings = report.FindingsOf(found...)
	return Settle(r)
}

// Place returns a place in kine.
func Place(key, pointer string) report.Location {
	return report.Location{Source: "postgres", Where: "kine" + key + "#" + pointer, Table: "kine", Key: key, Pointer: pointer}
}

// Finding returns a finding in the table kine, or about the path.
func Finding(rule, severity, timing, kind, id, name, group, message string) report.Finding {
	change := "3.5.0"
	if rule == "untested-jump" {
		change = ""
	}
	f := report.Finding{
		Fingerprint: fmt.Sprintf("%s-%s-%s", rule, group, id), Rule: rule, Severity: severity, Confidence: "confirmed", Change: change,
		Timing: timing, Object: report.Object{Kind: kind, ID: id, Name: name, GatewayGroup: group, State: "live"}, Message: message,
	}
	if kind != "path" {
		f.Location = Place(fmt.Sprintf("/gateway_groups/%s/%ss/%s", group, kind, id), "/plugins/traffic-split")
	}
	return f
}

// Change changes the first finding of a report.
func Change(r *report.Report, how func(*report.Finding)) {
	f := r.Findings[0].Open()
	how(f)
	r.Findings[0] = report.FindingsOf(*f)[0]
}

// ChangeEach changes all findings.
func ChangeEach(r *report.Report, how func(*report.Finding)) {
	for i := range r.Findings {
		f := r.Findings[i].Open()
		how(f)
		r.Findings[i] = report.FindingsOf(*f)[0]
	}
}

// Many returns a report with n findings of one rule.
func Many(n int) *report.Report {
	r := Base()
	found := make([]report.Finding, n)
	for i := range n {
		id := fmt.Sprintf("r-%05d", n-i)
		f := Finding("traffic-split-attached", "breaking", "before", "route", id, id, "default", "Attached to the route.")
		f.Remediation = []report.Remediation{
			{When: "before", Text: "Save, then delete the plugin.", Command: "curl -X DELETE routes/" + id},
			{When: "after", Text: "Put the plugin back on route " + id + "."},
		}
		found[i] = f
	}
	r.Findings = report.FindingsOf(found...)
	return Settle(r)
}

// Samples returns the reports in the goldens. One has that many findings of one rule.
func Samples(findings int) map[string]func() *report.Report {
	return map[string]func() *report.Report{
		"blocked": Blocked, "ready": Ready, "ready-given": ReadyGiven, "incomplete": Incomplete, "files": Files, "decided": Decided,
		"many": func() *report.Report { return Many(findings) },
	}
}

// HostileNames returns names that a database may hold and that would affect a terminal, a page, a
// spreadsheet or a pipeline.
func HostileNames() []string {
	return []string{
		"", " ", "two\nlines", "clear\x1b[2Jscreen", "title\x1b]0;owned\x07", "over\rwrite", "tab\tstop", "bidi\u202egnp.exe", "zero\u200bwidth",
		"c1\u009b31m", "bad\xff\xfeutf8", "订单服务", "ünïcodé", "cafe\u0301", "\u0301accent first", "emoji 🚀 name", strings.Repeat("long-id-", 32),
		"`quote`s`", "| pipe \\n", "nul\x00byte", "\u2028line separator", "\U000e0041tag",
		"<img src=x onerror=alert(1)>", "</script><!--<script>", "=cmd|' /C calc'!A0", "+1-1", "@team #12", "](javascript:alert(1))", "]]>&amp;&#x41;",
		"::error::injected", "##[group]injected", `back\slash "quoted"`, "**bold** _it_ ~~x~~", "${{ secrets.X }} {{ x }} {% x %}", "-- dashed",
	}
}

// Hostile returns a report in which every text comes from an enemy, who knows these names.
func Hostile(names ...string) *report.Report {
	r := Base()
	r.Scope = report.ScopeAll
	for i, name := range names {
		f := Finding("traffic-split-attached", "breaking", "before", "route", name, name, "default", "Attached to "+name+".")
		f.Location.Where = "kine/" + name
		f.Fingerprint = string(rune('a' + i))
		f.Evidence = []report.Evidence{{Name: "plugin " + name, Value: "value " + name}}
		f.Object.Labels = map[string]string{"owner" + name: name}
		f.Object.Owner = f.Object.Labels
		f.Remediation = []report.Remediation{{When: "before", Text: "Delete it from " + name + ".", Command: "curl -X DELETE 'routes/" + name + "'"}}
		if i%3 == 1 {
			f.Object.ID, f.Object.GatewayGroup = "id-"+name, name
		}
		if i%4 == 2 {
			f.Rule, f.Severity = "template-runtime-config", "warning"
		}
		r.Findings = append(r.Findings, report.FindingsOf(f)...)
	}
	all := strings.Join(names, "")
	r.Path.FromEvidence, r.Path.FromGiven = all, false
	r.Path.Asked, r.Path.Newer = all, []string{all}
	r.Sources[0].Name = "db\x1b[31m-1"
	r.Sources[0].Kinds[0] = report.SourceKind{Kind: "gate\nway", Why: all}
	r.Rules[0].Status, r.Rules[0].Reasons = report.Unknown, []string{all}
	r.Unexamined = []report.Unexamined{{What: all, Why: all, Next: "api7-preflight " + all, Rules: []string{all}}}
	r.Notes = []report.Note{{What: all, Why: all}}
	return Settle(r)
}
