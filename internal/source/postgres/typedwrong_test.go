package postgres_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// planted is part of every mistyped password.
const planted = "7w0rds-planted"

// TestOfAConnectionStringTypedWrongNothingIsToldOrLookedUp has passwords with unencoded characters that have a
// meaning, and the forms of other drivers.
func TestOfAConnectionStringTypedWrongNothingIsToldOrLookedUp(t *testing.T) {
	t.Parallel()
	const ends, encoded = "it is not clear where its password ends", "@ is written %40, / %2F, ? %3F, # %23"
	for dsn, want := range map[string]struct{ message, hint string }{
		"postgres://u:Tr0ub@7w0rds-planted/x@h:5432/d":               {ends, encoded},
		"postgres://u:7W0RDS-planted@x@h/d":                          {ends, encoded},
		"postgres://u:x@7w0rds-planted@y@h/d":                        {ends, encoded},
		"postgres://u:x@7w0rds-planted#y@h/d":                        {ends, encoded},
		"postgres://u:x@7w0rds-planted?y@h/d":                        {ends, encoded},
		"postgres://u:12/7w0rds-planted@h/d":                         {ends, encoded},
		"postgres://u:12#7w0rds-planted":                             {ends, encoded},
		"postgres://7w0rds-planted/x@h/d":                            {ends, encoded},
		"postgres://u@h/d?password=x@7w0rds-planted":                 {ends, encoded},
		"postgres://u:7w0rds-planted%zz@h/d":                         {"not followed by two hexadecimal digits", encoded},
		"postgres://u:7w0rds-planted x@h/d":                          {"there is a space in the URL", encoded},
		"postgres://u:x@[7w0rds-planted]/d":                          {"its host is not valid", encoded},
		"postgres://u:x@7w0rds-planted]y/d":                          {"its host is not valid", encoded},
		"postgres://u:7w0rds-planted":                                {"its port is not a number", encoded},
		"postgres://h/u:7w0rds-planted":                              {"its database name has a character", "write the name in a URL"},
		"postgres://h/d?sslpassword=a&7w0rds-planted=x":              {"an unknown keyword follows the password", "quote"},
		"host=7w0rds-planted;user=a;password=b":                      {"separated by semicolons", "separate keywords with spaces"},
		"password=a;host=7w0rds-planted;user=b":                      {"separated by semicolons", "separate keywords with spaces"},
		"Username=a;Password=7w0rds-planted":                         {"separated by semicolons", "separate keywords with spaces"},
		"host=u:7w0rds-planted@h":                                    {"looks like another connection string", "postgres://user@host"},
		"password=a 7w0rds-planted host=h":                           {"a word without =", "password='…'"},
		"password=a words=7w0rds-planted host=h":                     {"an unknown keyword follows the password", "password='…'"},
		"password='a'7w0rds-planted host=h":                          {"a quote in it is not closed", "password='…'"},
		"dbname=postgres://u:7w0rds-planted@h/d":                     {"looks like another connection string", "postgres://user@host"},
		"jdbc:postgresql://7w0rds-planted/d?user=u&password=p":       {"it begins with jdbc:", "leave out jdbc:"},
		"jdbc:postgresql://u:x@7w0rds-planted/y@h/d":                 {"it begins with jdbc:", "leave out jdbc:"},
		"jdbc:oracle:thin:u/7w0rds-planted@h:1521:x":                 {"a JDBC data source is not read directly", "--admin-api URL"},
		"jdbc:mysql://7w0rds-planted/d":                              {"MySQL is not read directly", "--adc FILE"},
		"mysql://u:x@7w0rds-planted/y@h/d":                           {"MySQL is not read directly", "--adc FILE"},
		"u:x@7w0rds-planted@tcp(h:3306)/d":                           {"MySQL is not read directly", "--admin-api URL"},
		"oceanbase://u:p@7w0rds-planted":                             {"OceanBase is not read directly", "--adc FILE"},
		"sqlserver://sa:p@7w0rds-planted;password=x":                 {"Microsoft SQL Server is not read directly", "--admin-api URL"},
		"server=7w0rds-planted;user id=sa;password=x":                {"Microsoft SQL Server is not read directly", "--adc FILE"},
		"u:x@7w0rds-planted:5432/d":                                  {"its scheme is missing or misspelt", "begin it with postgres://"},
		"//u:x@7w0rds-planted/d":                                     {"its scheme is missing or misspelt", "begin it with postgres://"},
		"postgre://u:x@7w0rds-planted/d":                             {"its scheme is not that of PostgreSQL", "begin it with postgres://"},
		"postgresql+psycopg2://u:x@7w0rds-planted/d":                 {"its scheme is not that of PostgreSQL", "begin it with postgres://"},
		"postgres:/u:x@7w0rds-planted/d":                             {"its scheme is missing or misspelt", "begin it with postgres://"},
		"https://u:x@7w0rds-planted/d":                               {"its scheme is not that of PostgreSQL", "begin it with postgres://"},
		"7w0rds-planted":                                             {"neither a URL nor keywords", "postgres://user@host"},
		"host=127.0.0.1 options=-c%20x 7w0rds-planted":               {"a word without =", "password='…'"},
		"postgres://h.invalid/d?options=7w0rds-planted":              {"are not of the form -c name=value", "leave them out"},
		"postgres://h.invalid/d?options=-c%207w0rds-planted=x":       {"the options of the connection string (or PGOPTIONS) cannot be used: it has an unknown keyword", "postgres://user@host"},
		"host=127.0.0.1 passw0rd7w0rds-planted=x":                    {"it has an unknown keyword", "postgres://user@host"},
		"postgres://h.invalid/d?sslmode=7w0rds-planted":              {"its sslmode is not one of", "postgres://user@host"},
		"postgres://h.invalid/d?target_session_attrs=7w0rds-planted": {"target_session_attrs is not one", "postgres://user@host"},
		"postgres://h.invalid/d?sslrootcert=/7w0rds-planted":         {"the file that sslrootcert names cannot be read", "postgres://user@host"},
		"postgres://h.invalid/d?min_protocol_version=7w0rds-planted": {"cannot be used", "postgres://user@host"},
		"postgres://h.invalid/d?connect_timeout=7w0rds-planted":      {"cannot be used", "postgres://user@host"},
		"service=7w0rds-planted":                                     {"the service that it names", "postgres://user@host"},
	} {
		err := refusedOpen(t, postgres.Config{DSN: dsn})
		if !strings.Contains(err.Message, want.message) || !strings.Contains(err.Hint, want.hint) {
			t.Errorf("%s:\ngot  %q, %q\nwant %q, %q", dsn, err.Message, err.Hint, want.message, want.hint)
		}
		if strings.Contains(strings.ToLower(err.Message+err.Hint), "7w0rds") {
			t.Errorf("%s: a part of it is told: %q, %q", dsn, err.Message, err.Hint)
		}
	}
	for _, name := range []string{planted, "h.invalid"} {
		if found := looked.Of(name); found != nil {
			t.Errorf("looked up are %v", found)
		}
	}
}

