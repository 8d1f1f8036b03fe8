package estate

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// A control plane calls a gateway instance offline after InstanceOffline without a heartbeat, and removes it after
// InstanceRemoved.
const (
	InstanceOffline = 2 * time.Hour
	InstanceRemoved = 7 * 24 * time.Hour
)

// heartbeatAhead is how far a heartbeat may be ahead of the clock by which it is judged: clocks differ by minutes.
const heartbeatAhead = 15 * time.Minute

// HeartbeatFault returns why a heartbeat of this age, sent in this year, cannot be one; empty if it can. An instance
// with a wrong heartbeat may be alive or not, and must not make others look silent.
func HeartbeatFault(year int, age time.Duration) string {
	const first = 2000 // the product is much younger: this is a counter, or a zero time
	switch {
	case year < first:
		return fmt.Sprintf("the heartbeat is from the year %d", year)
	case age < -heartbeatAhead:
		return "the heartbeat is " + ahead(-age) + " ahead of the time at which it was read"
	}
	return ""
}

func ahead(d time.Duration) string {
	if d < time.Hour {
		return plural.Of(int64(d/time.Minute), "minute", "minutes")
	}
	return plural.Of(int64(d/time.Hour), "hour", "hours")
}

// Heartbeats tells, from all instances of an installation, whether any gateway was alive when they were read.
type Heartbeats struct{ instances, alive int }

// Add adds an instance. An unknown age is taken to be short.
func (h *Heartbeats) Add(age time.Duration, known bool) {
	h.instances++
	if !known || age < InstanceOffline {
		h.alive++
	}
}

// Gap returns the gap for an installation whose instances were all silent; nil if one was alive or there are none.
// Gateways that serve traffic send heartbeats, so this is probably a restored copy, and the rows say nothing about the
// gateways that run.
func (h *Heartbeats) Gap() *Gap {
	if h.instances == 0 || h.alive > 0 {
		return nil
	}
	return &Gap{
		ID: SilentGateways, What: "gateway instances",
		Why: fmt.Sprintf("none of %s sent a heartbeat in the last two hours: this is probably a restored copy, or every gateway is down",
			plural.Of(h.instances, "instance", "instances")),
		Next: "read the database that gateways report to; in a rehearsal on a copy add --accept-unknown " + SilentGateways + "=REASON",
	}
}

// ReportedVersions collects the versions that gateway instances report, each with one instance: the first by name, in
// whatever order they come.
type ReportedVersions struct{ seen []reported }

type reported struct {
	version     version.Version
	table, host string
}

// Add adds what an instance reports, and the table or list that says so.
func (r *ReportedVersions) Add(v version.Version, table, host string) {
	at, known := slices.BinarySearchFunc(r.seen, v, func(seen reported, v version.Version) int { return seen.version.Compare(v) })
	switch {
	case !known:
		r.seen = slices.Insert(r.seen, at, reported{v, table, host})
	case cmp.Or(cmp.Compare(host, r.seen[at].host), cmp.Compare(v.String(), r.seen[at].version.String())) < 0:
		r.seen[at] = reported{v, table, host}
	}
}

// Evidence returns what was added, the oldest version first.
func (r *ReportedVersions) Evidence() []VersionEvidence {
	var all []VersionEvidence
	for _, one := range r.seen {
		all = append(all, VersionEvidence{Component: Gateway, Version: one.version, Where: fmt.Sprintf("%s: reported by %s", one.table, one.host)})
	}
	return all
}
