package snapshot_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

// TestObjectsWithHiddenIDsStayApart proves that a snapshot has as many affected objects as the installation where it hides
// their ids, or those of their gateway groups, and that an object in two tables stays one.
func TestObjectsWithHiddenIDsStayApart(t *testing.T) {
	t.Parallel()
	const a, b = "ghp_1234567890abcdefABCD", "ghp_1234567890abcdefABCE"
	cors := func(k estate.Kind, id, group, table string) estate.Resource {
		return estate.Resource{
			Kind: k, ID: id, Group: estate.Group{ShortID: group}, Origin: estate.Origin{Source: "postgres", Table: table, Key: id},
			Body: []byte(`{"id":"` + id + `","plugins":{"traffic-split":{"rules":[{"weighted_upstreams":[{"weight":1}]}]}}}`),
		}
	}
	for name, all := range map[string][]estate.Resource{
		"two routes":                 {cors(estate.Route, a, "default", "kine"), cors(estate.Route, b, "default", "kine")},
		"two services":               {cors(estate.Service, "see-"+a, "default", "kine"), cors(estate.Service, "see-"+b, "default", "kine")},
		"one in two tables":          {cors(estate.Route, a, "default", "kine"), cors(estate.Route, a, "default", "route"), cors(estate.Route, b, "default", "route")},
		"in hidden gateway groups":   {cors(estate.Route, "orders", a, "kine"), cors(estate.Route, "orders", b, "kine")},
		"beside one that is shown":   {cors(estate.Route, "orders", "default", "kine"), cors(estate.Route, a, "default", "kine")},
		"a snapshot of a snapshot's": {cors(estate.Route, "<redacted> 1", "default", "kine"), cors(estate.Route, "<redacted> 2", "default", "kine")},
	} {
		src := func(all []estate.Resource) *memory.Source {
			return &memory.Source{About: estate.Info{Kind: "postgres", Name: "db"}, Resources: all}
		}
		shot := take(t, src(all))
		want, got := count(assess(t, nil, src(all))), count(assess(t, nil, open(t, shot)))
		if want == 0 || want != got {
			t.Errorf("%s: %d findings, in the snapshot %d", name, want, got)
		}
		for line := range lines(t, shot) {
			if bytes.Contains(line, []byte(strings.TrimPrefix(a, "ghp_")[:16])) {
				t.Errorf("%s: %s", name, line)
			}
		}
		slices.Reverse(all)
		if !bytes.Equal(shot, take(t, src(all))) {
			t.Errorf("%s: another order gives another file", name)
		}
	}
}

func count(r *report.Report) int { return len(r.Findings.List()) }
