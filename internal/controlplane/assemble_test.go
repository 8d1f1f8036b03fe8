package controlplane_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

func TestOfAWholeInstallationNothingIsToBeSaid(t *testing.T) {
	t.Parallel()
	db := parse(t, whole)
	kinds := slices.DeleteFunc(everything(), func(k estate.Kind) bool { return k == estate.Database })
	got := db.read(t, db.recognise(t, ""), kinds...)
	if diff := cmp.Diff("", got.said()); diff != "" {
		t.Error(diff)
	}
	want := []string{
		`gateway_group default/g1 {"id":"g1","short_id":"default","name":"Default","type":"api7_gateway","config":null}`,
		`service_template /t1 {"id":"t1","name":"orders","hosts":["orders.example.org"],"path_prefix":"/o","strip_path_prefix":true,"upstream":{"nodes":[]},"plugins":{"cors":{}}}`,
		`route_template /rt1 {"id":"rt1","service_id":"t1","name":"list","paths":["/list"],"methods":["GET"],"plugins":{}}`,
		`publication default/s1 {"template_id":"t1","service_id":"s1","version":"1.0.0"}`,
		`service default/s1 {"id":"s1","gateway_group_id":"g1","service_id":"t1","version":"1.0.0","name":"orders","plugins":{}}`,
		`route default/r1 {"id":"r1","gateway_group_id":"g1","service_id":"s1","paths":["/list"],"plugins":{}}`,
		`audit_log /audit_log {"id":"audit_log","state":"rows","oldest":"2025-12-01T08:00:00Z","oldest_age_seconds":5270400}`,
		`instance default/i1 {"id":"i1","hostname":"gw-1","version":"3.4.1","gateway_group_id":"g1","last_heartbeat":"2026-01-31T08:00:00Z","heartbeat_age_seconds":60}`,
		`service default/s1 {"name":"orders"}`,
		`route default/r1 {"uri":"/list"}`,
	}
	if diff := cmp.Diff(want, got.resources); diff != "" {
		t.Error(diff)
	}
	origins := []string{
		"gateway_group/g1", "service/t1", "route/rt1", "apisix_service/g1/s1", "apisix_service/g1/s1", "apisix_route/g1/r1",
		"audit_log", "gateway_instance/i1", "kine/gateway_groups/default/services/s1", "kine/gateway_groups/default/routes/r1",
	}
	if diff := cmp.Diff(origins, got.origins); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyWhatIsNeededIsHandedOut(t *testing.T) {
	t.Parallel()
	for _, k := range everything() {
		db := parse(t, whole)
		got := db.read(t, db.recognise(t, ""), k)
		for _, r := range got.resources {
			if !strings.HasPrefix(r, k.String()+" ") {
				t.Errorf("%s is needed, and this handed out: %s", k, r)
			}
		}
		if len(got.coverage.Kinds) != 1 || got.coverage.Kinds[0].Kind != k {
			t.Errorf("%s is needed, and this said to be covered: %v", k, got.coverage.Kinds)
		}
	}
}

func TestAValueIsReadInEveryForm(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ column, value, want string }{
		"a document in text":           {"hosts", `["a"]`, `"hosts":["a"]`},
		"a document in jsonb":          {"hosts jsonb", `["a"]`, `"hosts":["a"]`},
		"a document in bytes":          {"hosts bytea", `["a"]`, `"hosts":["a"]`},
		"an array":                     {"hosts _text", `["a"]`, `"hosts":["a"]`},
		"an empty document":            {"hosts", "", `"hosts":null`},
		"no document":                  {"hosts", "-", `"hosts":null`},
		"a text where a document is":   {"hosts", "a.example.org", `"hosts":"a.example.org"`},
		"a number where a document is": {"hosts", "7", `"hosts":7`},
		"a text":                       {"path_prefix", `/"a"`, `"path_prefix":"/\"a\""`},
		"a number in a text":           {"path_prefix", "7", `"path_prefix":"7"`},
		"a number":                     {"type int4", "7", `"type":7`},
		"a number that JSON has not":   {"type float8", "NaN", `"type":"NaN"`},
		"a truth value":                {"type bool", "true", `"type":true`},
		"a flag":                       {"strip_path_prefix bool", "false", `"strip_path_prefix":false`},
		"a flag, as 1":                 {"strip_path_prefix int4", "1", `"strip_path_prefix":true`},
		"a flag, as 0":                 {"strip_path_prefix int4", "0", `"strip_path_prefix":false`},
		"a flag, as another number":    {"strip_path_prefix int4", "2", `"strip_path_prefix":2`},
		"a broken object":              {"hosts", `{"a":`, `damaged: column hosts holds broken JSON`},
		"a broken list":                {"hosts jsonb", `["a"`, `damaged: column hosts holds broken JSON`},
		"a text that is not UTF-8":     {"path_prefix", "/\xff", `damaged: column path_prefix holds text that is not UTF-8`},
		"a document that is not UTF-8": {"hosts", "\xff", `damaged: column hosts holds text that is not UTF-8`},
		"a row that is too long":       {"hosts", "<9000000>", "damaged: the row was not fetched: it has 9000002 bytes, and the limit for configuration is 8388608"},
		"a row nobody knows how long":  {"hosts", "<endless>", "damaged: the row was not fetched: it is larger than 8388608 bytes, the limit for configuration"},
		"a row as long as is allowed":  {"hosts", "<8388606>", `"hosts":null`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, "-- service --\nid, plugins, "+test.column+"\nt1 | - | "+test.value)
			got := db.read(t, db.recognise(t, ""), estate.ServiceTemplate)
			if len(got.resources) != 1 || !strings.Contains(got.resources[0], test.want) {
				t.Errorf("want %s, got %q", test.want, got.resources)
			}
			if got.count(estate.ServiceTemplate) != 1 {
				t.Errorf("%d are counted", got.count(estate.ServiceTemplate))
			}
		})
	}
}

