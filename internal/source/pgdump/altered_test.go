package pgdump_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// addedTo returns a plain backup with a text before its end.
func addedTo(t *testing.T, whole, added string) string {
	t.Helper()
	const end = "--\n-- PostgreSQL database dump complete\n"
	if !strings.Contains(whole, end) {
		t.Fatal("the backup has no end")
	}
	return write(t, "api7.sql", []byte(strings.Replace(whole, end, added+"\n"+end, 1)))
}

// TestAStatementThatChangesATableOfTheControlPlaneIsDamage proves that statements added to a backup are neither
// applied nor read over, and that what they contain is not shown.
func TestAStatementThatChangesATableOfTheControlPlaneIsDamage(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t))
	for _, args := range [][]string{{}, {"--inserts"}} {
		text, err := os.ReadFile(dump(t, dsn, "api7.sql", args...))
		if err != nil {
			t.Fatal(err)
		}
		for added, want := range map[string]string{
			"UPDATE public.service SET plugins = 'hunter2';":                `UPDATE: pg_dump does not write such a statement here, and it names table "service"`,
			`DELETE FROM "kine" WHERE name = 'hunter2';`:                    `DELETE FROM: pg_dump does not write such a statement here, and it names table "kine"`,
			"TRUNCATE gateway_group;":                                       `names table "gateway_group"`,
			"DROP TABLE kine;":                                              `names table "kine"`,
			"ALTER TABLE public.kine RENAME TO hunter2;":                    `names table "kine"`,
			"INSERT INTO public.kine (name) VALUES ('hunter2');":            `names table "kine"`,
			"COPY public.service (id) FROM stdin;\nhunter2\n\\.\n":          `names table "service"`,
			"DO $$ BEGIN PERFORM 'hunter2'; END $$;":                        "DO: pg_dump does not write such a statement",
			"\\i hunter2.sql":                                               "here stands no statement that pg_dump writes",
			"\\! hunter2":                                                   "here stands no statement that pg_dump writes",
			"hunter2 INTO public.other VALUES (1);":                         "here stands no statement that pg_dump writes",
			"WITH x AS (DELETE FROM kine) SELECT 'hunter2';":                "WITH: pg_dump does not write such a statement",
			"SELECT 'hunter2' \\gexec\n;":                                   "SELECT: pg_dump does not write such a statement",
			"CREATE TABLE other (a int);\nTRUNCATE other, hunter2 CASCADE;": "TRUNCATE: pg_dump does not write such a statement",
		} {
			e := refused(t, pgdump.Config{Name: addedTo(t, string(text), added)})
			if !strings.Contains(e.Message, want) || !strings.Contains(e.Message, "api7.sql at line ") || strings.Contains(e.Message+e.Hint, "hunter2") || e.Hint == "" {
				t.Errorf("%v %s: %q, %q", args, added, e.Message, e.Hint)
			}
		}
	}
}

