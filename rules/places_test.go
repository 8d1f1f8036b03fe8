package rules_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// quarry is a plugin that a rule must find wherever it sits, in a configuration that makes the rule speak.
type quarry struct {
	rule   *rule.Rule // with one row, where the rule has rows
	row    *rows.Attached
	path   version.Path
	plugin string
	conf   map[string]any
}

// way is how a rule without a row looks for plugins everywhere.
type way struct {
	plugin  string // to look for
	content bool   // it goes by what stands in the configuration, whatever the plugin
	not     string // instead of a plugin: why one alone is not enough
}

// byHand has the way of each rule that listens to plugins everywhere without a row for it.
func byHand() map[string]way {
	return map[string]way{
		"traffic-split-attached":         {plugin: "traffic-split"},
		"canary-rule-active":             {plugin: "api7-traffic-split"},
		"plugin-value-becomes-reference": {plugin: "http-logger", content: true},
		"plugin-sidecar-off":             {not: "it speaks of Helm values, and only where they leave something off"},
		"workflow-repeats-plugin":        {not: "it looks for a plugin in two places at once"},
	}
}

// TestEveryRuleFindsItsPluginsEverywhere puts each plugin at every place where one can sit, on every kind of resource,
// switched on and off, among others, and demands that each place is told exactly once, and that nothing is said of the
// same installation without it.
func TestEveryRuleFindsItsPluginsEverywhere(t *testing.T) {
	t.Parallel()
	for id := range byHand() {
		if !slices.ContainsFunc(rules.All(), func(r *rule.Rule) bool { return r.ID == id }) {
			t.Errorf("byHand speaks of %s, which is no rule", id)
		}
	}
	eachRule(t, func(t *testing.T, r *rule.Rule, fixtures []*ruletest.Fixture) {
		t.Helper()
		for i, q := range quarries(t, r, fixtures) {
			t.Run(fmt.Sprintf("%d %s", i+1, q.plugin), func(t *testing.T) {
				t.Parallel()
				hunt(t, &q)
			})
		}
	})
}

// quarries returns what there is to find for rule r: one for each plugin of each row, or what byHand says.
func quarries(t *testing.T, r *rule.Rule, fixtures []*ruletest.Fixture) []quarry {
	t.Helper()
	var all []quarry
	for i, f := range r.Facts {
		row, ok := f.(rows.Attached)
		if !ok {
			continue
		}
		one := *r
		one.Start, one.Facts = nil, []rule.Fact{row}
		for _, plugin := range row.Plugins {
			if q, ok := example(t, quarry{rule: &one, row: &row, plugin: plugin}, fixtures); ok {
				all = append(all, q)
			} else {
				t.Errorf("%s: no fixture shows %s as row %d wants it", r.ID, plugin, i+1)
			}
		}
	}
	how, listed := byHand()[r.ID]
	switch {
	case !listed && everywhere(r, fixtures):
		t.Errorf("%s listens to every kind that can carry a plugin: say in byHand which, or why one alone is not enough", r.ID)
	case how.plugin != "":
		q, ok := example(t, quarry{rule: r, plugin: how.plugin}, fixtures)
		if !ok {
			t.Errorf("%s: no fixture shows %s", r.ID, how.plugin)
			break
		}
		all = append(all, q)
	}
	return all
}

// everywhere reports whether the rule's own handlers, beside its rows, look at every kind that can carry a plugin.
func everywhere(r *rule.Rule, fixtures []*ruletest.Fixture) bool {
	if r.Start == nil {
		return false
	}
	for _, f := range fixtures {
		own := *r
		own.Facts = nil
		kinds := own.Begin(f.Path, rule.Engine{}).Kinds()
		missing := slices.DeleteFunc(estate.PluginKinds(), func(k estate.Kind) bool { return slices.Contains(kinds, k) })
		if len(missing) == 0 {
			return true
		}
	}
	return false
}

