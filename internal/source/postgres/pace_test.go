package postgres_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

func TestRowsAreAskedForNoFasterThanAllowed(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, tt := range map[string]struct {
		perSecond, batch int
		took, waits      []time.Duration
	}{
		"a server that answers at once":     {1000, 100, []time.Duration{0, 0, 0}, []time.Duration{0, 100 * ms, 100 * ms}},
		"one that takes part of the time":   {1000, 100, []time.Duration{30 * ms, 40 * ms, 0}, []time.Duration{0, 70 * ms, 60 * ms}},
		"one that is slower makes up none":  {1000, 100, []time.Duration{500 * ms, 0, 0}, []time.Duration{0, 0, 100 * ms}},
		"one row a second":                  {1, 1, []time.Duration{0, 0}, []time.Duration{0, time.Second}},
		"more than are asked for at a time": {100_000, 1000, []time.Duration{0, 0}, []time.Duration{0, 10 * ms}},
	} {
		waits, batch := postgres.Waits(tt.perSecond, tt.took...)
		if diff := cmp.Diff(tt.waits, waits); diff != "" || batch != tt.batch {
			t.Errorf("%s: %d rows at a time (-want +got):\n%s", name, batch, diff)
		}
	}
}

// TestALimitedReadingIsTheSame reads with a limit, and asks the server's log how many rows it was asked for at a time.
func TestALimitedReadingIsTheSame(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installation)
	want := read(t, openConfig(t, postgres.Config{DSN: dsn}), sourcetest.AllButSecrets())
	application := pgtest.Name("paced")
	pgtest.Exec(t, dsn, "ALTER DATABASE "+pgtest.DatabaseName(t, dsn)+" SET log_statement = 'all'")
	mark := len(srv.Log(t))
	src := openConfig(t, postgres.Config{DSN: dsn, ApplicationName: application, MaxRowsPerSecond: 30})
	got := read(t, src, sourcetest.AllButSecrets())
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(reading{}), ignoreAges()); diff != "" {
		t.Errorf("(-without +with a limit):\n%s", diff)
	}
	fetched := regexp.MustCompile(`FETCH FORWARD 3 FROM reading`).FindAllString(srv.Log(t)[mark:], -1)
	if len(fetched) < 10 {
		t.Errorf("the log tells of %d fetches", len(fetched))
	}
	if all := regexp.MustCompile(`(?m)execute <unnamed>: SELECT .*\n(?:\t.*\n)*?\tFROM "public"\."(?:kine|service)"$`).FindString(srv.Log(t)[mark:]); all != "" {
		t.Errorf("rows are read without the limit: %s", all)
	}
	for _, s := range logged.FindAllStringSubmatch(srv.Log(t)[mark:], -1) {
		if strings.Contains(s[1], "FETCH") && !reads.MatchString(s[1]) {
			t.Errorf("not a reading statement: %s", s[1])
		}
	}
}

// TestALimitDoesNotRunIntoItsOwnTimeout reads for longer than one statement may take, and with longer pauses than the
// server allows a transaction.
func TestALimitDoesNotRunIntoItsOwnTimeout(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	for _, limit := range []int{8, 20} {
		src := openConfig(t, postgres.Config{DSN: dsn, Deadline: 400 * time.Millisecond, MaxRowsPerSecond: limit})
		if got := read(t, src, sourcetest.AllButSecrets()); len(got.incomplete()) > 0 || len(got.rows) < 20 {
			t.Errorf("%d rows a second: %d were read, and not all of %q", limit, len(got.rows), got.incomplete())
		}
	}
}

func TestWhoEndsALongTransactionSaysThatItIsLongOnPurpose(t *testing.T) {
	t.Parallel()
	for message, code := range map[string]string{"terminating connection due to transaction timeout": "25P04", "transaction timeout": "08P01"} {
		err := &pgconn.PgError{Severity: "FATAL", Code: code, Message: message}
		limited, plain := postgres.EndingHint(err, 100), postgres.EndingHint(err, 0)
		if !strings.Contains(limited, "--max-rows-per-second") || strings.Contains(plain, "--max-rows-per-second") || !strings.HasSuffix(limited, plain) {
			t.Errorf("%s: %q, and without a limit %q", code, limited, plain)
		}
	}
}

func TestATransactionIsOpenUntilItIsReleased(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installation)
	src := openConfig(t, postgres.Config{DSN: dsn})
	open := func() string {
		return pgtest.Exec(t, srv.DSN("postgres", "postgres"), "SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND datname = '"+pgtest.DatabaseName(t, dsn)+"'")[0][0]
	}
	read(t, src, sourcetest.AllButSecrets())
	if n := open(); n != "1" {
		t.Errorf("%s transactions are open while the source is read", n)
	}
	held := src.Release()
	for open() != "0" {
		time.Sleep(10 * time.Millisecond) // the server notices that the connection is gone
	}
	if again := src.Release(); held <= 0 || again != held {
		t.Errorf("it was open for %s, and then for %s", held, again)
	}
}
