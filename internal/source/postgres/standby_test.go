package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestAStandby reads a standby that gives way to its primary at once.
func TestAStandby(t *testing.T) {
	t.Parallel()
	primary, standby := pgtest.Replicated(t, installation, "max_standby_streaming_delay=0")
	pgtest.CatchUp(t, primary, standby)
	src := openConfig(t, postgres.Config{DSN: standby})
	if kinds := read(t, src, sourcetest.AllButSecrets()).incomplete(); len(kinds) > 0 {
		t.Errorf("incomplete: %q", kinds)
	}
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}

	src = openConfig(t, postgres.Config{DSN: standby})
	pgtest.Exec(t, primary, "TRUNCATE service")
	pgtest.CatchUp(t, primary, standby)
	if gaps, _ := read(t, src, sourcetest.AllButSecrets()).gaps(t, estate.ServiceTemplate); !slices.Contains(gaps, changed) {
		t.Errorf("no gap %q in %q", changed, gaps)
	}
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}

	src = openConfig(t, postgres.Config{DSN: standby})
	pgtest.Exec(t, primary, "DELETE FROM apisix_route")
	pgtest.Exec(t, primary, "VACUUM apisix_route")
	pgtest.CatchUp(t, primary, standby)
	_, err := stream(t.Context(), src, sourcetest.AllButSecrets())
	open, ok := errors.AsType[*estate.OpenError](err)
	if !ok || !strings.Contains(open.Message, "conflict with recovery") {
		t.Fatalf("got %v", err)
	}
	for _, part := range []string{"max_standby_streaming_delay", "hot_standby_feedback", "--backup"} {
		if !strings.Contains(open.Hint, part) {
			t.Errorf("no %s in %q", part, open.Hint)
		}
	}
}
