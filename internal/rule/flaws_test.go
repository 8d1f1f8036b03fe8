package rule_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// sound returns a rule with this row and otherwise without flaws.
func sound(row rule.Fact) *rule.Rule {
	return &rule.Rule{
		ID: "some-rule", Title: "t", Action: "set it", Severity: rule.Warning, Applies: rule.Crossing,
		Confidence: rule.Confirmed, Facts: []rule.Fact{row},
	}
}

// remindingOnly returns a rule with this reminder and otherwise without flaws.
func remindingOnly(row rows.Reminder) *rule.Rule {
	r := sound(row)
	r.Action = ""
	return r
}

func attachedRow() rows.Attached {
	return rows.Attached{Case: since("R-1", "3.5.0", ""), Plugins: []string{"cors"}, Says: "is gone", Steps: rule.Beforehand("do")}
}

func keySetRow() rows.KeySet {
	return rows.KeySet{Case: since("R-1", "3.5.0", ""), In: []estate.Kind{estate.GatewayConfig}, Keys: []string{"/a"}, Says: "is gone", Steps: rule.Beforehand("do")}
}

func reminderRow() rows.Reminder {
	return rows.Reminder{Case: since("R-1", "3.5.0", ""), Title: "look", Why: "because", Steps: rule.Beforehand("do")}
}

// refused checks that the rule has exactly one flaw, which begins with want; none if want is empty.
func refused(t *testing.T, r *rule.Rule, want string) {
	t.Helper()
	switch got := r.Flaws(); {
	case want == "" && len(got) > 0:
		t.Errorf("refused: %q", got)
	case want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], want)):
		t.Errorf("flaws %q, want one, %q", got, want)
	}
}

