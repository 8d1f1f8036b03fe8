package rows_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
)

// lines writes findings as "severity object place: message".
func lines(rep *report.Report) []string {
	all := []string{}
	for f := range rep.Findings.All() {
		_, at, _ := strings.Cut(f.Location.Where, "#")
		all = append(all, f.Severity+" "+f.Object.Kind+" "+f.Object.ID+" "+at+": "+f.Message)
	}
	return all
}

// missing is a row about a plugin p without a policy.
func missing() rows.Attached {
	return rows.Attached{
		Case: since350, Plugins: []string{"p"}, If: cond.Lacks("/policy"), Says: "policy is missing", Steps: steps,
		Patch: []remedy.PatchOp{{Op: "add", Path: "/policy", Value: "local"}},
	}
}

func TestAttachmentsThatDoNotRunAreOneDegreeMilder(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ installation, want string }{
		"live":                  {"route:\n  - {id: r, plugins: {p: {}}}\n", "breaking route r /plugins/p: p: policy is missing"},
		"switched off":          {"route:\n  - {id: r, plugins: {p: {_meta: {disable: true}}}}\n", "warning route r /plugins/p: switched off: p: policy is missing"},
		"not switched off":      {"route:\n  - {id: r, plugins: {p: {_meta: {disable: false}}}}\n", "breaking route r /plugins/p: p: policy is missing"},
		"template":              {"service_template:\n  - {id: s, plugins: {p: {}}}\n", "warning service_template s /plugins/p: p: policy is missing"},
		"history":               {"service_version:\n  - {id: s, plugins: {p: {}}}\n", "warning service_version s /plugins/p: p: policy is missing"},
		"template switched off": {"route_template:\n  - {id: r, plugins: {p: {_meta: {disable: true}}}}\n", "notice route_template r /plugins/p: switched off: p: policy is missing"},
		"its own kind of carry": {"global_rule:\n  - {id: p, plugins: {p: {}}}\n", "breaking global_rule p /plugins/p: p: policy is missing"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := run(t, missing(), tt.installation, 0)
			if diff := cmp.Diff([]string{tt.want}, lines(rep)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeverityNeverFallsBelowNotice(t *testing.T) {
	t.Parallel()
	for severity, want := range map[rule.Severity]rule.Severity{rule.Breaking: rule.Warning, rule.Warning: rule.Notice, rule.Notice: rule.Notice} {
		if got := severity.Milder(); got != want {
			t.Errorf("milder than %s is %s, want %s", severity, got, want)
		}
	}
	row := missing()
	row.Severity = rule.Notice
	rep := run(t, row, "service_template:\n  - {id: s, plugins: {p: {_meta: {disable: true}}}}\n", 0)
	if diff := cmp.Diff([]string{"notice service_template s /plugins/p: switched off: p: policy is missing"}, lines(rep)); diff != "" {
		t.Errorf("the row's severity does not count, or falls too far (-want +got):\n%s", diff)
	}
}

func TestObjectIsReportedOnceForEachPluginAtItsGravestPlace(t *testing.T) {
	t.Parallel()
	row := missing()
	row.Plugins = []string{"p", "q"}
	rep := run(t, row, `
route:
  - id: r
    plugins:
      p: {_meta: {disable: true}}
      q: {}
      workflow: {rules: [{actions: [[p, {}]]}, {actions: [[p, {policy: local}]]}]}
      multi-auth: {auth_plugins: [{p: {}}]}
`, 0)
	want := []string{
		"breaking route r /plugins/multi-auth/auth_plugins/0/p: p: policy is missing",
		"breaking route r /plugins/q: q: policy is missing",
	}
	got := lines(rep)
	if len(got) == 2 && strings.Contains(got[0], "workflow") { // which of two equal ones is shown is not fixed
		want[0] = "breaking route r /plugins/workflow/rules/0/actions/0/p: p: policy is missing"
	}
	if len(got) == 2 && strings.Contains(got[0], " q: ") {
		got[0], got[1] = got[1], got[0]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("findings (-want +got):\n%s", diff)
	}
	also := 0
	for i := range rep.Findings {
		for _, e := range rep.Findings[i].Open().Evidence {
			if e.Name == "also at" {
				also++
			}
		}
	}
	if also != 2 {
		t.Errorf("%d other places are named, want 2: the nested one and the one that is switched off", also)
	}
}

func TestUnclearAttachmentIsADoubtAndHidesNoFinding(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		installation string
		findings     []string
		doubt        string // part of the only reason
	}{
		"configuration is a text": {"route:\n  - {id: r, plugins: {p: text}}\n", []string{}, "f.yaml/route/0#/plugins/p: p: policy: cannot be read"},
		"one of two places": {
			"route:\n  - {id: r, plugins: {p: text, workflow: {rules: [{actions: [[p, {}]]}]}}}\n",
			[]string{"breaking route r /plugins/workflow/rules/0/actions/0/p: p: policy is missing"},
			"cannot be read",
		},
		"whether it is off": {
			"route:\n  - {id: r, plugins: {p: {_meta: {disable: 1}}}}\n",
			[]string{"breaking route r /plugins/p: p: policy is missing"},
			"whether p is switched off (_meta.disable) cannot be read",
		},
		"whether it is off does not matter where nothing is wrong": {"route:\n  - {id: r, plugins: {p: {policy: local, _meta: {disable: 1}}}}\n", []string{}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := run(t, missing(), tt.installation, 0)
			if diff := cmp.Diff(tt.findings, lines(rep)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if reasons := strings.Join(rep.Rules[0].Reasons, "\n"); (reasons == "") != (tt.doubt == "") || !strings.Contains(reasons, tt.doubt) {
				t.Errorf("reasons %q, want %q", reasons, tt.doubt)
			}
			if tt.doubt != "" && len(rep.Unexamined) == 0 {
				t.Error("the doubt is not among what was not examined")
			}
		})
	}
}

func TestRowLooksAtItsKindsAloneAndNeedsNoOthers(t *testing.T) {
	t.Parallel()
	row := missing()
	row.On = []estate.Kind{estate.Consumer}
	const installation = "consumer:\n  - {id: c, plugins: {p: {}}}\nroute:\n  - {id: r, plugins: {p: {}}}\n"
	rep := run(t, row, installation, estate.Route)
	if diff := cmp.Diff([]string{"breaking consumer c /plugins/p: p: policy is missing"}, lines(rep)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if len(rep.Rules[0].Reasons) > 0 {
		t.Errorf("a kind that the row does not look at makes it doubtful: %v", rep.Rules[0].Reasons)
	}
	if rep = run(t, row, installation, estate.Consumer); len(rep.Rules[0].Reasons) == 0 {
		t.Error("its own kind cannot be read, and nothing is said")
	}
	if rep = run(t, missing(), "route:\n  - {id: r, plugins: {}}\n", estate.ConsumerGroup); rep.Rules[0].Status != report.Unknown {
		t.Errorf("without kinds it needs all that can carry a plugin, and is %s", rep.Rules[0].Status)
	}
}

func TestCommandIsShownOnlyWhereAPatchCanNameThePlace(t *testing.T) {
	t.Parallel()
	command := func(at string) string {
		return "curl -fsS -H \"X-API-KEY: $API7_TOKEN\" -X PATCH -H 'Content-Type: application/json' --data '[{\"op\":\"add\",\"path\":\"/plugins/p/policy\",\"value\":\"local\"}]' \"$API7_ADMIN\"'/apisix/admin/" + at + "?gateway_group_id=default'"
	}
	tests := map[string]struct{ installation, want string }{
		"published service": {"service:\n  - {id: s, gateway_group: default, plugins: {p: {}}}\n", command("services/s")},
		"no gateway group":  {"service:\n  - {id: s, plugins: {p: {}}}\n", ""},
		"nested":            {"service:\n  - {id: s, gateway_group: default, plugins: {workflow: {rules: [{actions: [[p, {}]]}]}}}\n", ""},
		"consumer":          {"consumer:\n  - {id: s, gateway_group: default, plugins: {p: {}}}\n", command("consumers/s")},
		"global rule":       {"global_rule:\n  - {id: s, gateway_group: default, plugins: {p: {}}}\n", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := missing()
			rep := run(t, row, tt.installation, 0)
			if len(rep.Findings) != 1 || len(rep.Findings[0].Open().Remediation) != 1 {
				t.Fatalf("findings %+v", rep.Findings.List())
			}
			if diff := cmp.Diff(tt.want, rep.Findings[0].Open().Remediation[0].Command); diff != "" {
				t.Errorf("command (-want +got):\n%s", diff)
			}
			if row.Patch[0].Path != "/policy" || row.Steps[0].Command.Line != "" {
				t.Error("the row itself was changed: the next object would get the command of this one")
			}
		})
	}
}

// TestCommandIsForTheReleaseThatRunsThen: before 3.2.13.0 published services had no address.
func TestCommandIsForTheReleaseThatRunsThen(t *testing.T) {
	t.Parallel()
	for when, shown := range map[rule.When]bool{rule.Before: false, rule.After: true} {
		row := missing()
		row.Steps = []rule.Step{{When: when, Text: "fix it"}}
		rep := judged(t, rule.Crossing, row, "upgrade: {from: 3.2.12.0, to: 3.7.3}\nservice:\n  - {id: s, gateway_group: default, plugins: {p: {}}}\n", 0)
		if got := rep.Findings[0].Open().Remediation[0].Command; (got != "") != shown {
			t.Errorf("%s: command %q", when, got)
		}
	}
}

func TestHistoryIsReplacedBecauseItCannotBeChanged(t *testing.T) {
	t.Parallel()
	row := missing()
	rep := run(t, row, "service_version:\n  - {id: s, plugins: {p: {}}}\n", 0)
	var got []string
	for _, s := range rep.Findings[0].Open().Remediation {
		got = append(got, s.When+" "+s.Text+s.Command)
	}
	want := []string{"before fix it", "after History itself cannot be edited: publish a new version of the corrected template instead of one of these."}
	if diff := cmp.Diff(want, got); diff != "" || len(row.Steps) != 1 {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestFindingNamesItsOwnChange(t *testing.T) {
	t.Parallel()
	rep := run(t, missing(), "route:\n  - {id: r, plugins: {p: {}}}\n", 0)
	f := rep.Findings[0].Open()
	if diff := cmp.Diff([]string{"R-3.5.0-1"}, f.Catalogue); diff != "" || f.Change != "3.5.0" {
		t.Errorf("change %s, entries (-want +got):\n%s", f.Change, diff)
	}
}
