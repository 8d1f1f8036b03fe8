package controlplane_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// keys returns a table kine with these keys, or keys with values, added to those of a whole installation.
func keys(all ...string) string {
	var b strings.Builder
	b.WriteString(whole[strings.Index(whole, "-- kine --"):])
	for i, key := range all {
		name, value, ok := strings.Cut(key, " ")
		if !ok {
			value = "{}"
		}
		fmt.Fprintf(&b, "%d | %s | 0 | 1 | 0 | 0 | %s\n", 100+i, name, value)
	}
	return b.String()
}

func TestEveryCollectionOfKineIsRead(t *testing.T) {
	t.Parallel()
	const group = "/gateway_groups/default/"
	for key, want := range map[string]string{
		group + "services/x":                    "service default/x {}",
		group + "routes/x":                      "route default/x {}",
		group + "stream_routes/x":               "stream_route default/x {}",
		group + "upstreams/x":                   "upstream default/x {}",
		group + "consumers/x":                   "consumer default/x {}",
		group + "consumers/x/credentials/y":     "credential default/x/credentials/y {}",
		group + "global_rules/x":                "global_rule default/x {}",
		group + "plugin_configs/x":              "plugin_config default/x {}",
		group + "consumer_groups/x":             "consumer_group default/x {}",
		group + "plugin_metadata/x":             "plugin_metadata default/x {}",
		group + "custom_plugins/x":              "custom_plugin default/x {}",
		group + "ssls/x":                        "ssl default/x {}",
		group + "secrets/vault/x":               "secret default/vault/x {}",
		group + "secret_providers/vault/x":      "secret default/vault/x {}",
		group + "protos/x":                      "proto default/x {}",
		group + "apisix/routes/x":               "route default/x {}",
		"/gateway_groups/lab/apisix/routes/x":   "route lab/x {}",
		group + `plugins [{"name":"cors"}]`:     `plugin_list default/plugins {"plugins":[{"name":"cors"}]}`,
		group + `plugins {"plugins":[]}`:        `plugin_list default/plugins {"plugins":[]}`,
		group + "plugins -":                     "plugin_list default/ damaged: the key has no value",
		group + "upstreams/x -":                 "upstream default/x damaged: the key has no value",
		group + "upstreams/x <9000000>":         "upstream default/x damaged: the row was not fetched: it has 9000000 bytes, and the limit for configuration is 8388608",
		group + `upstreams/x {"broken as it is`: `upstream default/x {"broken as it is`,
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, "-- custom_plugin gone --", keys(key))
			kind, _, _ := strings.Cut(want, " ")
			k, err := estate.ParseKind(kind)
			if err != nil {
				t.Fatal(err)
			}
			got := db.read(t, db.recognise(t, ""), k)
			if len(got.resources) == 0 || got.resources[len(got.resources)-1] != want {
				t.Errorf("want %s, got %q", want, got.resources)
			}
			name, _, _ := strings.Cut(key, " ")
			if where := got.origins[len(got.origins)-1]; where != "kine"+name {
				t.Errorf("it is said to come from %s", where)
			}
		})
	}
}

