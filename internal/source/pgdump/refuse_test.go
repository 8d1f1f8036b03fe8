package pgdump_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestACutBackupIsRefused cuts small backups at every 97th of their length. Some of the rows must never count as all.
func TestACutBackupIsRefused(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t))
	for format, take := range formats() {
		if format == "directory" {
			continue // its files are cut in a test of their own
		}
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			name := take(t, dsn)
			whole, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want, err := read(t, open(t, name), sourcetest.AllButSecrets())
			if err != nil {
				t.Fatal(err)
			}
			const cuts = 97
			faulttest.Tried(t, faulttest.BackupsCut, cuts)
			for i := range cuts {
				cut := filepath.Join(t.TempDir(), filepath.Base(name))
				if err := os.WriteFile(cut, whole[:len(whole)*i/97], 0o600); err != nil {
					t.Fatal(err)
				}
				if got, err := readFile(t, cut); err == nil {
					t.Errorf("cut at %d of %d: no error, and the same is read: %v", len(whole)*i/97, len(whole), cmp.Equal(want, got))
				}
			}
		})
	}
}

func readFile(t *testing.T, name string) (reading, error) {
	t.Helper()
	src, err := pgdump.Open(t.Context(), pgdump.Config{Name: name, TempDir: t.TempDir()})
	if err != nil {
		return reading{}, err
	}
	defer func() { _ = src.Close() }()
	return read(t, src, sourcetest.AllButSecrets())
}

func TestACutFileOfADirectoryIsRefused(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t))
	files, err := filepath.Glob(filepath.Join(dump(t, dsn, "api7.d", "-Fd"), "*"))
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	want, err := readFile(t, filepath.Dir(files[0]))
	if err != nil {
		t.Fatal(err)
	}
	faulttest.Tried(t, faulttest.BackupsCut, 2*len(files))
	broken := 0
	for _, file := range files {
		for _, fix := range []func([]byte) []byte{func([]byte) []byte { return nil }, func(b []byte) []byte { return b[:len(b)*2/3] }} {
			whole, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, fix(bytes.Clone(whole)), 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := readFile(t, filepath.Dir(file)); err != nil {
				broken++
			} else if !cmp.Equal(want, got) {
				t.Errorf("cut %s: no error, and other rows", filepath.Base(file))
			}
			if err := os.WriteFile(file, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if broken < 12 { // a cut in tables that are not read changes nothing
		t.Errorf("only %d of %d cuts are seen", broken, 2*len(files))
	}
}

func TestWhatIsNoWholeBackupIsNamed(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installation(t))
	noise := make([]byte, 5000)
	_, _ = rand.Read(noise)
	for name, test := range map[string]struct {
		file func(t *testing.T) string
		want string
	}{
		"nothing there": {func(*testing.T) string { return "/nowhere/api7.dump" }, "nowhere"},
		"an empty file": {func(t *testing.T) string { t.Helper(); return write(t, "api7.dump", nil) }, "api7.dump"},
		"encrypted":     {func(t *testing.T) string { t.Helper(); return write(t, "api7.dump", noise) }, "api7.dump"},
		"OpenSSL": {func(t *testing.T) string {
			t.Helper()
			return write(t, "api7.dump", append([]byte("Salted__"), noise...))
		}, "encrypted"},
		"a text":    {func(t *testing.T) string { t.Helper(); return write(t, "notes.txt", []byte("nothing of the kind\n")) }, "notes.txt"},
		"data only": {func(t *testing.T) string { t.Helper(); return dump(t, dsn, "api7.sql", "--data-only") }, "no table definitions"},
		"other database": {func(t *testing.T) string {
			t.Helper()
			return dump(t, srv.Database(t, "CREATE TABLE a (id int)"), "a.dump", "-Fc")
		}, "is not an API7 Enterprise database"},
		"Japanese": {func(t *testing.T) string { t.Helper(); return dump(t, dsn, "api7.dump", "-Fc", "--encoding=SJIS") }, "SJIS"},
		"a whole server without API7": {func(t *testing.T) string {
			t.Helper()
			return write(t, "all.sql", wholeServer(t, "CREATE TABLE public.a (\n    id integer\n);\n", "CREATE TABLE public.b (\n    id integer\n);\n"))
		}, "a whole server by pg_dumpall, and none of its databases is an API7 Enterprise database: db0, db1"},
		"a server's roles": {func(t *testing.T) string { t.Helper(); return write(t, "all.sql", wholeServer(t)) }, "by pg_dumpall --globals-only"},
		"a newer format": {func(t *testing.T) string {
			t.Helper()
			data, err := os.ReadFile(dump(t, dsn, "api7.dump", "-Fc"))
			if err != nil {
				t.Fatal(err)
			}
			data[6] = 99
			return write(t, "api7.dump", data)
		}, "1.99"},
		"two schemas": {func(t *testing.T) string {
			t.Helper()
			return dump(t, srv.Database(t, installation(t), "CREATE SCHEMA old; CREATE TABLE old.kine AS SELECT * FROM kine"), "api7.sql")
		}, "in several schemas: old, public"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.BackupsOther, 1)
			err := refused(t, pgdump.Config{Name: test.file(t)})
			if !strings.Contains(err.Message, test.want) {
				t.Errorf("no %q in %q", test.want, err.Message)
			}
		})
	}
}

