package rows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
)

func reminder(signs ...rows.Sign) rows.Reminder {
	return rows.Reminder{Case: since350, Title: "check it", Why: "because", Steps: steps, If: signs}
}

// shown returns what a report says of its only reminder: the evidence, and whether the reminder is listed.
func shown(t *testing.T, rep *report.Report) (evidence string, is bool) {
	t.Helper()
	if len(rep.ManualChecks) > 1 {
		t.Fatalf("%d checks by hand, want one at most", len(rep.ManualChecks))
	}
	if is = len(rep.ManualChecks) == 1; is != (rep.Rules[0].Status == report.Manual) {
		t.Errorf("%d checks by hand, and the rule is %s", len(rep.ManualChecks), rep.Rules[0].Status)
	}
	if !is {
		return "", false
	}
	var all []string
	for _, e := range rep.ManualChecks[0].Evidence {
		all = append(all, e.Name+": "+e.Value)
	}
	return strings.Join(all, "; "), true
}

func TestReminderIsShownWhereTheInstallationIsConcernedOrMayBe(t *testing.T) {
	t.Parallel()
	saml := rows.Sign{Plugins: []string{"saml-auth", "openid-connect"}}
	redis := rows.Sign{Plugins: []string{"limit-count"}, Conf: cond.Is("/policy", "redis")}
	certificates := rows.Sign{Kind: estate.SSL}
	ingress := rows.Sign{Kind: estate.GatewayGroup, Body: func(r *estate.Resource) bool {
		text, _ := r.Field("type").Text().Known()
		return text == "ingress"
	}}
	const notRead = "not all was read: what was not examined may be concerned too"
	tests := map[string]struct {
		signs        []rows.Sign
		installation string
		blind        estate.Kind
		want         string // "hidden", or the evidence
	}{
		"no sign needed":             {nil, "route:\n  - {id: r}\n", 0, ""},
		"no sign needed, blind":      {nil, "route:\n  - {id: r}\n", estate.Route, ""},
		"plugin attached":            {[]rows.Sign{saml}, "route:\n  - {id: r, name: login, gateway_group: default, plugins: {saml-auth: {}}}\n", 0, "concerned: route login (r) on default (saml-auth)"},
		"switched off":               {[]rows.Sign{saml}, "route:\n  - {id: r, plugins: {saml-auth: {_meta: {disable: true}}}}\n", 0, "concerned: route r (saml-auth)"},
		"the second plugin":          {[]rows.Sign{saml}, "consumer:\n  - {id: c, username: alice, plugins: {openid-connect: {}}}\n", 0, "concerned: consumer alice (c) (openid-connect)"},
		"in a template":              {[]rows.Sign{saml}, "service_template:\n  - {id: s, plugins: {saml-auth: {}}}\n", 0, "concerned: service template s (saml-auth)"},
		"nested":                     {[]rows.Sign{redis}, "route:\n  - {id: r, plugins: {workflow: {rules: [{actions: [[limit-count, {policy: redis}]]}]}}}\n", 0, "concerned: route r (limit-count)"},
		"not attached":               {[]rows.Sign{saml}, "route:\n  - {id: r, plugins: {key-auth: {}}}\n", 0, "hidden"},
		"attached, other conf":       {[]rows.Sign{redis}, "route:\n  - {id: r, plugins: {limit-count: {policy: local}}}\n", 0, "hidden"},
		"attached, unclear conf":     {[]rows.Sign{redis}, "route:\n  - {id: r, plugins: {limit-count: {policy: \"<redacted>\"}}}\n", 0, "concerned: route r (limit-count)"},
		"kind not read":              {[]rows.Sign{saml}, "route:\n  - {id: r, plugins: {}}\n", estate.Consumer, notRead},
		"kind not read, and found":   {[]rows.Sign{saml}, "route:\n  - {id: r, plugins: {saml-auth: {}}}\n", estate.Consumer, "concerned: route r (saml-auth); " + notRead},
		"another kind not read":      {[]rows.Sign{saml}, "route:\n  - {id: r, plugins: {}}\n", estate.SSL, "hidden"},
		"kind there":                 {[]rows.Sign{certificates}, "ssl:\n  - {id: c, gateway_group: default}\n", 0, "concerned: ssl c on default"},
		"kind empty":                 {[]rows.Sign{certificates}, "route:\n  - {id: r}\n", 0, "hidden"},
		"kind cannot be read":        {[]rows.Sign{certificates}, "route:\n  - {id: r}\n", estate.SSL, notRead},
		"plugins of no matter":       {[]rows.Sign{certificates}, "route:\n  - {id: r}\n", estate.Route, "hidden"},
		"body":                       {[]rows.Sign{ingress}, "gateway_group:\n  - {id: a, type: ingress}\n  - {id: b, type: gateway}\n", 0, "concerned: gateway group a"},
		"other body":                 {[]rows.Sign{ingress}, "gateway_group:\n  - {id: b, type: gateway}\n", 0, "hidden"},
		"one of two signs":           {[]rows.Sign{certificates, ingress}, "gateway_group:\n  - {id: a, type: ingress}\n", 0, "concerned: gateway group a"},
		"neither of two signs":       {[]rows.Sign{certificates, saml}, "route:\n  - {id: r}\n", 0, "hidden"},
		"either may be incomplete":   {[]rows.Sign{certificates, saml}, "route:\n  - {id: r}\n", estate.SSL, notRead},
		"both":                       {[]rows.Sign{certificates, saml}, "route:\n  - {id: r, plugins: {saml-auth: {}}}\nssl:\n  - {id: c}\n", 0, "concerned: route r (saml-auth), ssl c"},
		"one object, counted by row": {[]rows.Sign{saml}, "route:\n  - {id: r, plugins: {saml-auth: {}, openid-connect: {}}}\n", 0, "concerned: route r (openid-connect), route r (saml-auth)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			evidence, is := shown(t, run(t, reminder(tt.signs...), tt.installation, tt.blind))
			switch {
			case tt.want == "hidden" && is:
				t.Errorf("shown with %q, want it hidden", evidence)
			case tt.want != "hidden" && !is:
				t.Errorf("hidden, want %q", tt.want)
			case is && evidence != tt.want:
				t.Errorf("evidence %q, want %q", evidence, tt.want)
			}
		})
	}
}

