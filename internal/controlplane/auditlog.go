package controlplane

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

const auditLog = "audit_log"

// auditConcepts are what the control plane keeps of what was done. Such a table is large and says who did what, so no
// row of it is read, only its oldest time.
var auditConcepts = []*concept{
	{
		name: auditLog, kind: estate.AuditLog, optional: true,
		aliases: []string{"audit_log", "audit", "audit_event", "audit_record"},
		fields: []field{
			must("event_time", "created_at", "create_time", "created_time", "occurred_at", "timestamp", "time").asMoment("oldest_age_seconds"),
		},
	},
}

// OnlyOldest reports whether no row of the place is read, only its oldest time. The rows go to
// [Assembler.AuditLog], and neither to [Assembler.Row] nor to [Assembler.Finish].
func (p *Place) OnlyOldest() bool { return p.concept.name == auditLog }

// Oldest is how far back the rows of a table go.
type Oldest struct {
	Rows bool // there are any
	// Time and Age are the oldest point in time in the forms [AsTime] and [AsAge]; nil if no row has one, or if it is
	// not known when the rows were read.
	Time, Age []byte
}

// AuditLog yields how far back the audit log goes, as the only resource of its kind: there is one also if the table was
// not read, for the reason in gap. That hides nothing of the installation's configuration, so it is a note and no gap.
// The error is that of yield.
func (a *Assembler) AuditLog(p *Place, o Oldest, gap *estate.Gap) error {
	body := struct {
		ID     string            `json:"id"`
		State  estate.AuditState `json:"state"`
		Oldest string            `json:"oldest,omitempty"`
		Age    *int64            `json:"oldest_age_seconds,omitempty"`
	}{ID: auditLog, State: estate.AuditUnread}
	switch {
	case gap != nil:
		a.Note("audit log", "how far back it goes was not read: %s: %s", gap.What, gap.Why)
	case p.none:
		body.State = estate.AuditEmpty
	case p.table == nil:
		a.Note("audit log", "how far back it goes was not read: no table is recognised as the audit log")
	case o.Rows:
		body.State, body.Oldest = estate.AuditHasRows, string(o.Time)
		if age, err := strconv.ParseInt(string(o.Age), 10, 64); err == nil {
			body.Age = &age
		}
	default:
		body.State = estate.AuditEmpty
	}
	text, err := json.Marshal(body)
	if err != nil { // never happens for strings and numbers
		return fmt.Errorf("describing the audit log: %w", err)
	}
	a.auditLogs++
	origin := estate.Origin{Source: a.source, Table: auditLog}
	if p.table != nil {
		origin.Table = p.label()
	}
	return a.emit(estate.AuditLog, estate.Group{}, auditLog, origin, text, "")
}
