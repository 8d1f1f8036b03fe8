package estate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestGapWithoutTheNamesOfObjects(t *testing.T) {
	t.Parallel()
	table := estate.Gap{ID: estate.Privileges, What: `table "service"`, Why: "SELECT is not granted", Next: "grant it"}
	if diff := cmp.Diff(table, table.Anonymous()); diff != "" {
		t.Errorf("one that names none changes (-want +got):\n%s", diff)
	}
	named := estate.Gap{
		ID: estate.TablesDisagree, What: `table "service"`, Why: "kine holds more: default/orders", Next: "look",
		Names: []string{"default/orders"}, Plain: `table "service": kine holds more`,
	}
	want := estate.Gap{ID: estate.TablesDisagree, Why: `table "service": kine holds more`, Next: "look", Plain: `table "service": kine holds more`}
	if diff := cmp.Diff(want, named.Anonymous()); diff != "" {
		t.Errorf("one that names some (-want +got):\n%s", diff)
	}
}