func TestReminderNamesTheSameFewInAnyOrder(t *testing.T) {
	t.Parallel()
	var forward []string
	for i := range 12 {
		forward = append(forward, fmt.Sprintf("  - {id: r%02d, plugins: {saml-auth: {}}}\n", i))
	}
	backward := slices.Clone(forward)
	slices.Reverse(backward)
	const want = "concerned: route r00 (saml-auth), route r01 (saml-auth), route r02 (saml-auth), route r03 (saml-auth), route r04 (saml-auth) and 7 more"
	for _, routes := range [][]string{forward, backward} {
		got, _ := shown(t, run(t, reminder(rows.Sign{Plugins: []string{"saml-auth"}}), "route:\n"+strings.Join(routes, ""), 0))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("evidence (-want +got):\n%s", diff)
		}
	}
}

func TestReminderNeverChangesTheVerdict(t *testing.T) {
	t.Parallel()
	sign := rows.Sign{Plugins: []string{"saml-auth"}}
	const concerned = "route:\n  - {id: r, plugins: {saml-auth: {}}}\n"
	for name, rep := range map[string]*report.Report{
		"due":         run(t, reminder(), concerned, 0),
		"concerned":   run(t, reminder(sign), concerned, 0),
		"not read":    run(t, reminder(sign), "route:\n  - {id: r}\n", estate.Route),
		"hidden":      run(t, reminder(sign), "route:\n  - {id: r}\n", 0),
		"also absent": run(t, reminder(rows.Sign{Kind: estate.SSL}), "route:\n  - {id: r}\n", estate.SSL),
	} {
		for _, u := range rep.Unexamined {
			if slices.Contains(u.Rules, "row") {
				t.Errorf("%s: the reminder leaves a gap: %s: %s", name, u.What, u.Why)
			}
		}
		if len(rep.Findings) > 0 || rep.ExitCode == report.ExitBlocked {
			t.Errorf("%s: exit %d with %d findings", name, rep.ExitCode, len(rep.Findings))
		}
	}
}

func TestReminderCarriesItsCaseAndSteps(t *testing.T) {
	t.Parallel()
	rep := run(t, reminder(), "route:\n  - {id: r}\n", 0)
	want := report.ManualCheck{
		Fingerprint: rep.ManualChecks[0].Fingerprint, About: report.AboutPath,
		Rule: "row", Topic: "t", Catalogue: []string{"R-3.5.0-1"}, Change: "3.5.0", Title: "check it", Why: "because", Evidence: []report.Evidence{},
		Remediation: []report.Remediation{{When: "before", Text: "fix it", Variables: []string{}}},
		Facts:       []report.ManualFact{{Catalogue: []string{"R-3.5.0-1"}, Change: "3.5.0", Title: "check it", Why: "because"}},
	}
	if diff := cmp.Diff([]report.ManualCheck{want}, rep.ManualChecks); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
}
