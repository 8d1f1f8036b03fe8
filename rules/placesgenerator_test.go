package rules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
)

// check demands what a row promises of switched off attachments and of what gateways do not run.
func (g *generator) check(t *testing.T, f *report.Finding, places map[string]bool) {
	t.Helper()
	on, off := 0, 0
	for _, switchedOff := range places {
		if switchedOff {
			off++
		} else {
			on++
		}
	}
	if told := strings.HasPrefix(f.Message, "switched off"); g.quarry.row != nil && (on == 0 && !told || off == 0 && told) {
		t.Errorf("%s %s: %d places on, %d off, and it says %q", f.Object.Kind, f.Object.ID, on, off, f.Message)
	}
	if g.quarry.row == nil {
		return
	}
	want := g.quarry.row.Severity
	if want == 0 {
		want = g.quarry.rule.Severity
	}
	if on == 0 {
		want = want.Milder()
	}
	if kind, _ := estate.ParseKind(f.Object.Kind); kind.State() != estate.Live {
		want = want.Milder()
	}
	if f.Severity != want.String() {
		t.Errorf("%s %s: %s, want %s", f.Object.Kind, f.Object.ID, f.Severity, want)
	}
}

// generator makes installations, the same in every run.
type generator struct {
	quarry *quarry
	rng    *rand.Rand
	name   string          // of the plugin to place
	there  map[string]bool // where it is by now, and whether it is switched off there
}

// around are the ways in which plugins sit in plugins, outermost first.
func around() [][]string {
	return [][]string{
		nil, {"workflow"}, {"multi-auth"}, {"workflow", "multi-auth"}, {"multi-auth", "workflow"}, {"workflow", "workflow"}, {"multi-auth", "multi-auth"},
	}
}

// installation has the named plugin in every way on every kind, and says which places of which object a rule must tell.
func (g *generator) installation(name string) (*ruletest.Fixture, map[string]map[string]bool) {
	g.name = name
	f, expected := &ruletest.Fixture{Name: "places", Path: g.quarry.path}, map[string]map[string]bool{}
	add := func(k estate.Kind, plugins map[string]any) {
		id := strconv.Itoa(len(f.Resources))
		if slices.Contains(g.quarry.kinds(), k) {
			expected[k.String()+"/"+id] = g.there
		}
		f.Resources = append(f.Resources, estate.Resource{
			Kind: k, ID: id, Group: estate.Group{ID: "g", ShortID: "g"},
			Body:   encode(map[string]any{"id": id, "name": "n" + id, "plugins": plugins}),
			Origin: estate.Origin{Source: "memory", Table: k.String(), Key: id},
		})
	}
	for _, k := range estate.PluginKinds() {
		for _, chain := range around() {
			for _, off := range []int{-1, g.rng.IntN(len(chain) + 1)} { // the level that is switched off, -1 for none
				plugins := g.begin()
				g.place(plugins, chain, off)
				add(k, plugins)
			}
		}
		for range 3 {
			plugins := g.begin()
			for _, i := range g.rng.Perm(len(around())) {
				chain := around()[i]
				g.place(plugins, chain, g.rng.IntN(len(chain)+2)-1)
			}
			add(k, plugins)
		}
	}
	return f, expected
}

// begin starts an object with up to three other plugins.
func (g *generator) begin() map[string]any {
	g.there = map[string]bool{}
	plugins := map[string]any{}
	for range g.rng.IntN(4) {
		name, conf := g.other()
		plugins[name] = conf
	}
	return plugins
}

// place puts the plugin into the plugins of an object, unless its outermost plugin is there already.
func (g *generator) place(plugins map[string]any, chain []string, off int) {
	top := g.name
	if len(chain) > 0 {
		top = chain[0]
	}
	if _, taken := plugins[top]; !taken {
		_, plugins[top] = g.nest(chain, off, false, "/plugins")
	}
}

// nest returns the plugin inside those of chain, and notes where it is.
func (g *generator) nest(chain []string, off int, isOff bool, at string) (name string, conf map[string]any) {
	isOff = isOff || off == 0
	conf = map[string]any{}
	switch {
	case len(chain) == 0:
		name = g.name
		maps.Copy(conf, g.quarry.conf)
	case chain[0] == "workflow":
		name = "workflow"
		i, j := g.rng.IntN(2), g.rng.IntN(3)
		actions := make([]any, j+1+g.rng.IntN(2))
		for n := range actions {
			other, with := g.other()
			actions[n] = []any{other, with}
		}
		inner, with := g.nest(chain[1:], off-1, isOff, fmt.Sprintf("%s/workflow/rules/%d/actions/%d", at, i, j))
		actions[j] = []any{inner, with}
		rules := []any{map[string]any{"actions": []any{[]any{"return", map[string]any{"code": 403}}}}}[:i]
		conf["rules"] = append(rules, map[string]any{"case": []any{[]any{"uri", "==", "/"}}, "actions": actions})
	default:
		name = "multi-auth"
		i := g.rng.IntN(3)
		list := make([]any, i+1)
		for n := range list {
			other, with := g.other()
			list[n] = map[string]any{other: with}
		}
		inner, with := g.nest(chain[1:], off-1, isOff, fmt.Sprintf("%s/multi-auth/auth_plugins/%d", at, i))
		list[i] = map[string]any{inner: with}
		conf["auth_plugins"] = list
	}
	if name == g.quarry.plugin && g.quarry.holds(conf) {
		g.there[at+"/"+name] = isOff
	}
	if off == 0 {
		conf["_meta"] = map[string]any{"disable": true}
	} else if g.rng.IntN(4) == 0 {
		conf["_meta"] = map[string]any{"disable": false}
	}
	return name, conf
}

// other returns some plugin that the rule does not look for.
func (g *generator) other() (name string, conf map[string]any) {
	names := []string{"cors", "limit-req", "key-auth", "prometheus", "ip-restriction", "proxy-rewrite", "http-logger", "basic-auth", "own-plugin", "csrf"}
	names = slices.DeleteFunc(names, func(n string) bool {
		return n == g.quarry.plugin || g.quarry.row != nil && slices.Contains(g.quarry.row.Plugins, n)
	})
	confs := []map[string]any{{}, {"policy": "local"}, {"_meta": map[string]any{"disable": true}}, {"a": []any{1, "x", nil}}}
	return names[g.rng.IntN(len(names))], confs[g.rng.IntN(len(confs))]
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // made of maps, lists and words
	}
	return data
}
