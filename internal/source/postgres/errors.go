package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// unreachable puts a failed attempt to connect into words.
func unreachable(err error, cfg *pgconn.Config, wait time.Duration) *estate.OpenError {
	why, hint := connectReason(err, wait)
	if cfg.Password != "" && strings.Contains(strings.ToLower(why), strings.ToLower(cfg.Password)) {
		why = "the server refused the connection"
	}
	return &estate.OpenError{Message: "cannot connect to " + hosts(cfg) + ": " + why, Hint: hint}
}

// attempts returns the errors of the individual attempts to connect: to each host, with and without TLS.
func attempts(err error) []error {
	if joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

func lacksTLS(err error) bool { return strings.Contains(err.Error(), "server refused TLS connection") }

// connectReason says why no attempt succeeded. That a server offers no TLS is the reason only if no attempt was made
// without TLS.
func connectReason(err error, wait time.Duration) (why, hint string) {
	all := attempts(err)
	plain := slices.DeleteFunc(slices.Clone(all), lacksTLS)
	if len(plain) == 0 {
		return "the server does not offer TLS", "enable ssl on the server, or weaken sslmode knowingly"
	}
	err = errors.Join(plain...)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return oneLine(pg.Message), connectHint(pg)
	}
	if why, hint := tlsReason(err); why != "" {
		return why, hint
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && !dns.IsTimeout {
		return "no such host", "check the host name in the connection string"
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused", "check host and port, and that the server listens there (listen_addresses)"
	case errors.Is(err, syscall.ENOENT):
		return "no server listens on this socket", "name a host in the connection string or in PGHOST"
	case isTimeout(err):
		return fmt.Sprintf("no answer within %s", wait), "check host and port, and the firewalls between here and there"
	}
	return unusable(plain[len(plain)-1])
}

// unusable says why a server that answered cannot be used.
func unusable(err error) (why, hint string) {
	text := err.Error()
	_, notPreferred := errors.AsType[*pgconn.NotPreferredError](err)
	tooMuch, excessive := errors.AsType[*excess](err)
	switch {
	case notPreferred, strings.Contains(text, "ValidateConnect failed"):
		return "no server there matches target_session_attrs: " + lastReason(err), "name other hosts, or ask for any server with target_session_attrs=any"
	case strings.Contains(text, "require_auth"), strings.Contains(text, "channel binding"):
		return lastReason(err), "the connection string demands it (require_auth, channel_binding); the server or its pg_hba.conf must offer it"
	case excessive:
		return "what listens there does not speak PostgreSQL's protocol: it sent " + tooMuch.Error(), protocolHint
	case strings.Contains(text, "invalid body length"), strings.Contains(text, "unknown message type"):
		return "what listens there does not speak PostgreSQL's protocol", protocolHint
	}
	return lastReason(err), "check that a PostgreSQL server listens there, and see its log"
}

const protocolHint = "check the port, and that a PostgreSQL server listens there"

func connectHint(err *pgconn.PgError) string {
	switch {
	case err.Code == "28P01":
		return checkPassword
	case err.Code == "28000" && err.Routine == "InitializeSessionUserId":
		return checkUser
	case err.Code == "28000" && strings.Contains(err.Message, "client certificate"):
		return "name a client certificate of this user with sslcert and sslkey"
	case err.Code == "28000":
		return "the server's pg_hba.conf must allow this user from this host, with or without TLS as the message says"
	case err.Code == "3D000":
		return checkDatabase
	case err.Code == "42501":
		return "grant CONNECT on the database; `api7-preflight grants` prints the SQL"
	case err.Code == "53300":
		return waitForOne
	case err.Code == "55000":
		return "the database allows no connections: check its name, or ALTER DATABASE … ALLOW_CONNECTIONS true"
	case err.Code == "57P03" && strings.Contains(err.Detail, "Hot standby mode is disabled"):
		return "this standby cannot be read (hot_standby = off): connect to the primary"
	case err.Code == "57P03":
		return tryAgain
	case strings.HasPrefix(err.Code, "08"):
		return bouncerHint(err)
	}
	return seeLog(err)
}

// What to do about refused connections.
const (
	checkPassword = "check user and password; PGPASSWORD and the passfile (~/.pgpass) are read when the connection string has none"
	checkUser     = "check the user; `api7-preflight grants` prints the SQL for a role that can read what is needed"
	checkDatabase = "check the database name; psql -l lists the databases of a server"
	tryAgain      = "the server is starting up or shutting down: try again"
	waitForOne    = "wait for a free connection, or connect to a standby"
)

func tlsReason(err error) (why, hint string) {
	if e, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "TLS: " + oneLine(e.Error()), "name the CA with sslrootcert"
	}
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		return "TLS: " + oneLine(e.Error()), "connect by a name that is in the certificate, or use sslmode=verify-ca"
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return "TLS: " + oneLine(e.Error()), "the server's certificate must be renewed"
	}
	if e, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "TLS: " + oneLine(e.Error()), "what listens there does not speak PostgreSQL's TLS"
	}
	return "", ""
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout()
}

// lastReason returns the innermost text of an unknown error.
func lastReason(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return oneLine(err.Error())
		}
		err = next
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
