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

func TestKineAndTablesThatDisagreeAreToldApart(t *testing.T) {
	t.Parallel()
	const columns = "-- apisix_route --\nid, gateway_group_id, service_id\n"
	for name, test := range map[string]struct {
		table, kine string
		count       int64 // kine's, if it has the kind
		want        []string
	}{
		"they agree":                            {"r1 | g1 | s1", "", 1, nil},
		"they agree under the group's short id": {"r1 | default | s1", "", 1, nil},
		"one only in the table": {
			"r1 | g1 | s1\nr2 | g1 | s1", "", 1,
			[]string{`note: published routes: kine holds 1, table "apisix_route" 2, and they are not the same; only in the table: default/r2`},
		},
		"one only in kine": {
			"r1 | g1 | s1", keys("/gateway_groups/default/routes/r2"), 2,
			[]string{`note: published routes: kine holds 2, table "apisix_route" 1, and they are not the same; only in kine: default/r2`},
		},
		"as many, and others": {
			"r2 | g1 | s1", "", 1,
			[]string{`note: published routes: kine holds 1, table "apisix_route" 1, and they are not the same; only in the table: default/r2; only in kine: default/r1`},
		},
		"the same id in another group": {
			"r1 | g9 | s1", "", 1,
			[]string{`note: published routes: kine holds 1, table "apisix_route" 1, and they are not the same; only in the table: g9/r1; only in kine: default/r1`},
		},
		"many only in kine: a few are named": {
			"b | g1 |", keys("/gateway_groups/default/routes/g", "/gateway_groups/default/routes/f", "/gateway_groups/default/routes/e",
				"/gateway_groups/default/routes/d", "/gateway_groups/default/routes/c", "/gateway_groups/default/routes/b", "/gateway_groups/default/routes/a"), 8,
			[]string{`note: published routes: kine holds 8, table "apisix_route" 1, and they are not the same; only in kine: default/a, default/c, default/d, default/e, default/f and 2 more`},
		},
		"many: a few are named": {
			"r1 | g1 | s1\na | g1\nb | g1\nc | g1\nd | g1\ne | g1\nf | g1", "", 1,
			[]string{`note: published routes: kine holds 1, table "apisix_route" 7, and they are not the same; only in the table: default/a, default/b, default/c, default/d, default/e and 1 more`},
		},
		"the table cannot be recognised": {
			"-- apisix_route --\nid, gateway_group_id\n", "", 1,
			[]string{`note: published routes: read from kine and not compared with the control plane's table: a table for published_route: table "apisix_route" has no column for service_id`},
		},
		"kine is not there": {
			"r1 | g1 | s1\nr2 | g1 | s1", "-- kine gone --", 2,
			[]string{`note: published routes: read from table "apisix_route" only`},
		},
		"a row twice": {
			"r1 | g1 | s1\nr1 | g1 | s1", "", 1,
			[]string{`note: table "apisix_route": 1 object has several rows with the same gateway_group_id, id: 1 extra row`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := test.table
			if !strings.HasPrefix(table, "-- ") {
				table = columns + table
			}
			db := parse(t, whole, table, test.kine)
			for range 2 { // the order of the rows makes no difference
				got := db.read(t, db.recognise(t, ""), estate.Route)
				if diff := cmp.Diff(lines(test.want...), got.said()); diff != "" || got.count(estate.Route) != test.count {
					t.Errorf("%d are counted%s", got.count(estate.Route), diff)
				}
				db.backwards()
			}
		})
	}
}