// TestAStatementThatChangesNoTableOfTheControlPlaneIsANote proves that a backup with other additions is read as it was.
func TestAStatementThatChangesNoTableOfTheControlPlaneIsANote(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t), "CREATE TABLE other (id int, v text)")
	name := dump(t, dsn, "api7.sql")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want, err := readFile(t, name)
	if err != nil {
		t.Fatal(err)
	}
	for added, note := range map[string]string{
		"BEGIN;\nCOMMIT;\n-- a comment\n/* another */\nSET statement_timeout = 0;": "",
		"SET session_replication_role = replica;":                                  "SET: pg_dump does not write this",
		"UPDATE public.other SET v = 'kine';":                                      "UPDATE: pg_dump does not write this",
		"DELETE FROM other;":                                                       "DELETE FROM: pg_dump does not write this",
		"ALTER TABLE public.other RENAME v TO w;":                                  "ALTER TABLE: pg_dump does not write this",
		"INSERT INTO public.other VALUES (1, 'x');":                                "INSERT INTO: pg_dump does not write this",
		"\\echo done": "pg_dump does not write this",
		strings.Repeat("UPDATE other SET v = 'x';\n", 5000): "UPDATE: pg_dump does not write this",
	} {
		got, err := readFile(t, addedTo(t, string(text), added))
		if err != nil {
			t.Errorf("%.40s: %v", added, err)
			continue
		}
		var why []string
		for _, n := range got.Notes {
			if n.What == "api7.sql" {
				why = append(why, n.Why)
			}
		}
		if all := strings.Join(why, "\n"); (note == "") != (all == "") || !strings.Contains(all, note) || note != "" && (len(why) != 1 || !strings.Contains(all, "line ")) {
			t.Errorf("%.40s: notes %q", added, why)
		}
		got.Notes = want.Notes
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.40s (-as it was +with more):\n%s", added, diff)
		}
	}
	d, err := open(t, addedTo(t, string(text), "DELETE FROM other;")).Diagnose(t.Context(), sourcetest.AllButSecrets())
	if err != nil || len(d.Notes) != 1 || !strings.Contains(d.Notes[0].Why, "DELETE FROM") {
		t.Errorf("the diagnosis has %v, %v", d.Notes, err)
	}
}

// TestAStatementReachesATableOfTheControlPlaneByOtherNames proves that views, children and parents of a table count as
// the table, and so does the catalogue, in which it could be renamed.
func TestAStatementReachesATableOfTheControlPlaneByOtherNames(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t), `
		CREATE TABLE ancestor (version text); ALTER TABLE gateway_instance ALTER version TYPE text; ALTER TABLE gateway_instance INHERIT ancestor;
		CREATE TABLE descendant () INHERITS (gateway_instance); CREATE VIEW look AS SELECT * FROM gateway_instance`)
	text, err := os.ReadFile(dump(t, dsn, "api7.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for _, added := range []string{
		"UPDATE public.look SET version = '2.13.0';", "INSERT INTO public.descendant SELECT * FROM public.other;",
		"DELETE FROM public.ancestor;", "TRUNCATE public.descendant;", "UPDATE pg_catalog.pg_class SET relname = 'x';",
	} {
		if e := refused(t, pgdump.Config{Name: addedTo(t, string(text), added)}); !strings.Contains(e.Message, "api7.sql at line ") {
			t.Errorf("%s: %q", added, e.Message)
		}
	}
}

// TestRowsThatWereTakenOutOfAPlainDumpAreMissed proves that a table whose rows are gone, or go elsewhere, is not empty:
// pg_dump writes a COPY for every table.
func TestRowsThatWereTakenOutOfAPlainDumpAreMissed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(dump(t, pgtest.Start(t).Database(t, installation(t)), "api7.sql"))
	if err != nil {
		t.Fatal(err)
	}
	whole := string(text)
	from := strings.Index(whole, "COPY public.gateway_instance ")
	block := whole[from : from+strings.Index(whole[from:], "\n\\.\n")+len("\n\\.\n")]
	for name, with := range map[string]string{"deleted": "", "in a comment": "/*\n" + block + "*/\n"} {
		got, err := readFile(t, write(t, "api7.sql", []byte(strings.Replace(whole, block, with, 1))))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.ContainsFunc(got.Kinds, func(k estate.KindCoverage) bool {
			return k.Kind == estate.Instance && slices.ContainsFunc(k.Gaps, func(g estate.Gap) bool { return g.ID == estate.BackupIncomplete })
		}) {
			t.Errorf("%s: %+v", name, got.Kinds)
		}
	}
	elsewhere := strings.Replace(whole, "COPY public.gateway_instance ", "COPY gateway_instance ", 1)
	if e := refused(t, pgdump.Config{Name: write(t, "api7.sql", []byte(elsewhere))}); !strings.Contains(e.Message, "gateway_instance") {
		t.Errorf("a COPY into no schema: %q", e.Message)
	}
}