// wholeServer returns what pg_dumpall writes for databases with these tables.
func wholeServer(t *testing.T, tables ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("--\n-- PostgreSQL database cluster dump\n--\n\nCREATE ROLE api7;\n\n")
	for i, table := range tables {
		fmt.Fprintf(&b, "\\connect db%d\n\n--\n-- PostgreSQL database dump\n--\n\n%s\n--\n-- PostgreSQL database dump complete\n--\n\n", i, table)
	}
	b.WriteString("--\n-- PostgreSQL database cluster dump complete\n--\n")
	return b.Bytes()
}

// TestABackupOfSomeTablesIsSaidToBeOne proves that what a backup by --table lacks is a gap, also where an installation
// need not have it.
func TestABackupOfSomeTablesIsSaidToBeOne(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installations.SQL("3.4"))
	for _, args := range [][]string{{"-Fp", "-t", "kine"}, {"-Fc", "-t", "kine", "-t", "service"}, {"-Fd", "-t", "gateway_group", "-t", "kine"}} {
		got, err := readFile(t, dump(t, dsn, "api7", args...))
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range got.Kinds {
			if k.Kind != estate.RouteTemplate && k.Kind != estate.Instance {
				continue
			}
			if len(k.Gaps) != 1 || k.Gaps[0].ID != estate.BackupIncomplete || !strings.Contains(k.Gaps[0].Next, "without --table") {
				t.Errorf("%v: %s: %+v", args, k.Kind, k.Gaps)
			}
		}
	}
	e := refused(t, pgdump.Config{Name: dump(t, dsn, "api7.sql", "-t", "service")})
	if !strings.Contains(e.Hint, "--table") {
		t.Errorf("got %q", e.Hint)
	}
}

// TestABackupOfAWholeServerIsNamedAsOne proves that the one database of API7 in it is read, and named.
func TestABackupOfAWholeServerIsNamedAsOne(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installation(t))
	whole := dump(t, dsn, "api7.sql", "--create")
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	want, err := readFile(t, whole)
	if err != nil {
		t.Fatal(err)
	}
	all := bytes.Replace(wholeServer(t, "CREATE TABLE public.a (\n    id integer\n);\n"), []byte("--\n-- PostgreSQL database cluster dump complete"),
		append(text, "--\n-- PostgreSQL database cluster dump complete"...), 1)
	src := open(t, write(t, "all.sql", all))
	if name := src.Info().Name; name != "all.sql (database "+pgtest.DatabaseName(t, dsn)+" of a whole server, by pg_dumpall)" {
		t.Errorf("named %q", name)
	}
	got, err := read(t, src, sourcetest.AllButSecrets())
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-of the database +of the server):\n%s", err, diff)
	}
}

// TestWhatABackupLeavesOutIsAGap proves that a backup that lacks rows is never read as complete.
func TestWhatABackupLeavesOutIsAGap(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installations.SQL("3.4"))
	kinds := func(all ...string) []string { return all }
	for name, test := range map[string]struct {
		args []string
		want []string // kinds with gaps; nil: all
		why  string
	}{
		"schema only":               {[]string{"--schema-only"}, nil, "no data in this archive"},
		"templates without rows":    {[]string{"--exclude-table-data=service"}, kinds("service_template"), `table "service": the backup holds the table but not its rows`},
		"no table of templates":     {[]string{"-T", "service"}, kinds("service_template"), "holds no such table"},
		"no table of versions":      {[]string{"-T", "service_version"}, kinds("service_version"), "published objects refer to it"},
		"no table of route history": {[]string{"-T", "route_version"}, kinds("route_version"), "published objects refer to it"},
		"instances without rows":    {[]string{"--exclude-table-data=gateway_instance"}, kinds("instance"), "not its rows"},
	} {
		for _, format := range []string{"-Fp", "-Fc"} {
			t.Run(name+" "+format, func(t *testing.T) {
				t.Parallel()
				got, err := readFile(t, dump(t, dsn, "api7", append(test.args, format)...))
				if err != nil {
					t.Fatal(err)
				}
				var incomplete, why []string
				for _, k := range got.Kinds {
					if (k.Kind == estate.Database || k.Kind == estate.AuditLog) && test.want == nil { // always told, also if nothing is known
						continue
					}
					if len(k.Gaps) > 0 {
						incomplete = append(incomplete, k.Kind.String())
						why = append(why, k.Gaps[0].What+": "+k.Gaps[0].Why)
					}
				}
				if test.want == nil && len(incomplete) != len(got.Kinds)-2 || test.want != nil && !slices.Equal(test.want, incomplete) {
					t.Errorf("incomplete are %v of %d", incomplete, len(got.Kinds))
				}
				if !strings.Contains(strings.Join(why, "\n"), test.why) {
					t.Errorf("no %q in %q", test.why, why)
				}
			})
		}
	}
}

