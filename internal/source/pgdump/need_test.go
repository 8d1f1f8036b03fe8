package pgdump_test

import (
	"context"
	"slices"
	"strings"
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

	told           bool
	yielded, bytes *int
}

func (s counted) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	if !s.told {
		need.Direct, need.Plugins, need.Sieves = nil, nil, nil
	}
	return s.Source.Stream(ctx, need, func(r *estate.Resource) error {
		*s.yielded++
		*s.bytes += len(r.Body)
		return yield(r)
	})
}

// carriers adds routes of every kind that a source may leave out, keep in part or keep whole: without a plugin that rules
// look at, with one that is only named or only judged by its configuration, nested, damaged, superseded, deleted.
const carriers = `
	UPDATE kine SET value = '{"broken":' WHERE name = (SELECT max(name) FROM kine WHERE name LIKE '%/routes/%');
	INSERT INTO kine (name, deleted, prev_revision, value)
	SELECT '/gateway_groups/default/routes/' || c.id || n, c.deleted, c.previous, convert_to(c.value, 'UTF8')
	FROM generate_series(1, 100) AS n, (VALUES
		('other', 0, 0, '{"plugins":{"response-rewrite":{}}}'),
		('prometheus', 0, 0, '{"name":"p","plugins":{"prometheus":{},"request-id":{}}}'),
		('long', 0, 0, '{"desc":"' || repeat('d', 500) || '","plugins":{"prometheus":{"prefer_name":true}}}'),
		('local', 0, 0, '{"plugins":{"limit-count":{"policy":"local"}}}'),
		('redis', 0, 0, '{"plugins":{"limit-count":{"policy":"redis","sync_interval":1}}}'),
		('open', 0, 0, '{"plugins":{"limit-count":{"policy":"$env://POLICY"}}}'),
		('nested', 0, 0, '{"plugins":{"workflow":{"rules":[{"actions":[["limit-count",{"policy":"redis"}]]}]},"prometheus":{}}}'),
		('off', 0, 0, '{"plugins":{"prometheus":{"_meta":{"disable":true}}}}'),
		('escaped', 0, 0, '{"name":"\u0065","plugins":{"\u0070rometheus":{}}}'),
		('nameless', 0, 0, '{"name":7,"plugins":{"prometheus":{}}}'),
		('superseded', 0, 0, '{"plugins":{"kafka-logger":{},"prometheus":{}}}'),
		('superseded', 0, 1, '{"plugins":{}}'),
		('gone', 0, 0, '{"plugins":{"kafka-logger":{},"prometheus":{}}}'),
		('gone', 1, 1, '{"plugins":{"kafka-logger":{},"prometheus":{}}}'),
		('twice', 0, 0, '{"plugins":{"prometheus":{},"prometheus":{}}}'),
		('list', 0, 0, '{"plugins":["prometheus"]}')
	) AS c (id, deleted, previous, value);
	INSERT INTO kine (name, deleted, prev_revision, value) VALUES
		('/gateway_groups/default/routes/any*', 0, 0, '{"plugins":{"response-rewrite":{}}}'),
		('/gateway_groups/default/routes/long', 0, 0, ('{"plugins":{"response-rewrite":{}},"desc":"' || repeat('x', 70000) || '"}')::bytea)`

// TestWhatIsLeftOutChangesNoFinding proves that a source which leaves out what no rule needs gives the same report.
func TestWhatIsLeftOutChangesNoFinding(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, from, to string
		found          []string
		spared         int // bytes at least
	}{
		{"3.3", "3.4.1", "3.7.3", []string{"id-contains-star", "text-too-long"}, 100 * 500},
		{"3.4", "3.4.1", "3.7.3", []string{"id-contains-star", "text-too-long"}, 100 * 500},
		{"3.4", "3.2.8.1", "3.2.16.3", nil, 100 * 500},
		{"3.4", "3.7.8", "3.8.19", nil, 1},
	} {
		path := version.Path{From: parse(t, tt.from), To: parse(t, tt.to)}
		label := tt.name + ", " + tt.from + " to " + tt.to
		file := dump(t, pgtest.Start(t).Database(t, installations.SQL(tt.name), carriers), "api7.dump", "-Fc")
		var all, allBytes, few, fewBytes int
		want := judge(t, path, counted{open(t, file), false, &all, &allBytes})
		got := judge(t, path, counted{open(t, file), true, &few, &fewBytes})
		if diff := cmp.Diff(want, got, cmp.Transformer("Open", report.Packed.Open)); diff != "" {
			t.Errorf("%s (-everything +what concerns a rule):\n%s", label, diff)
		}
		for _, id := range tt.found {
			if !slices.ContainsFunc(want.Findings.List(), func(f report.Finding) bool { return f.Rule == id }) {
				t.Errorf("%s: %s finds nothing", label, id)
			}
		}
		if !slices.ContainsFunc(want.Target.Defects, func(d report.Defect) bool {
			return d.Catalogue == "R-3.8.21-8" && d.Concerned == "yes" && strings.Contains(d.Why, "more")
		}) {
			t.Errorf("%s: the routes with prometheus are not seen: %+v", label, want.Target.Defects)
		}
		if len(want.Findings) == 0 || len(want.Unexamined) == 0 || fewBytes+tt.spared > allBytes {
			t.Errorf("%s: %d findings, %d unexamined, %d of %d resources, %d of %d bytes", label, len(want.Findings), len(want.Unexamined), few, all, fewBytes, allBytes)
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
	need.Direct, need.Plugins = map[estate.Kind]bool{estate.Consumer: true}, map[string][]estate.Wish{"traffic-split": {{Kinds: estate.PluginKinds()}}}
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
