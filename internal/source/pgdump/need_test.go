package pgdump_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// counted is a source that is told what rules look at, or nothing of it, and counts what it yields.
type counted struct {
	*pgdump.Source

	told    bool
	yielded *int
}

func (s counted) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	if !s.told {
		need.Direct, need.Plugins, need.Sieves = nil, nil, nil
	}
	return s.Source.Stream(ctx, need, func(r *estate.Resource) error {
		*s.yielded++
		return yield(r)
	})
}

// TestWhatIsLeftOutChangesNoFinding proves that a source which leaves out what no rule needs gives the same report.
func TestWhatIsLeftOutChangesNoFinding(t *testing.T) {
	t.Parallel()
	from, to := parse(t, "3.4.1"), parse(t, "3.7.3")
	path := version.Path{From: from, To: to}
	for _, name := range []string{"3.3", "3.4"} {
		dsn := pgtest.Start(t).Database(t, installations.SQL(name), `
			UPDATE kine SET value = '{"broken":' WHERE name = (SELECT max(name) FROM kine WHERE name LIKE '%/routes/%');
			INSERT INTO kine (name, deleted, prev_revision, value) SELECT '/gateway_groups/default/routes/more' || n, 0, 0, '{"plugins":{"cors":{}}}' FROM generate_series(1, 100) AS n;
			INSERT INTO kine (name, deleted, prev_revision, value) VALUES
				('/gateway_groups/default/routes/any*', 0, 0, '{"plugins":{"cors":{}}}'),
				('/gateway_groups/default/routes/long', 0, 0, ('{"plugins":{"cors":{}},"desc":"' || repeat('x', 70000) || '"}')::bytea)`)
		file := dump(t, dsn, "api7.dump", "-Fc")
		all, few := 0, 0
		want := judge(t, path, counted{open(t, file), false, &all})
		got := judge(t, path, counted{open(t, file), true, &few})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-everything +what concerns a rule):\n%s", name, diff)
		}
		for _, id := range []string{"id-contains-star", "text-too-long"} {
			if !slices.ContainsFunc(want.Findings, func(f report.Finding) bool { return f.Rule == id }) {
				t.Errorf("%s: %s finds nothing", name, id)
			}
		}
		if len(want.Findings) == 0 || len(want.Unexamined) == 0 || few+100 > all {
			t.Errorf("%s: %d findings, %d unexamined, %d of %d resources", name, len(want.Findings), len(want.Unexamined), few, all)
		}
	}
}

func parse(t *testing.T, text string) version.Version {
	t.Helper()
	v, err := version.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func judge(t *testing.T, path version.Path, src estate.Source) *report.Report {
	t.Helper()
	r, err := engine.Run(t.Context(), engine.Options{
		Path: path, Rules: rules.All(), Sources: []estate.Source{src}, FailOn: report.SeverityBreaking,
		Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestOnlyThePassedIsLeftOut proves it for each resource: what is left out has none of the needed plugins.
func TestOnlyThePassedIsLeftOut(t *testing.T) {
	t.Parallel()
	name := dump(t, pgtest.Start(t).Database(t, installation(t)), "api7.dump", "-Fc")
	need := sourcetest.AllButSecrets()
	all, err := read(t, open(t, name), need)
	if err != nil {
		t.Fatal(err)
	}
	need.Direct, need.Plugins = map[estate.Kind]bool{estate.Consumer: true}, map[string]bool{"traffic-split": true}
	some, err := read(t, open(t, name), need)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all.Kinds, some.Kinds); diff != "" {
		t.Errorf("coverage (-all +some):\n%s", diff)
	}
	if diff := cmp.Diff(all.Notes, some.Notes); diff != "" {
		t.Errorf("notes (-all +some):\n%s", diff)
	}
	fromKine := func(r reading) int {
		n := 0
		for _, text := range r.Resources {
			if slices.Contains([]string{"service", "route", "credential", "global_rule", "plugin_list", "consumer"}, text[:max(0, indexOf(text, ' '))]) {
				n++
			}
		}
		return n
	}
	if a, s := fromKine(all), fromKine(some); s >= a {
		t.Errorf("%d of %d are left", s, a)
	}
}

func indexOf(s string, c byte) int { return slices.Index([]byte(s), c) }
