package rule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func path(from, to string) version.Path {
	return version.Path{From: version.MustParse(from), To: version.MustParse(to)}
}

// mark is a row that records that it was started.
type mark struct {
	about rule.Case
	seen  *[]string
}

func (m mark) About() rule.Case { return m.about }

func (m mark) Watch(*rule.Pass) { *m.seen = append(*m.seen, m.about.Entry) }

func TestRowIsJudgedOnPathsThatItsWindowConcerns(t *testing.T) {
	t.Parallel()
	fixed := rule.Case{Change: version.Since("3.8.22", "3.9.2")}                                        // fixed in two lines
	broken := rule.Case{Change: version.Since("3.8.5"), Until: version.Since("3.8.22", "3.9.2")}        // a defect between
	early := rule.Case{Change: version.Since("3.3.0", "3.4.0"), Until: version.Since("3.3.3", "3.4.1")} // a defect in two lines at once
	single := rule.Case{Change: version.Since("3.9.13"), Until: version.Since("3.9.14")}                // one release alone
	always := rule.Case{}                                                                               // every release
	twoLines := rule.Case{Change: version.Since("3.7.3", "3.8.0")}                                      // the newer line has it from the start
	tests := map[string]struct {
		about              rule.Case
		from, to           string
		crossing, reaching bool
	}{
		"below in its line":                  {fixed, "3.8.20", "3.8.21", false, false},
		"at the first of its line":           {fixed, "3.8.21", "3.8.22", true, true},
		"to a newer line that lacks it":      {fixed, "3.8.21", "3.9.1", false, false},
		"to a newer line that has it":        {fixed, "3.8.21", "3.9.2", true, true},
		"had it, and loses it":               {fixed, "3.8.22", "3.9.1", false, false},
		"had it, and keeps it":               {fixed, "3.8.22", "3.9.2", false, true},
		"over all lines":                     {fixed, "3.4.1", "3.10.0", true, true},
		"after it":                           {fixed, "3.10.0", "3.10.5", false, true},
		"a patch is its release":             {fixed, "3.8.21", "3.9.10-patch.1", true, true},
		"a candidate is its release":         {fixed, "3.8.21", "3.8.22-rc.1", true, true},
		"into the defect":                    {broken, "3.8.4", "3.8.5", true, true},
		"inside the defect":                  {broken, "3.8.5", "3.8.21", false, true},
		"out of the defect":                  {broken, "3.8.21", "3.8.22", false, false},
		"over the defect":                    {broken, "3.8.4", "3.8.22", false, false},
		"fixed, and back into the defect":    {broken, "3.8.22", "3.9.1", true, true},
		"fixed to fixed":                     {broken, "3.8.22", "3.9.2", false, false},
		"into the defect on the newer line":  {broken, "3.8.4", "3.9.0", true, true},
		"from an older line, over it":        {broken, "3.7.8", "3.9.2", false, false},
		"both lines: the older":              {early, "3.2.16.7", "3.3.2", true, true},
		"both lines: the newer":              {early, "3.2.16.7", "3.4.0", true, true},
		"both lines: fixed to broken":        {early, "3.3.3", "3.4.0", true, true},
		"both lines: beyond":                 {early, "3.2.16.7", "3.5.0", false, false},
		"one release":                        {single, "3.9.12", "3.9.13", true, true},
		"one release, left":                  {single, "3.9.13", "3.9.14", false, false},
		"one release, left for another line": {single, "3.9.13", "3.10.0", false, false},
		"every release, from anywhere":       {always, "3.8.21", "3.8.22", false, true},
		"older line before it":               {twoLines, "3.7.2", "3.7.3", true, true},
		"older line, to the newer":           {twoLines, "3.7.2", "3.8.0", true, true},
		"older line has it":                  {twoLines, "3.7.3", "3.8.0", false, true},
		"older than both lines":              {twoLines, "3.6.1", "3.7.2", false, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for applies, want := range map[rule.Applies]bool{rule.Crossing: tt.crossing, rule.Reaching: tt.reaching, rule.Always: true, 0: false} {
				var seen []string
				r := &rule.Rule{Applies: applies, Facts: []rule.Fact{mark{tt.about, &seen}}}
				p := path(tt.from, tt.to)
				if got := r.On(p); got != want {
					t.Errorf("applies %d, %s to %s: on is %v, want %v", applies, tt.from, tt.to, got, want)
				}
				r.Begin(p, rule.Engine{})
				if (len(seen) == 1) != want {
					t.Errorf("applies %d, %s to %s: %d rows watch, want it to be %v", applies, tt.from, tt.to, len(seen), want)
				}
			}
		})
	}
}

