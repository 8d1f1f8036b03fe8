package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Database creates a database, runs the given SQL texts in it, each with any number of statements, and returns the
// superuser's connection string. The database is dropped after the test.
func (s *Server) Database(tb testing.TB, sql ...string) string {
	tb.Helper()
	if len(sql) > 0 && len(sql[0]) >= longSQL {
		return s.database(tb, " TEMPLATE "+s.template(tb, sql[0]), sql[1:])
	}
	return s.database(tb, "", sql)
}

const longSQL = 4 << 10 // bytes of a text that takes longer than copying what it makes

// template is a database to copy. Nothing is connected to it.
type template struct {
	sync.Mutex

	name string
	made time.Time
}

// freshFor is how long a database is copied: what it says of the present is hardly older than in one of a test's own.
const freshFor = time.Minute

// template returns the name of a database in which a text of SQL was run lately.
func (s *Server) template(tb testing.TB, sql string) string {
	tb.Helper()
	made, _ := s.templates.LoadOrStore(sql, &template{})
	t, _ := made.(*template)
	t.Lock()
	defer t.Unlock()
	if t.name == "" || time.Since(t.made) > freshFor {
		name := Name("db")
		Exec(tb, s.DSN("postgres", "postgres"), "CREATE DATABASE "+name+s.strategy)
		Exec(tb, s.DSN("postgres", name), sql)
		t.name, t.made = name, time.Now() //nolint:forbidigo // no test's result depends on it
	}
	return t.name
}

func (s *Server) database(tb testing.TB, options string, sql []string) string {
	tb.Helper()
	name := Name("db")
	admin := s.DSN("postgres", "postgres")
	Exec(tb, admin, "CREATE DATABASE "+name+options+s.strategy)
	tb.Cleanup(func() { Exec(tb, admin, "DROP DATABASE "+name+" WITH (FORCE)") })
	dsn := s.DSN("postgres", name)
	for _, text := range sql {
		Exec(tb, dsn, text)
	}
	return dsn
}

// Copy creates a copy of a database to which nothing is connected, runs the given SQL texts in it, and returns the
// superuser's connection string. The copy is dropped after the test.
func (s *Server) Copy(tb testing.TB, dsn string, sql ...string) string {
	tb.Helper()
	return s.database(tb, " TEMPLATE "+DatabaseName(tb, dsn), sql)
}

// Name returns a name that no other test uses. Roles need one, because they belong to the whole server.
func Name(prefix string) string { return prefix + "_" + strings.ToLower(rand.Text()[:12]) }

// As returns dsn for another role.
func As(tb testing.TB, dsn, role string) string {
	tb.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	u.User = url.User(role)
	return u.String()
}

// DatabaseName returns the database in dsn.
func DatabaseName(tb testing.TB, dsn string) string {
	tb.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	return strings.TrimPrefix(u.Path, "/")
}

// Exec runs SQL with any number of statements, and returns the rows of the last one as text; NULL is "".
func Exec(tb testing.TB, dsn, sql string) [][]string {
	tb.Helper()
	rows, err := run(dsn, sql)
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	return rows
}

func run(dsn, sql string) ([][]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), execDeadline)
	defer cancel()
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	results, err := conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("running SQL: %w", err)
	}
	if len(results) == 0 {
		return nil, nil
	}
	var rows [][]string
	for _, values := range results[len(results)-1].Rows {
		row := make([]string, len(values))
		for i, v := range values {
			row[i] = string(v)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

const execDeadline = 5 * time.Minute

// Log returns what the server has logged so far. ALTER ROLE … SET log_statement = 'all' makes it log what a role does.
func (s *Server) Log(tb testing.TB) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		tb.Fatalf("pgtest: reading the server's log: %v", err)
	}
	return string(text)
}