// TestAKeyThatIsNotUnderstoodIsAGapOrANote proves that keys that could hold plugins are a gap, others are a note, and
// kine's own keys are neither.
func TestAKeyThatIsNotUnderstoodIsAGapOrANote(t *testing.T) {
	t.Parallel()
	const (
		group   = "/gateway_groups/default/"
		gap     = `plugin_config: 1 key of unknown kind %s in table "kine": possible plugins, in a form this program does not know → report what such keys are to the api7-preflight maintainers; ` + "`api7-preflight doctor` lists them without values"
		note    = `note: table "kine": skipped 1 key of unknown kind %s`
		unknown = `plugin_config: 1 key in table "kine" without a gateway group: gateway configuration, it seems, in a form this program does not know → report to the api7-preflight maintainers how such keys are built`
		outside = `note: table "kine": skipped 1 key outside /gateway_groups/`
	)
	for key, want := range map[string]string{
		group + "novelties/n":                              fmt.Sprintf(note, "novelties"),
		group + `novelties/n {"plugins":{}}`:               fmt.Sprintf(gap, "novelties"),
		group + `novelties/n {"\u0070lugins":{}}`:          fmt.Sprintf(gap, "novelties"),
		group + `novelties/n {"p\u006Cugins":{}}`:          fmt.Sprintf(gap, "novelties"),
		group + `novelties/n {"note":"of plugins"}`:        fmt.Sprintf(note, "novelties"),
		group + "novelties/n <8388608>":                    fmt.Sprintf(note, "novelties"),
		group + "novelties/n <8388609>":                    fmt.Sprintf(gap, "novelties"),
		group + "7f3a9c/n":                                 fmt.Sprintf(note, "(other)"),
		group + "a_name_that_is_too_long_for_a_collection": fmt.Sprintf(note, "(other)"),
		group + "routes/a/b":                               fmt.Sprintf(gap, "routes"),
		group + "routes":                                   fmt.Sprintf(gap, "routes"),
		group + "protos/a/b":                               fmt.Sprintf(note, "protos"),
		group + "apisix":                                   fmt.Sprintf(note, "(other)"),
		"/gateway_groups/default":                          fmt.Sprintf(note, "(other)"),
		"/api7/gateway_groups/default/routes/z":            unknown,
		"/apisix/gateway_groups/default/novelties/z":       unknown,
		"gateway_groups/default/routes/z":                  unknown,
		"/elsewhere/routes/z":                              unknown,
		"/elsewhere/things/z":                              outside,
		"/elsewhere/myroutes/z":                            outside,
		"compact_rev_key":                                  "",
		"compact_rev_key_apiserver":                        "",
		"/registry/health":                                 "",
		"gap-42":                                           "",
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, keys(key))
			got := db.read(t, db.recognise(t, ""), estate.PluginConfig, estate.Upstream)
			if diff := cmp.Diff(want, strings.TrimSuffix(got.said(), "\n")); diff != "" {
				t.Error(diff)
			}
			if len(got.resources) > 0 {
				t.Errorf("read: %q", got.resources)
			}
		})
	}
}

func TestAnUnknownCollectionIsCountedByItsNameUpToALimit(t *testing.T) {
	t.Parallel()
	var all []string
	for i := range 25 {
		name := "kind_" + strings.Repeat("x", i+1)
		all = append(all, "/gateway_groups/default/"+name+"/1", "/gateway_groups/edge/"+name+"/2")
	}
	db := parse(t, whole, keys(all...))
	said := db.read(t, db.recognise(t, ""), estate.Upstream).said()
	if n := strings.Count(said, "2 keys of unknown kind kind_"); n != 20 {
		t.Errorf("%d collections are named:\n%s", n, said)
	}
	if !strings.Contains(said, "skipped 10 keys of unknown kind (other)") {
		t.Errorf("the others are not counted:\n%s", said)
	}
	db.backwards()
	if diff := cmp.Diff(said, db.read(t, db.recognise(t, ""), estate.Upstream).said()); diff != "" {
		t.Errorf("other rows first, other names (-forwards +backwards):\n%s", diff)
	}
}

