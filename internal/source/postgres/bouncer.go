package postgres

import (
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// bouncerHint says what to do about an error in the protocol or the connection. Those that a user meets are
// PgBouncer's. It has no other SQLSTATE, even for what a server told it, and never translates its messages.
func bouncerHint(err *pgconn.PgError) string {
	for _, known := range bouncerHints {
		if strings.Contains(err.Message, known.part) {
			return known.hint
		}
	}
	return seeLog(err)
}

var bouncerHints = []struct{ part, hint string }{
	{"statement pooling mode", "PgBouncer's pool_mode is statement: set pool_mode = transaction or session for this database, or connect directly to the server"},
	{"query_wait_timeout", "PgBouncer got no connection to the server in time: its pool is in use, or the server is down; try again, or connect directly to the server"},
	{"query timeout", "PgBouncer's query_timeout ended the statement: raise it for this user, or connect directly to the server"},
	{"transaction timeout", "PgBouncer's idle_transaction_timeout or transaction_timeout ended the transaction: raise it for this user, or connect directly to the server"},
	{"client_idle_timeout", "PgBouncer's client_idle_timeout ended the connection: raise it, or connect directly to the server"},
	{"no more connections allowed", waitForOne},
	{"SSL required", "PgBouncer demands TLS: set sslmode=require, or better verify-full, in the connection string"},
	{"login rejected", "PgBouncer's auth_hba_file must allow this user from this host"},
	{"password authentication failed", checkPassword},
	{"no such user", checkUser},
	{`role "`, checkUser},
	{`database "`, checkDatabase},
	{"no such database", checkDatabase},
	{"database system is", tryAgain},
	{"bouncer config error", "PgBouncer knows no database of this name: see [databases] in its settings"},
	{"cannot connect", "PgBouncer does not reach the server: see PgBouncer's log"},
	{"server login", "PgBouncer does not reach the server: see PgBouncer's log"},
	{"server conn crashed", "the server ended the connection that PgBouncer used: run again, and see the server's log"},
}
