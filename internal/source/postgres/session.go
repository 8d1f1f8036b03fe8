package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// session is the only connection, with its read-only transaction. This file holds every statement that is not a
// SELECT: those that begin and end the transaction, and its settings.
type session struct {
	conn     *pgconn.PgConn
	where    string // the server, for errors
	deadline time.Duration
	now      func() time.Time
	pace     pace
	began    time.Time     // of the transaction; zero: there was none
	held     time.Duration // how long it was open, once it has ended
	closed   bool
}

// lockDeadline is the time to wait for a table that another session has locked exclusively, such as a migration.
const lockDeadline = 5 * time.Second

// begin begins the transaction. Its settings are made with SET LOCAL, because PgBouncer refuses them in the start-up
// message.
func (s *session) begin(ctx context.Context) error {
	milliseconds := s.deadline.Milliseconds()
	s.began = s.now()
	for _, sql := range []string{
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", //nolint:dupword // as SQL has it
		fmt.Sprintf("SET LOCAL statement_timeout = %d", milliseconds),
		fmt.Sprintf("SET LOCAL lock_timeout = %d", min(lockDeadline, s.deadline).Milliseconds()),
		fmt.Sprintf("SET LOCAL idle_in_transaction_session_timeout = %d", milliseconds+s.pace.pause().Milliseconds()),
		"SET LOCAL search_path = pg_catalog",         // no function or operator of a user can replace the server's
		"SET LOCAL row_security = off",               // a policy that would hide rows is an error instead
		"SET LOCAL client_encoding = 'UTF8'",         // whatever the database's encoding
		"SET LOCAL standard_conforming_strings = on", // a backslash in this program's SQL is a backslash
		"SET LOCAL jit = off",                        // compiling costs more than it saves
		"SET LOCAL cursor_tuple_fraction = 1",        // what a cursor reads is read to its end
	} {
		if err := s.exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// guarded runs f under a savepoint, so that a refused statement affects only f.
func (s *session) guarded(ctx context.Context, f func() error) error {
	if err := s.keep(ctx, "SAVEPOINT reading"); err != nil {
		return err
	}
	err := f()
	if _, ok := errors.AsType[*refusal](err); ok {
		if back := s.keep(ctx, "ROLLBACK TO SAVEPOINT reading"); back != nil {
			return back
		}
	} else if err != nil {
		return err
	}
	if lost := s.keep(ctx, "RELEASE SAVEPOINT reading"); lost != nil {
		return lost
	}
	return err
}

// keep runs a statement without which the transaction cannot go on.
func (s *session) keep(ctx context.Context, sql string) error {
	err := s.exec(ctx, sql)
	if refusal, ok := errors.AsType[*refusal](err); ok {
		return &ending{why: "the server at " + s.where + " lost the transaction: " + refusal.why, hint: directly}
	}
	return err
}

// limit sets the time that a statement may take.
func (s *session) limit(ctx context.Context, d time.Duration) error {
	s.deadline = d
	return s.keep(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", d.Milliseconds()))
}

// hurried runs f, which is under a savepoint, with less time for each of its statements. If one of them is refused, going
// back to the savepoint brings the usual time back.
func (s *session) hurried(ctx context.Context, d time.Duration, f func() error) error {
	if err := s.keep(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", d.Milliseconds())); err != nil {
		return err
	}
	err := f()
	if refusal, ok := errors.AsType[*refusal](err); ok && refusal.code == cancelled {
		refusal.why = fmt.Sprintf("the statement was cancelled, by its deadline of %s or by an administrator", d)
	}
	if err != nil {
		return err
	}
	return s.keep(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", s.deadline.Milliseconds()))
}

// exec runs one of the statements of this file.
func (s *session) exec(ctx context.Context, sql string) error {
	limited, cancel := context.WithTimeout(ctx, s.deadline)
	defer cancel()
	return s.explain(ctx, s.conn.Exec(limited, sql).Close(), "the transaction")
}

// query is one SELECT.
type query struct {
	what    string // what is being read, for errors
	sql     string
	columns int // how many values each row has
	args    []string
	formats []int16 // result formats, 0 text or 1 binary; nil: text
	many    bool    // it returns the rows of a table, so it keeps to the pace
}

// rows runs q and calls row for each row, with as many values as q has columns; they are valid only during the call. It
// returns an error of row unchanged
// after stopping the query, a *refusal if the server's answer affects only this query, and any other error if the run
// must end.
func (s *session) rows(ctx context.Context, q query, row func(values [][]byte) error) error {
	if q.many && s.pace.limits() {
		return s.paced(ctx, q, row)
	}
	return s.once(ctx, q, row)
}

// paced runs q, under a savepoint, with a cursor, from which it takes a few rows at a time. So the server reads no faster
// either, and each time limit is for a few rows, not for a query that is slow because it is meant to be.
func (s *session) paced(ctx context.Context, q query, row func(values [][]byte) error) error {
	none := func([][]byte) error { return nil }
	declare := query{what: q.what, sql: "DECLARE reading NO SCROLL CURSOR FOR " + q.sql, args: q.args}
	if err := s.once(ctx, declare, none); err != nil {
		return err
	}
	size := s.pace.batch()
	fetch := query{what: q.what, sql: fmt.Sprintf("FETCH FORWARD %d FROM reading", size), columns: q.columns, formats: q.formats}
	for got := size; got == size; {
		if err := s.pace.wait(ctx); err != nil {
			return fmt.Errorf("reading %s: %w", q.what, err)
		}
		got = 0
		err := s.once(ctx, fetch, func(values [][]byte) error {
			got++
			return row(values)
		})
		if err != nil {
			return err
		}
	}
	return s.once(ctx, query{what: q.what, sql: "CLOSE reading"}, none)
}

// once runs one statement, as rows does.
func (s *session) once(ctx context.Context, q query, row func(values [][]byte) error) error {
	limited, cancel := context.WithTimeout(ctx, s.deadline)
	defer cancel()
	limited, stop := context.WithCancelCause(limited)
	defer stop(nil)
	args := make([][]byte, len(q.args))
	for i, arg := range q.args {
		args[i] = []byte(arg)
	}
	result := s.conn.ExecParams(limited, q.sql, args, nil, nil, q.formats)
	came := int64(0)
	for result.NextRow() {
		came++
		values := result.Values()
		err := s.strange(q.what)
		if len(values) == q.columns {
			err = row(values)
		}
		if err != nil {
			stop(errEnough) // makes the server stop, which Close waits for
			_, _ = result.Close()
			return err
		}
	}
	tag, err := result.Close()
	if err == nil && tag.RowsAffected() != came {
		return s.strange(q.what)
	}
	return s.explain(ctx, err, q.what)
}

// strange is the error for an answer that is not one to what was asked: what is between here and there damaged it, or
// what listens there is something else.
func (s *session) strange(what string) error {
	return &ending{why: fmt.Sprintf("the server at %s sent something else than was asked for, while reading %s", s.where, what), hint: lostHint}
}

const lostHint = "run again; if it happens again, see the logs of the server and of what is between here and there"

// errEnough is the cause of a context that was cancelled because no more rows are wanted.
var errEnough = errors.New("no more rows are wanted")

// canceller cancels a statement on the server when its context is done. It waits a while for the statement to end, so that
// the connection is still of use; not when the run was interrupted, because then nobody needs it.
type canceller struct {
	pgconn.CancelRequestContextWatcherHandler
}

// HandleCancel sends the request.
func (c *canceller) HandleCancel(ctx context.Context) {
	c.DeadlineDelay = cancelDelay
	if errors.Is(context.Cause(ctx), context.Canceled) {
		c.DeadlineDelay = interruptDelay
	}
	c.CancelRequestContextWatcherHandler.HandleCancel(ctx)
}

// explain returns a *refusal for an error that affects one query, and any other error if the run must end.
func (s *session) explain(ctx context.Context, err error, what string) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("reading %s: %w", what, ctx.Err())
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		if !isFatal(pg) && !s.conn.IsClosed() {
			return refused(pg, s.deadline)
		}
		hint := endingHint(pg)
		if s.pace.limits() && tookLong(pg) {
			hint = "allow more with --max-rows-per-second, because of which the transaction is that long; or: " + hint
		}
		return &ending{why: fmt.Sprintf("the server at %s ended the connection while reading %s: %s", s.where, what, oneLine(pg.Message)), hint: hint}
	}
	if e, ok := errors.AsType[*excess](err); ok {
		return &ending{why: fmt.Sprintf("the server at %s sent %v, while reading %s", s.where, e, what), hint: protocolHint}
	}
	if isTimeout(err) {
		return &ending{
			why:    fmt.Sprintf("no answer from %s within %s while reading %s", s.where, s.deadline, what),
			hint:   "run again with a longer --timeout, or read a standby or a restored backup",
			silent: true,
		}
	}
	return &ending{
		why:  fmt.Sprintf("connection to %s lost while reading %s", s.where, what),
		hint: lostHint,
	}
}

// close closes the connection, which ends the transaction. It does not wait for a server that is gone.
func (s *session) close(ctx context.Context) error {
	if !s.closed && !s.began.IsZero() {
		s.closed = true
		defer func() { s.held = s.now().Sub(s.began) }()
	}
	if s.conn.IsClosed() {
		return nil
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeDeadline)
	defer cancel()
	if err := s.conn.Close(limited); err != nil {
		return fmt.Errorf("closing the connection to %s: %w", s.where, err)
	}
	return nil
}

const closeDeadline = 2 * time.Second
