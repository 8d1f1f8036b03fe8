package controlplane_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// optional are the kinds that an installation may not have at all: any unexplained table could hold them.
const optional = "api_product custom_plugin developer"

// TestWhatIsNotRecognisedSpoilsTheKindsThatItCouldHold proves which kinds are incomplete, and that all others are
// not.
func TestWhatIsNotRecognisedSpoilsTheKindsThatItCouldHold(t *testing.T) {
	t.Parallel()
	const inKineAlone = "upstream consumer credential global_rule plugin_config consumer_group plugin_metadata plugin_list ssl secret proto"
	for name, test := range map[string]struct{ change, want string }{
		"nothing": {"", ""},
		"the templates, under a name and columns that nobody knows": {
			"-- service gone --\n-- xq1 --\nid, c7, c8", "service_template " + optional,
		},
		"the templates, without what tells that they are any": {"-- service --\nid, name, hosts", "service_template " + optional},
		"two tables of templates":                             {"-- services --\nid, plugins", "service_template " + optional},
		"no templates":                                        {"-- service gone --", "service_template"},
		"the history of templates": {
			"-- service_version gone --\n-- xq2 --\nid, c6, c7", "service_version " + optional,
		},
		"no history of templates":          {"-- service_version gone --", ""},
		"one of two tables of a kind":      {"-- route_version --\nid, paths, plugins", "route_version " + optional},
		"no kine":                          {"-- kine gone --", inKineAlone + " custom_plugin"},
		"no kine, and a table of plugins":  {"-- kine gone --\n-- custom_plugin --\nid, name", inKineAlone},
		"no live key in kine":              {"-- kine --\nid int8, name, deleted bool, prev_revision, value", inKineAlone + " custom_plugin"},
		"no published services":            {"-- apisix_service gone --", "publication"},
		"no published routes":              {"-- apisix_route gone --", ""},
		"no tokens":                        {"-- token gone --", "token"},
		"policies without what they allow": {"-- permission_policy --\nid, name", "permission_policy"},
		"plugins without a name":           {"-- custom_plugin --\nid, source_code", "custom_plugin"},
		"developers without an id":         {"-- developer --\nstatus", "developer"},
		"policies under another name":      {"-- permission_policy gone --\n-- rights --\nid, name, statement", ""},
		"a published table that is called like the templates'": {
			"-- apisix_service gone --\n-- service --\nid, gateway_group_id, service_id, plugins\ns1 | g1 | t1\n-- service_template --\nid, name, plugins", "publication " + optional,
		},
		"published services under a template's name, told apart by their columns": {
			"-- apisix_service gone --\n-- service --\nid, gateway_group_id, service_id, service_version_id, plugins\ns1 | g1 | t1\n-- service_template --\nid, name, plugins", "",
		},
		"tables of the portal that are called like the control plane's": {
			"-- organization --\nid, metadata\n-- session --\nid, data jsonb\n-- user --\nid, name, plugins", "",
		},
		"which groups have which plugin": {"-- custom_plugin_gateway_group --\ncustom_plugin_id, gateway_group_id, config jsonb", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, "-- api_product gone --\n-- custom_plugin gone --\n-- developer gone --", test.change)
			got := map[string]bool{}
			for _, c := range db.read(t, db.recognise(t, ""), everything()...).coverage.Kinds {
				if len(c.Gaps) > 0 && c.Kind != estate.Database { // the database is never described here
					got[c.Kind.String()] = true
				}
			}
			want := map[string]bool{}
			for kind := range strings.FieldsSeq(test.want) {
				want[kind] = true
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("incomplete kinds:\n%s", diff)
			}
		})
	}
}