// TestOnlyTheHostIsLookedUp has passwords that are written correctly.
func TestOnlyTheHostIsLookedUp(t *testing.T) {
	t.Parallel()
	for dsn, host := range map[string]string{
		"postgres://u:x%40right-word%2Fy%3F%23@typed-1.invalid/d":                                "typed-1.invalid",
		"postgres://u:right-word[x]:y@typed-2.invalid,typed-3.invalid:5433/d?connect_timeout=2":  "typed-3.invalid",
		"host=typed-4.invalid user=u dbname=d password='right-word @/?# \\' host=right-word'":    "typed-4.invalid",
		"postgres://typed-5.invalid/d?user=u&password=right-word%40x":                            "typed-5.invalid",
		"host=typed-6.invalid user=u password=x@right-word/y?z#;":                                "typed-6.invalid",
		"postgresql://u:right-word@typed-7.invalid/d?sslmode=disable&application_name=right+app": "typed-7.invalid",
	} {
		err := refusedOpen(t, postgres.Config{DSN: dsn})
		if !strings.Contains(err.Message, "no such host") || !strings.Contains(err.Message, host) || looked.Of(host) == nil {
			t.Errorf("%s: %q, looked up are %v", dsn, err.Message, looked.Of(host))
		}
	}
	if found := looked.Of("right-word"); found != nil {
		t.Errorf("looked up are %v", found)
	}
}

