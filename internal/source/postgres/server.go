package postgres

import (
	"context"
	"crypto/tls"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// server is what the server says about itself.
type server struct {
	version   string // "PostgreSQL 15.4"
	major     int    // 15
	database  string
	user      string
	timeZone  string
	standby   bool
	superuser bool
	encrypted bool
}

// engine returns what is part of the installation.
func (s server) engine() controlplane.Engine {
	name, version, _ := strings.Cut(s.version, " ")
	return controlplane.Engine{Name: name, Version: version, TimeZone: s.timeZone}
}

// postgreSQL begins what PostgreSQL, and what is built from it, says of its version.
const postgreSQL = "PostgreSQL "

// oldestServer is the oldest supported release of PostgreSQL.
const oldestServer = 11

// products are other products that speak PostgreSQL's protocol and do not read as it does, by a word in what they say
// of their version.
var products = []struct{ word, product string }{
	{"opengauss", "openGauss"},
	{"gaussdb", "GaussDB"},
	{"panweidb", "PanWeiDB (openGauss)"},
	{"vastbase", "Vastbase (openGauss)"},
	{"cockroachdb", "CockroachDB"},
	{"-yb-", "YugabyteDB"},
	{"redshift", "Amazon Redshift"},
	{"greenplum", "Greenplum"},
	{"risingwave", "RisingWave"},
	{"materialize", "Materialize"},
	{"cratedb", "CrateDB"},
	{"questdb", "QuestDB"},
}

// identify asks what the server is, before the first statement that only PostgreSQL knows. It returns an error for
// other products and for releases that are too old.
func (s *Source) identify(ctx context.Context) error {
	told := s.session.conn.ParameterStatus("server_version") // at the connection, as the protocol demands
	if strings.HasSuffix(told, "/bouncer") {
		return &estate.OpenError{
			Message: "database " + strconv.Quote(bouncerConsole) + " is PgBouncer's console",
			Hint:    "name the control plane's database in the connection string",
		}
	}
	version := ""
	q := query{what: "the server's version", sql: statement("version"), columns: 1}
	if err := s.session.rows(ctx, q, func(v [][]byte) error { version = string(v[0]); return nil }); err != nil {
		return err
	}
	text := strings.ToLower(version + " " + told)
	for _, other := range products {
		if strings.Contains(text, other.word) {
			return unsupported(other.product)
		}
	}
	words := strings.Fields(version)
	s.server.version = strings.TrimRight(strings.Join(words[:min(2, len(words))], " "), ",")
	if s.server.major = leadingNumber(told); s.server.major < oldestServer {
		return &estate.OpenError{
			Message: s.server.version + " is too old to be read",
			Hint:    "the oldest supported server is PostgreSQL 11; a dump by pg_dump can be read with --backup",
		}
	}
	return nil
}

// bouncerConsole is the name of the database in which PgBouncer takes commands.
const bouncerConsole = "pgbouncer"

// leadingNumber returns the number at the beginning of a text: 15 of "15.4 (Debian)", 16 of "16beta1"; 0 if there is
// none.
func leadingNumber(text string) int {
	end := strings.IndexFunc(text, func(c rune) bool { return c < '0' || c > '9' })
	if end < 0 {
		end = len(text)
	}
	n, _ := strconv.Atoi(text[:end])
	return n
}

// look asks for what a report says about the server. It returns an error unless the transaction is really read-only.
func (s *Source) look(ctx context.Context) error {
	readOnly := false
	q := query{what: "the server's settings", sql: statement("server"), columns: 6}
	err := s.session.rows(ctx, q, func(v [][]byte) error {
		readOnly = string(v[0]) == "on"
		s.server.standby, s.server.superuser = isTrue(v[1]), string(v[2]) == "on"
		s.server.timeZone, s.server.user, s.server.database = string(v[3]), string(v[4]), string(v[5])
		return nil
	})
	if err != nil {
		return err
	}
	_, s.server.encrypted = s.session.conn.Conn().(*tls.Conn)
	if !readOnly {
		return &estate.OpenError{Message: "the transaction is not read-only", Hint: "something between here and the server changed it; connect directly"}
	}
	return nil
}
