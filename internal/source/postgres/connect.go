// Package postgres reads the database of an API7 Enterprise control plane: the published configuration that gateways
// run, from table kine, and what only relational tables hold, recognised by their columns because the vendor does not
// publish the schema. It never writes, and reports everything that it cannot read, with the reason.
package postgres

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Config says what to open.
type Config struct {
	// DSN is a libpq connection URL or keyword string. What it leaves out comes from the PG* variables, the service
	// file and the passfile. A search_path in it selects the schema.
	DSN string
	// HostAddr is the value of PGHOSTADDR: the address to connect to, whatever address the host's name has.
	HostAddr string
	// SchemaMap names tables and columns that are not recognised; zero: everything is recognised.
	SchemaMap controlplane.SchemaMap
	// Deadline limits every statement; zero means five minutes. Connecting takes at most fifteen seconds per host, or
	// Deadline if that is less.
	Deadline time.Duration
	// ApplicationName is the session's name in the server's list of activity, unless the DSN has one.
	ApplicationName string
}

const (
	statementDeadline = 5 * time.Minute
	connectDeadline   = 15 * time.Second
)

// Open connects, begins the read-only transaction in which everything is read, and recognises the schema. The error
// is an [*estate.OpenError] or the context's.
func Open(ctx context.Context, cfg Config) (*Source, error) {
	if cfg.Deadline <= 0 {
		cfg.Deadline = statementDeadline
	}
	target, path, err := parseDSN(cfg)
	if err != nil {
		return nil, err
	}
	conn, err := connect(ctx, target)
	if err != nil {
		return nil, err
	}
	s := &Source{
		session: session{conn: conn, where: hosts(target), deadline: cfg.Deadline},
		name:    name(target),
	}
	if err := s.prepare(ctx, cfg.SchemaMap, path); err != nil {
		_ = s.session.close(ctx)
		if _, ok := errors.AsType[*estate.OpenError](err); ok || ctx.Err() != nil {
			return nil, err
		}
		return nil, &estate.OpenError{Message: "cannot read " + s.name + ": " + err.Error(), Hint: "`api7-preflight doctor` shows what the role can see"}
	}
	return s, nil
}

// prepare begins the transaction, identifies the server and recognises the schema.
func (s *Source) prepare(ctx context.Context, m controlplane.SchemaMap, path []string) error {
	if err := s.session.begin(ctx); err != nil {
		return err
	}
	if err := s.identify(ctx); err != nil {
		return err
	}
	tables, err := s.session.catalog(ctx)
	if err != nil {
		return err
	}
	s.layout, err = controlplane.Recognise(controlplane.Database{
		Name: s.server.database, Tables: tables, SearchPath: path, Choose: "search_path in the connection string: …?search_path=",
	}, m)
	if unknown, ok := errors.AsType[*controlplane.UnrecognisedError](err); ok {
		return &estate.OpenError{Message: unknown.Message, Hint: unknown.Hint}
	}
	return err
}

// connect opens the connection.
func connect(ctx context.Context, target *pgconn.Config) (*pgconn.PgConn, error) {
	hostCount := time.Duration(1 + len(target.Fallbacks))
	limited, cancel := context.WithTimeout(ctx, target.ConnectTimeout*hostCount)
	defer cancel()
	conn, err := pgconn.ConnectConfig(limited, target)
	if ctx.Err() != nil {
		if err == nil {
			_ = conn.Close(limited)
		}
		return nil, fmt.Errorf("connecting to %s: %w", hosts(target), ctx.Err())
	}
	if err != nil {
		return nil, unreachable(err, target, target.ConnectTimeout)
	}
	return conn, nil
}

// cancelDelay is the time that a cancelled statement may take to end before the connection is closed.
const cancelDelay = 2 * time.Second

func orElse(d, other time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return other
}

// hosts returns the addresses of the configuration: "db-1:5432".
func hosts(cfg *pgconn.Config) string {
	all := []string{address(cfg.Host, cfg.Port)}
	for _, fallback := range cfg.Fallbacks {
		if a := address(fallback.Host, fallback.Port); !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return strings.Join(all, ", ")
}

func address(host string, port uint16) string { return net.JoinHostPort(host, strconv.Itoa(int(port))) }

// name returns the name of the database in reports, without user and password.
func name(cfg *pgconn.Config) string {
	database := cfg.Database
	if database == "" {
		database = cfg.User
	}
	if strings.HasPrefix(cfg.Host, "/") || strings.HasPrefix(cfg.Host, "@") {
		return fmt.Sprintf("postgres:///%s?host=%s&port=%d", database, cfg.Host, cfg.Port)
	}
	return "postgres://" + strings.ReplaceAll(hosts(cfg), ", ", ",") + "/" + database
}

// server is what the server says about itself.
type server struct {
	version   string // "PostgreSQL 15.4"
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

// identify asks the server what it is. It returns an error unless it is a PostgreSQL of a known kind and the
// transaction is really read-only.
func (s *Source) identify(ctx context.Context) error {
	var version string
	q := query{what: "the server's version", sql: statement("version")}
	err := s.session.rows(ctx, q, func(v [][]byte) error { version = string(v[0]); return nil })
	if err != nil {
		return err
	}
	lower := strings.ToLower(version)
	for _, fork := range []string{"opengauss", "gaussdb", "panweidb", "vastbase"} {
		if strings.Contains(lower, fork) {
			return unsupported("an openGauss database (" + fork + ")")
		}
	}
	words := strings.Fields(version)
	s.server.version = strings.TrimRight(strings.Join(words[:min(2, len(words))], " "), ",")
	var number int
	var readOnly string
	q = query{what: "the server's settings", sql: statement("server")}
	err = s.session.rows(ctx, q, func(v [][]byte) error {
		number, _ = strconv.Atoi(string(v[0]))
		readOnly = string(v[1])
		s.server.standby, s.server.superuser = string(v[2]) == "t", string(v[3]) == "on"
		s.server.timeZone, s.server.user, s.server.database = string(v[4]), string(v[5]), string(v[6])
		return nil
	})
	if err != nil {
		return err
	}
	_, s.server.encrypted = s.session.conn.Conn().(*tls.Conn)
	switch {
	case number < oldestServer:
		return &estate.OpenError{Message: s.server.version + " is too old to be read", Hint: "the oldest supported server is PostgreSQL 11"}
	case readOnly != "on":
		return &estate.OpenError{Message: "the transaction is not read-only", Hint: "something between here and the server changed it; connect directly"}
	}
	return nil
}

const oldestServer = 110000
