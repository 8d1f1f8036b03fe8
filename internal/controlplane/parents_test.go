package controlplane_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// TestATableThatInheritsFromOneOfOursIsAPartOfIt proves that rows which the server shows as the parent's are not taken
// for those of another table, whatever the child is called and wherever it is.
func TestATableThatInheritsFromOneOfOursIsAPartOfIt(t *testing.T) {
	t.Parallel()
	const templates = "\nid, name, hosts, path_prefix, strip_path_prefix bool, upstream, plugins"
	for name, test := range map[string]struct{ change, want string }{
		"a name of its own":                {"-- eu inherits=service --" + templates, "88 service: its name and its columns fit: 7 of 10 known columns"},
		"a name that the table could have": {"-- services inherits=service --" + templates, "88 service: its name and its columns fit: 7 of 10 known columns"},
		"a grandchild":                     {"-- eu inherits=service --" + templates + "\n-- service_template inherits=eu --" + templates, "88 service: its name and its columns fit: 7 of 10 known columns"},
		"the store, in another schema":     {"-- old.kine inherits=kine --\nid int8, name, deleted int4, created int4, prev_revision int8, lease int8, value bytea", "88 service: its name and its columns fit: 7 of 10 known columns"},
		"ours inherits from another one":   {"-- base --\nid\n-- service inherits=base --" + templates, "88 service: its name and its columns fit: 7 of 10 known columns"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, "-- custom_plugin gone --", test.change)
			l := db.recognise(t, "")
			if diff := cmp.Diff(test.want, placed(l, "service_template")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff("0 : no table could hold it: this installation stores none", placed(l, "custom_plugin")); diff != "" {
				t.Error(diff)
			}
			if notes := db.read(t, l, estate.ServiceTemplate).coverage.Notes; len(notes) > 0 {
				t.Errorf("notes %+v", notes)
			}
		})
	}
}

func TestADocumentOfItsOwnMakesAChildACandidate(t *testing.T) {
	t.Parallel()
	l := parse(t, whole, "-- custom_plugin gone --\n-- eu inherits=service --\nid, name, plugins, more jsonb").recognise(t, "")
	want := `0 : ; a table for custom_plugin: no table is recognised, and these could hold it: "eu" → ` + byMap
	if diff := cmp.Diff(want, placed(l, "custom_plugin")); diff != "" {
		t.Error(diff)
	}
}

// TestRowsThatReferToNoTableAreADoubt proves that a missing table is no proof that there is nothing, if rows of
// others refer to it: from a server as from a backup, which may lack it.
func TestRowsThatReferToNoTableAreADoubt(t *testing.T) {
	t.Parallel()
	const refers = "-- apisix_route --\nid, gateway_group_id, service_id, route_id, paths, plugins\nr1 | g1 | s1 | rt1 | [\"/list\"] | {}"
	for name, test := range map[string]struct {
		change, schemaMap string
		whole             bool
		want              string
	}{
		"a server":                    {refers, "", true, estate.Schema},
		"a backup":                    {refers, "", false, estate.BackupIncomplete},
		"no row refers to it":         {"-- apisix_route --\nid, gateway_group_id, service_id, route_id, paths, plugins\nr1 | g1 | s1 | - | [\"/list\"] | {}", "", true, ""},
		"a person says there is none": {refers, "tables: {route_template: {table: none}}", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, "-- route gone --", test.change)
			m, err := controlplane.ParseSchemaMap("map.yaml", []byte(test.schemaMap))
			if err != nil {
				t.Fatal(err)
			}
			l, err := controlplane.Recognise(controlplane.Database{Name: "api7ee", Tables: db.tables, Whole: test.whole}, m)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range db.read(t, l, estate.RouteTemplate, estate.Route).coverage.Kinds {
				for _, gap := range c.Gaps {
					got = append(got, gap.ID)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestABackupThatIsPartialLacksWhatItDoesNotHold proves that nothing is concluded from what chosen tables leave out.
func TestABackupThatIsPartialLacksWhatItDoesNotHold(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, "-- custom_plugin gone --\n-- token gone --")
	l, err := controlplane.Recognise(controlplane.Database{Name: "api7ee", Tables: db.tables, Partial: "evidence"}, controlplane.SchemaMap{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range l.Places() {
		lacks := slices.Contains([]string{"custom_plugin", "token"}, p.Name())
		if gap := p.Gap(); (gap != nil) != lacks || lacks && (gap.ID != estate.BackupIncomplete || gap.Why != "the backup holds chosen tables only: evidence") {
			t.Errorf("%s: %+v", p.Name(), gap)
		}
	}
}

// TestEachFilterSaysWhatToDo proves that no way to hide rows is taken for another.
func TestEachFilterSaysWhatToDo(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, filter := range []controlplane.Filter{controlplane.FiltersRole, controlplane.FiltersBackup, controlplane.FilterUnsaid} {
		db := parse(t, whole, "-- token --\nid, name")
		for _, table := range db.tables {
			if table.Name == "token" {
				table.Filter = filter
			}
		}
		gap := place(t, db.recognise(t, ""), "token").Gap()
		if gap == nil || gap.ID != estate.RowSecurity || seen[gap.Why] || seen[gap.Next] {
			t.Fatalf("%d: %+v", filter, gap)
		}
		seen[gap.Why], seen[gap.Next] = true, true
	}
}
