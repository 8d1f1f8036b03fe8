package archive_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// everyObject is a database with an object of every kind for which pg_dump writes a statement of its own.
const everyObject = `
CREATE TABLE public.t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text, d date DEFAULT now(), lz text);
ALTER TABLE public.t ALTER v SET STORAGE EXTERNAL, ALTER v SET STATISTICS 200, ALTER v SET (n_distinct = 5), ALTER lz SET COMPRESSION pglz;
ALTER TABLE public.t CLUSTER ON t_pkey, REPLICA IDENTITY FULL, ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
INSERT INTO public.t (v) VALUES ('a'), ('b');
CREATE TABLE public.u (t bigint REFERENCES public.t, CHECK (t > 0), EXCLUDE USING btree (t WITH =)); INSERT INTO public.u VALUES (1);
CREATE TABLE public.ser (id serial, v text); INSERT INTO public.ser (v) VALUES ('x');
CREATE TABLE public.p (id int, v text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10); INSERT INTO public.p VALUES (1, 'p');
CREATE TABLE public.base (a int); CREATE TABLE public.heir (b int) INHERITS (public.base); INSERT INTO public.heir VALUES (1, 2);
CREATE INDEX i ON public.t (lower(v)); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 300; CREATE UNIQUE INDEX ON public.t (d, id);
CREATE POLICY po ON public.t USING (id > 0); CREATE STATISTICS public.s ON id, v FROM public.t;
CREATE VIEW public.w WITH (security_barrier) AS SELECT * FROM public.t; ALTER VIEW public.w ALTER COLUMN v SET DEFAULT 'x';
CREATE VIEW public.circle AS SELECT id, v FROM public.t GROUP BY id;
CREATE MATERIALIZED VIEW public.m AS SELECT * FROM public.w; CREATE UNIQUE INDEX mi ON public.m (id); ALTER MATERIALIZED VIEW public.m CLUSTER ON mi;
CREATE FUNCTION public.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.tf(); ALTER TABLE public.t DISABLE TRIGGER tr;
CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.tf(); ALTER TABLE public.t ENABLE ALWAYS TRIGGER ct;
CREATE RULE ru AS ON DELETE TO public.u DO INSTEAD NOTHING; ALTER TABLE public.u ENABLE REPLICA RULE ru;
CREATE FUNCTION public.et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION public.et(); ALTER EVENT TRIGGER et DISABLE;
CREATE DOMAIN public.dom AS int CHECK (VALUE > 0); CREATE TYPE public.e AS ENUM ('a', 'b'); CREATE TYPE public.comp AS (a int, b text); CREATE TYPE public.r AS RANGE (subtype = float8);
CREATE AGGREGATE public.agg (int) (sfunc = int4pl, stype = int); CREATE FUNCTION public.eq(int, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR public.=== (leftarg = int, rightarg = text, function = public.eq); CREATE OPERATOR FAMILY public.fam USING btree; CREATE OPERATOR CLASS public.opc FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 3 =;
CREATE FUNCTION public.ca(public.comp) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE CAST (public.comp AS int) WITH FUNCTION public.ca(public.comp);
CREATE COLLATION public.col FROM "C"; CREATE CONVERSION public.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH DICTIONARY public.dic (template = simple); CREATE TEXT SEARCH CONFIGURATION public.conf (copy = simple); ALTER TEXT SEARCH CONFIGURATION public.conf ALTER MAPPING FOR asciiword WITH public.dic;
CREATE FOREIGN DATA WRAPPER fdw; CREATE SERVER srv FOREIGN DATA WRAPPER fdw; CREATE USER MAPPING FOR postgres SERVER srv; CREATE FOREIGN TABLE public.ft (a int OPTIONS (x 'y')) SERVER srv;
CREATE PUBLICATION pub FOR TABLE public.t; CREATE PUBLICATION pub2 FOR TABLES IN SCHEMA public; CREATE SUBSCRIPTION sub_%[1]s CONNECTION 'dbname=none' PUBLICATION x WITH (connect = false);
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE public.am (a int) USING heap2;
CREATE SCHEMA other; CREATE TABLE other.rename (a int); CREATE FUNCTION other.rename() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SEQUENCE other.seq OWNED BY other.rename.a; CREATE UNLOGGED TABLE other.un (a int);
COMMENT ON TABLE public.t IS 'c'; COMMENT ON COLUMN public.t.v IS 'c'; GRANT SELECT ON public.t TO PUBLIC; GRANT UPDATE (v) ON public.t TO PUBLIC; REVOKE ALL ON FUNCTION public.tf FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO PUBLIC;
SELECT lo_from_bytea(4711, '\x01'); COMMENT ON LARGE OBJECT 4711 IS 'c'; GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC;
`

