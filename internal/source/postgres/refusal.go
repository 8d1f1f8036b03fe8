package postgres

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// refusal is a statement that the server answered with an error. It makes what was being read incomplete, and nothing
// else.
type refusal struct {
	why, hint string
	code      string // SQLSTATE
	abroad    bool   // it comes from another server, which a foreign table needs
}

func (e *refusal) Error() string { return e.why }

// ending is an error after which nothing more can be read.
type ending struct {
	why, hint string
	silent    bool // there was no answer
}

func (e *ending) Error() string { return e.why }

// Unwrap returns the error that a command shows.
func (e *ending) Unwrap() error { return &estate.OpenError{Message: e.why, Hint: e.hint} }

// What to do about errors.
const (
	again         = "run again when no migration or maintenance is under way"
	lessBusy      = "read a standby or a restored backup, or allow more time"
	restored      = "run again, or read a restored backup; see the server's log"
	directly      = "connect directly to the server; behind PgBouncer, its pool_mode must be session or transaction"
	onStandby     = "on the standby, raise max_standby_streaming_delay or set hot_standby_feedback = on; or read the primary, or a backup with --backup"
	foreignServer = "run again when the foreign server is up, or read the database that holds the table itself"
)

func seeLog(err *pgconn.PgError) string { return "see the server's log (SQLSTATE " + err.Code + ")" }

// refused puts the server's error into words. It leaves out the server's own text where that could quote values.
func refused(err *pgconn.PgError, deadline time.Duration) *refusal {
	e := &refusal{code: err.Code, abroad: isForeign(err)}
	if e.abroad {
		e.why, e.hint = refusedAbroad(err)
	} else {
		e.why, e.hint = refusedHere(err, deadline)
	}
	return e
}

func refusedHere(err *pgconn.PgError, deadline time.Duration) (why, hint string) {
	switch err.Code {
	case "42501":
		if err.File == "rls.c" { // of a table below a view; others are known beforehand
			return "row level security hides rows from this role", controlplane.RowSecurityHint
		}
		return oneLine(err.Message), controlplane.GrantsHint
	case "42P01", "42703", "3F000":
		return oneLine(err.Message), "the schema changed while it was read: run again"
	case cancelled:
		return fmt.Sprintf("the statement was cancelled, by its deadline of %s or by an administrator", deadline), lessBusy
	case "55P03":
		return "the table is locked by another session", again
	case "40P01":
		return "the server ended a deadlock with another session", again
	case "40001":
		return "the standby cancelled the statement, because it conflicts with what it receives from its primary", onStandby
	case "72000":
		return "the server has removed old rows that this run must see (old_snapshot_threshold)", lessBusy
	}
	switch class := err.Code[:min(2, len(err.Code))]; class {
	case "53":
		return "the server lacks memory, disk space or another resource (SQLSTATE " + err.Code + ")", lessBusy
	case "58", "XX":
		return "the server cannot read its own files or found them damaged (SQLSTATE " + err.Code + ")", restored
	}
	return "the server refused the statement with SQLSTATE " + err.Code, "see the server's log"
}

// cancelled is the SQLSTATE of a statement that was cancelled.
const cancelled = "57014"

// isForeign reports whether the error comes from reading another server: a foreign table, or dblink in a view.
func isForeign(err *pgconn.PgError) bool {
	return strings.HasPrefix(err.Code, "HV") || strings.HasPrefix(err.Code, "08") && err.Code != protocol || err.Code == unsafeLogin ||
		slices.Contains([]string{"pgfdw_report_error", "dblink_res_error", noMapping}, err.Routine)
}

const (
	protocol    = "08P01" // an error in the protocol
	unsafeLogin = "2F003" // a role would use the server's own right to log in at another
	noMapping   = "GetUserMapping"
)

// refusedAbroad puts an error of reading another server into words.
func refusedAbroad(err *pgconn.PgError) (why, hint string) {
	switch {
	case err.Routine == noMapping:
		return "it needs a foreign server, and this role has no user mapping for it",
			"CREATE USER MAPPING for this role, or read the database that holds the table itself"
	case err.Code == unsafeLogin:
		return "it needs a foreign server, and a role that is no superuser needs a password for it",
			"ALTER USER MAPPING for this role, or read the database that holds the table itself"
	case slices.Contains([]string{"08001", "08006", "HV00N"}, err.Code):
		return unreachedWhy, foreignServer
	}
	return "it needs a foreign server, and reading that one failed with SQLSTATE " + err.Code, foreignServer + "; see both servers' logs"
}

const unreachedWhy = "it needs a foreign server that cannot be reached"

// isFatal reports whether the server ends the session with this error. Its unlocalised severity says so; servers that
// send none are not those whose messages are translated.
func isFatal(err *pgconn.PgError) bool {
	for _, severity := range []string{err.SeverityUnlocalized, err.Severity} {
		if severity == "FATAL" || severity == "PANIC" {
			return true
		}
	}
	return false
}

// transactionTimeout is the SQLSTATE of a transaction that took too long.
const transactionTimeout = "25P04"

// tookLong reports whether the transaction was ended because it took too long, by the server or by PgBouncer.
func tookLong(err *pgconn.PgError) bool {
	return err.Code == transactionTimeout || strings.HasPrefix(err.Code, "08") && strings.Contains(err.Message, "transaction timeout")
}

// endingHint says what to do about an error that ended the session.
func endingHint(err *pgconn.PgError) string {
	switch {
	case err.Code == "40001", strings.Contains(err.Message, "conflict with recovery"):
		return onStandby
	case err.Code == "25P03":
		return "run again with a longer --timeout"
	case err.Code == transactionTimeout:
		return "the role or the database has a transaction_timeout; ALTER ROLE … SET transaction_timeout = 0 for the role that reads"
	case err.Code == "57P01":
		return "an administrator ended the session or shut the server down: run again"
	case err.Code == "57P02", err.Code == "57P03":
		return "the server is shutting down or starting up: run again when it is up, and see its log"
	case err.Code == "57P04":
		return "the database was dropped while it was read"
	case strings.HasPrefix(err.Code, "08"):
		return bouncerHint(err)
	}
	return seeLog(err)
}
