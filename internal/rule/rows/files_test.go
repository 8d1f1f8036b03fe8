package rows_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

var dashboardAndGateway = []estate.Kind{estate.DashboardConfig, estate.GatewayConfig}

func keySet() rows.KeySet {
	return rows.KeySet{Case: since350, In: dashboardAndGateway, Keys: []string{"/a/old"}, Says: "no longer read", Steps: steps}
}

func keyAbsent(key string) rows.KeyAbsent {
	return rows.KeyAbsent{Case: since350, In: dashboardAndGateway, Key: key, Says: "60 days from now on", Steps: steps}
}

func valueIs(of cond.Condition) rows.ValueIs {
	return rows.ValueIs{Case: since350, In: dashboardAndGateway, If: of, Says: "no longer allowed", Steps: steps}
}

func TestKeysAreReportedAtTheirPlaceUnderTheNameThatTheirOwnerWrites(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ files, want string }{
		"a file":                               {"dashboard_config:\n  - {id: f, found: file, settings: {a: {old: 1}}}\n", "breaking dashboard_config f /settings/a/old: a.old: no longer read"},
		"Helm values of a component":           {"dashboard_config:\n  - {id: f, found: helm, settings: {a: {old: 1}}}\n", "breaking dashboard_config f /settings/a/old: dashboard_configuration.a.old: no longer read"},
		"Helm values of a gateway":             {"gateway_config:\n  - {id: f, found: helm, settings: {a: {old: 1}}}\n", "breaking gateway_config f /settings/a/old: a.old: no longer read"},
		"another name in Helm values":          {"gateway_config:\n  - {id: f, found: helm, names: {/a/old: gateway.old, /a/o: no}, settings: {a: {old: 1}}}\n", "breaking gateway_config f /settings/a/old: gateway.old: no longer read"},
		"a whole file in Helm values":          {"gateway_config:\n  - {id: f, found: configmap, names: {'': apisix.customizedConfig}, settings: {a: {old: 1}}}\n", "breaking gateway_config f /settings/a/old: apisix.customizedConfig.a.old: no longer read"},
		"values of a chart that depends on it": {"gateway_config:\n  - {id: f, found: helm, under: edge, names: {/a/old: gateway.old}, settings: {a: {old: 1}}}\n", "breaking gateway_config f /settings/a/old: edge.gateway.old: no longer read"},
		"the same of a component":              {"dashboard_config:\n  - {id: f, found: helm, under: cp, settings: {a: {old: 1}}}\n", "breaking dashboard_config f /settings/a/old: cp.dashboard_configuration.a.old: no longer read"},
		"an empty value":                       {"gateway_config:\n  - {id: f, settings: {a: {old: []}}}\n", "breaking gateway_config f /settings/a/old: a.old: no longer read"},
		"from the environment":                 {"gateway_config:\n  - {id: f, settings: {a: {old: {$unknown: x}}}}\n", "breaking gateway_config f /settings/a/old: a.old: no longer read"},
		"null":                                 {"gateway_config:\n  - {id: f, settings: {a: {old: null}}}\n", ""},
		"another key":                          {"gateway_config:\n  - {id: f, settings: {a: {new: 1}}}\n", ""},
		"another kind":                         {"portal_config:\n  - {id: f, settings: {a: {old: 1}}}\ngateway_config:\n  - {id: g, settings: {}}\n", ""},
		"no settings":                          {"gateway_config:\n  - {id: f, found: file}\n", ""},
		"around it, not a map at all":          {"gateway_config:\n  - {id: f, settings: {a: {}}}\n", ""},
		"a name that begins alike":             {"gateway_config:\n  - {id: f, found: helm, names: {/a/o: no, /a/old: gateway.old}, settings: {a: {old: 1}}}\n", "breaking gateway_config f /settings/a/old: gateway.old: no longer read"},
		"below what has a name":                {"gateway_config:\n  - {id: f, found: helm, names: {/a: b, /old: c}, settings: {a: {old: 1}}}\n", "breaking gateway_config f /settings/a/old: b.old: no longer read"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := run(t, keySet(), tt.files, 0)
			if diff := cmp.Diff(tt.want, strings.Join(lines(rep), "\n")); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if len(rep.Unexamined) > 0 {
				t.Errorf("unexamined: %+v", rep.Unexamined)
			}
		})
	}
}

