package pgdump_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestABackupHoldsWhatTheDatabaseHolds proves that backups of every format and era give the same resources, versions,
// coverage and notes as the live database. It is a sample: every format of one era, and of the others those that differ
// the most.
func TestABackupHoldsWhatTheDatabaseHolds(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	for _, name := range installations.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := srv.Database(t, installations.SQL(name))
			want := live(t, dsn)
			if len(want.Resources) < 20 || len(want.Versions) == 0 {
				t.Fatalf("the database holds only %d resources, %v", len(want.Resources), want.Versions)
			}
			for format, take := range formats() {
				if name != "3.4" && format != "inserts" && format != "custom" {
					continue
				}
				got, err := read(t, open(t, take(t, dsn)), sourcetest.AllButSecrets())
				if err != nil {
					t.Errorf("%s: %v", format, err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-database +backup):\n%s", format, diff)
				}
			}
		})
	}
}

// TestABackupWithoutATimeTellsNoAge proves that an unknown time is not made up: a token that expires is then neither
// expired nor valid.
func TestABackupWithoutATimeTellsNoAge(t *testing.T) {
	t.Parallel()
	sql := installations.SQL("3.4")
	dsn := pgtest.Start(t).Database(t, sql, "DELETE FROM gateway_instance")
	src := open(t, dump(t, dsn, "api7.sql"))
	tokens := 0
	_, err := src.Stream(t.Context(), sourcetest.Need(estate.Token), func(r *estate.Resource) error {
		tokens++
		if text := string(r.Body); !strings.Contains(text, `"expired_seconds":null`) || r.ID == "tk-ci" && !strings.Contains(text, `"expires_at":"20`) {
			t.Errorf("%s: %s", r.ID, text)
		}
		return nil
	})
	if err != nil || tokens != 3 {
		t.Errorf("%d tokens, %v", tokens, err)
	}
}

// live reads the database itself.
func live(t *testing.T, dsn string) reading {
	t.Helper()
	src, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	want, err := read(t, src, sourcetest.AllButSecrets())
	if err != nil {
		t.Fatal(err)
	}
	return want
}
