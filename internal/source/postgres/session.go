package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// session is the one connection with its one read-only transaction. This file holds every statement that is no SELECT:
// the transaction's frame and its settings.
type session struct {
	conn     *pgconn.PgConn
	where    string // the server, for errors
	deadline time.Duration
}

// lockDeadline is how long to wait for a table that another session holds exclusively: a migration, say.
const lockDeadline = 5 * time.Second

// begin opens the transaction. Its settings go with SET LOCAL and not into the start-up message, because PgBouncer
// refuses them there.
func (s *session) begin(ctx context.Context) error {
	milliseconds := s.deadline.Milliseconds()
	for _, sql := range []string{
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", //nolint:dupword // as SQL has it
		fmt.Sprintf("SET LOCAL statement_timeout = %d", milliseconds),
		fmt.Sprintf("SET LOCAL lock_timeout = %d", min(lockDeadline, s.deadline).Milliseconds()),
		fmt.Sprintf("SET LOCAL idle_in_transaction_session_timeout = %d", milliseconds),
		"SET LOCAL search_path = pg_catalog",         // no function or operator of a user can stand in for the server's
		"SET LOCAL row_security = off",               // a policy that would hide rows is an error, not silence
		"SET LOCAL client_encoding = 'UTF8'",         // whatever the database stores
		"SET LOCAL standard_conforming_strings = on", // a backslash in our SQL is a backslash
		"SET LOCAL jit = off",                        // compiling costs more than it saves
	} {
		if err := s.exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// guarded runs f under a savepoint, so that a refused statement spoils f alone.
func (s *session) guarded(ctx context.Context, f func() error) error {
	if err := s.exec(ctx, "SAVEPOINT reading"); err != nil {
		return err
	}
	err := f()
	if _, ok := errors.AsType[*refusal](err); ok {
		if back := s.exec(ctx, "ROLLBACK TO SAVEPOINT reading"); back != nil {
			return back
		}
	} else if err != nil {
		return err
	}
	return errors.Join(err, s.exec(ctx, "RELEASE SAVEPOINT reading"))
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
	args    []string
	formats []int16 // result formats, 0 text or 1 binary; nil: text
}

// rows runs q and calls row for each row; values are valid during the call. An error of row stops the query and is
// returned as it is; an answer of the server that spoils only this query is a *refusal; any other error ends the run.
func (s *session) rows(ctx context.Context, q query, row func(values [][]byte) error) error {
	limited, cancel := context.WithTimeout(ctx, s.deadline)
	defer cancel()
	args := make([][]byte, len(q.args))
	for i, arg := range q.args {
		args[i] = []byte(arg)
	}
	result := s.conn.ExecParams(limited, q.sql, args, nil, nil, q.formats)
	for result.NextRow() {
		if err := row(result.Values()); err != nil {
			cancel() // tells the server to stop, which ends what Close waits for
			_, _ = result.Close()
			return err
		}
	}
	_, err := result.Close()
	return s.explain(ctx, err, q.what)
}

// explain sorts errors into those that spoil one query and those that end the run.
func (s *session) explain(ctx context.Context, err error, what string) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("reading %s: %w", what, ctx.Err())
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		if !ends(pg.Code) && !s.conn.IsClosed() {
			return refused(pg, s.deadline)
		}
		return fmt.Errorf("the server at %s ended the connection while reading %s: %s", s.where, what, oneLine(pg.Message))
	}
	if isTimeout(err) {
		return fmt.Errorf("no answer from %s within %s while reading %s", s.where, s.deadline, what)
	}
	return fmt.Errorf("connection to %s lost while reading %s", s.where, what)
}

// close ends the transaction with the connection; it does not wait for a server that is gone.
func (s *session) close(ctx context.Context) error {
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
