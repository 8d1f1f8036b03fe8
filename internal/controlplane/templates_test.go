package controlplane_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// TestRuntimeConfigurationThatMayBeElsewhereIsADoubt proves that no runtime configuration of a template is overlooked
// where no known column shows it.
func TestRuntimeConfigurationThatMayBeElsewhereIsADoubt(t *testing.T) {
	t.Parallel()
	const (
		known = "-- service --\nid, plugins, strip_path_prefix bool, hosts, path_prefix, upstream"
		gone  = "-- service --\nid, plugins"
	)
	for name, test := range map[string]struct{ tables, want string }{
		"nothing is missed":                      {known, ""},
		"all are gone, as from 3.6 on":           {gone + ", updated_by, priority int4", ""},
		"hosts renamed, an array":                {"-- service --\nid, plugins, path_prefix, upstream, domains _text", "hosts not recognised; not understood: domains"},
		"the prefix renamed, short":              {"-- service --\nid, plugins, hosts, upstream, base_path varchar(255)", "path_prefix not recognised; not understood: base_path"},
		"hosts with an ending that is harmless":  {"-- service --\nid, plugins, path_prefix, upstream, host_name", "hosts not recognised; not understood: host_name"},
		"hosts not there":                        {"-- service --\nid, plugins, path_prefix, upstream", "hosts not recognised, although other columns show that templates hold runtime configuration here"},
		"only the flag is left":                  {gone + ", strip_path_prefix bool", "hosts, path_prefix, upstream not recognised, although other columns show that templates hold runtime configuration here"},
		"all are gone and an array is there":     {gone + ", d _text", "hosts, path_prefix, upstream not recognised; not understood: d"},
		"all are gone and a short text is there": {gone + ", d varchar(20)", "hosts, path_prefix, upstream not recognised; not understood: d"},
		"all are gone and a number is there":     {gone + ", d int4", ""},
		"an id of an upstream more":              {known + ", upstream_id int8", "may hold runtime configuration and are not understood: upstream_id"},
		"a flag that speaks of hosts":            {known + ", multi_host bool", ""},
		"a document more, of any name":           {known + ", config jsonb", "may hold runtime configuration and are not understood: config"},
		"a document more, of another type":       {known + ", extra hstore", "may hold runtime configuration and are not understood: extra"},
		"a short text more":                      {known + ", d varchar(20)", ""},
		"a name that is plainly harmless":        {known + ", owner, latest_version, documentation, created_at timestamptz", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := doubts(t, test.tables)
			want := ""
			if test.want != "" {
				want = `columns of table "service": ` + test.want +
					" → name the columns of hosts, path_prefix and upstream with --schema-map, none where there is none; `api7-preflight doctor` lists them\n"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// doubts returns what is incomplete about service templates.
func doubts(t *testing.T, change string) string {
	t.Helper()
	db := parse(t, whole, change)
	got := db.read(t, db.recognise(t, ""), estate.ServiceTemplate)
	return strings.ReplaceAll(got.said(), "service_template: ", "")
}

func TestATableThatMayHoldRuntimeConfigurationIsADoubt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		table, columns string
		doubt          bool
	}{
		"upstreams of a service":             {"service_upstream", "service_id, nodes", true},
		"upstreams, the service unsuffixed":  {"upstream", "service, nodes", true},
		"hosts of a template":                {"template_host", "template_id, host", true},
		"runtime in its name":                {"runtime_configuration", "hosts", true},
		"upstreams of a gateway group":       {"upstream", "gateway_group_id, service_id, nodes", false},
		"upstreams of a published service":   {"upstream", "apisix_service_id, nodes", false},
		"upstreams of a published service's": {"upstream", "published_service_id, nodes", false},
		"a host of something else":           {"ldap_host", "id, host", false},
		"a name that says nothing of it":     {"webhook", "service_id, url", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := ""
			if test.doubt {
				want = `table "` + test.table + `": may hold runtime configuration of service templates; it is not understood` +
					" → check whether it does; if not, accept the doubt with --accept-unknown\n"
			}
			if diff := cmp.Diff(want, doubts(t, "-- "+test.table+" --\n"+test.columns)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestACopyIsNotedAndRaisesNoDoubt removes a table that an installation can do without, so that any unexplained table
// could hold its rows.
func TestACopyIsNotedAndRaisesNoDoubt(t *testing.T) {
	t.Parallel()
	const (
		columns = "\nid, name, hosts, path_prefix, strip_path_prefix bool, upstream, plugins\n"
		isCopy  = `note: table "%": was not read: its name looks like a copy's, and it has the columns of table "service"`
		doubt   = `custom_plugin: a table for custom_plugin: no table is recognised, and these could hold it: "%" → ` + byMap
	)
	for name, test := range map[string]struct{ table, columns, want string }{
		"a backup":                  {"service_backup", columns, isCopy},
		"a numbered one":            {"service_bak2", columns, isCopy},
		"an old one, in capitals":   {"Service_OLD", columns, isCopy},
		"one with a date":           {"service_2026_01_31", columns, isCopy},
		"one with a month":          {"service_202601", columns, isCopy},
		"a number that is no date":  {"service_12", columns, doubt},
		"no copy's name":            {"service_next", columns, doubt},
		"fewer columns":             {"service_old", "\nid, plugins", doubt},
		"a column more":             {"service_old", strings.TrimSuffix(columns, "\n") + ", more", doubt},
		"another store":             {"kine_v2", "\nid, name, deleted, prev_revision, value", `note: table "%": has the columns of kine and was not read`},
		"a word that ends like one": {"service_gold", columns, doubt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, "-- custom_plugin gone --\n-- "+test.table+" --"+test.columns)
			got := db.read(t, db.recognise(t, ""), estate.CustomPlugin)
			if diff := cmp.Diff(lines(strings.ReplaceAll(test.want, "%", test.table)), got.said()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTheTableUnderAViewIsNotedAndRaisesNoDoubt is about a view that a person has named: no other is read.
func TestTheTableUnderAViewIsNotedAndRaisesNoDoubt(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"view", "matview"} {
		db := parse(t, whole, "-- custom_plugin gone --\n-- service "+kind+" --\nid, plugins\n-- svc_base --\nid, plugins, more")
		got := db.read(t, db.recognise(t, "tables: {service_template: {table: service}}"), estate.CustomPlugin)
		if diff := cmp.Diff(lines(`note: table "svc_base": was not read by itself: view "service" shows its columns`), got.said()); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}
