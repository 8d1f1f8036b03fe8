package postgres_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// TestWhatIsNoSupportedServerIsNamed covers servers that do not even parse the first statements of a reading.
func TestWhatIsNoSupportedServerIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		product       pgtest.Product
		message, hint string
	}{
		"PostgreSQL 9.6": {
			pgtest.Product{Version: "PostgreSQL 9.6.24 on x86_64-pc-linux-gnu", Settings: map[string]string{"server_version": "9.6.24"}},
			"PostgreSQL 9.6.24 is too old to be read", "the oldest supported server is PostgreSQL 11",
		},
		"PostgreSQL 10": {
			pgtest.Product{Version: "PostgreSQL 10.23 (Debian 10.23-1) on x86_64", Settings: map[string]string{"server_version": "10.23 (Debian 10.23-1)"}},
			"PostgreSQL 10.23 is too old to be read", "--backup",
		},
		"an old fork": {
			pgtest.Product{Version: "EnterpriseDB 9.6.2.7 on x86_64", Settings: map[string]string{"server_version": "9.6.2.7"}},
			"EnterpriseDB 9.6.2.7 is too old to be read", "PostgreSQL 11",
		},
		"CockroachDB": {
			pgtest.Product{Version: "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)", Settings: map[string]string{"server_version": "13.0.0", "crdb_version": "CockroachDB CCL v23.1.11"}},
			"CockroachDB is not read directly", "adc dump",
		},
		"YugabyteDB": {
			pgtest.Product{Version: "PostgreSQL 11.2-YB-2.18.0.0-b0 on x86_64", Settings: map[string]string{"server_version": "11.2-YB-2.18.0.0-b0"}},
			"YugabyteDB is not read directly", "adc dump",
		},
		"Redshift": {
			pgtest.Product{Version: "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC, Redshift 1.0.57085", Settings: map[string]string{"server_version": "8.0.2"}},
			"Amazon Redshift is not read directly", "adc dump",
		},
		"openGauss": {
			pgtest.Product{Version: "(openGauss 5.0.0 build a07d57c3) compiled", Settings: map[string]string{"server_version": "9.2.4"}},
			"openGauss is not read directly", "adc dump",
		},
		"an unknown product": {
			pgtest.Product{Version: "NoveltyDB 2.1, compatible", Settings: map[string]string{"server_version": "14.0"}},
			"(NoveltyDB 2.1): the server refused the statement with SQLSTATE 42601", "see the server's log",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := refusedOpen(t, postgres.Config{DSN: pgtest.DSN(test.product.Start(t), "u", "d")})
			if !strings.Contains(err.Message, test.message) || !strings.Contains(err.Hint, test.hint) {
				t.Errorf("got  %q, %q\nwant %q, %q", err.Message, err.Hint, test.message, test.hint)
			}
		})
	}
}