func TestEachKeyOfAFileIsAFindingOfItsOwnAboutTheChange(t *testing.T) {
	t.Parallel()
	row := keySet()
	row.Keys = []string{"/a/old", "/a/older"}
	rep := run(t, row, "dashboard_config:\n  - {id: f, settings: {a: {old: 1, older: 2}}}\n", 0)
	want := []string{
		"breaking dashboard_config f /settings/a/old: a.old: no longer read",
		"breaking dashboard_config f /settings/a/older: a.older: no longer read",
	}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(lines(rep)))); diff != "" {
		t.Fatalf("findings (-want +got):\n%s", diff)
	}
	for f := range rep.Findings.All() {
		if f.Change != "3.5.0" || !slices.Equal(f.Catalogue, []string{since350.Entry}) || f.Remediation[0].Text != steps[0].Text {
			t.Errorf("%s: change %s, catalogue %v, steps %+v", f.Message, f.Change, f.Catalogue, f.Remediation)
		}
	}
}

func TestKeyBelowSomethingFromTheEnvironmentIsInDoubt(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]rule.Fact{"set": keySet(), "absent": keyAbsent("/a/old"), "value": valueIs(cond.True("/a/old"))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := run(t, row, "gateway_config:\n  - {id: f, settings: {a: {$unknown: environment variable A}}}\n", 0)
			if len(rep.Findings) > 0 || len(rep.Unexamined) != 1 || !strings.Contains(rep.Unexamined[0].Why, "environment variable A") {
				t.Errorf("findings %+v, unexamined %+v", rep.Findings.List(), rep.Unexamined)
			}
		})
	}
}

func TestAbsentKeysStandAtTheNearestPlaceAndSayWhoseDefaultCounts(t *testing.T) {
	t.Parallel()
	row := keyAbsent("/a/b/new")
	row.Default = rows.Default{Chart: "60"}
	const ofChart, ofProgram = "60 (from the chart)", "not documented (from the program that reads the file)"
	tests := map[string]struct{ file, at, evidence string }{
		"nothing":         {"{id: f, found: file, settings: {}}", "/settings", ofProgram},
		"something above": {"{id: f, found: file, settings: {a: {c: 1}}}", "/settings/a", ofProgram},
		"Helm":            {"{id: f, found: helm, settings: {a: {b: {}}}}", "/settings/a/b", ofChart},
		"deleted in Helm": {"{id: f, found: helm, settings: {a: {b: {new: null}}}}", "/settings/a/b/new", ofProgram},
		"null in a file":  {"{id: f, found: file, settings: {a: {b: {new: null}}}}", "/settings/a/b/new", ofProgram},
		"set":             {"{id: f, found: helm, settings: {a: {b: {new: 1}}}}", "", ""},
		"an empty text":   {"{id: f, found: file, settings: {a: {b: {new: ''}}}}", "/settings/a/b/new", ofProgram},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := run(t, row, "gateway_config:\n  - "+tt.file+"\n", 0)
			if tt.at == "" {
				if len(rep.Findings) > 0 {
					t.Errorf("found %+v", rep.Findings.List())
				}
				return
			}
			if len(rep.Findings) != 1 {
				t.Fatalf("%d findings", len(rep.Findings))
			}
			f := rep.Findings[0].Open()
			if _, at, _ := strings.Cut(f.Location.Where, "#"); at != tt.at || f.Message != "a.b.new: 60 days from now on" {
				t.Errorf("%q at %s, want it at %s", f.Message, at, tt.at)
			}
			if got := f.Evidence[len(f.Evidence)-1]; got != (report.Evidence{Name: "default", Value: tt.evidence}) {
				t.Errorf("%+v, want the default %s", got, tt.evidence)
			}
		})
	}
}

