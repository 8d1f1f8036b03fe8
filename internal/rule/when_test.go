package rule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// since returns a case of an entry; until, if not empty, is the release that ends it.
func since(entry, change, until string) rule.Case {
	c := rule.Case{Entry: entry, Change: version.Since(change)}
	if until != "" {
		c.Until = version.Since(until)
	}
	return c
}

// reminders returns a rule with a reminder for each of these cases.
func reminders(a rule.Applies, cases ...rule.Case) *rule.Rule {
	r := &rule.Rule{Applies: a}
	for _, c := range cases {
		r.Facts = append(r.Facts, rows.Reminder{Case: c})
	}
	return r
}

func TestWhenSaysOnWhichUpgradesARuleIsJudged(t *testing.T) {
	t.Parallel()
	start := func(*rule.Pass) {}
	later, gateways := since("a", "3.8.0", ""), since("a", "3.8.14", "")
	later.FromAtLeast, gateways.Gateways = version.Since("3.5.0"), true
	laterGateways := gateways
	laterGateways.FromAtLeast = version.Since("3.9.13")
	tests := map[string]struct {
		r    *rule.Rule
		want string
	}{
		"always":                     {&rule.Rule{Applies: rule.Always, Start: start}, "every upgrade"},
		"crossing two lines":         {&rule.Rule{Applies: rule.Crossing, Change: version.Since("3.8.22", "3.9.2"), Start: start}, "upgrades over 3.8.22, 3.9.2"},
		"reaching":                   {&rule.Rule{Applies: rule.Reaching, Change: version.Since("3.9.2"), Start: start}, "targets from 3.9.2"},
		"one row":                    {reminders(rule.Crossing, since("a", "3.5.0", "")), "upgrades over 3.5.0"},
		"a defect":                   {reminders(rule.Reaching, since("a", "3.8.5", "3.9.2")), "targets from 3.8.5 until 3.9.2"},
		"a defect that comes":        {reminders(rule.Crossing, since("a", "3.8.5", "3.9.2")), "upgrades over 3.8.5 until 3.9.2"},
		"some sources":               {reminders(rule.Crossing, later), "upgrades over 3.8.0, where 3.5.0 or later is installed"},
		"gateways":                   {reminders(rule.Crossing, gateways), "upgrades of gateways over 3.8.14"},
		"gateways of some sources":   {reminders(rule.Reaching, laterGateways), "targets from 3.8.14, where gateways of 3.9.13 or later are installed"},
		"rows alike":                 {reminders(rule.Crossing, since("a", "3.5.0", ""), since("b", "3.5.0", "")), "upgrades over 3.5.0"},
		"two changes":                {reminders(rule.Crossing, since("a", "3.5.0", ""), since("b", "3.4.0", "")), "upgrades over one of 2 changes between 3.4.0 and 3.5.0"},
		"one entry twice":            {reminders(rule.Reaching, since("a", "3.5.0", ""), since("a", "3.6.0", ""), since("b", "3.4.0", "")), "targets with one of 2 changes between 3.4.0 and 3.6.0"},
		"one release, two ends":      {reminders(rule.Reaching, since("a", "3.5.0", ""), since("b", "3.5.0", "3.6.0")), "targets with one of 2 changes of 3.5.0"},
		"gateways and control plane": {reminders(rule.Crossing, gateways, since("b", "3.5.0", "")), "upgrades over one of 2 changes between 3.5.0 and 3.8.14"},
		"gateways twice":             {reminders(rule.Crossing, gateways, laterGateways), "upgrades of gateways over a change of 3.8.14"},
		"a row that decides":         {reminders(rule.Always, since("a", "3.5.0", "3.5.2")), "every upgrade"},
		"rows that decide":           {reminders(rule.Always, since("a", "3.5.0", "3.5.2"), since("b", "3.7.0", "")), "every upgrade"},
		"rows beside a start": {
			&rule.Rule{Applies: rule.Crossing, Change: version.Since("3.7.0"), Start: start, Facts: rule.Facts(rows.Reminder{Case: since("a", "3.5.0", "")})},
			"upgrades over one of 2 changes between 3.5.0 and 3.7.0",
		},
	}
	for name, tt := range tests {
		if got := tt.r.When(); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestRowsSayWhatEachChangeIsAboutOnce(t *testing.T) {
	t.Parallel()
	r := &rule.Rule{Applies: rule.Reaching, Change: version.Since("3.7.0"), Start: func(*rule.Pass) {}, Facts: rule.Facts(
		rows.KeySet{Case: since("a", "3.10.2", ""), Chart: version.GatewayChart, Charts: version.Since("3.10.3")},
		rows.KeySet{Case: since("a", "3.10.2", ""), Chart: version.GatewayChart},
		rows.KeySet{Case: since("a", "3.10.2", "")},
		rows.KeySet{Case: since("b", "3.9.0", "3.9.1")},
	)}
	want := []rule.Row{
		{"", "targets from 3.7.0"},
		{"a", "targets from 3.10.2 (chart gateway 3.10.3)"},
		{"a", "targets from 3.10.2"},
		{"b", "targets from 3.9.0 until 3.9.1"},
	}
	if diff := cmp.Diff(want, r.Rows()); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	decides := reminders(rule.Always, since("a", "3.5.0", "3.5.2"))
	if diff := cmp.Diff([]rule.Row{{"a", "releases from 3.5.0 until 3.5.2"}}, decides.Rows()); diff != "" {
		t.Errorf("rows of a rule that sees every path (-want +got):\n%s", diff)
	}
}

// TestARuleJudgesAnEntryWhereItsRowsDo: a rule may cover an entry on fewer paths than the entry itself counts on.
func TestARuleJudgesAnEntryWhereItsRowsDo(t *testing.T) {
	t.Parallel()
	later := since("later", "3.8.0", "")
	later.FromAtLeast = version.Since("3.5.0")
	r := reminders(rule.Crossing, since("early", "3.6.0", ""), later)
	withStart := &rule.Rule{Applies: rule.Crossing, Change: version.Since("3.7.0"), Catalogue: []string{"own"}, Start: func(*rule.Pass) {}, Facts: r.Facts}
	beside := &rule.Rule{Applies: rule.Crossing, Catalogue: []string{"beside"}, Facts: r.Facts}
	tests := map[string]struct {
		r        *rule.Rule
		entry    string
		from, to string
		want     bool
	}{
		"its row":                        {r, "early", "3.5.0", "3.6.0", true},
		"another row":                    {r, "early", "3.7.0", "3.8.0", false},
		"a source that it is not about":  {r, "later", "3.4.1", "3.8.0", false},
		"a source that it is about":      {r, "later", "3.5.0", "3.8.0", true},
		"none of its entries":            {r, "other", "3.5.0", "3.8.0", false},
		"its own change":                 {withStart, "own", "3.6.0", "3.7.0", true},
		"its own, where only a row is":   {withStart, "own", "3.7.0", "3.8.0", false},
		"an entry of all its rows":       {beside, "beside", "3.5.0", "3.6.0", true},
		"an entry of all, and none does": {beside, "beside", "3.8.0", "3.9.0", false},
	}
	for name, tt := range tests {
		if got := tt.r.Judges(tt.entry, path(tt.from, tt.to)); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestRowsOnAPathAreThoseThatCountThere(t *testing.T) {
	t.Parallel()
	own := &rule.Rule{Applies: rule.Crossing, Change: version.Since("3.7.0"), Start: func(*rule.Pass) {}}
	early := func(a rule.Applies) *rule.Rule {
		return reminders(a, since("a", "3.6.0", "3.8.0"), since("b", "3.8.0", ""))
	}
	tests := map[string]struct {
		r        *rule.Rule
		from, to string
		want     []string
	}{
		"gained":                        {early(rule.Crossing), "3.5.0", "3.7.0", []string{"a"}},
		"gained before":                 {early(rule.Crossing), "3.6.0", "3.7.0", nil},
		"of the target":                 {early(rule.Reaching), "3.6.0", "3.7.0", []string{"a"}},
		"its own":                       {own, "3.6.0", "3.7.0", []string{""}},
		"its own, elsewhere":            {own, "3.7.0", "3.8.0", nil},
		"always, in the target":         {early(rule.Always), "3.5.0", "3.7.0", []string{"a"}},
		"always, fixed in the target":   {early(rule.Always), "3.5.0", "3.8.0", []string{"b"}},
		"always, not yet in the target": {early(rule.Always), "3.4.0", "3.5.0", nil},
		"always, of every release":      {reminders(rule.Always, rule.Case{Entry: "a"}), "3.4.0", "3.5.0", []string{"a"}},
	}
	for name, tt := range tests {
		var got []string
		for _, row := range tt.r.RowsOn(path(tt.from, tt.to)) {
			got = append(got, row.Entry)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
