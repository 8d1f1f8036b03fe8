package estate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestAHeartbeatThatCannotBeOne(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		year int
		age  time.Duration
		want string
	}{
		"now":                    {2026, 0, ""},
		"clocks differ a little": {2026, -14 * time.Minute, ""},
		"years of silence":       {2020, 50_000 * time.Hour, ""},
		"minutes ahead":          {2026, -16 * time.Minute, "16 minutes ahead"},
		"hours ahead":            {2026, -5 * time.Hour, "5 hours ahead"},
		"a counter":              {1970, 490_000 * time.Hour, "from the year 1970"},
		"a zero time":            {1, 490_000 * time.Hour, "from the year 1"},
	} {
		if got := estate.HeartbeatFault(tt.year, tt.age); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestAnInstallationWhoseInstancesAreAllSilent(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		ages   []time.Duration // negative: unknown
		silent bool
	}{
		"no instances":       {nil, false},
		"one alive":          {[]time.Duration{time.Minute, 90 * time.Hour}, false},
		"all silent":         {[]time.Duration{2 * time.Hour, 90 * time.Hour}, true},
		"one does not say":   {[]time.Duration{90 * time.Hour, -1}, false},
		"silent for minutes": {[]time.Duration{119 * time.Minute}, false},
	} {
		var beats estate.Heartbeats
		for _, age := range tt.ages {
			beats.Add(age, age >= 0)
		}
		gap := beats.Gap()
		if (gap != nil) != tt.silent {
			t.Errorf("%s: %+v", name, gap)
		}
		if gap != nil && (gap.ID != estate.SilentGateways || !strings.Contains(gap.Next, "--accept-unknown silent-gateways=")) {
			t.Errorf("%s: %+v", name, gap)
		}
	}
}