func TestStandardInputIsRead(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t))
	name := dump(t, dsn, "api7.sql")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want, err := readFile(t, name)
	if err != nil {
		t.Fatal(err)
	}
	src, err := pgdump.Open(t.Context(), pgdump.Config{Name: "-", Input: infile.Options{Stdin: bytes.NewReader(text)}, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	if info := src.Info(); info.Kind != "backup" || info.Name != "standard input (plain format)" {
		t.Errorf("got %+v", info)
	}
	got, err := read(t, src, sourcetest.AllButSecrets())
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-file +standard input):\n%s", err, diff)
	}
}

func TestASchemaMapDecidesForABackupToo(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t), `ALTER TABLE service RENAME TO xq1; ALTER TABLE xq1 RENAME plugins TO c7; ALTER TABLE xq1 RENAME hosts TO c8`)
	m, err := controlplane.ParseSchemaMap("map.yaml", []byte("tables: {service_template: {table: xq1, columns: {plugins: c7, hosts: c8}}, route_template: {table: none}}"))
	if err != nil {
		t.Fatal(err)
	}
	src, err := pgdump.Open(t.Context(), pgdump.Config{Name: dump(t, dsn, "api7.dump", "-Fc"), SchemaMap: m, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	got, err := read(t, src, sourcetest.AllButSecrets())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range got.Kinds {
		if len(k.Gaps) > 0 || k.Kind == estate.ServiceTemplate && k.Count != 2 {
			t.Errorf("%s: %d, %v", k.Kind, k.Count, k.Gaps)
		}
	}
}

func TestWhatTheReaderOfABackupReturnsStopsTheReading(t *testing.T) {
	t.Parallel()
	name := dump(t, pgtest.Start(t).Database(t, installation(t)), "api7.dump", "-Fc")
	enough := errors.New("enough")
	for _, stop := range []string{"gateway_group", "service_template", "route"} {
		_, err := open(t, name).Stream(t.Context(), sourcetest.AllButSecrets(), func(r *estate.Resource) error {
			if r.Kind.String() == stop {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) {
			t.Errorf("%s: got %v", stop, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, name).Stream(ctx, sourcetest.AllButSecrets(), func(*estate.Resource) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTheDiagnosisTellsWhereEverythingIs(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t))
	d, err := open(t, dump(t, dsn, "api7.dump", "-Fc", "--exclude-table-data=service")).Diagnose(t.Context(), sourcetest.AllButSecrets())
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]string{}
	for _, f := range d.Facts {
		facts[f.Label] = f.Value
	}
	if !strings.HasPrefix(facts["format"], "custom, archive version ") || facts["encoding"] != "UTF8" || facts["database"] != pgtest.DatabaseName(t, dsn) ||
		!strings.HasPrefix(facts["schema"], "public: ") || strings.Contains(facts["server"]+facts["pg_dump"]+facts["taken"], "does not say") || len(d.Notes) > 0 {
		t.Errorf("got %v, %v", facts, d.Notes)
	}
	tables := map[string]string{}
	gaps, rows := map[string]int{}, map[string]int64{}
	for _, c := range d.Concepts {
		tables[c.Concept], gaps[c.Concept], rows[c.Concept] = c.Table, len(c.Gaps), c.Rows
	}
	keys := map[string]int64{}
	for _, k := range d.Keys {
		keys[k.Collection] += k.Count
	}
	if rows["gateway_group"] != 2 || rows["service_template"] != -1 || rows["kine"] != 17 || keys["services"] != 3 || keys["routes"] != 6 {
		t.Errorf("rows %v, keys %v", rows, d.Keys)
	}
	if tables["kine"] != "kine" || tables["published_service"] != "apisix_service" || gaps["service_template"] != 1 || gaps["kine"] != 0 {
		t.Errorf("got %v, %v", tables, gaps)
	}
}
