package cli_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/rules"
)

// TestExampleIsTheInstallationOf34 proves that the example in the program is a snapshot of a real database.
func TestExampleIsTheInstallationOf34(t *testing.T) {
	t.Parallel()
	role := pgtest.Name("reader")
	dsn := pgtest.Start(t).Database(t, installations.SQL("3.4"), "CREATE ROLE "+role+" LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+role)
	src, err := postgres.Open(t.Context(), postgres.Config{DSN: pgtest.As(t, dsn, role), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	shot(t, "../../fixtures/demo.snapshot", steady{src, estate.Info{Kind: "postgres", Name: "api7ee"}, inHours})
}

// TestExampleFilesAreThoseOf34 proves that the files of the example are a snapshot of real files.
func TestExampleFilesAreThoseOf34(t *testing.T) {
	t.Chdir("../../fixtures/files/3.4") // the snapshot contains the names of the files
	src, err := files.Open(t.Context(), files.Options{Paths: []string{"api7-ee"}})
	if err != nil {
		t.Fatal(err)
	}
	shot(t, "../../demofiles.snapshot", src)
}

// shot compares a snapshot of a source with a committed one, line by line, because the compressed bytes may differ.
func shot(t *testing.T, name string, src estate.Source) {
	t.Helper()
	defer func() { _ = src.Close() }()
	var fresh bytes.Buffer
	o := snapshot.Options{Tool: "devel", Sources: []estate.Source{src}, Need: engine.Need(rules.All()), Scratch: t.TempDir()}
	if _, err := snapshot.Write(t.Context(), &fresh, o); err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	diff := cmp.Diff(unpacked(t, committed), unpacked(t, fresh.Bytes()))
	switch {
	case diff == "":
	case !*update:
		t.Errorf("%s is stale, run: make golden (-want +got):\n%s", name, diff)
	default:
		if err := os.WriteFile(name, fresh.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// steady is a source without what differs between runs: its name, and what settle removes from a body.
type steady struct {
	estate.Source

	about  estate.Info
	settle func(*estate.Resource)
}

func (s steady) Info() estate.Info { return s.about }

func (s steady) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	return s.Source.Stream(ctx, need, func(r *estate.Resource) error {
		s.settle(r)
		return yield(r)
	})
}

// inHours rounds ages down, which grow while the test runs, to hours, and drops their times. It also drops the release of
// the server that the test runs on, and sets the time zone to UTC.
func inHours(r *estate.Resource) {
	text := regexp.MustCompile(`"timezone": ?"[^"]*"`).ReplaceAllString(string(r.Body), `"timezone":"Etc/UTC"`)
	text = regexp.MustCompile(`"(last_heartbeat|expires_at|expiry|oldest|server_version)": ?"[^"]*",?`).ReplaceAllString(text, "")
	r.Body = []byte(regexp.MustCompile(`"(heartbeat_age|expired|oldest_age)_seconds": ?-?\d+`).ReplaceAllStringFunc(text, func(age string) string {
		name, text, _ := strings.Cut(age, ":")
		seconds, _ := strconv.ParseFloat(strings.TrimSpace(text), 64)
		return name + ":" + strconv.Itoa(int(math.Floor(seconds/3600))*3600) // down, because a negative age grows towards zero
	}))
}
