package postgres_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestWithoutGatewayGroupsNothingIsTwoThings reads an installation whose rows and keys cannot be matched: each object
// is found once, no command names a group that does not exist, and the report says what is missing.
func TestWithoutGatewayGroupsNothingIsTwoThings(t *testing.T) {
	t.Parallel()
	text := installations.SQL("3.4")
	srv := pgtest.Start(t)
	whole := assess(t, postgres.Config{DSN: srv.Database(t, text)})
	role := pgtest.Name("reader")
	for name, cfg := range map[string]postgres.Config{
		"no table": {DSN: srv.Database(t, text, "DROP TABLE gateway_group")},
		"no rows":  {DSN: srv.Database(t, text, "DELETE FROM gateway_group")},
		"not granted": {DSN: pgtest.As(t, srv.Database(t, text, "CREATE ROLE "+role+" LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+role+
			"; REVOKE SELECT ON gateway_group FROM "+role+"; GRANT SELECT (id, name) ON gateway_group TO "+role), role)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := assess(t, cfg)
			if got, want := perRule(r), perRule(whole); !maps.Equal(got, want) {
				t.Errorf("findings: want %v, got %v", want, got)
			}
			for f := range r.Findings.All() {
				for _, step := range f.Remediation {
					_, group, named := strings.Cut(step.Command, "gateway_group_id=")
					if named && !strings.HasPrefix(group, "default") {
						t.Errorf("a command names a group by its short id: %s", step.Command)
					}
				}
			}
			if got := unexamined(r); !strings.Contains(got, "gateway groups: could not be read, so rows of the control plane's tables cannot be matched") {
				t.Errorf("nothing says that groups are missing:\n%s", got)
			}
		})
	}
}

// perRule counts findings by rule.
func perRule(r *report.Report) map[string]int {
	n := map[string]int{}
	for f := range r.Findings.All() {
		n[f.Rule]++
	}
	return n
}

// TestPublicationsThatMayBeMissedAreADoubt proves that no template is called unpublished while that is unknown.
func TestPublicationsThatMayBeMissedAreADoubt(t *testing.T) {
	t.Parallel()
	const runtime = `UPDATE service SET hosts = '["orders.example.org"]' WHERE id = (SELECT min(id) FROM service);`
	for name, test := range map[string]struct{ sql, why string }{
		"no rows":           {runtime + `DELETE FROM apisix_service`, `table "apisix_service": kine holds services that are not in it`},
		"no row has one":    {runtime + `UPDATE apisix_service SET service_id = NULL`, "no row says which template it was published from"},
		"some rows missing": {runtime + `DELETE FROM apisix_service WHERE id = (SELECT min(id) FROM apisix_service)`, "kine holds services that are not in it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := assess(t, prepared(t, test.sql))
			if got := unexamined(r); !strings.Contains(got, test.why) {
				t.Errorf("nothing says %q:\n%s", test.why, got)
			}
			found := slices.IndexFunc(r.Findings.List(), func(f report.Finding) bool { return f.Rule == "template-runtime-config" })
			if found < 0 || strings.Contains(r.Findings[found].Open().Message, "only copy") || r.Findings[found].Open().Severity == report.SeverityBreaking {
				t.Errorf("want a finding that knows nothing of publications: %+v", r.Findings.List())
			}
		})
	}
}

func TestEscapedLettersMaySpellPlugins(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int{
		`{"plu\\u0067ins":{}}`: 1, `{"\\u0070\\u006C\\u0075gins":{}}`: 1, `{"plugins":{}}`: 1, `{"url":"a\\u003cb"}`: 0, `{"a":1}`: 0,
	} {
		for _, alter := range []string{"", `ALTER TABLE kine ALTER COLUMN value TYPE text USING convert_from(value, 'UTF8')`} {
			got := read(t, open(t, installation, `INSERT INTO kine (name, deleted, prev_revision, value)
				VALUES ('/gateway_groups/default/novelties/n', 0, 0, '`+value+`');`+alter), sourcetest.AllButSecrets())
			if gaps, _ := got.gaps(t, estate.PluginConfig); len(gaps) != want {
				t.Errorf("%s, %s: %q", value, alter, gaps)
			}
		}
	}
}