// TestNothingThatPgDumpWritesIsForeign runs the real programs with every option that adds statements of its own.
func TestNothingThatPgDumpWritesIsForeign(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	name := pgtest.Name("every") // not the name of another test's, which pg_dumpall leaves out
	pgtest.Exec(t, srv.DSN("postgres", "postgres"), "CREATE DATABASE "+name)
	dsn := srv.DSN("postgres", name)
	pgtest.Exec(t, dsn, strings.ReplaceAll(everyObject, "%[1]s", name))
	out := func() string { return filepath.Join(t.TempDir(), "dump") }
	var files []string
	for _, args := range [][]string{
		{},
		{"--clean"},
		{"--clean", "--if-exists", "--create"},
		{"--inserts", "--on-conflict-do-nothing"},
		{"--column-inserts", "--clean", "--if-exists"},
		{"--rows-per-insert=2"},
		{"--quote-all-identifiers", "--clean", "--create"},
		{"--disable-triggers", "--data-only"},
		{"--section=pre-data"},
		{"--section=post-data"},
		{"--load-via-partition-root"},
		{"--load-via-partition-root", "--inserts"},
		{"--serializable-deferrable", "--no-owner", "--no-privileges"},
		{"--use-set-session-authorization"},
		{"--verbose", "--inserts"},
		{"--no-comments", "--no-publications", "--no-tablespaces"},
		{"--blobs", "--clean"},
		{"--enable-row-security"},
		{"--schema-only", "--clean"},
		{"--strict-names", "--table=public.t"},
		{"-Fc"},
		{"-Fc", "--inserts", "--load-via-partition-root"},
		{"-Fc", "-Z0", "--load-via-partition-root"},
		{"-Fd"},
		{"-Ft"},
		{"-Fc", "--quote-all-identifiers"},
	} {
		file := out()
		if slices.Contains(args, "-Ft") {
			file = t.TempDir()
			tarred := out()
			run(t, srv, "pg_dump", append(args, "--file="+tarred, "--dbname="+dsn)...)
			untar(t, tarred, file)
		} else {
			run(t, srv, "pg_dump", append(args, "--file="+file, "--dbname="+dsn)...)
		}
		files = append(files, file)
	}
	for _, args := range [][]string{{}, {"--clean", "--if-exists", "--create"}, {"--single-transaction"}, {"--disable-triggers", "--data-only"}, {"--use-set-session-authorization"}} {
		file := out()
		run(t, srv, "pg_restore", append(args, "--file="+file, files[20])...)
		files = append(files, file)
	}
	for _, args := range [][]string{{}, {"--clean", "--if-exists"}, {"--inserts", "--quote-all-identifiers"}} {
		file := out()
		run(t, srv, "pg_dumpall", append(args, "--file="+file, "--dbname="+dsn, "--exclude-database=db_*", "--exclude-database=nasty_*")...)
		files = append(files, file)
	}
	more, err := filepath.Glob("testdata/*")
	if err != nil || len(more) < 30 {
		t.Fatalf("%d backups of other versions, %v", len(more), err)
	}
	for i, file := range append(files, more...) {
		a, err := archive.Open(t.Context(), file, infile.Options{})
		if err != nil {
			t.Errorf("%d %s: %v", i, file, err)
			continue
		}
		if got := a.Foreign(); len(got) > 0 {
			t.Errorf("%d %s: %+v", i, file, got)
		}
		_ = a.Close()
	}
}

