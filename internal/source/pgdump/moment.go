package pgdump

import (
	"fmt"
	"strconv"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

// moment returns a point in time of any type; false if the value is none. A number is seconds or, from 1e11 on,
// milliseconds. A timestamp without time zone is taken as UTC.
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
	return time.Time{}, false
}

// farthest is how far a clock without a time zone can be from UTC, zoneStep the unit of all time zones, and skew how
// far a heartbeat can be ahead of the dumping host's clock.
const (
	farthest = 14 * time.Hour
	zoneStep = 15 * time.Minute
	skew     = 2 * time.Minute
)

// taken returns when a backup was taken, by the clock that wrote the heartbeats. Backups record the local time of the
// dumping host without its time zone. So if that time and the newest heartbeat differ by no more than a time zone can
// explain, the newest heartbeat is taken to be as recent as possible: some gateway was alive. A backup without a time
// is taken to be as old as its newest heartbeat.
//
// doubt says what the answer rests on, if that is uncertain. It is empty if the time, read as UTC, is minutes after
// the newest heartbeat, which is no coincidence. Ages based on the newest heartbeat are never too long: they make no
// gateway that was alive look offline.
func taken(created, newest time.Time) (now time.Time, doubt string) {
	const longer = ": how long instances have been silent is counted from the newest heartbeat; it is longer if every gateway was silent when the backup was taken"
	switch age := created.Sub(newest); {
	case newest.IsZero():
		return created, ""
	case created.IsZero():
		return newest, "the backup does not say when it was taken" + longer
	case age < -farthest:
		return newest, "the backup says that it was taken long before the newest heartbeat" + longer
	case age > farthest:
		return created, "every gateway had been silent for hours when the backup was taken, and it does not record the time zone of its time: " +
			"how long instances have been silent is counted in UTC and can be off by half a day"
	default:
		now = newest
		if past := (age%zoneStep + zoneStep) % zoneStep; past < zoneStep-skew {
			now = newest.Add(past)
		}
		zone := created.Sub(now).Round(zoneStep)
		if zone == 0 {
			return now, ""
		}
		return now, fmt.Sprintf("the backup does not record the time zone of its time, which is taken to be %+g hours from UTC", zone.Hours()) + longer
	}
}

// appendTime appends a point in time as RFC 3339 in UTC, to the second.
func appendTime(dst []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(dst, "2006-01-02T15:04:05Z")
}

// appendAge appends the seconds from t to now.
func appendAge(dst []byte, t, now time.Time) []byte {
	return strconv.AppendInt(dst, int64(now.Sub(t).Round(time.Second)/time.Second), 10)
}
