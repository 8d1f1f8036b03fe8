package pgdump

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// moment returns a point in time of any type; false if the value is none. A number is seconds or, from 1e11 on,
// milliseconds. A timestamp without time zone is taken as UTC. A year before Christ or of five digits is not exact.
func moment(c controlplane.Column, v []byte) (time.Time, bool) {
	if c.Category == 'N' {
		n, err := strconv.ParseFloat(string(v), 64)
		switch {
		case err != nil:
		case n >= 1 && n <= 99_999_999_999:
			return time.UnixMicro(int64(n * 1e6)), true
		case n >= 100_000_000_000 && n <= 99_999_999_999_999:
			return time.UnixMicro(int64(n * 1e3)), true
		}
		return time.Time{}, false
	}
	for _, layout := range []string{
		"2006-01-02 15:04:05-07", "2006-01-02 15:04:05", "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05-07:00:00", time.DateOnly,
	} {
		if t, err := time.Parse(layout, string(v)); err == nil {
			return t, true
		}
	}
	if strings.HasSuffix(string(v), " BC") {
		return time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), true
	}
	if year, _, _ := strings.Cut(string(v), "-"); len(year) > len("9999") && year != "infinity" && year[0] <= '9' {
		return time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), true
	}
	return time.Time{}, false
}

// farthest is how far a clock without a time zone can be from UTC, zoneStep the unit of the time zones that are told
// apart, skew how far a heartbeat can be ahead of the dumping host's clock, together the time within which every gateway that
// is alive sends one, and beating how old the newest of them is at most.
const (
	farthest = 14 * time.Hour
	zoneStep = 30 * time.Minute
	skew     = 2 * time.Minute
	together = 15 * time.Minute
	beating  = 5 * time.Minute
)

// taken returns when a backup was taken, by the clock that wrote the heartbeats. created is what the backup says, zero
// if it says nothing; zoned is true if that is in UTC for certain, and then it is the answer. Archives record the local
// time of the dumping host without its time zone. That time is read as UTC if it is minutes after a heartbeat and no
// cluster of heartbeats is later. Else a time zone of full or half hours is inferred, if it makes the heartbeats
// minutes old; if none does, the time is read as UTC too. A backup without a time is taken to be as old as its
// heartbeats.
//
// doubt says what the answer rests on, if that is uncertain. One heartbeat with a wrong clock does not decide: see
// [anchor]. Read as UTC by mistake, a time makes gateways look silent or their heartbeats wrong, and rules about them
// are unknown; a zone inferred by mistake makes silent gateways look alive, which the doubt says.
func taken(created time.Time, zoned bool, beats []time.Time) (now time.Time, doubt string) {
	const longer = ": how long instances have been silent is counted from the newest heartbeat; it is longer if every gateway was silent when the backup was taken"
	beats = slices.DeleteFunc(slices.Clone(beats), func(b time.Time) bool { return estate.HeartbeatFault(b.Year(), 0) != "" })
	slices.SortFunc(beats, func(a, b time.Time) int { return b.Compare(a) })
	if len(beats) == 0 || zoned {
		return created, ""
	}
	if created.IsZero() {
		return anchor(beats), "the backup does not say when it was taken" + longer
	}
	inReach := slices.DeleteFunc(slices.Clone(beats), func(b time.Time) bool { return created.Sub(b).Abs() > farthest })
	for _, b := range beats {
		if age := created.Sub(b); age >= -skew && age < together-skew && !several(beats, b.Add(together)) {
			return latest(created, b), ""
		}
	}
	if len(inReach) == 0 {
		if newest := anchor(beats); created.Before(newest) {
			return newest, "the backup says that it was taken long before the newest heartbeat" + longer
		}
		return created, "every gateway had been silent for hours when the backup was taken, and it does not record the time zone of its time: " +
			"how long instances have been silent is counted in UTC and can be off by half a day"
	}
	now = anchor(inReach)
	past := (created.Sub(now)%zoneStep + zoneStep) % zoneStep
	switch {
	case past < beating:
		now = now.Add(past)
	case past < zoneStep-skew && created.Sub(now).Abs() < zoneStep:
		return created, ""
	case past < zoneStep-skew:
		return created, "no time zone explains how far the time of the backup is from the heartbeats, so it is taken to be in UTC"
	}
	zone := created.Sub(now).Round(zoneStep)
	if zone == 0 {
		return now, ""
	}
	return now, fmt.Sprintf("the backup does not record the time zone of its time, which is taken to be %+g hours from UTC", zone.Hours()) + longer
}

// several reports whether two heartbeats or more, shortly after each other, are later than t.
func several(beats []time.Time, t time.Time) bool {
	for i, b := range beats[1:] {
		if b.After(t) && beats[i].Sub(b) < together {
			return true
		}
	}
	return false
}

// anchor returns the heartbeat, of those sorted newest first, that was sent when the backup was taken: the newest with
// another shortly before it, because the clock of a single host may be wrong; else the newest.
func anchor(beats []time.Time) time.Time {
	for i, b := range beats[1:] {
		if beats[i].Sub(b) < together {
			return beats[i]
		}
	}
	return beats[0]
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// appendTime appends a point in time as RFC 3339 in UTC, to the second.
func appendTime(dst []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(dst, "2006-01-02T15:04:05Z")
}

// appendAge appends the seconds from t to now.
func appendAge(dst []byte, t, now time.Time) []byte {
	return strconv.AppendInt(dst, int64(now.Sub(t).Round(time.Second)/time.Second), 10)
}