// TestWhatTheServerSaysIsExplained covers what this machine's PostgreSQL cannot be made to say.
func TestWhatTheServerSaysIsExplained(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		code, severity, translated, text string
		message, hint                    string
	}{
		"standby, statement":    {"40001", "ERROR", "ERROR", "canceling statement due to conflict with recovery", "because it conflicts with what it receives from its primary", "max_standby_streaming_delay"},
		"standby, session":      {"40001", "FATAL", "FATAL", "terminating connection due to conflict with recovery", "ended the connection", "hot_standby_feedback"},
		"standby, translated":   {"40001", "FATAL", "致命错误", "由于与恢复相冲突而终止联接", "ended the connection", "--backup"},
		"standby, not again":    {"57P01", "FATAL", "FATAL", "terminating connection due to conflict with recovery", "ended the connection", "max_standby_streaming_delay"},
		"long transaction":      {"25P04", "FATAL", "FATAL", "terminating connection due to transaction timeout", "transaction timeout", "transaction_timeout = 0"},
		"crash":                 {"57P02", "FATAL", "FATAL", "terminating connection because of crash of another server process", "crash of another", "see its log"},
		"dropped":               {"57P04", "FATAL", "FATAL", "terminating connection due to conflict", "ended the connection", "was dropped"},
		"deadlock":              {"40P01", "ERROR", "ERROR", "deadlock detected", "deadlock", "run again"},
		"old snapshot":          {"72000", "ERROR", "ERROR", "snapshot too old", "old_snapshot_threshold", "standby"},
		"a full disk":           {"53100", "ERROR", "ERROR", "could not write to file", "disk space", "standby"},
		"damaged files":         {"XX001", "ERROR", "ERROR", "invalid page in block 0", "found them damaged", "see the server's log"},
		"a missing file":        {"58P01", "ERROR", "ERROR", "could not open file", "found them damaged", "see the server's log"},
		"the pooler's own time": {"08P01", "FATAL", "FATAL", "query timeout", "query timeout", "query_timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			product := pgtest.Product{Version: "PostgreSQL 17.2 on x86_64", Settings: map[string]string{"server_version": "17.2"}}
			product.Refusal = &pgproto3.ErrorResponse{Severity: test.translated, SeverityUnlocalized: test.severity, Code: test.code, Message: test.text}
			err := refusedOpen(t, postgres.Config{DSN: pgtest.DSN(product.Start(t), "u", "d")})
			if !strings.HasPrefix(err.Message, "cannot read postgres://") || !strings.Contains(err.Message, test.message) || !strings.Contains(err.Hint, test.hint) {
				t.Errorf("got  %q, %q\nwant %q, %q", err.Message, err.Hint, test.message, test.hint)
			}
		})
	}
	for name, test := range map[string]struct{ code, text, detail, hint string }{
		"certificate": {"28000", "connection requires a valid client certificate", "", "sslcert"},
		"standby off": {"57P03", "the database system is not accepting connections", "Hot standby mode is disabled.", "connect to the primary"},
		"starting up": {"57P03", "the database system is starting up", "", "try again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			product := pgtest.Product{Entry: &pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: test.code, Message: test.text, Detail: test.detail}}
			err := refusedOpen(t, postgres.Config{DSN: pgtest.DSN(product.Start(t), "u", "d")})
			if !strings.HasPrefix(err.Message, "cannot connect to ") || !strings.HasSuffix(err.Message, test.text) || !strings.Contains(err.Hint, test.hint) {
				t.Errorf("got %q, %q, want %q", err.Message, err.Hint, test.hint)
			}
		})
	}
}

// TestPgBouncersErrorsAreNamed uses a real PgBouncer, because all of its errors have the same SQLSTATE.
func TestPgBouncersErrorsAreNamed(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	database := pgtest.DatabaseName(t, srv.Database(t, installation))
	for name, test := range map[string]struct {
		mode, database, settings string
		message, hint            string
	}{
		"statement mode":  {"statement", database, "", "transaction blocks not allowed", "set pool_mode = transaction or session"},
		"console":         {"transaction", "pgbouncer", "", `database "pgbouncer" is PgBouncer's console`, "name the control plane's database"},
		"no database":     {"transaction", "nothing_here", "", `database "nothing_here" does not exist`, "psql -l"},
		"no free client":  {"transaction", database, "max_client_conn = 0", "no more connections allowed", "wait for a free connection"},
		"no free server":  {"transaction", database, "default_pool_size = 1\nquery_wait_timeout = 1", "query_wait_timeout", "its pool is in use"},
		"password":        {"transaction", database, "auth_type = md5\nauth_file = /dev/null", "password authentication failed", "check user and password"},
		"host not wanted": {"transaction", database, "auth_type = hba\nauth_file = /dev/null\nauth_hba_file = /dev/null", "login rejected", "auth_hba_file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := pgtest.PgBouncer(t, srv, test.mode, test.settings)
			if name == "no free server" {
				defer hold(t, pgtest.DSN(addr, "u", test.database), "SELECT 1")()
			}
			err := refusedOpen(t, postgres.Config{DSN: pgtest.DSN(addr, "u:"+password, test.database)})
			if !strings.Contains(err.Message, test.message) || !strings.Contains(err.Hint, test.hint) {
				t.Errorf("got  %q, %q\nwant %q, %q", err.Message, err.Hint, test.message, test.hint)
			}
			if strings.Contains(err.Message+err.Hint, password) {
				t.Errorf("the password is told: %q, %q", err.Message, err.Hint)
			}
		})
	}
}