// example takes path and configuration from the fixtures: the first with which the rule reports the plugin.
func example(t *testing.T, q quarry, fixtures []*ruletest.Fixture) (quarry, bool) {
	t.Helper()
	reader := estate.NewReader([]string{q.plugin})
	for _, path := range fixtures {
		q.path = path.Path
		if !q.rule.On(q.path) {
			continue
		}
		for _, f := range fixtures {
			for i := range f.Resources {
				r := f.Resources[i]
				if reader.Read(&r) != nil {
					continue
				}
				for _, at := range r.Plugins() {
					q.conf = nil
					if json.Unmarshal(at.Conf.Raw(), &q.conf) != nil || q.conf == nil {
						continue
					}
					delete(q.conf, "_meta")
					if q.holds(q.conf) && q.speaks(t) {
						return q, true
					}
				}
			}
		}
	}
	return q, false
}

// holds reports whether the row concerns a configuration.
func (q *quarry) holds(conf map[string]any) bool {
	return q.row == nil || q.row.If == nil || q.row.If(estate.NewValue(encode(conf))).Yes()
}

// kinds are those on which the rule looks for the plugin.
func (q *quarry) kinds() []estate.Kind {
	if q.row == nil || len(q.row.On) == 0 {
		return estate.PluginKinds()
	}
	return q.row.On
}

// speaks reports whether the rule reports the plugin in the plainest place.
func (q *quarry) speaks(t *testing.T) bool {
	t.Helper()
	body := encode(map[string]any{"plugins": map[string]any{q.plugin: q.conf}})
	found, err := ruletest.Findings(t.Context(), q.rule, &ruletest.Fixture{Path: q.path, Resources: []estate.Resource{{
		Kind: q.kinds()[0], ID: "x", Group: estate.Group{ID: "g", ShortID: "g"}, Body: body,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return len(found) == 1
}

func hunt(t *testing.T, q *quarry) {
	t.Helper()
	name := fnv.New64a()
	name.Write([]byte(q.rule.ID + q.plugin))
	g := generator{quarry: q, rng: rand.New(rand.NewPCG(name.Sum64(), 1))}
	with, expected := g.installation(q.plugin)
	found, err := ruletest.Findings(t.Context(), q.rule, with)
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		f := &found[i]
		id := f.Object.Kind + "/" + f.Object.ID
		want := expected[id]
		delete(expected, id)
		told, known := places(f), slices.Collect(maps.Keys(want))
		if diff := cmp.Diff(sorted(known), sorted(belonging(told, known))); diff != "" {
			t.Errorf("%s: places (-there +told):\n%s\n%s", id, diff, with.Resources[slices.IndexFunc(with.Resources, func(r estate.Resource) bool { return r.ID == f.Object.ID })].Body)
		}
		g.check(t, f, want)
	}
	for id, want := range expected {
		if len(want) > 0 {
			t.Errorf("%s: nothing is said of %v", id, slices.Collect(maps.Keys(want)))
		}
	}
	if byHand()[q.rule.ID].content {
		q.conf = nil
	}
	without, remaining := g.installation("not-" + q.plugin)
	without.Resources = slices.DeleteFunc(without.Resources, func(r estate.Resource) bool { return len(remaining[r.Kind.String()+"/"+r.ID]) > 0 })
	if len(without.Resources) == 0 {
		t.Error("without the plugin there is nothing left")
	}
	ruletest.CheckWants(t.Context(), t, q.rule, without)
}

// places returns every place that a finding tells, as JSON pointers.
func places(f *report.Finding) []string {
	_, first, _ := strings.Cut(f.Location.Where, "#")
	all := []string{first}
	for _, e := range f.Evidence {
		switch e.Name {
		case "also at":
			_, pointer, _ := strings.Cut(e.Value, "#")
			all = append(all, pointer)
		case "also attached at":
			pointer, _, _ := strings.Cut(e.Value, " ")
			all = append(all, pointer)
		}
	}
	return all
}

// belonging returns for each told place the plugin that it is in: a rule may point to a field of it.
func belonging(told, plugins []string) []string {
	out := slices.Clone(told)
	for i, at := range told {
		best := ""
		for _, p := range plugins {
			if (at == p || strings.HasPrefix(at, p+"/")) && len(p) > len(best) {
				best = p
			}
		}
		if best != "" {
			out[i] = best
		}
	}
	return out
}

func sorted(all []string) []string {
	slices.Sort(all)
	return all
}
