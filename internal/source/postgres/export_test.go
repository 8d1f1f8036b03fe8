package postgres

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Internals that tests use.

// Waits returns how long reading waits before each of the first batches, and how many rows each has, if getting a batch
// takes the given times.
func Waits(perSecond int, took ...time.Duration) (waits []time.Duration, batch int) {
	now := time.Unix(0, 0)
	p := pace{perSecond: perSecond, now: func() time.Time { return now }}
	p.sleep = func(_ context.Context, d time.Duration) error {
		waits[len(waits)-1] = d
		now = now.Add(d)
		return nil
	}
	for _, t := range took {
		waits = append(waits, 0)
		_ = p.wait(context.Background()) // sleep returns no error
		now = now.Add(t)
	}
	return waits, p.batch()
}

// EndingHint returns what to do about an error that ended a session with a limit of rows per second.
func EndingHint(err *pgconn.PgError, perSecond int) string {
	s := session{conn: &pgconn.PgConn{}, pace: pace{perSecond: perSecond}}
	ended, _ := errors.AsType[*ending](s.explain(context.Background(), err, "table kine"))
	return ended.hint
}

// Queries are the embedded SQL files.
var Queries fs.FS = queries

// ViewFunctions creates the functions of the views without secrets.
var ViewFunctions = viewFunctions()

// IDSet returns a function that reports whether an id is in a set of these ids.
func IDSet(ids []int64) func(int64) bool {
	var s idSet
	for _, id := range ids {
		s.add(id)
	}
	s.seal()
	return s.has
}
