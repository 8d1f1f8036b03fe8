package postgres_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// TestUnknownKeywordsAreRefusedByName proves that no misspelt keyword leads to another server, and that no value is
// shown.
func TestUnknownKeywordsAreRefusedByName(t *testing.T) {
	t.Parallel()
	at := "postgres://u:" + password + "@127.0.0.1:1/d"
	for dsn, want := range map[string]string{
		"hots=prod dbname=x password=" + password:                         "unknown keyword hots; did you mean host?",
		at + "?sslmod=require":                                            "unknown keyword sslmod; did you mean sslmode?",
		at + "?currentSchema=api7":                                        "unknown keyword currentschema",
		at + "?quite_another_thing=" + password:                           "unknown keyword quite_another_thing",
		at + "?role=" + password:                                          "role is not supported",
		at + "?sslcrl=/a":                                                 "sslcrl is not supported",
		at + "?options=-c%20role%3D" + password:                           "the options of the connection string (or PGOPTIONS) cannot be used: role is not supported",
		at + "?options=--session-authorization%3Dx":                       "session_authorization is not supported",
		at + "?options=project%3D" + password:                             "its options (or PGOPTIONS) are not of the form -c name=value",
		at + "?options=-c%20geqoo%3Doff":                                  "unknown keyword geqoo; did you mean geqo?",
		"host=h user=u password=two 7W0rds=" + password:                   "an unknown keyword follows the password",
		"password = two more 7W0rds=" + password:                          "cannot be understood",
		"host=h 7W0rds=" + password:                                       "it has an unknown keyword",
		"hostaddr=db-1 user=u password=" + password:                       "hostaddr (or PGHOSTADDR) is not one IP address",
		"hostaddr=10.0.0.1,10.0.0.2 user=u":                               "hostaddr (or PGHOSTADDR) is not one IP address",
		"host=a,b hostaddr=10.0.0.1 user=u":                               "hostaddr (or PGHOSTADDR) is not one IP address",
		"server=db-1;user id=sa;password=" + password:                     "Microsoft SQL Server is not read directly",
		"Data Source=db-1,1433;Initial Catalog=api7;Password=" + password: "Microsoft SQL Server is not read directly",
		"Password=" + password + "; Server = tcp:db-1":                    "Microsoft SQL Server is not read directly",
	} {
		err := refusedOpen(t, postgres.Config{DSN: dsn})
		if !strings.Contains(err.Message, want) {
			t.Errorf("%s: want %q, got %q", dsn, want, err.Message)
		}
		if all := err.Message + err.Hint; strings.Contains(all, password) || strings.Contains(strings.ToLower(all), "7w0rds") {
			t.Errorf("a value is told: %q, %q", err.Message, err.Hint)
		}
	}
}

func TestSettingsThatChangeNothingAreTaken(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	openConfig(t, postgres.Config{DSN: dsn + "&TimeZone=Asia/Tokyo&statement_timeout=5&keepalives_idle=3&pool_max_conns=2&gssencmode=disable" +
		"&options=-c%20jit%3Doff%20--work-mem%3D4MB%20-cenable_seqscan%3Don%20-c%20log_statement%3Dnone"})
}

// TestHostaddrIsConnectedTo names a host that does not exist, and the server's address.
func TestHostaddrIsConnectedTo(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	database := pgtest.DatabaseName(t, srv.Database(t, installation))
	named := fmt.Sprintf("host=db-1.invalid port=%d user=postgres dbname=%s sslmode=disable", srv.Port, database)
	nameless := fmt.Sprintf("port=%d user=postgres dbname=%s sslmode=disable", srv.Port, database)
	for name, cfg := range map[string]postgres.Config{
		"keyword":           {DSN: named + " hostaddr=" + srv.Host},
		"variable":          {DSN: named, HostAddr: srv.Host},
		"without a host":    {DSN: nameless + " hostaddr=" + srv.Host},
		"the keyword wins":  {DSN: named + " hostaddr=" + srv.Host, HostAddr: "192.0.2.1"},
		"URL":               {DSN: fmt.Sprintf("postgres://postgres@db-1.invalid:%d/%s?sslmode=disable&hostaddr=%s", srv.Port, database, srv.Host)},
		"URL, nobody named": {DSN: fmt.Sprintf("postgres://postgres@/%s?port=%d", database, srv.Port), HostAddr: srv.Host},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			openConfig(t, cfg)
		})
	}
}

// TestThatTLSIsMissingIsNotTheReasonWhereItIsNotAskedFor connects with the default, which tries TLS first.
func TestThatTLSIsMissingIsNotTheReasonWhereItIsNotAskedFor(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	base := "host=" + srv.Host + fmt.Sprintf(" port=%d dbname=postgres ", srv.Port)
	for name, test := range map[string]struct{ dsn, message, hint string }{
		"no standby":      {base + "user=postgres target_session_attrs=standby", "no server there matches target_session_attrs", "target_session_attrs=any"},
		"authentication":  {base + "user=postgres require_auth=scram-sha-256", `requirement "scram-sha-256" failed`, "require_auth"},
		"channel binding": {base + "user=pw channel_binding=require password=" + pgtest.Password, "channel binding required", "channel_binding"},
		"wrong password":  {base + "user=pw password=" + password, "password authentication failed", "passfile"},
		"no PostgreSQL":   {"user=u dbname=d host=127.0.0.1 port=" + webServer(t), "does not speak PostgreSQL's protocol", "check the port, and that a PostgreSQL server listens there"},
		"TLS demanded":    {base + "user=postgres sslmode=require", "the server does not offer TLS", "sslmode"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := refusedOpen(t, postgres.Config{DSN: test.dsn})
			if !strings.Contains(err.Message, test.message) || !strings.Contains(err.Hint, test.hint) ||
				name != "TLS demanded" && strings.Contains(err.Message, "offer TLS") {
				t.Errorf("got  %q, %q\nwant %q, %q", err.Message, err.Hint, test.message, test.hint)
			}
		})
	}
}

// webServer starts a web server and returns its port.
func webServer(t *testing.T) (port string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(conn).Peek(1)
			_, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
			_ = conn.Close()
		}
	}()
	_, port, _ = net.SplitHostPort(listener.Addr().String())
	return port
}
