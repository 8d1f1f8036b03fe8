package postgres

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"github.com/api7-preflight/api7-preflight/internal/dsn"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// parseDSN returns the driver's configuration for the connection string, with nothing in its start-up message that
// PgBouncer refuses, and the requested search path. The driver never sees a connection string that was not understood
// with certainty, because it would look up what it takes for a host.
func parseDSN(ctx context.Context, cfg Config) (*pgconn.Config, []string, error) {
	d, err := understand(cfg.DSN)
	if err != nil {
		return nil, nil, err
	}
	target, err := cfg.parseConfig(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	path, err := checkParams(target.RuntimeParams)
	if err != nil {
		return nil, nil, err
	}
	if target, err = atAddress(ctx, target, d, cfg); err != nil {
		return nil, nil, err
	}
	if err := checkTarget(target, d); err != nil {
		return nil, nil, err
	}
	application := target.RuntimeParams["application_name"]
	if application == "" {
		application = cfg.ApplicationName
	}
	target.RuntimeParams = map[string]string{}
	if application != "" {
		target.RuntimeParams["application_name"] = application
	}
	target.ConnectTimeout = min(orElse(target.ConnectTimeout, connectDeadline), cfg.Deadline)
	target.BuildFrontend = bounded
	target.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &canceller{pgconn.CancelRequestContextWatcherHandler{Conn: conn}}
	}
	return target, path, nil
}

// understand parses the connection string. It returns an error if the string is not for PostgreSQL.
func understand(text string) (d dsn.DSN, err error) {
	if engine := dsn.Engine(text); engine != "" {
		return d, unsupported(engine)
	}
	d, err = dsn.Parse(text)
	if e, ok := errors.AsType[*dsn.Error](err); ok {
		return d, &estate.OpenError{Message: "the connection string cannot be understood: " + e.Why, Hint: e.Hint}
	}
	if d.Scheme != dsn.Postgres {
		return d, &estate.OpenError{Message: "the connection string cannot be understood: its scheme is not that of PostgreSQL", Hint: "begin it with postgres://"}
	}
	for _, s := range d.Settings {
		if err := checkSetting(s); err != nil {
			return d, err
		}
	}
	return d, nil
}

// checkTarget returns an error if a variable or the service file names something that cannot be a host. It must not
// be looked up or shown.
func checkTarget(target *pgconn.Config, d dsn.DSN) error {
	hosts := []string{target.Host}
	for _, fallback := range target.Fallbacks {
		hosts = append(hosts, fallback.Host)
	}
	if slices.ContainsFunc(hosts, func(host string) bool { return !dsn.ValidHost(host) }) {
		return &estate.OpenError{Message: "PGHOST or the service file names an invalid host", Hint: "PGHOST is a host name or the folder of a socket; a connection string goes into --dsn"}
	}
	if target.Database != d.Database() && strings.ContainsAny(target.Database, ":/@") {
		return &estate.OpenError{Message: "PGDATABASE or the service file names an invalid database", Hint: "PGDATABASE is a name; a connection string goes into --dsn"}
	}
	return nil
}

// atAddress makes the driver connect to hostaddr. The host stays the name that the server's certificate must have.
func atAddress(ctx context.Context, target *pgconn.Config, d dsn.DSN, cfg Config) (*pgconn.Config, error) {
	addr := cmp.Or(target.RuntimeParams["hostaddr"], cfg.HostAddr)
	if addr == "" {
		return target, nil
	}
	several := slices.ContainsFunc(target.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.Host != target.Host })
	if _, err := netip.ParseAddr(addr); err != nil || several {
		return nil, &estate.OpenError{
			Message: "the connection string cannot be used: hostaddr (or PGHOSTADDR) is not one IP address",
			Hint:    "give one address; for several, use host",
		}
	}
	if strings.HasPrefix(target.Host, "/") || strings.HasPrefix(target.Host, "@") { // a socket by default, so there is no host
		var err error
		d.Settings = append(slices.DeleteFunc(slices.Clone(d.Settings), func(s dsn.Setting) bool { return s.Name == "host" }), dsn.Setting{Name: "host", Value: addr})
		if target, err = cfg.parseConfig(ctx, d); err != nil {
			return nil, err
		}
	}
	target.LookupFunc = func(context.Context, string) ([]string, error) { return []string{addr}, nil }
	return target, nil
}

func unsupported(engine string) *estate.OpenError {
	return &estate.OpenError{
		Message: engine + " is not read directly: only PostgreSQL is",
		Hint:    "give the output of `adc dump` with --adc FILE, or the control plane's Admin API with --admin-api URL",
	}
}

// unparsable says what is wrong with a connection string, in this package's words: the driver's would quote it.
func unparsable(err error) *estate.OpenError {
	text := err.Error()
	for _, known := range []struct{ part, why string }{
		{"service", "the service that it names cannot be read from the service file"},
		{"unable to read ca file", "the file that sslrootcert names cannot be read"},
		{"unable to add ca", "the file that sslrootcert names holds no certificate"},
		{"sslmode", "its sslmode is not one of disable, allow, prefer, require, verify-ca, verify-full"},
		{"target_session_attrs", "its target_session_attrs is not one of libpq's"},
		{"invalid port", "its port is not a number from 1 to 65535"},
		{"tls", "its TLS settings cannot be used"},
	} {
		if strings.Contains(strings.ToLower(text[strings.LastIndex(text, "`")+1:]), known.part) {
			return &estate.OpenError{Message: "the connection string cannot be used: " + known.why, Hint: dsn.Form}
		}
	}
	return &estate.OpenError{Message: "the connection string cannot be used", Hint: dsn.Form}
}