func TestAKineWithoutConfigurationIsAGap(t *testing.T) {
	t.Parallel()
	const gap = `upstream: table "kine": no live key begins with /gateway_groups/: the published configuration is not here → check that this is the control plane's database`
	for name, test := range map[string]struct {
		rows string
		want []string
	}{
		"no key":        {"", []string{gap}},
		"kine's own":    {"1 | compact_rev_key | 0", []string{gap}},
		"keys of other": {"1 | /elsewhere/things/z | 0", []string{gap, `note: table "kine": skipped 1 key outside /gateway_groups/`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, "-- kine --\nid int8, name, deleted int4, prev_revision, value\n"+test.rows)
			if diff := cmp.Diff(lines(test.want...), db.read(t, db.recognise(t, ""), estate.Upstream).said()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWhatOfAKeyIsLookedAt proves that a source need not fetch what no rule needs.
func TestWhatOfAKeyIsLookedAt(t *testing.T) {
	t.Parallel()
	l := parse(t, whole).recognise(t, "")
	a := controlplane.NewAssembler(l, "plain", sourcetest.Need(estate.Route, estate.Credential), nil)
	type look struct {
		Look controlplane.Look
		Kind estate.Kind
	}
	for key, want := range map[string]look{
		"/gateway_groups/default/routes/r1":                 {controlplane.LookInside, estate.Route},
		"/gateway_groups/default/consumers/c/credentials/1": {controlplane.LookInside, estate.Credential},
		"/gateway_groups/default/consumers/c":               {controlplane.LookAway, 0},
		"/gateway_groups/default/services/s1":               {controlplane.LookAway, 0},
		"/gateway_groups/default/routes/a/b":                {controlplane.LookAway, 0},
		"/gateway_groups/default/novelties/n":               {controlplane.LookPlugins, 0},
		"/elsewhere/routes/r1":                              {controlplane.LookAway, 0},
	} {
		var got look
		if got.Look, got.Kind = a.Look(key); got != want {
			t.Errorf("%s: want %v, got %v", key, want, got)
		}
	}
	if diff := cmp.Diff([]string{"consumers", "routes"}, a.Collections()); diff != "" {
		t.Error(diff)
	}
}

func TestARowThatConcernsNobodyIsCountedAndNotHandedOut(t *testing.T) {
	t.Parallel()
	l := parse(t, whole).recognise(t, "")
	var got []string
	a := controlplane.NewAssembler(l, "plain", sourcetest.Need(estate.Upstream), func(r *estate.Resource) error {
		got = append(got, r.ID)
		return nil
	})
	for _, row := range []controlplane.KineRow{
		{Name: "/gateway_groups/default/upstreams/u1", Value: []byte("{}")},
		{Name: "/gateway_groups/default/upstreams/u2", Skipped: true},
	} {
		if err := a.Kine(row); err != nil {
			t.Fatal(err)
		}
	}
	a.Finish(l.Kine(), nil)
	if diff := cmp.Diff([]string{"u1"}, got); diff != "" {
		t.Error(diff)
	}
	if c := a.Coverage().Kinds[0]; c.Count != 2 || len(c.Gaps) > 0 {
		t.Errorf("covered: %+v", c)
	}
}

func TestWhatSpeaksOfPlugins(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		`{"plugins":{}}`: true, `{"plugin":{}}`: false, `{"\u0070lugins":1}`: true, `{"plu\u0067ins":1}`: true, `{"\u0050":1}`: false, "": false,
	} {
		if got := controlplane.SpeaksOfPlugins([]byte(value)); got != want {
			t.Errorf("%s: %v", value, got)
		}
	}
}

func TestKeysAreCountedByTheirShapeAndIDsStayUnsaid(t *testing.T) {
	t.Parallel()
	shapes := controlplane.NewKeyShapes()
	for _, key := range []string{
		"/gateway_groups/default/routes/r1", "/gateway_groups/edge/routes/r2", "/gateway_groups/default/apisix/routes/r3",
		"/gateway_groups/default/novelties/n", "/gateway_groups/default/7F3A/n", "/gateway_groups/default", "/elsewhere/routes/z", "compact_rev_key",
	} {
		shapes.Key(key)
	}
	shapes.Add(false, "services", 3)
	want := []estate.KeyShape{
		{Collection: "(other)", Count: 2},
		{Collection: "novelties", Count: 1},
		{Collection: "routes", Known: true, Count: 2},
		{Collection: "routes", Known: true, Nested: true, Count: 1},
		{Collection: "services", Known: true, Count: 3},
	}
	if diff := cmp.Diff(want, shapes.Sorted()); diff != "" {
		t.Error(diff)
	}
}

func TestAValueOfTheLargestSizeIsRead(t *testing.T) {
	t.Parallel()
	l := parse(t, whole).recognise(t, "")
	var damage []string
	a := controlplane.NewAssembler(l, "plain", sourcetest.Need(estate.Upstream), func(r *estate.Resource) error {
		damage = append(damage, r.Damage)
		return nil
	})
	for _, size := range []int64{controlplane.MaxRow, controlplane.MaxRow + 1} {
		if err := a.Kine(controlplane.KineRow{Name: "/gateway_groups/default/upstreams/u", Size: size, Value: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"", "the row was not fetched: it has 8388609 bytes, and the limit for configuration is 8388608"}
	if diff := cmp.Diff(want, damage); diff != "" {
		t.Error(diff)
	}
}
