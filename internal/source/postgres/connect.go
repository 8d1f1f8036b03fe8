// Package postgres reads the database of an API7 Enterprise control plane: the published configuration that gateways
// run, from table kine, and what only relational tables hold, recognised by their columns because the vendor does not
// publish the schema. It never writes, and reports everything that it cannot read, with the reason.
package postgres

import (
	"context"
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
	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// Config says what to open.
type Config struct {
	// DSN is a libpq connection URL or keyword string. What it leaves out comes from the PG* variables, the service
	// file and the passfile. A search_path in it selects the schema.
	DSN string
	// HostAddr is the value of PGHOSTADDR: the address to connect to, whatever address the host's name has.
	HostAddr string
	// Getenv returns the variables that libpq knows; nil: none is set.
	Getenv func(string) string
	// Input says how files are read that the connection needs, such as the passfile.
	Input infile.Options
	// SchemaMap names tables and columns that are not recognised; zero: everything is recognised.
	SchemaMap controlplane.SchemaMap
	// Deadline limits every statement; zero means five minutes. Connecting takes at most fifteen seconds per host, or
	// Deadline if that is less.
	Deadline time.Duration
	// MaxRowsPerSecond limits how many rows are read in a second; zero means no limit. What the server counts by itself, in
	// one statement, is not limited.
	MaxRowsPerSecond int
	// Now is the clock; required: for the limit, and for how long the transaction is open.
	Now func() time.Time
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
	target, path, err := parseDSN(ctx, cfg)
	if err != nil {
		return nil, err
	}
	unreached := unreached{}
	for {
		s, err := open(ctx, target, cfg, path)
		if err != nil {
			return nil, err
		}
		s.unreached = unreached
		lost, err := s.reach(ctx)
		switch {
		case err != nil:
			_ = s.session.close(ctx)
			return nil, s.unusable(ctx, err)
		case !lost:
			return s, nil
		}
		_ = s.session.close(ctx)
	}
}

// open does what Open does, except for foreign tables.
func open(ctx context.Context, target *pgconn.Config, cfg Config, path []string) (*Source, error) {
	conn, err := connect(ctx, target)
	if err != nil {
		return nil, err
	}
	s := &Source{
		session: session{conn: conn, where: hosts(target), deadline: cfg.Deadline, now: cfg.Now, pace: pace{perSecond: cfg.MaxRowsPerSecond, now: cfg.Now, sleep: sleep}},
		name:    name(target),
	}
	if err := s.prepare(ctx, cfg.SchemaMap, path); err != nil {
		_ = s.session.close(ctx)
		return nil, s.unusable(ctx, err)
	}
	return s, nil
}

// unusable returns the error of a source that is connected and cannot be read.
func (s *Source) unusable(ctx context.Context, err error) error {
	e := &estate.OpenError{Message: "cannot read " + s.name, Hint: "`api7-preflight doctor` shows what the role can see"}
	if s.server.version != "" && !strings.HasPrefix(s.server.version, postgreSQL) {
		e.Message += " (" + s.server.version + ")"
	}
	e.Message += ": " + err.Error()
	if ending, ok := errors.AsType[*ending](err); ok {
		e.Hint = ending.hint
	} else if _, ok := errors.AsType[*estate.OpenError](err); ok || ctx.Err() != nil {
		return err
	} else if refusal, ok := errors.AsType[*refusal](err); ok {
		e.Hint = refusal.hint
	}
	return e
}

// prepare identifies the server, begins the transaction and recognises the schema.
func (s *Source) prepare(ctx context.Context, m controlplane.SchemaMap, path []string) error {
	if err := s.identify(ctx); err != nil {
		return err
	}
	if err := s.session.begin(ctx); err != nil {
		return err
	}
	if err := s.look(ctx); err != nil {
		return err
	}
	tables, err := s.session.catalog(ctx, s.server.major)
	if err != nil {
		return err
	}
	db := controlplane.Database{
		Name: s.server.database, Tables: tables, Whole: true, SearchPath: path, Choose: "search_path in the connection string: …?search_path=",
	}
	if s.layout, err = controlplane.Recognise(db, m); err == nil {
		var changed bool
		if changed, err = s.standIns(ctx, tables); changed {
			s.layout, err = controlplane.Recognise(db, m)
		}
	}
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

// The time that a cancelled statement may take to end before the connection is closed.
const (
	cancelDelay    = 2 * time.Second
	interruptDelay = 300 * time.Millisecond // the whole program ends within a second
)

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