func TestManyObjectsAreComparedWithoutTheirNames(t *testing.T) {
	t.Parallel()
	const many = 10_100
	table, kine := strings.Builder{}, []string(nil)
	table.WriteString("-- apisix_service --\nid, gateway_group_id, service_id\n")
	for i := range many {
		fmt.Fprintf(&table, "n%d | g1 | t1\n", i)
		kine = append(kine, fmt.Sprintf("/gateway_groups/default/services/n%d", i))
	}
	const (
		note = `note: published services: kine holds 10101, table "apisix_service" %d, and they are not the same`
		gap  = `publication: table "apisix_service": kine holds services that are not in it (10101 there, %d here) → check in the Dashboard which templates these were published from`
	)
	for name, test := range map[string]struct {
		row  string // in addition to those of the table; s1 is in kine
		want []string
	}{
		"the same":  {"s1 | g1 | t1", nil},
		"one fewer": {"", []string{fmt.Sprintf(gap, 10_100), fmt.Sprintf(note, 10_100)}},
		"one other": {"s2 | g1 | t1", []string{fmt.Sprintf(gap, 10_101), fmt.Sprintf(note, 10_101)}},
	} {
		db := parse(t, whole, table.String()+test.row, keys(kine...))
		got := db.read(t, db.recognise(t, ""), estate.Service, estate.Publication)
		if diff := cmp.Diff(lines(test.want...), got.said()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestRowsOfOneObjectAreCountedOnceAndNoted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change string
		kind   estate.Kind
		count  int64
		want   string
	}{
		"a template three times": {
			"-- service --\nid, plugins\nt1 | -\nt1 | {}\nt1 | -\nt2", estate.ServiceTemplate, 2,
			`note: table "service": 1 object has several rows with the same id: 2 extra rows`,
		},
		"a unique index rules it out": {
			"-- service unique=id --\nid, plugins\nt1 | {}\nt1 | -", estate.ServiceTemplate, 2, "",
		},
		"an index on more does not": {
			"-- service unique=id+name --\nid, name, plugins\nt1 | {}\nt1 | -", estate.ServiceTemplate, 1,
			`note: table "service": 1 object has several rows with the same id: 1 extra row`,
		},
		"an instance that came back has two rows and is counted twice": {
			"-- gateway_instance --\nid, hostname, version, gateway_group_id\ni1 | gw-1 | 3.4.1 | g1\ni2 | gw-1 | 3.4.1 | g1", estate.Instance, 2,
			`note: table "gateway_instance": 1 object has several rows with the same hostname, gateway_group_id: 1 extra row`,
		},
		"of instances whose group cannot be read nothing is counted": {
			"-- gateway_instance --\nid, hostname, version\ni1 | gw-1 | 3.4.1\ni2 | gw-1 | 3.4.1", estate.Instance, 2, "",
		},
		"a custom plugin": {
			"-- custom_plugin --\nid, name\np1 | p\np1 | p", estate.CustomPlugin, 1,
			`note: table "custom_plugin": 1 object has several rows with the same id: 1 extra row`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, test.change)
			got := db.read(t, db.recognise(t, ""), test.kind)
			if diff := cmp.Diff(test.want, strings.TrimSuffix(got.said(), "\n")); diff != "" || got.count(test.kind) != test.count {
				t.Errorf("%d are counted%s", got.count(test.kind), diff)
			}
		})
	}
}

func TestRowsThatCannotBeCountedAreNoted(t *testing.T) {
	t.Parallel()
	db := parse(t, whole)
	l := db.recognise(t, "")
	a := controlplane.NewAssembler(l, "plain", sourcetest.Need(estate.ServiceTemplate), nil)
	p := place(t, l, "service_template")
	a.Finish(p, nil)
	a.Uncounted(p, refused(p))
	want := []estate.Note{{What: `table "service"`, Why: "whether several rows share id was not counted: the server refused"}}
	if diff := cmp.Diff(want, a.Coverage().Notes); diff != "" {
		t.Error(diff)
	}
}

func TestATableThatWasNotReadToItsEndIsAGapOfItsKinds(t *testing.T) {
	t.Parallel()
	for concept, change := range map[string]string{
		"service_template": "-- service broken --\nid, plugins\nt1", "token": "-- token broken --\nid, name, expires_at timestamptz\nk1",
	} {
		db := parse(t, whole, change)
		l := db.recognise(t, "")
		k, err := estate.ParseKind(concept)
		if err != nil {
			t.Fatal(err)
		}
		got := db.read(t, l, k)
		want := fmt.Sprintf("%s: table %q: the server refused → ask the server\n", concept, place(t, l, concept).Table().Name)
		if diff := cmp.Diff(want, got.said()); diff != "" || got.count(k) != 1 {
			t.Errorf("%s: %d are counted%s", concept, got.count(k), diff)
		}
	}
}