func TestADamagedRowSaysTheFirstDamageByTheTablesColumn(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, "-- service --\nid, plugin, host\nt1 | {broken | [broken\nt2 | {} | []")
	got := db.read(t, db.recognise(t, ""), estate.ServiceTemplate)
	want := []string{
		"service_template /t1 damaged: column host holds broken JSON",
		`service_template /t2 {"id":"t2","hosts":[],"plugins":{}}`,
	}
	if diff := cmp.Diff(want, got.resources); diff != "" {
		t.Error(diff)
	}
}

func TestAMomentIsHandedOutAlsoAsItsAge(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, `
-- token --
id, name, expired_at int8
k1 | ci | 2026-01-31T08:00:00Z 3600
k2 | cd | 2027-01-31T08:00:00Z -3600
k3 | never | -
`)
	l := db.recognise(t, "")
	want := []string{
		`token /k1 {"id":"k1","name":"ci","expires_at":"2026-01-31T08:00:00Z","expired_seconds":3600}`,
		`token /k2 {"id":"k2","name":"cd","expires_at":"2027-01-31T08:00:00Z","expired_seconds":-3600}`,
		`token /k3 {"id":"k3","name":"never","expires_at":null,"expired_seconds":null}`,
	}
	if diff := cmp.Diff(want, db.read(t, l, estate.Token).resources); diff != "" {
		t.Error(diff)
	}
	var names []string
	for _, f := range place(t, l, "token").Fields() {
		names = append(names, f.Name())
	}
	if diff := cmp.Diff([]string{"id", "name", "expires_at", "expired_seconds"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestOfAGroupsConfigurationOnlyTheImageTagIsKept(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, `
-- gateway_group --
id, short_id, config jsonb
g1 | default | {"image_tag":"3.4.1","password":"hunter2"}
g2 | edge | {"password":"hunter2"}
g3 | lab | hunter2
`)
	want := []string{
		`gateway_group default/g1 {"id":"g1","short_id":"default","config":{"image_tag":"3.4.1"}}`,
		`gateway_group edge/g2 {"id":"g2","short_id":"edge","config":{"image_tag":""}}`,
		`gateway_group lab/g3 {"id":"g3","short_id":"lab","config":{"image_tag":""}}`,
	}
	if diff := cmp.Diff(want, db.read(t, db.recognise(t, ""), estate.GatewayGroup).resources); diff != "" {
		t.Error(diff)
	}
}

// TestWhatIsNoFieldIsNeverAskedFor proves it for other columns of the tables: a source selects only columns of
// fields.
func TestWhatIsNoFieldIsNeverAskedFor(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, `
-- token --
id, name, expires_at timestamptz, token, salt
-- custom_plugin --
id, name, source_code
-- developer --
id, status, name, email
`)
	l := db.recognise(t, "")
	for concept, want := range map[string][]string{
		"token": {"id", "name", "expires_at", "expires_at"}, "custom_plugin": {"id", "name"}, "developer": {"id", "status"},
	} {
		var got []string
		for _, f := range place(t, l, concept).Fields() {
			got = append(got, f.Column.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", concept, diff)
		}
	}
}

func TestARowFindsItsGroupByIDAndByShortID(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, `
-- gateway_group --
id, short_id, name
g1 | default | Default
g2 | edge | Edge
-- apisix_route --
id, gateway_group_id, service_id
r1 | g1 | s1
r2 | edge | s1
r3 | g9 | s1
r4 | - | s1
-- kine --
id int8, name, deleted bool, prev_revision, value
1 | /gateway_groups/edge/routes/k1 | false | 0 | {}
2 | /gateway_groups/g9/routes/k2 | false | 0 | {}
3 | /gateway_groups/lab/routes/k3 | false | 0 | {}
`)
	got := db.read(t, db.recognise(t, ""), estate.Route)
	want := []estate.Group{
		{ID: "g1", ShortID: "default", Name: "Default"},
		{ID: "g2", ShortID: "edge", Name: "Edge"},
		{ID: "g9", ShortID: "g9"}, // not listed, but rows of different groups stay apart
		{},
		{ID: "g2", ShortID: "edge", Name: "Edge"},
		{ShortID: "g9"}, // a key has a short id and nothing else
		{ShortID: "lab"},
	}
	if diff := cmp.Diff(want, got.groups); diff != "" {
		t.Error(diff)
	}
	if want := "apisix_route/g9/r3"; got.origins[2] != want {
		t.Errorf("want the row at %s, got %s", want, got.origins[2])
	}
}

