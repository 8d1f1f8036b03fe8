package pgdump

import (
	"fmt"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// oldest finds the oldest time of a table's rows. It looks at that column only: the audit log may be the largest table.
type oldest struct {
	column  controlplane.Column
	index   int // of the column
	rows    bool
	time    time.Time // zero: no row has one
	unknown bool      // a row was too long to show its time
}

func newOldest(p *controlplane.Place, t archive.Table) *oldest {
	column := p.Fields()[0].Column // both fields are of the one column
	return &oldest{column: column, index: columnIndex(t, column.Name)}
}

// row takes a row. It never fails, so that no other kind depends on the audit log.
func (o *oldest) row(values [][]byte, tooLong bool) error {
	o.rows = true
	v := values[o.index]
	if v == nil {
		o.unknown = o.unknown || tooLong
		return nil
	}
	if t, ok := moment(o.column, v); ok && (o.time.IsZero() || t.Before(o.time)) {
		o.time = t
	}
	return nil
}

// auditLog reports how far back the audit log goes.
func (st *streaming) auditLog(p *controlplane.Place) error {
	gap, found := st.gap(p), controlplane.Oldest{}
	if o := st.audit; o != nil {
		found.Rows = o.rows
		if !o.time.IsZero() {
			found.Time = appendTime(nil, o.time)
			if !st.early.now.IsZero() {
				found.Age = appendAge(nil, o.time, st.early.now)
			}
		}
		if o.unknown {
			gap = &estate.Gap{
				ID: estate.BackupIncomplete, What: fmt.Sprintf("table %q", p.Table().Name),
				Why: "which value of a row is its time is not certain, or a row is too long to be read",
			}
		}
	}
	return st.assembler.AuditLog(p, found, gap)
}