// TestWithoutKineThePublishedTablesStandIn proves that they replace kine for what they hold, and that the rest is a
// gap.
func TestWithoutKineThePublishedTablesStandIn(t *testing.T) {
	t.Parallel()
	const absent = `a table for kine: schema "public" holds no such table → ` + byMap
	for name, test := range map[string]struct{ change, why string }{
		"no table":          {"-- kine gone --", absent},
		"the map denies it": {"-- kine gone --", "published configuration: the schema map says that there is no such table → "},
		"not read to its end": {
			"-- kine broken --\nid int8, name, deleted bool, prev_revision, value", `table "kine": the server refused → ask the server`,
		},
		"empty": {
			"-- kine --\nid int8, name, deleted bool, prev_revision, value",
			`table "kine": no live key begins with /gateway_groups/: the published configuration is not here → check that this is the control plane's database`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, "-- custom_plugin gone --", test.change)
			schemaMap := ""
			if name == "the map denies it" {
				schemaMap = "tables: {kine: {table: none}}"
			}
			got := db.read(t, db.recognise(t, schemaMap), estate.Route, estate.Upstream, estate.CustomPlugin)
			if got.count(estate.Route) != 1 {
				t.Errorf("%d routes", got.count(estate.Route))
			}
			said := got.said()
			for _, want := range []string{"upstream: " + test.why + "\n", "custom_plugin: " + test.why + "\n", "note: published routes: read from table \"apisix_route\" only\n"} {
				if !strings.Contains(said, want) {
					t.Errorf("nothing says %q:\n%s", want, said)
				}
			}
			if strings.Contains(said, "\nroute: ") || strings.HasPrefix(said, "route: ") {
				t.Errorf("routes are said to be incomplete:\n%s", said)
			}
		})
	}
}

func TestCustomPluginsAreThoseOfTheirTableAndOfKine(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, "-- custom_plugin --\nid, name\np1 | p", keys("/gateway_groups/default/custom_plugins/p1"))
	got := db.read(t, db.recognise(t, ""), estate.CustomPlugin)
	want := []string{`custom_plugin /p1 {"id":"p1","name":"p"}`, "custom_plugin default/p1 {}"}
	if diff := cmp.Diff(want, got.resources); diff != "" || got.said() != "" || got.count(estate.CustomPlugin) != 2 {
		t.Errorf("%d are counted, %s%s", got.count(estate.CustomPlugin), got.said(), diff)
	}
}

// TestEveryGapTellsItsCause matters because users accept gaps by their causes.
func TestEveryGapTellsItsCause(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change string
		kind   estate.Kind
		cause  string
	}{
		"a table that is not granted":     {"-- token --\nid denied, name", estate.Token, estate.Privileges},
		"a column that is not granted":    {"-- token --\nid, name, expires_at timestamptz denied", estate.Token, estate.Privileges},
		"rows that are hidden":            {"-- token filtered --\nid, name, expires_at timestamptz", estate.Token, estate.RowSecurity},
		"no table":                        {"-- token gone --", estate.Token, estate.Schema},
		"a column that is not understood": {"-- token --\nid, name, expires_at", estate.Token, estate.Schema},
		"templates in part":               {"-- service --\nid, plugins, hosts", estate.ServiceTemplate, estate.Schema},
		"templates in another table":      {"-- template_host --\ntemplate_id, host", estate.ServiceTemplate, estate.Schema},
		"an empty kine":                   {"-- kine --\nid int8, name, deleted bool, prev_revision, value", estate.Upstream, estate.PublishedElsewhere},
		"keys that name no group":         {keys("/elsewhere/routes/z"), estate.PluginConfig, estate.UnknownKeys},
		"keys of an unknown kind":         {keys(`/gateway_groups/default/novelties/n {"plugins":{}}`), estate.PluginConfig, estate.UnknownKeys},
		"no gateway groups":               {"-- gateway_group --\nid, short_id", estate.Route, estate.GatewayGroups},
		"services that only kine has":     {keys("/gateway_groups/default/services/s2"), estate.Publication, estate.TablesDisagree},
		"services without templates":      {"-- apisix_service --\nid, gateway_group_id, service_id\ns1 | g1", estate.Publication, estate.TablesDisagree},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, test.change)
			got := db.read(t, db.recognise(t, ""), test.kind)
			if gaps := got.coverage.Kinds[0].Gaps; len(gaps) != 1 || gaps[0].ID != test.cause {
				t.Errorf("want one gap with the cause %s, got %+v", test.cause, gaps)
			}
		})
	}
}