func TestConditionsAreAskedOfTheKeyOrOfTheSettings(t *testing.T) {
	t.Parallel()
	key, whole, absent := keySet(), valueIs(cond.Is("/a/mode", "bad")), keyAbsent("/a/new")
	key.If, absent.If = cond.Is("", "bad"), cond.True("/a/on")
	tests := map[string]struct {
		row            rule.Fact
		settings, want string
		doubt          string
	}{
		"its value":                  {key, "{a: {old: bad}}", "/settings/a/old: a.old: no longer read", ""},
		"another value":              {key, "{a: {old: good}}", "", ""},
		"a value from elsewhere":     {key, "{a: {old: {$unknown: x}}}", "", "a.old: cannot be read: its value is not in the file: x"},
		"the settings":               {whole, "{a: {mode: bad}}", "/settings/a/mode: a.mode: no longer allowed", ""},
		"other settings":             {whole, "{a: {mode: good}}", "", ""},
		"absent, and the condition":  {absent, "{a: {on: true}}", "/settings/a: a.new: 60 days from now on", ""},
		"absent, without it":         {absent, "{a: {on: false}}", "", ""},
		"not absent":                 {absent, "{a: {on: true, new: 1}}", "", ""},
		"absent, not all read":       {absent, "{a: {on: true}}, open: values that are not read", "", "a.new: not set in what was read, and there are values that are not read"},
		"absent, and nobody can say": {absent, "{a: {on: {$unknown: x}}}", "", "a.on: cannot be read: its value is not in the file: x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := run(t, tt.row, "gateway_config:\n  - {id: f, settings: "+tt.settings+"}\n", 0)
			want := []string{}
			if tt.want != "" {
				want = []string{"breaking gateway_config f " + tt.want}
			}
			if diff := cmp.Diff(want, lines(rep)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			var doubts []string
			for _, u := range rep.Unexamined {
				doubts = append(doubts, u.Why)
			}
			if got := strings.Join(doubts, "\n"); got != tt.doubt {
				t.Errorf("doubt %q, want %q", got, tt.doubt)
			}
		})
	}
}

func TestEvidenceNamesKeysAsTheirOwnerDoes(t *testing.T) {
	t.Parallel()
	row := keyAbsent("/a/new")
	row.If = cond.Some("/a/from", cond.Is("", "x"))
	rep := run(t, row, "dashboard_config:\n  - {id: f, found: helm, settings: {a: {from: [y, x]}}}\n", 0)
	if want := (report.Evidence{Name: "dashboard_configuration.a.from[1]", Value: "x"}); len(rep.Findings) != 1 || rep.Findings[0].Open().Evidence[0] != want {
		t.Errorf("findings %+v, want evidence %+v", rep.Findings.List(), want)
	}
}

