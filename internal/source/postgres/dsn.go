package postgres

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// parseDSN turns the connection string into a configuration whose start-up message holds nothing that PgBouncer
// refuses, and the search path that it asked for.
func parseDSN(cfg Config) (*pgconn.Config, []string, error) {
	if err := foreignEngine(cfg.DSN); err != nil {
		return nil, nil, err
	}
	target, err := pgconn.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, nil, unparsable(err)
	}
	path, err := checkParams(target.RuntimeParams, cfg.DSN)
	if err != nil {
		return nil, nil, err
	}
	if target, err = atAddress(target, cfg); err != nil {
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
	target.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelDelay}
	}
	return target, path, nil
}

// atAddress makes hostaddr what is connected to. The host stays the name that the server's certificate must hold.
func atAddress(target *pgconn.Config, cfg Config) (*pgconn.Config, error) {
	addr := target.RuntimeParams["hostaddr"]
	if addr == "" {
		addr = cfg.HostAddr
	}
	if addr == "" {
		return target, nil
	}
	several := slices.ContainsFunc(target.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.Host != target.Host })
	if _, err := netip.ParseAddr(addr); err != nil || several {
		return nil, &OpenError{
			Message: "the connection string cannot be used: hostaddr (or PGHOSTADDR) is not one IP address",
			Hint:    "give one address; several are named by host alone",
		}
	}
	if strings.HasPrefix(target.Host, "/") || strings.HasPrefix(target.Host, "@") { // a socket, by default: there is no host
		var err error
		if target, err = pgconn.ParseConfig(withHost(cfg.DSN, addr)); err != nil {
			return nil, unparsable(err)
		}
	}
	target.LookupFunc = func(context.Context, string) ([]string, error) { return []string{addr}, nil }
	return target, nil
}

// withHost adds a host to a connection string that names none.
func withHost(dsn, host string) string {
	switch isURL := strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://"); {
	case isURL && strings.Contains(dsn, "?"):
		return dsn + "&host=" + host
	case isURL:
		return dsn + "?host=" + host
	}
	return dsn + " host=" + host
}

// foreignEngine answers for connection strings of the other engines that API7 runs on.
func foreignEngine(dsn string) error {
	text := strings.ToLower(strings.TrimSpace(dsn))
	for _, engine := range []struct{ prefix, name string }{
		{"mysql:", "MySQL"},
		{"mariadb:", "MySQL"},
		{"oceanbase:", "OceanBase"},
		{"sqlserver:", "Microsoft SQL Server"},
		{"mssql:", "Microsoft SQL Server"},
		{"jdbc:", "a JDBC data source"},
	} {
		if strings.HasPrefix(text, engine.prefix) {
			return unsupported(engine.name)
		}
	}
	if strings.Contains(text, "@tcp(") || strings.HasPrefix(text, "tcp(") {
		return unsupported("MySQL")
	}
	if isADO(text) {
		return unsupported("Microsoft SQL Server")
	}
	return nil
}

// isADO reports whether a connection string is of the form "server=…;user id=…", which SQL Server's drivers take.
func isADO(dsn string) bool {
	if !strings.Contains(dsn, ";") {
		return false
	}
	for part := range strings.SplitSeq(dsn, ";") {
		key, _, ok := strings.Cut(part, "=")
		if ok && slices.Contains([]string{"server", "data source", "addr", "address", "network address", "initial catalog"}, strings.TrimSpace(key)) {
			return true
		}
	}
	return false
}

func unsupported(engine string) *OpenError {
	return &OpenError{
		Message: engine + " is not read directly: only PostgreSQL is",
		Hint:    "use `adc dump` output or the Admin API as the input where your version of api7-preflight offers it",
	}
}

// unparsable says what is wrong with a connection string in words of our own: the driver's quote the string.
func unparsable(err error) *OpenError {
	text := err.Error()
	for _, known := range []struct{ part, why string }{
		{"service", "the service that it names cannot be read from the service file"},
		{"unable to read ca file", "the file that sslrootcert names cannot be read"},
		{"unable to add ca", "the file that sslrootcert names holds no certificate"},
		{"sslmode", "its sslmode is none of disable, allow, prefer, require, verify-ca, verify-full"},
		{"target_session_attrs", "its target_session_attrs is not one of libpq's"},
		{"invalid port", "its port is not a number from 1 to 65535"},
		{"tls", "its TLS settings cannot be used"},
	} {
		if strings.Contains(strings.ToLower(text[strings.LastIndex(text, "`")+1:]), known.part) {
			return &OpenError{Message: "the connection string cannot be used: " + known.why, Hint: dsnHint}
		}
	}
	return &OpenError{Message: "the connection string cannot be understood", Hint: dsnHint}
}

const dsnHint = `write postgres://user@host:5432/database, or "host=… port=… user=… dbname=…"; % : / @ ? # in a password are percent-encoded`
