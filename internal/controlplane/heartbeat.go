package controlplane

import (
	"strconv"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// heartbeatAge returns the age in the text of field heartbeat_age_seconds; false if there is none.
func heartbeatAge(text string) (age time.Duration, known bool) {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, false
	}
	const longest = int64(estate.InstanceRemoved/time.Second) * 1000 // a duration ends at 292 years
	return time.Duration(max(-longest, min(seconds, longest))) * time.Second, true
}

// heartbeatFault returns why the heartbeat of a row cannot be one; empty if it can, or if the row has none.
func heartbeatFault(r *row) string {
	age, known := heartbeatAge(r.values["heartbeat_age_seconds"])
	if !known {
		return ""
	}
	at, err := time.Parse(time.RFC3339, r.values["last_heartbeat"])
	if err != nil { // a year of five digits, or one before Christ
		return "the heartbeat is in no year that has four digits"
	}
	return estate.HeartbeatFault(at.Year(), age)
}