// TestWhatPgDumpDoesNotWriteIsForeign adds statements to a dump, and damages what is in it.
func TestWhatPgDumpDoesNotWriteIsForeign(t *testing.T) {
	t.Parallel()
	const body = "--\n-- Name: a; Type: TABLE; Schema: public; Owner: o\n--\n\nCREATE TABLE public.a (\n    id integer,\n    v text\n);\n\n\n" +
		"--\n-- Data for Name: a; Type: TABLE DATA; Schema: public; Owner: o\n--\n\nCOPY public.a (id, v) FROM stdin;\n1\tx\n\\.\n\n\n" +
		"--\n-- Name: b; Type: TABLE; Schema: public; Owner: o\n--\n\nCREATE TABLE public.b (\n    id integer\n);\n\n" +
		"--\n-- Data for Name: b; Type: TABLE DATA; Schema: public; Owner: o\n--\n\nINSERT INTO public.b VALUES (1);\nINSERT INTO public.b VALUES (2);\n\n\n"
	for name, tc := range map[string]struct {
		old, replacement string // old empty: appended
		at               string // what stands first on the line that is named
		words            string
		names            string // one that must be named; "*": any
	}{
		"update":                    {"", "UPDATE ONLY public.a SET v = 'secret';\n", "UPDATE ONLY public.a SET v = 'secret';", "UPDATE", "a"},
		"delete":                    {"", "delete from \"a\" where id in (select id from public.b);\n", "delete from \"a\" where id in (select id from public.b);", "DELETE FROM", "a"},
		"truncate":                  {"", "TRUNCATE public.b, a;\n", "TRUNCATE public.b, a;", "TRUNCATE", "a"},
		"truncate cascade":          {"", "TRUNCATE public.b CASCADE;\n", "TRUNCATE public.b CASCADE;", "TRUNCATE", "*"},
		"drop after the data":       {"", "DROP TABLE IF EXISTS public.a;\n", "DROP TABLE IF EXISTS public.a;", "DROP TABLE", "a"},
		"drop a schema":             {"", "DROP SCHEMA public;\n", "DROP SCHEMA public;", "DROP SCHEMA", "*"},
		"rename":                    {"", "ALTER TABLE public.a RENAME TO z;\n", "ALTER TABLE public.a RENAME TO z;", "ALTER TABLE", "a"},
		"rename by another word":    {"", "ALTER INDEX public.a RENAME TO z;\n", "ALTER INDEX public.a RENAME TO z;", "ALTER INDEX", "a"},
		"another schema":            {"", "ALTER TABLE a SET SCHEMA z;\n", "ALTER TABLE a SET SCHEMA z;", "ALTER TABLE", "a"},
		"rename a schema":           {"", "ALTER SCHEMA public RENAME TO z;\n", "ALTER SCHEMA public RENAME TO z;", "ALTER SCHEMA", "*"},
		"another type":              {"", "ALTER TABLE ONLY public.a ALTER COLUMN v TYPE jsonb;\n", "ALTER TABLE ONLY public.a ALTER COLUMN v TYPE jsonb;", "ALTER TABLE", "a"},
		"do":                        {"", "\nDO $$BEGIN DELETE FROM a; END$$;\n", "DO $$BEGIN DELETE FROM a; END$$;", "DO", "*"},
		"a function":                {"", "SELECT public.clean_up();\n", "SELECT public.clean_up();", "SELECT", "*"},
		"a table from a table":      {"", "CREATE TABLE z AS TABLE public.a;\n", "CREATE TABLE z AS TABLE public.a;", "CREATE TABLE", "a"},
		"rows from a table":         {"", "INSERT INTO public.b SELECT id FROM public.a;\n", "INSERT INTO public.b SELECT id FROM public.a;", "INSERT INTO", "a"},
		"rollback":                  {"", "ROLLBACK;\n", "ROLLBACK;", "ROLLBACK", "*"},
		"a file":                    {"", "\\i /tmp/x.sql\n", "\\i /tmp/x.sql", "", "*"},
		"a relative file":           {"", "\\ir x.sql\n", "\\ir x.sql", "", "*"},
		"a file by its long name":   {"", "\\include x.sql\n", "\\include x.sql", "", "*"},
		"a program":                 {"", "\\! rm -rf /\n", "\\! rm -rf /", "", "*"},
		"a query that makes others": {"", "SELECT 'DELETE FROM a' \\gexec\n;\n", "SELECT 'DELETE FROM a' \\gexec", "SELECT", "*"},
		"a session":                 {"", "SET session_replication_role = replica;\n", "SET session_replication_role = replica;", "SET", ""},
		"what is shown":             {"", "\\echo done\n", "\\echo done", "", ""},
		"a flipped INSERT":          {"INSERT INTO public.b VALUES (2)", "HNSERT INTO public.b VALUES (2)", "HNSERT", "", "*"},
		"a flipped COPY":            {"COPY", "CNPY", "CNPY", "", "*"},
		"a flipped table of COPY":   {"COPY public.a", "COPY public.c", "COPY public", "COPY", "a"},
		"a flipped table of INSERT": {"INTO public.b VALUES (2)", "INTO public.c VALUES (2)", "INSERT INTO public.c", "INSERT INTO", "b"},
		"a flipped column":          {"v text", "w text", "COPY public", "COPY", "a"},
		"a flipped definition":      {"TABLE public.a", "TABME public.a", "CREATE ", "CREATE", "*"},
		"a flipped name":            {"TABLE public.a", "TABLE public.c", "CREATE ", "CREATE TABLE", "a"},
		"a flipped parenthesis":     {"TABLE public.a (", "TABLE public.a )", "CREATE ", "CREATE TABLE", "a"},
		"a flipped comment":         {"-- Name: b", "-m Name: b", "-m ", "", "*"},
		"a flipped heading":         {"-- Data for Name: a; Type: TABLE DATA", "-- Data for Name: a; Type: TABLE DATB", "COPY public", "COPY", "a"},
		"two statements in one":     {"(1);\nINSERT", "(1);INSERT\\", "INSERT INTO public.b VALUES (1)", "INSERT", "*"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := head + body + tc.replacement + tail
			if tc.old != "" {
				text = head + strings.Replace(body, tc.old, tc.replacement, 1) + tail
			}
			for packing, data := range map[string][]byte{"": []byte(text), "gzip": gzipped(t, []byte(text)), "CRLF": crlf([]byte(text))} {
				a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: bytes.NewReader(data)})
				if err != nil { // nothing after it can be read
					want := "at line"
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%s: %v", packing, err)
					}
					continue
				}
				defer func() { _ = a.Close() }()
				got := a.Foreign()
				if len(got) == 0 {
					t.Fatalf("%s: nothing is foreign", packing)
				}
				f, line := got[0], int64(strings.Count(text[:strings.Index(text, "\n"+tc.at)], "\n"))+2
				if f.Line != line || f.Words != tc.words || f.Any != (tc.names == "*") || !f.Any && tc.names != "" && !f.Touches(tc.names) || tc.names == "" && f.Touches("a") {
					t.Errorf("%s: %+v", packing, got)
				}
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		t.Parallel()
		a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: strings.NewReader(head + body + tail)})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		if got := a.Foreign(); len(got) > 0 {
			t.Errorf("got %+v", got)
		}
	})
}