func TestAttachedRowsThatWouldPanicOrSayNothingAreRefused(t *testing.T) {
	t.Parallel()
	patch := func(op, path string, value any) func(*rows.Attached) {
		return func(a *rows.Attached) { a.Patch = []remedy.PatchOp{{Op: op, Path: path, Value: value}} }
	}
	tests := map[string]struct {
		spoil func(*rows.Attached)
		want  string
	}{
		"sound":                {func(*rows.Attached) {}, ""},
		"no plugin":            {func(a *rows.Attached) { a.Plugins = nil }, "row 1 (R-1): Plugins: none"},
		"nameless plugin":      {func(a *rows.Attached) { a.Plugins = []string{""} }, "row 1 (R-1): Plugins: a name is empty"},
		"plugin twice":         {func(a *rows.Attached) { a.Plugins = []string{"a", "b", "a"} }, "row 1 (R-1): Plugins: a is there twice"},
		"kind without plugins": {func(a *rows.Attached) { a.On = []estate.Kind{estate.Route, estate.Upstream} }, "row 1 (R-1): On: no upstream can carry a plugin"},
		"no message":           {func(a *rows.Attached) { a.Says = "" }, "row 1 (R-1): Says: nothing"},
		"no severity there is": {func(a *rows.Attached) { a.Severity = rule.Breaking + 1 }, "row 1 (R-1): Severity: "},
		"its own action":       {func(a *rows.Attached) { a.Action = "set it" }, ""},
		"an action, no verb":   {func(a *rows.Attached) { a.Action = "gone" }, `row 1 (R-1): Action: "gone", want one of these verbs first`},
		"a release to weigh":   {func(a *rows.Attached) { a.Weigh, a.Case.Until = true, version.Since("3.6.0") }, ""},
		"none to weigh":        {func(a *rows.Attached) { a.Weigh = true }, "row 1 (R-1): Weigh: Case.Until names no release"},
		"two actions": {
			func(a *rows.Attached) { a.Weigh, a.Action, a.Case.Until = true, "set it", version.Since("3.6.0") },
			`row 1 (R-1): Action: "set it", and Weigh makes one`,
		},
		"no step":              {func(a *rows.Attached) { a.Steps = nil }, "row 1 (R-1): Steps: none"},
		"step without a text":  {func(a *rows.Attached) { a.Steps = []rule.Step{{When: rule.After}} }, "row 1 (R-1): Steps: step 1 has no text"},
		"step without a phase": {func(a *rows.Attached) { a.Steps = []rule.Step{{When: rule.Before, Text: "a"}, {Text: "b"}} }, `row 1 (R-1): Steps: step 2 is for ""`},
		"patch":                {patch("add", "/a", false), ""},
		"patch of the whole":   {patch("replace", "", "x"), ""},
		"patch that removes":   {patch("remove", "/a", nil), ""},
		"no operation":         {patch("put", "/a", 1), `row 1 (R-1): Patch: operation 1 is "put"`},
		"no pointer":           {patch("add", "a", 1), `row 1 (R-1): Patch: operation 1 has the path "a"`},
		"no value":             {patch("add", "/a", nil), "row 1 (R-1): Patch: operation 1 wants a value"},
		"no entry":             {func(a *rows.Attached) { a.Case.Entry = "" }, "row 1 (): Case.Entry: "},
		"no change":            {func(a *rows.Attached) { a.Case.Change = version.Change{} }, "row 1 (R-1): Case.Change: names no release"},
		"an end before its beginning": {
			func(a *rows.Attached) { a.Case.Until = version.Since("3.4.0") },
			"row 1 (R-1): Case.Change, Case.Until: no known release has the change",
		},
		"no confidence there is": {func(a *rows.Attached) { a.Case.Confidence = "sure" }, `row 1 (R-1): Case.Confidence: "sure"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := attachedRow()
			tt.spoil(&row)
			refused(t, sound(row), tt.want)
		})
	}
}

// TestAPatchWithoutAStepIsRefused: the patch is shown by the first step, so there must be one.
func TestAPatchWithoutAStepIsRefused(t *testing.T) {
	t.Parallel()
	row := attachedRow()
	row.Steps, row.Patch = nil, []remedy.PatchOp{{Op: "remove", Path: "/a"}}
	if got := strings.Join(sound(row).Flaws(), "\n"); !strings.Contains(got, "row 1 (R-1): Patch: there is no step to show it") {
		t.Errorf("flaws %q", got)
	}
}

func TestRowsOfFilesThatSayNothingAreRefused(t *testing.T) {
	t.Parallel()
	helm := []estate.Kind{estate.DashboardConfig, estate.HelmValues}
	tests := map[string]struct {
		spoil func(*rows.KeySet)
		want  string
	}{
		"sound": {func(*rows.KeySet) {}, ""},
		"Helm values": {func(c *rows.KeySet) {
			c.In, c.Chart, c.Charts = helm, version.ControlPlaneChart, version.Since("0.17.3")
		}, ""},
		"no file":                {func(c *rows.KeySet) { c.In = nil }, "row 1 (R-1): In: no kind of file"},
		"no file of these":       {func(c *rows.KeySet) { c.In = []estate.Kind{estate.Route} }, "row 1 (R-1): In: route is no kind of file"},
		"a file twice":           {func(c *rows.KeySet) { c.In = append(c.In, c.In...) }, "row 1 (R-1): In: gateway_config is there twice"},
		"no chart":               {func(c *rows.KeySet) { c.In = helm }, `row 1 (R-1): Chart: "" is none`},
		"another chart":          {func(c *rows.KeySet) { c.In, c.Chart = helm, "nginx" }, `row 1 (R-1): Chart: "nginx" is none`},
		"a chart, and no values": {func(c *rows.KeySet) { c.Chart = version.GatewayChart }, "row 1 (R-1): Chart, Charts: In has no Helm values"},
		"charts, and no values":  {func(c *rows.KeySet) { c.Charts = version.Since("0.17.3") }, "row 1 (R-1): Chart, Charts: In has no Helm values"},
		"nothing to ask":         {func(c *rows.KeySet) { c.Keys = nil }, "row 1 (R-1): Keys: none"},
		"no pointer":             {func(c *rows.KeySet) { c.Keys = []string{"a"} }, `row 1 (R-1): Keys: "a", want a JSON pointer`},
		"empty pointer":          {func(c *rows.KeySet) { c.Keys = []string{""} }, `row 1 (R-1): Keys: "", want a JSON pointer`},
		"no message":             {func(c *rows.KeySet) { c.Says = "" }, "row 1 (R-1): Says: nothing"},
		"no step":                {func(c *rows.KeySet) { c.Steps = nil }, "row 1 (R-1): Steps: none"},
		"its own action":         {func(c *rows.KeySet) { c.Action = "set it" }, ""},
		"an action, no verb":     {func(c *rows.KeySet) { c.Action = "gone" }, `row 1 (R-1): Action: "gone", want one of these verbs first`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := keySetRow()
			tt.spoil(&row)
			refused(t, sound(row), tt.want)
		})
	}
	absent := rows.KeyAbsent{Case: since("R-1", "3.5.0", ""), In: []estate.Kind{estate.GatewayConfig}, Key: "a.b", Says: "is gone", Steps: rule.Beforehand("do")}
	refused(t, sound(absent), `row 1 (R-1): Key: "a.b", want a JSON pointer`)
	absent.Key = "/a/b"
	refused(t, sound(absent), "")
	value := rows.ValueIs{Case: absent.Case, In: absent.In, Says: absent.Says, Steps: absent.Steps}
	refused(t, sound(value), "row 1 (R-1): If: nil")
	value.If = cond.Has("/a")
	refused(t, sound(value), "")
}

func TestRemindersThatNothingCanShowAreRefused(t *testing.T) {
	t.Parallel()
	body := func(*estate.Resource) bool { return true }
	sign := func(s rows.Sign) func(*rows.Reminder) { return func(m *rows.Reminder) { m.If = []rows.Sign{s} } }
	tests := map[string]struct {
		spoil func(*rows.Reminder)
		want  string
	}{
		"sound":                {func(*rows.Reminder) {}, ""},
		"plugins":              {sign(rows.Sign{Plugins: []string{"a"}, Conf: cond.Has("/a")}), ""},
		"a kind":               {sign(rows.Sign{Kind: estate.Database, Body: body}), ""},
		"no sign of a sign":    {sign(rows.Sign{}), "row 1 (R-1): If: sign 1 has neither Plugins nor a Kind"},
		"conf of no plugin":    {sign(rows.Sign{Kind: estate.Database, Conf: cond.Has("/a")}), "row 1 (R-1): If: sign 1 has Conf, and no Plugins"},
		"body of no kind":      {sign(rows.Sign{Plugins: []string{"a"}, Body: body}), "row 1 (R-1): If: sign 1 has Body, and no Kind"},
		"no title":             {func(m *rows.Reminder) { m.Title = "" }, "row 1 (R-1): Title: "},
		"a title of two lines": {func(m *rows.Reminder) { m.Title = "a\nb" }, "row 1 (R-1): Title: "},
		"no reason":            {func(m *rows.Reminder) { m.Why = "" }, "row 1 (R-1): Why: nothing"},
		"no step":              {func(m *rows.Reminder) { m.Steps = nil }, "row 1 (R-1): Steps: none"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := reminderRow()
			tt.spoil(&row)
			refused(t, remindingOnly(row), tt.want)
		})
	}
}

func TestRulesThatAreNotCompleteAreRefused(t *testing.T) {
	t.Parallel()
	start := func(*rule.Pass) {}
	own := func(r *rule.Rule) {
		r.Facts, r.Start, r.Change, r.Catalogue = nil, start, version.Since("3.5.0"), []string{"R-1"}
	}
	tests := map[string]struct {
		spoil func(*rule.Rule)
		want  string
	}{
		"sound":                       {func(*rule.Rule) {}, ""},
		"its own":                     {own, ""},
		"always":                      {func(r *rule.Rule) { own(r); r.Applies, r.Change = rule.Always, version.Change{} }, ""},
		"by hand":                     {func(r *rule.Rule) { own(r); r.Start, r.Manual, r.Action = nil, rule.Beforehand("look"), "" }, ""},
		"rows beside a start":         {func(r *rule.Rule) { r.Start, r.Change = start, version.Since("3.5.0") }, ""},
		"id":                          {func(r *rule.Rule) { r.ID = "Some" }, `ID: "Some", want lower-case words`},
		"title":                       {func(r *rule.Rule) { r.Title = "" }, "Title: "},
		"severity":                    {func(r *rule.Rule) { r.Severity = 0 }, "Severity: "},
		"no severity there is":        {func(r *rule.Rule) { r.Severity = rule.Breaking + 1 }, "Severity: "},
		"timing":                      {func(r *rule.Rule) { r.Timing = "later" }, "Timing: "},
		"confidence":                  {func(r *rule.Rule) { r.Confidence = "" }, "Confidence: "},
		"catalogue":                   {func(r *rule.Rule) { own(r); r.Catalogue = nil }, "Catalogue: names no entry"},
		"an empty entry":              {func(r *rule.Rule) { r.Catalogue = []string{""} }, "Catalogue: an id is empty"},
		"nothing to judge":            {func(r *rule.Rule) { own(r); r.Start, r.Action = nil, "" }, "Start, Facts, Manual: "},
		"steps beside a start":        {func(r *rule.Rule) { own(r); r.Manual = rule.Beforehand("look") }, "Start, Facts, Manual: "},
		"steps without a text":        {func(r *rule.Rule) { own(r); r.Start, r.Manual, r.Action = nil, rule.Beforehand(""), "" }, "Manual: step 1 has no text"},
		"a start without a change":    {func(r *rule.Rule) { r.Start = start }, "Change: names no release"},
		"a change beside rows":        {func(r *rule.Rule) { r.Change = version.Since("3.5.0") }, "Change: nothing is judged by it"},
		"a change that always counts": {func(r *rule.Rule) { own(r); r.Applies = rule.Always }, "Change: nothing is judged by it"},
		"no row":                      {func(r *rule.Rule) { r.Facts = append(r.Facts, nil) }, "row 2: is nil"},
		"an end alone": {func(r *rule.Rule) {
			row := attachedRow()
			r.Applies, row.Case.Change, row.Case.Until = rule.Always, version.Change{}, version.Since("3.5.0")
			r.Facts = rule.Facts(row)
		}, "row 1 (R-1): Case.Until: ends a change that has no beginning"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := sound(attachedRow())
			tt.spoil(r)
			refused(t, r, tt.want)
		})
	}
	applies := sound(attachedRow())
	applies.Applies = 0
	if got := strings.Join(applies.Flaws(), "\n"); !strings.Contains(got, "Applies: want Crossing") {
		t.Errorf("flaws %q", got)
	}
}
