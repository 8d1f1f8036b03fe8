package pgdump_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestAViewIsNoTableOfABackup proves that not even a schema map makes a view readable, because its rows are not there.
func TestAViewIsNoTableOfABackup(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t), "ALTER TABLE service RENAME TO base; CREATE VIEW service AS SELECT * FROM base")
	for _, format := range []string{"-Fp", "-Fc"} {
		err := refused(t, pgdump.Config{
			Name:      dump(t, dsn, "backup", format),
			SchemaMap: controlplane.SchemaMap{Tables: map[string]controlplane.TableMap{"service_template": {Table: "service"}}},
		})
		if !strings.Contains(err.Message, `view "service"`) || !strings.Contains(err.Hint, "name the table that the view shows") {
			t.Errorf("%s: %+v", format, err)
		}
	}
}

// TestRowsThatBelongToATableAreMissedWithIt proves that a table is not taken for whole if the backup lacks rows of a
// partition, or of a table that inherits from it.
func TestRowsThatBelongToATableAreMissedWithIt(t *testing.T) {
	t.Parallel()
	const partitioned = `ALTER TABLE kine RENAME TO old; CREATE TABLE kine (LIKE old) PARTITION BY RANGE (id);
		CREATE TABLE k1 PARTITION OF kine FOR VALUES FROM (MINVALUE) TO (5); CREATE TABLE k2 PARTITION OF kine DEFAULT; INSERT INTO kine SELECT * FROM old; DROP TABLE old`
	for name, test := range map[string]struct{ alter, flags, what, why string }{
		"a child": {
			"CREATE TABLE eu () INHERITS (service); INSERT INTO eu (id, plugins) VALUES ('eu-1', '{}')", "--exclude-table-data=eu",
			`table "service"`, `the backup does not hold the rows of table "eu", which belong to it`,
		},
		"a partition": {partitioned, "--exclude-table-data=k1", `table "kine"`, `the backup does not hold the rows of table "k1", which belong to it`},
		"a partition, dumped through the root": {
			partitioned, "--exclude-table-data=k1 --load-via-partition-root",
			`table "kine"`, `the backup does not hold the rows of table "k1", which belong to it`,
		},
		"all partitions": {partitioned, "--exclude-table=k1 --exclude-table=k2", `table "kine"`, "it is partitioned, and the backup holds none of its partitions"},
		"a partition that is a foreign table": {
			`CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; ALTER TABLE service_version RENAME TO old;
			CREATE TABLE service_version (LIKE old) PARTITION BY LIST (id); CREATE FOREIGN TABLE sv PARTITION OF service_version DEFAULT SERVER far`,
			"", `table "service_version"`, `the backup does not hold the rows of table "sv", which belong to it`,
		},
		"a table to which a foreign key refers": {
			"ALTER TABLE service_version ADD COLUMN plugin text REFERENCES custom_plugin (id)", "--exclude-table=custom_plugin",
			"a table for custom_plugin", `the backup holds chosen tables only: a definition in it refers to table "custom_plugin", which it lacks`,
		},
		"chosen tables of another schema": {
			"CREATE SCHEMA api7; ALTER TABLE gateway_group SET SCHEMA api7", "--table=api7.*",
			"a table for custom_plugin", `the backup holds chosen tables only: it does not create schema "api7", in which its tables are`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation(t), "CREATE TABLE custom_plugin (id text PRIMARY KEY, name text)", test.alter)
			for _, format := range [][]string{{"-Fp"}, {"-Fp", "--column-inserts"}, {"-Fc"}, {"-Fd"}} {
				got, err := read(t, open(t, dump(t, dsn, "backup", append(format, strings.Fields(test.flags)...)...)), sourcetest.AllButSecrets())
				if err != nil {
					t.Fatalf("%v: %v", format, err)
				}
				if !slices.ContainsFunc(got.Kinds, func(c estate.KindCoverage) bool {
					return slices.ContainsFunc(c.Gaps, func(g estate.Gap) bool {
						return g.ID == estate.BackupIncomplete && g.What == test.what && g.Why == test.why
					})
				}) {
					t.Errorf("%v: no gap %s: %s in %+v", format, test.what, test.why, got.Kinds)
				}
			}
		})
	}
}