// TestVariablesAndServiceFileAreNotRepeatedEither has a connection string in place of a host, a database or a
// setting.
func TestVariablesAndServiceFileAreNotRepeatedEither(t *testing.T) {
	services := filepath.Join(t.TempDir(), "services.conf")
	if err := os.WriteFile(services, []byte("[wrong]\nhost=u:7w0rds-planted@h\n[right]\nhost=typed-8.invalid\npassword=7w0rds-planted\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ variable, value, want string }{
		"host":               {"PGHOST", "postgres://u:7w0rds-planted@h/d", "PGHOST or the service file names an invalid host"},
		"user data":          {"PGHOST", "u:7w0rds-planted@h", "PGHOST or the service file names an invalid host"},
		"several hosts":      {"PGHOST", "h.invalid,7w0rds-planted@h", "PGHOST or the service file names an invalid host"},
		"database":           {"PGDATABASE", "postgres://u:7w0rds-planted@h/d", "PGDATABASE or the service file names an invalid database"},
		"port":               {"PGPORT", "7w0rds-planted", "its port is not a number"},
		"options":            {"PGOPTIONS", "7w0rds-planted", "are not of the form -c name=value"},
		"name in options":    {"PGOPTIONS", "--7w0rds-planted=x", "it has an unknown keyword"},
		"session":            {"PGTARGETSESSIONATTRS", "7w0rds-planted", "target_session_attrs is not one"},
		"no such service":    {"PGSERVICE", "7w0rds-planted", "the service that it names"},
		"service":            {"PGSERVICE", "wrong", "PGHOST or the service file names an invalid host"},
		"service, no server": {"PGSERVICE", "right", "cannot connect to typed-8.invalid:5432: no such host"},
		"address":            {"PGHOSTADDR", "7w0rds-planted", "is not one IP address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PGSERVICEFILE", services)
			cfg := postgres.Config{DSN: "user=u"}
			if test.variable == "PGHOSTADDR" {
				cfg.HostAddr = test.value
			} else {
				t.Setenv(test.variable, test.value)
			}
			err := refusedOpen(t, cfg)
			if !strings.Contains(err.Message, test.want) {
				t.Errorf("got %q, want %q", err.Message, test.want)
			}
			if strings.Contains(err.Message+err.Hint, planted) || looked.Of(planted) != nil {
				t.Errorf("told is %q, %q, looked up are %v", err.Message, err.Hint, looked.Of(planted))
			}
		})
	}
}

// TestWhatIsWrittenRightIsOpened has every form in which libpq names a server.
func TestWhatIsWrittenRightIsOpened(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	database := pgtest.DatabaseName(t, srv.Database(t, installation))
	socket := strings.ReplaceAll(srv.Socket, "/", "%2F")
	host, port, _ := strings.Cut(srv.Addr(), ":")
	for _, dsn := range []string{
		"postgresql://postgres@" + srv.Addr() + "/" + database,
		"POSTGRES://postgres:@" + srv.Addr() + "/" + database + "?sslmode=disable&",
		"postgres://postgres:a%40b%2Fc@" + srv.Addr() + "/" + database + "?TimeZone=UTC",
		"postgres://postgres:[a]:b{c}@127.0.0.1:1," + srv.Addr() + "/" + database,
		"postgres://postgres@" + socket + ":" + port + "/" + database,
		"postgres:///" + database + "?host=" + srv.Socket + "&port=" + port + "&user=postgres",
		"host=" + host + " port = " + port + " user=postgres dbname='" + database + "' password='a b \\' \\\\' ",
		"HOST=" + host + " port=" + port + " user=postgres dbname=" + database + " password=a@b/?# sslmode=disable TimeZone=Asia/Tokyo",
		"postgres://" + srv.Addr() + "/" + database + "?user=postgres&password=a=b",
	} {
		src, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn, Now: time.Now})
		if err != nil {
			t.Errorf("%s: %v", dsn, err)
			continue
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
}