func TestWhatTheInstalledReleaseHasAlreadyIsANotice(t *testing.T) {
	t.Parallel()
	gateways, values, plain, always := keySet(), keySet(), keySet(), keySet()
	plain.In, plain.Chart = []estate.Kind{estate.HelmValues}, version.GatewayChart
	gateways.Case.Gateways = true
	values.Case.Change = version.Since("3.10.2")
	values.In, values.Chart, values.Charts = []estate.Kind{estate.HelmValues}, version.GatewayChart, version.Since("3.10.3")
	always.Case.Change = version.Change{}
	const file = "gateway_config:\n  - {id: f, settings: {a: {old: 1}}}\n"
	helm := func(more string) string {
		return "helm_values:\n  - {id: f, chart: gateway, " + more + "settings: {a: {old: 1}}}\n"
	}
	tests := map[string]struct {
		row            rows.KeySet
		applies        rule.Applies
		path, files    string
		severity, note string
	}{
		"gained":                          {keySet(), rule.Reaching, "from: 3.4.1, to: 3.7.3", file, "breaking", ""},
		"there already":                   {keySet(), rule.Reaching, "from: 3.5.0, to: 3.7.3", file, "notice", "3.5.0 already has this change"},
		"older gateways, another's rule":  {keySet(), rule.Reaching, "from: 3.5.0, to: 3.7.3, gateways: 3.4.1", file, "notice", "3.5.0 already has"},
		"older gateways":                  {gateways, rule.Reaching, "from: 3.5.0, to: 3.7.3, gateways: 3.4.1", file, "breaking", ""},
		"newer gateways":                  {gateways, rule.Reaching, "from: 3.4.1, to: 3.7.3, gateways: 3.6.0", file, "breaking", ""},
		"without a change":                {always, rule.Always, "from: 3.5.0, to: 3.7.3", file, "breaking", ""},
		"file of a chart":                 {keySet(), rule.Reaching, "from: 3.5.0, to: 3.7.3", "gateway_config:\n  - {id: f, found: helm, chart: gateway, chart_version: 0.2.5, settings: {a: {old: 1}}}\n", "notice", "3.5.0 already has"},
		"values, whatever the chart":      {plain, rule.Reaching, "from: 3.5.0, to: 3.7.3", helm("chart_version: 0.2.5, "), "notice", "3.5.0 already has"},
		"chart without it":                {values, rule.Reaching, "from: 3.10.2, to: 3.10.5", helm("chart_version: 3.10.2, "), "breaking", ""},
		"chart with it":                   {values, rule.Reaching, "from: 3.10.2, to: 3.10.5", helm("chart_version: 3.10.3, "), "notice", "chart gateway 3.10.3 already has"},
		"unknown chart of such a release": {values, rule.Reaching, "from: 3.10.2, to: 3.10.5", helm(""), "breaking", ""},
		"unknown chart of a later one":    {values, rule.Reaching, "from: 3.10.3, to: 3.10.5", helm(""), "notice", "3.10.3 already has"},
		"unknown chart of an earlier one": {values, rule.Reaching, "from: 3.10.1, to: 3.10.5", helm(""), "breaking", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := judged(t, tt.applies, tt.row, "upgrade: {"+tt.path+"}\n"+tt.files, 0)
			if len(rep.Findings) != 1 {
				t.Fatalf("%d findings", len(rep.Findings))
			}
			f := rep.Findings[0].Open()
			said := slices.ContainsFunc(f.Evidence, func(e report.Evidence) bool { return e.Name == "not new" })
			if f.Severity != tt.severity || said != (tt.note != "") || said && !strings.HasPrefix(f.Evidence[len(f.Evidence)-1].Value, tt.note) {
				t.Errorf("%s with %+v, want %s with %q", f.Severity, f.Evidence, tt.severity, tt.note)
			}
		})
	}
}

func TestWhatTheChartWroteItselfIsNobodysSetting(t *testing.T) {
	t.Parallel()
	const byChart, whole = "chart: gateway, chart_version: 0.2.4, ", "names: {'': apisix.customizedConfig}, "
	tests := map[string]struct {
		severity         rule.Severity
		found, more      string
		want, perhapsNot string
	}{
		"a file":                                    {rule.Warning, "file", byChart, "warning", ""},
		"a ConfigMap":                               {rule.Warning, "configmap", "", "notice", "perhaps not yours"},
		"a ConfigMap of a chart":                    {rule.Warning, "configmap", byChart, "notice", "perhaps not yours"},
		"a whole file in values":                    {rule.Warning, "configmap", byChart + whole, "warning", ""},
		"what is a notice, of a file":               {rule.Notice, "file", byChart, "notice", ""},
		"what is a notice, of a ConfigMap":          {rule.Notice, "configmap", "", "notice", "perhaps not yours"},
		"what is a notice, of a ConfigMap by chart": {rule.Notice, "configmap", byChart, "", ""},
		"an unpacked chart":                         {rule.Warning, "helm", byChart + "unpacked: true, ", "notice", "perhaps not yours"},
		"values of somebody":                        {rule.Warning, "helm", byChart, "warning", ""},
		"what is a notice, of an unpacked chart":    {rule.Notice, "helm", byChart + "unpacked: true, ", "", ""},
		"what is a notice, of a whole file":         {rule.Notice, "configmap", byChart + whole, "notice", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := keySet()
			row.WrittenByChart, row.Severity = true, tt.severity
			var severity string
			var evidence []string
			for _, f := range run(t, row, "gateway_config:\n  - {id: f, found: "+tt.found+", "+tt.more+"settings: {a: {old: 1}}}\n", 0).Findings.List() {
				severity = f.Severity
				for _, e := range f.Evidence {
					evidence = append(evidence, e.Name)
				}
			}
			if severity != tt.want || strings.Join(evidence, ", ") != tt.perhapsNot {
				t.Errorf("%q with %q, want %q with %q", severity, evidence, tt.want, tt.perhapsNot)
			}
		})
	}
}

