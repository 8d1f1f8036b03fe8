package postgres_test

import (
	_ "embed"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// plainTables are tables as they are most likely, in the simplest form, without anything to find.
//
//go:embed testdata/plain.sql
var plainTables string

// assess judges a database on the upgrade path of the vendor's guide.
func assess(t *testing.T, cfg postgres.Config) *report.Report {
	t.Helper()
	r, err := engine.Run(t.Context(), engine.Options{
		Path:  version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")},
		Rules: rules.All(), Sources: []estate.Source{openConfig(t, cfg)},
		Scope: report.ScopeGiven, FailOn: report.SeverityBreaking, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// prepared returns the 3.4 installation of owners who have done everything, changed by sql.
func prepared(t *testing.T, sql ...string) postgres.Config {
	t.Helper()
	return postgres.Config{DSN: pgtest.Start(t).Database(t, append([]string{installations.SQL("3.4-clean")}, sql...)...)}
}

// unexamined returns what was not examined according to the report, one entry per line.
func unexamined(r *report.Report) string {
	var b strings.Builder
	for _, u := range r.Unexamined {
		b.WriteString(u.What + ": " + u.Why + " → " + u.Next + "\n")
	}
	return b.String()
}

func TestPlainTablesWithNothingToFindAreReady(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]postgres.Config{
		"plain":    {DSN: pgtest.Start(t).Database(t, plainTables)},
		"prepared": prepared(t),
	} {
		if r := assess(t, cfg); r.Verdict != report.Ready || len(r.Unexamined) > 0 {
			t.Errorf("%s: %s\n%s", name, r.Verdict, unexamined(r))
		}
	}
}

// TestRuntimeConfigurationThatMayBeElsewhereIsADoubt hides the runtime configuration of a template where no known
// column shows it.
func TestRuntimeConfigurationThatMayBeElsewhereIsADoubt(t *testing.T) {
	t.Parallel()
	const gone = `ALTER TABLE service DROP COLUMN hosts, DROP COLUMN path_prefix, DROP COLUMN strip_path_prefix, DROP COLUMN upstream;`
	for name, test := range map[string]struct{ sql, why string }{
		"hosts renamed, an array":     {`ALTER TABLE service DROP COLUMN hosts; ALTER TABLE service ADD COLUMN domains text[]`, "hosts not recognised; not understood: domains"},
		"all gone, a short text more": {gone + `ALTER TABLE service ADD COLUMN d varchar(20)`, "not understood: d"},
		"a table of upstreams":        {`ALTER TABLE service DROP COLUMN upstream; CREATE TABLE service_upstream (service_id text, nodes text)`, `table "service_upstream": may hold runtime configuration of service templates`},
		"a form that is not known": {
			`UPDATE service SET upstream = '{"upstreams":[{"nodes":[{"host":"10.0.0.1","port":80,"weight":1}]}]}' WHERE id = (SELECT min(id) FROM service)`,
			`it has no nodes, and unknown members: "upstreams"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := assess(t, prepared(t, test.sql))
			if got := unexamined(r); r.Verdict != report.Incomplete || !strings.Contains(got, test.why) {
				t.Errorf("%s, and nothing says %q:\n%s", r.Verdict, test.why, got)
			}
		})
	}
}

func TestTheSchemaMapSettlesWhatTemplatesHold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ sql, columns string }{
		"no such column":       {`ALTER TABLE service DROP COLUMN upstream; ALTER TABLE service ADD COLUMN notes text`, "upstream: none"},
		"under another name":   {`ALTER TABLE service RENAME upstream TO backend`, "upstream: backend"},
		"all of them are told": {`ALTER TABLE service ADD COLUMN config jsonb`, "hosts: hosts, path_prefix: path_prefix, upstream: upstream"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := prepared(t, test.sql)
			if r := assess(t, cfg); r.Verdict != report.Incomplete {
				t.Errorf("%s without a map", r.Verdict)
			}
			var err error
			cfg.SchemaMap, err = controlplane.ParseSchemaMap("map.yaml", []byte("tables: {service_template: {table: service, columns: {"+test.columns+"}}}"))
			if err != nil {
				t.Fatal(err)
			}
			if r := assess(t, cfg); r.Verdict != report.Ready {
				t.Errorf("%s\n%s", r.Verdict, unexamined(r))
			}
		})
	}
}

// TestOtherColumnsAndTablesRaiseNoDoubt adds what else a control plane may well have.
func TestOtherColumnsAndTablesRaiseNoDoubt(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"columns":             `ALTER TABLE service ADD COLUMN created_by varchar(255), ADD COLUMN latest_version text, ADD COLUMN portal_id text, ADD COLUMN owner varchar(64), ADD COLUMN priority int`,
		"published upstreams": `CREATE TABLE upstream (id text, gateway_group_id text, service_id text, nodes text); CREATE TABLE apisix_upstream (apisix_service_id text, nodes text)`,
		"3.6":                 `ALTER TABLE service DROP COLUMN hosts, DROP COLUMN path_prefix, DROP COLUMN strip_path_prefix, DROP COLUMN upstream; ALTER TABLE service ADD COLUMN updated_by text`,
		"tables of hosts":     `CREATE TABLE webhook (id text, url varchar(255)); CREATE TABLE ldap_host (id text, host text)`,
		"copies": `CREATE TABLE kine_backup AS SELECT * FROM kine; CREATE TABLE kine_v2 AS SELECT * FROM kine LIMIT 1;
			CREATE TABLE service_old AS SELECT * FROM service; CREATE TABLE route_20260131 AS SELECT * FROM route`,
		"views": `CREATE VIEW services_by_group AS SELECT a.gateway_group_id, s.* FROM service s JOIN apisix_service a ON a.service_id = s.id; DROP TABLE custom_plugin`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := assess(t, prepared(t, sql)); r.Verdict != report.Ready {
				t.Errorf("%s\n%s", r.Verdict, unexamined(r))
			}
		})
	}
}