func TestAPublicationIsARowThatNamesItsTemplate(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, `
-- apisix_service --
id, gateway_group_id, template_id, version
s1 | g1 | t1 | 1.0.0
s2 | g1 | - | -
s3 | g1 | t"3 | -
-- kine --
id int8, name, deleted bool, prev_revision, value
1 | /gateway_groups/default/services/s1 | false | 0 | {}
2 | /gateway_groups/default/services/s2 | false | 0 | {}
3 | /gateway_groups/default/services/s3 | false | 0 | {}
`)
	got := db.read(t, db.recognise(t, ""), estate.Publication)
	want := []string{
		`publication default/s1 {"template_id":"t1","service_id":"s1","version":"1.0.0"}`,
		`publication default/s3 {"template_id":"t\"3","service_id":"s3","version":""}`,
	}
	if diff := cmp.Diff(want, got.resources); diff != "" {
		t.Error(diff)
	}
	if got.count(estate.Publication) != 2 || got.said() != "" {
		t.Errorf("%d publications\n%s", got.count(estate.Publication), got.said())
	}
}

func TestTheDatabaseIsHandedOutOnceWhereItIsNeeded(t *testing.T) {
	t.Parallel()
	l := parse(t, strings.ReplaceAll(whole, "\n-- ", "\n-- api7.")).recognise(t, "")
	var got []string
	assembler := func(kinds ...estate.Kind) *controlplane.Assembler {
		return controlplane.NewAssembler(l, "plain", sourcetest.Need(kinds...), func(r *estate.Resource) error {
			got = append(got, r.Kind.String()+" at "+r.Origin.Where("")+": "+string(r.Body))
			return nil
		})
	}
	unneeded := assembler(estate.Token)
	if err := unneeded.Database(controlplane.Engine{Name: "PostgreSQL"}); err != nil || len(got) > 0 {
		t.Errorf("%v, %q", err, got)
	}
	a := assembler(estate.Database)
	if err := a.Database(controlplane.Engine{Name: "PostgreSQL", Version: "15.4", TimeZone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	want := []string{`database at database: {"id":"database","schema":"api7","engine":"PostgreSQL","server_version":"15.4","timezone":"UTC"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c := a.Coverage().Kinds; len(c) != 1 || c[0].Count != 1 || len(c[0].Gaps) > 0 {
		t.Errorf("covered: %+v", c)
	}
}

func TestADatabaseThatNoSourceDescribesIsAGap(t *testing.T) {
	t.Parallel()
	db := parse(t, whole)
	got := db.read(t, db.recognise(t, ""), estate.Database)
	if diff := cmp.Diff(lines("database: kind database: no table is known to hold it → "), got.said()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatTheReaderReturnsIsReturned(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	db := parse(t, whole)
	l := db.recognise(t, "")
	for _, k := range []estate.Kind{estate.GatewayGroup, estate.ServiceTemplate, estate.Publication, estate.Route} {
		a := controlplane.NewAssembler(l, "plain", sourcetest.Need(k), func(*estate.Resource) error { return enough })
		var errs []error
		for _, p := range l.Places() {
			if !a.Wants(p) || !p.Readable() {
				continue
			}
			if p == l.Kine() {
				errs = append(errs, a.Kine(controlplane.KineRow{Name: "/gateway_groups/default/routes/r1", Value: []byte("{}")}))
				continue
			}
			errs = append(errs, db.values(p, func(values [][]byte, size int64) error { return a.Row(p, values, size) }))
		}
		if !slices.ContainsFunc(errs, func(err error) bool { return errors.Is(err, enough) }) {
			t.Errorf("%s: %v", k, errs)
		}
	}
}

func TestADatabaseHoldsWhatIsInNoFile(t *testing.T) {
	t.Parallel()
	for _, k := range estate.Kinds() {
		if controlplane.Holds(k) == k.InFiles() {
			t.Errorf("%s: %v", k, controlplane.Holds(k))
		}
	}
	if controlplane.Holds(0) {
		t.Error("it holds what is no kind")
	}
}