func TestWhatIsInstalledAlreadyLeavesNoDoubt(t *testing.T) {
	t.Parallel()
	row := keySet()
	row.If = cond.Is("", "bad")
	for from, want := range map[string]int{"3.4.1": 1, "3.5.0": 0} {
		rep := judged(t, rule.Reaching, row, "upgrade: {from: "+from+", to: 3.7.3}\ngateway_config:\n  - {id: f, settings: {a: {old: {$unknown: x}}}}\n", 0)
		if got := len(rep.Unexamined); got != want {
			t.Errorf("from %s: %d doubts, want %d", from, got, want)
		}
	}
}

func TestWhatWasGoodToKnowIsNotSaidAgain(t *testing.T) {
	t.Parallel()
	own, mild, absent := keySet(), keySet(), keyAbsent("/a/new")
	own.Severity = rule.Notice
	tests := map[string]struct {
		row      rule.Fact
		severity rule.Severity // of the rule
		from     string
		want     string
	}{
		"a notice":                      {own, rule.Breaking, "3.4.1", "notice"},
		"a notice, there already":       {own, rule.Breaking, "3.5.0", ""},
		"the rule's notice":             {mild, rule.Notice, "3.4.1", "notice"},
		"the rule's, there already":     {mild, rule.Notice, "3.5.0", ""},
		"a default":                     {absent, rule.Warning, "3.4.1", "warning"},
		"a default, changed already":    {absent, rule.Warning, "3.5.0", ""},
		"a warning, there already":      {mild, rule.Warning, "3.5.0", "notice"},
		"a notice of a rule that warns": {own, rule.Warning, "3.4.1", "notice"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := judgedAs(t, tt.severity, rule.Reaching, tt.row, "upgrade: {from: "+tt.from+", to: 3.7.3}\ngateway_config:\n  - {id: f, settings: {a: {old: 1}}}\n", 0)
			var got []string
			for i := range rep.Findings {
				got = append(got, rep.Findings[i].Open().Severity)
			}
			if said := strings.Join(got, " "); said != tt.want {
				t.Errorf("%q, want %q", said, tt.want)
			}
		})
	}
}

func TestKeysThatTheChartWroteByItselfAreNotices(t *testing.T) {
	t.Parallel()
	row := keySet()
	row.WrittenByChart = true
	for found, want := range map[string]string{"configmap": "notice", "file": "breaking", "helm": "breaking"} {
		rep := run(t, row, "dashboard_config:\n  - {id: f, found: "+found+", settings: {a: {old: 1}}}\n", 0)
		if len(rep.Findings) != 1 || rep.Findings[0].Open().Severity != want {
			t.Fatalf("%s: %+v, want one %s", found, rep.Findings.List(), want)
		}
		said := slices.ContainsFunc(rep.Findings[0].Open().Evidence, func(e report.Evidence) bool {
			return e.Name == "perhaps not yours" && strings.Contains(e.Value, "wrote this key by itself")
		})
		if said != (want == "notice") {
			t.Errorf("%s: evidence %+v", found, rep.Findings[0].Open().Evidence)
		}
	}
}

func TestRowAboutValuesOfOneChartLooksAtNoOther(t *testing.T) {
	t.Parallel()
	row := keySet()
	row.In, row.Chart = []estate.Kind{estate.HelmValues}, version.GatewayChart
	rep := run(t, row, "helm_values:\n  - {id: f, chart: api7ee3, settings: {a: {old: 1}}}\n", 0)
	if len(rep.Findings) > 0 {
		t.Errorf("found %+v", rep.Findings.List())
	}
}

func TestRowAboutImagesHasPointersIntoTheImage(t *testing.T) {
	t.Parallel()
	row := keySet()
	row.In, row.Keys = []estate.Kind{estate.Image}, []string{"/environment/A_B"}
	rep := run(t, row, "image:\n  - {id: i, component: gateway, environment: {A_B: x}}\n", 0)
	if diff := cmp.Diff([]string{"breaking image i /environment/A_B: environment.A_B: no longer read"}, lines(rep)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
