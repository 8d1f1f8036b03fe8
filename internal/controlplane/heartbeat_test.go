package controlplane_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

const instancesTable = `
-- gateway_instance --
id, hostname, version, gateway_group_id, last_heartbeat timestamptz
`

func TestAnInstanceWhoseHeartbeatCannotBeOneIsDamaged(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ cell, want string }{
		"hours ahead":       {"2026-01-31T13:00:00Z -18000", "damaged: the heartbeat is 5 hours ahead"},
		"a zero time":       {"0001-01-01T00:00:00Z 63905000000", "damaged: the heartbeat is from the year 1"},
		"a counter":         {"1970-01-01T00:00:07Z 1769850000", "damaged: the heartbeat is from the year 1970"},
		"five digits":       {"20260-01-31T08:00:00Z -9999999", "damaged: the heartbeat is in no year"},
		"a minute ahead":    {"2026-01-31T08:00:00Z -60", `"heartbeat_age_seconds":-60`},
		"silent for months": {"2025-01-31T08:00:00Z 31536000", `"heartbeat_age_seconds":31536000`},
		"never":             {"-", `"heartbeat_age_seconds":null`},
	} {
		db := parse(t, whole, instancesTable+"i1 | gw-1 | 3.4.1 | g1 | 2026-01-31T08:00:00Z 60\ni2 | gw-2 | 3.4.1 | g1 | "+tt.cell+"\n")
		got := db.read(t, db.recognise(t, ""), estate.Instance)
		if len(got.resources) != 2 || !strings.Contains(got.resources[1], tt.want) {
			t.Errorf("%s: %q, want %s", name, got.resources, tt.want)
		}
	}
}

func TestInstancesThatAreAllSilentAreProbablyACopy(t *testing.T) {
	t.Parallel()
	const alive, silent, never = "2026-01-31T08:00:00Z 60", "2026-01-30T08:00:00Z 86460", "-"
	for name, tt := range map[string]struct {
		cells []string
		gap   bool
	}{
		"all silent":        {[]string{silent, silent}, true},
		"one is alive":      {[]string{silent, alive}, false},
		"one may be alive":  {[]string{silent, never}, false},
		"none is listed":    {nil, false},
		"silent for a year": {[]string{"2025-01-31T08:00:00Z 31536000"}, true},
	} {
		rows := []string{instancesTable}
		for i, cell := range tt.cells {
			rows = append(rows, string(rune('a'+i))+" | gw | 3.4.1 | g1 | "+cell+"\n")
		}
		db := parse(t, whole, strings.Join(rows, ""))
		got := db.read(t, db.recognise(t, ""), estate.Instance).coverage.Kinds[0]
		if has := slices.ContainsFunc(got.Gaps, func(g estate.Gap) bool { return g.ID == estate.SilentGateways }); has != tt.gap || !tt.gap && len(got.Gaps) > 0 {
			t.Errorf("%s: %+v", name, got.Gaps)
		}
	}
}