func TestAnUnknownKeyWithAHugeValueIsAGap(t *testing.T) {
	t.Parallel()
	got := read(t, open(t, installation, `INSERT INTO kine (name, deleted, prev_revision, value)
		VALUES ('/gateway_groups/default/novelties/n', 0, 0, convert_to(repeat('x', 9000000), 'UTF8'))`), sourcetest.AllButSecrets())
	if gaps, _ := got.gaps(t, estate.PluginConfig); len(gaps) != 1 {
		t.Errorf("%q", gaps)
	}
}

func TestRowsThatCannotBeCountedAreNoted(t *testing.T) {
	t.Parallel()
	role := pgtest.Name("reader")
	dsn := pgtest.Start(t).Database(t, installation, `
		CREATE FUNCTION public.few() RETURNS bool LANGUAGE plpgsql AS 'BEGIN IF current_query() LIKE ''%HAVING%'' THEN RAISE ''no''; END IF; RETURN true; END';
		ALTER TABLE gateway_instance RENAME TO instance_data;
		CREATE VIEW gateway_instance AS SELECT * FROM instance_data WHERE public.few();
		CREATE ROLE `+role+` LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO `+role)
	cfg := postgres.Config{DSN: pgtest.As(t, dsn, role), SchemaMap: named("instance", "gateway_instance")}
	got := read(t, openConfig(t, cfg), sourcetest.Need(estate.Instance))
	if want := `table "gateway_instance": whether several rows share hostname, gateway_group_id was not counted: the server refused the statement with SQLSTATE P0001`; !slices.Contains(got.notes(), want) {
		t.Errorf("no note %q in %q", want, got.notes())
	}
	if gaps, n := got.gaps(t, estate.Instance); n != 2 || len(gaps) > 0 {
		t.Errorf("%d instances, %q", n, gaps)
	}
}

// TestRowSecurityIsShown proves that a diagnosis shows row level security before anything is read, and that the hint
// helps.
func TestRowSecurityIsShown(t *testing.T) {
	t.Parallel()
	role := pgtest.Name("reader")
	dsn := pgtest.Start(t).Database(t, installation, `
		ALTER TABLE service ENABLE ROW LEVEL SECURITY; CREATE POLICY every ON service USING (true);
		ALTER TABLE gateway_instance RENAME TO instance_data; ALTER TABLE instance_data ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
		CREATE ROLE `+role+` LOGIN; CREATE VIEW gateway_instance AS SELECT * FROM instance_data; ALTER VIEW gateway_instance OWNER TO `+role+`;
		GRANT SELECT ON ALL TABLES IN SCHEMA public TO `+role)
	src := openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role), SchemaMap: named("instance", "gateway_instance")})
	d, err := src.Diagnose(t.Context(), sourcetest.AllButSecrets())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range d.Concepts {
		if c.RowSecurity != (c.Concept == "service_template") {
			t.Errorf("%s: row security %v", c.Concept, c.RowSecurity)
		}
		if c.RowSecurity && (len(c.Gaps) != 1 || !strings.Contains(c.Gaps[0].Next, "BYPASSRLS")) {
			t.Errorf("%+v", c.Gaps)
		}
	}
	got := read(t, src, sourcetest.Need(estate.ServiceTemplate, estate.Instance))
	for _, c := range got.coverage.Kinds {
		if len(c.Gaps) != 1 || c.Gaps[0].Why != "row level security hides rows from this role" || !strings.Contains(c.Gaps[0].Next, "BYPASSRLS") {
			t.Errorf("%s: %+v", c.Kind, c.Gaps)
		}
	}
	if d, err = openConfig(t, postgres.Config{DSN: dsn}).Diagnose(t.Context(), sourcetest.AllButSecrets()); err != nil || len(d.Concepts[1].Gaps) > 0 || !d.Concepts[1].RowSecurity {
		t.Errorf("a superuser: %+v, %v", d.Concepts[1], err)
	}
}
