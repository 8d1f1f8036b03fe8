package controlplane_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// TestWithoutGatewayGroupsNothingIsTwoThings proves that no object is yielded twice if it is unknown which rows and
// keys belong together, and that the coverage says so.
func TestWithoutGatewayGroupsNothingIsTwoThings(t *testing.T) {
	t.Parallel()
	const unmatched = "gateway groups: could not be read, so rows of the control plane's tables cannot be matched with what gateways run (%s) → %s"
	for name, test := range map[string]struct{ change, schemaMap, why, next string }{
		"no table": {
			"-- gateway_group gone --", "", `a table for gateway_group: schema "public" holds no such table`, byMap,
		},
		"no rows": {
			"-- gateway_group --\nid, short_id", "", `table "gateway_group" holds none`, byGrants,
		},
		"not granted": {
			"-- gateway_group --\nid, short_id denied\ng1", "", `table "gateway_group": SELECT is not granted`, byGrants,
		},
		"not read to its end": {
			"-- gateway_group broken --\nid, short_id\ng1 | default", "", `table "gateway_group": the server refused`, "ask the server",
		},
		"the map denies them": {
			"", "tables: {gateway_group: {table: none}}", "the schema map says that there is no such table", byGrants,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, test.change)
			got := db.read(t, db.recognise(t, test.schemaMap), estate.Route, estate.Publication)
			want := []string{`publication g1/s1 {"template_id":"t1","service_id":"s1","version":"1.0.0"}`, `route default/r1 {"uri":"/list"}`}
			if name == "not read to its end" { // the groups that were read are used
				want[0] = strings.Replace(want[0], "g1", "default", 1)
			}
			if diff := cmp.Diff(want, got.resources); diff != "" {
				t.Error(diff)
			}
			said, gap := got.said(), fmt.Sprintf(unmatched, test.why, test.next)
			for _, kind := range []string{"route", "publication"} {
				if !strings.Contains(said, kind+": "+gap+"\n") {
					t.Errorf("of kind %s nothing says %q:\n%s", kind, gap, said)
				}
			}
			if want := `note: published routes: read from kine and not compared with table "apisix_route": gateway groups could not be read`; !strings.Contains(said, want) {
				t.Errorf("no %q:\n%s", want, said)
			}
		})
	}
}

func TestGroupsThatNoRowNamesAreNotMissed(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, "-- gateway_group --\nid, short_id", "-- apisix_route --\nid, gateway_group_id, service_id", "-- gateway_instance --\nid, hostname, version")
	if said := db.read(t, db.recognise(t, ""), estate.Route, estate.Instance).said(); strings.Contains(said, "could not be read") {
		t.Error(said)
	}
}

func TestWithoutKineTheTablesSpeakAlsoWithoutGroups(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, "-- kine gone --", "-- gateway_group --\nid, short_id")
	got := db.read(t, db.recognise(t, ""), estate.Service)
	if len(got.resources) != 1 || !strings.HasPrefix(got.resources[0], "service g1/s1 ") || got.count(estate.Service) != 1 {
		t.Errorf("%d, %q", got.count(estate.Service), got.resources)
	}
	if want := "service: gateway groups: could not be read"; !strings.HasPrefix(got.said(), want) {
		t.Errorf("no %q:\n%s", want, got.said())
	}
}

// TestPublicationsThatMayBeMissedAreAGap proves that no template is called unpublished while that is unknown.
func TestPublicationsThatMayBeMissedAreAGap(t *testing.T) {
	t.Parallel()
	const (
		columns = "-- apisix_service --\nid, gateway_group_id, service_id\n"
		unnamed = `publication: column "service_id" of table "apisix_service": no row says which template it was published from, although services are published and there are templates` +
			" → check in the Dashboard whether any template is published"
		missed = `publication: table "apisix_service": kine holds services that are not in it (%s) → check in the Dashboard which templates these were published from`
	)
	for name, test := range map[string]struct {
		change, kine string
		want         string
	}{
		"every service has its row": {columns + "s1 | g1 | t1", "", ""},
		"no rows":                   {columns, "", fmt.Sprintf(missed, "1 there, 0 here; only in kine: default/s1") + "\n" + unnamed},
		"some rows are missing": {
			columns + "s1 | g1 | t1", keys("/gateway_groups/default/services/s2"), fmt.Sprintf(missed, "2 there, 1 here; only in kine: default/s2"),
		},
		"a service that only the table holds takes none away": {columns + "s1 | g1 | t1\ns2 | g1 | t1", "", ""},
		"no row names a template": {
			columns + "s1 | g1 | -", "",
			unnamed,
		},
		"no row names a template, and nobody knows whether there is one": {
			columns + "s1 | g1 | -\n-- service broken --\nid, plugins", "",
			"service_template: table \"service\": the server refused → ask the server\n" + unnamed,
		},
		"no row names a template, and there is none": {columns + "s1 | g1 | -\n-- service --\nid, plugins", "", ""},
		"nothing is published":                       {columns + "-- kine --\nid int8, name, deleted bool, prev_revision, value\n1 | /gateway_groups/default/routes/r1 | false", "", ""},
		"no column names the template": {
			"-- apisix_service --\nid, gateway_group_id\ns1 | g1", "",
			`publication: table "apisix_service": no column tells which template a service was published from, or SELECT on it is not granted → ` + byMap,
		},
		"the column may not be read": {
			"-- apisix_service --\nid, gateway_group_id, service_id denied\ns1 | g1", "",
			`publication: table "apisix_service": no column tells which template a service was published from, or SELECT on it is not granted → ` + byMap,
		},
		"no table": {
			"-- apisix_service gone --", "", `publication: a table for published_service: schema "public" holds no such table → ` + byMap,
		},
		"the table is not read to its end": {
			"-- apisix_service broken --\nid, gateway_group_id, service_id\ns1 | g1 | t1", "",
			`publication: table "apisix_service": the server refused → ask the server`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, test.change, test.kine)
			got := db.read(t, db.recognise(t, ""), estate.Publication, estate.ServiceTemplate)
			if diff := cmp.Diff(test.want, strings.TrimSuffix(got.said(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAGapThatNamesObjectsCanBeToldWithoutThem(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, keys("/gateway_groups/default/services/s2"), "-- apisix_service --\nid, gateway_group_id, service_id\ns1 | g1 | t1\ns3 | g1 | t1")
	gaps := db.read(t, db.recognise(t, ""), estate.Publication).coverage.Kinds[0].Gaps
	if len(gaps) != 1 {
		t.Fatalf("want one gap, got %+v", gaps)
	}
	if diff := cmp.Diff([]string{"default/s3", "default/s2"}, gaps[0].Names); diff != "" {
		t.Error(diff)
	}
	if want := `table "apisix_service": kine holds services that are not in it (2 there, 2 here)`; gaps[0].Plain != want {
		t.Errorf("want %q, got %q", want, gaps[0].Plain)
	}
}