func TestOnlyConcernedRowsWatch(t *testing.T) {
	t.Parallel()
	var seen []string
	row := func(entry, since string) mark {
		return mark{rule.Case{Entry: entry, Change: version.Since(since)}, &seen}
	}
	r := &rule.Rule{
		Applies: rule.Crossing, Change: version.Since("3.7.0"), Catalogue: []string{"own"},
		Start: func(*rule.Pass) { seen = append(seen, "start") },
		Facts: []rule.Fact{row("a", "3.5.0"), row("b", "3.6.0"), row("a", "3.8.0")},
	}
	for p, want := range map[version.Path][]string{
		path("3.4.1", "3.5.0"): {"a"},
		path("3.5.0", "3.7.3"): {"start", "b"},
		path("3.7.3", "3.8.0"): {"a"},
		path("3.8.0", "3.9.0"): nil,
	} {
		seen = nil
		if got := r.On(p); got != (want != nil) {
			t.Errorf("%s to %s: on is %v", p.From, p.To, got)
		}
		r.Begin(p, rule.Engine{})
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("%s to %s (-want +got):\n%s", p.From, p.To, diff)
		}
	}
	if diff := cmp.Diff([]string{"own", "a", "b"}, r.Entries()); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if got := len(r.Cases()); got != 4 {
		t.Errorf("%d cases, want its own and three rows", got)
	}
}

func TestRuleOfRowsHasNoChangeOfItsOwn(t *testing.T) {
	t.Parallel()
	r := &rule.Rule{Applies: rule.Crossing, Facts: rule.Facts(rows.Reminder{Case: rule.Case{Entry: "a", Change: version.Since("3.5.0")}})}
	if r.On(path("3.5.0", "3.6.0")) || !r.On(path("3.4.1", "3.6.0")) {
		t.Error("a rule of one row is not judged as the row says")
	}
	if got := len(r.Cases()); got != 1 {
		t.Errorf("%d cases, want that of its row", got)
	}
	manual := &rule.Rule{Applies: rule.Crossing, Change: version.Since("3.6.0"), Manual: rule.Beforehand("look")}
	if !manual.On(path("3.5.0", "3.6.0")) || manual.On(path("3.6.0", "3.7.0")) {
		t.Error("a check by hand is not listed as its change says")
	}
}

func TestByHandIsWhatHasRemindersAlone(t *testing.T) {
	t.Parallel()
	remind, attached := rows.Reminder{}, rows.Attached{}
	tests := map[string]struct {
		r    rule.Rule
		want bool
	}{
		"steps":                 {rule.Rule{Manual: rule.Beforehand("look")}, true},
		"reminders":             {rule.Rule{Facts: []rule.Fact{remind, remind}}, true},
		"a reminder and a fact": {rule.Rule{Facts: []rule.Fact{remind, attached}}, false},
		"facts":                 {rule.Rule{Facts: []rule.Fact{attached}}, false},
		"handlers":              {rule.Rule{Start: func(*rule.Pass) {}}, false},
		"handlers, reminders":   {rule.Rule{Start: func(*rule.Pass) {}, Facts: []rule.Fact{remind}}, false},
	}
	for name, tt := range tests {
		if got := tt.r.ByHand(); got != tt.want {
			t.Errorf("%s: by hand is %v, want %v", name, got, tt.want)
		}
	}
}

func TestPassListensToWhatItsHandlersNeed(t *testing.T) {
	t.Parallel()
	kinds := func(start func(*rule.Pass)) []estate.Kind {
		r := &rule.Rule{Applies: rule.Always, Start: start}
		return r.Begin(path("3.4.1", "3.5.0"), rule.Engine{}).Kinds()
	}
	some := kinds(func(p *rule.Pass) {
		p.On(estate.SSL, func(*estate.Resource) {})
		p.OnResourceWith("cors", func(*estate.Resource, []estate.Plugin) {}, estate.Route, estate.Service)
	})
	if diff := cmp.Diff([]estate.Kind{estate.Service, estate.Route, estate.SSL}, some); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	all := kinds(func(p *rule.Pass) { p.OnResourceWith("cors", func(*estate.Resource, []estate.Plugin) {}) })
	if diff := cmp.Diff(estate.PluginKinds(), all); diff != "" {
		t.Errorf("kinds of a plugin that may be anywhere (-want +got):\n%s", diff)
	}
}
