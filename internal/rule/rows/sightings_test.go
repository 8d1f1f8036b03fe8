package rows_test

import (
	"strconv"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
)

// seen is a resource that a table of a source shows.
func seen(t *testing.T, k estate.Kind, id, body, group string, o estate.Origin) rule.Sighting {
	t.Helper()
	r := &estate.Resource{Kind: k, ID: id, Body: []byte(body), Group: estate.Group{Name: group}, Origin: o}
	if err := estate.NewReader(nil).Read(r); err != nil {
		t.Fatal(err)
	}
	return rule.See(r)
}

// TestSightingsCountAnObjectOnceThatSeveralTablesShow: the store and the table beside it have the same routes, and an
// export of one gateway group has those of this group once more.
func TestSightingsCountAnObjectOnceThatSeveralTablesShow(t *testing.T) {
	t.Parallel()
	store := estate.Origin{Source: "postgres", Table: "kine", Running: true}
	table := estate.Origin{Source: "postgres", Table: "apisix_route"}
	exports := []estate.Origin{{Source: "adc", Table: "a.yaml"}, {Source: "adc", Table: "b.yaml"}}
	var s rows.Sightings
	for _, from := range []estate.Origin{store, table} {
		for i := range 8 {
			s.Add(seen(t, estate.Route, "r"+strconv.Itoa(i), `{"name":"n"}`, "edge", from), "cors")
		}
	}
	for i := range 8 {
		s.Add(seen(t, estate.Route, "r"+strconv.Itoa(i), `{"name":"n"}`, "edge", exports[i%2]), "cors")
	}
	if want := "route n (r0) on edge (cors), route n (r1) on edge (cors), route n (r2) on edge (cors), route n (r3) on edge (cors), " +
		"route n (r4) on edge (cors) and 3 more"; s.Len() != 8 || s.String() != want {
		t.Errorf("%d: %s\nwant 8: %s", s.Len(), &s, want)
	}
}

// TestSightingsCountWhatOnlyOneTableShows: what differs in kind, gateway group or plugin is never the same object.
func TestSightingsCountWhatOnlyOneTableShows(t *testing.T) {
	t.Parallel()
	store := estate.Origin{Source: "postgres", Table: "kine", Running: true}
	table := estate.Origin{Source: "postgres", Table: "consumer"}
	files := []estate.Origin{{Source: "config", Table: "a.yaml"}, {Source: "config", Table: "b.yaml"}}
	var s rows.Sightings
	s.Add(seen(t, estate.Route, "r", `{}`, "edge", store), "cors")
	s.Add(seen(t, estate.Route, "r", `{}`, "edge", store), "csrf")
	s.Add(seen(t, estate.Route, "r", `{}`, "default", store), "cors")
	s.Add(seen(t, estate.StreamRoute, "r", `{}`, "edge", table), "cors")
	s.Add(seen(t, estate.GatewayGroup, "g", `{"name":"edge"}`, "edge", table), "")
	s.Add(seen(t, estate.GatewayConfig, "a.yaml", `{}`, "", files[0]), "")
	s.Add(seen(t, estate.GatewayConfig, "b.yaml", `{}`, "", files[1]), "")
	if want := "gateway config a.yaml, gateway config b.yaml, gateway group edge (g), route r on default (cors), route r on edge (cors) and 2 more"; s.Len() != 7 || s.String() != want {
		t.Errorf("%d: %s\nwant 7: %s", s.Len(), &s, want)
	}
}
