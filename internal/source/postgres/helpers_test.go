package postgres_test

import (
	"context"
	_ "embed"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/lookuptest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

//go:embed testdata/installation.sql
var installation string

// looked records the host names that tests look up; none of them is found.
var looked = lookuptest.Record()

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// open opens a database made by the given SQL.
func open(t *testing.T, sql ...string) *postgres.Source {
	t.Helper()
	return openConfig(t, postgres.Config{DSN: pgtest.Start(t).Database(t, sql...)})
}

func openConfig(t *testing.T, cfg postgres.Config) *postgres.Source {
	t.Helper()
	cfg.Now = time.Now
	src, err := postgres.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// named is a schema map that names a table for one concept. Only so is a view taken for a table.
func named(concept, table string) controlplane.SchemaMap {
	return controlplane.SchemaMap{Tables: map[string]controlplane.TableMap{concept: {Table: table}}}
}

// refusedOpen checks that opening fails, and returns the error.
func refusedOpen(t *testing.T, cfg postgres.Config) *estate.OpenError {
	t.Helper()
	cfg.Now = time.Now
	src, err := postgres.Open(t.Context(), cfg)
	if err == nil {
		_ = src.Close()
		t.Fatal("opened")
	}
	return sourcetest.Refused(t, err)
}

// reading is the result of a stream.
type reading struct {
	rows     []string // "kind group id where body" or "kind group id where DAMAGED why", sorted
	coverage estate.Coverage
}

func read(t *testing.T, src *postgres.Source, need estate.Need) reading {
	t.Helper()
	got, err := stream(t.Context(), src, need)
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return got
}

func stream(ctx context.Context, src *postgres.Source, need estate.Need) (reading, error) {
	var got reading
	var err error
	got.coverage, err = src.Stream(ctx, need, func(r *estate.Resource) error {
		content := string(r.Body)
		if r.Damage != "" {
			content = "DAMAGED " + r.Damage
		}
		got.rows = append(got.rows, strings.Join([]string{r.Kind.String(), r.Group.Label(), r.ID, r.Origin.Where(""), content}, " "))
		return nil
	})
	slices.Sort(got.rows)
	return got, err
}

// gaps returns the gaps of a kind as "what: why", and its count.
func (r reading) gaps(t *testing.T, k estate.Kind) ([]string, int64) {
	t.Helper()
	i := slices.IndexFunc(r.coverage.Kinds, func(c estate.KindCoverage) bool { return c.Kind == k })
	if i < 0 {
		t.Fatalf("no coverage of %s", k)
	}
	var gaps []string
	for _, gap := range r.coverage.Kinds[i].Gaps {
		gaps = append(gaps, gap.What+": "+gap.Why)
	}
	return gaps, r.coverage.Kinds[i].Count
}

// incomplete returns the kinds with gaps.
func (r reading) incomplete() []string {
	var kinds []string
	for _, c := range r.coverage.Kinds {
		if len(c.Gaps) > 0 {
			kinds = append(kinds, c.Kind.String())
		}
	}
	return kinds
}

func (r reading) notes() []string {
	var notes []string
	for _, n := range r.coverage.Notes {
		notes = append(notes, n.What+": "+n.Why)
	}
	return notes
}

// of returns the rows of a kind.
func (r reading) of(k estate.Kind) []string {
	return slices.DeleteFunc(slices.Clone(r.rows), func(row string) bool { return !strings.HasPrefix(row, k.String()+" ") })
}
