package archive_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// fromStdin returns all rows of a backup on standard input.
func fromStdin(ctx context.Context, data []byte) (rows, error) {
	a, err := archive.Open(ctx, "-", infile.Options{Stdin: bytes.NewReader(data)})
	if err != nil {
		return nil, err
	}
	defer func() { _ = a.Close() }()
	return readAll(ctx, a)
}

func gzipped(tb testing.TB, data []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestStandardInputPipesAndWholeFileCompressionGiveTheServersRows(t *testing.T) {
	t.Parallel()
	d := get(t)
	plain, custom := contents(t, dump(t, "-Fp")), contents(t, dump(t, "-Fc"))
	piped := run(t, d.srv, "pg_dump", "-Fc", "--dbname="+d.dsn)
	inserts := run(t, d.srv, "pg_dump", "-Fp", "--inserts", "--dbname="+d.dsn)
	for name, data := range map[string][]byte{
		"plain": plain, "inserts": inserts, "custom": custom, "custom written to a pipe": piped,
		"plain gz": gzipped(t, plain), "inserts gz": gzipped(t, inserts), "custom gz": gzipped(t, custom), "piped gz": gzipped(t, piped),
		"plain zst": pack(t, "zstd", 0, plain), "custom zst": pack(t, "zstd", 0, custom), "plain lz4": pack(t, "lz4", 0, plain),
		"plain in two gz members": append(gzipped(t, plain[:5000]), gzipped(t, plain[5000:])...),
		"plain with CRLF":         crlf(plain),
		"plain with a BOM":        append([]byte("\xef\xbb\xbf"), plain...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := fromStdin(t.Context(), data)
			if err != nil {
				t.Fatal(err)
			}
			same(t, d.want, got)
		})
	}
}

// crlf ends lines as pg_dump on Windows does. Line ends inside values are escaped, except in function bodies.
func crlf(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }

func TestAnExtractedTarAndTheTextOfPgRestoreGiveTheServersRows(t *testing.T) {
	t.Parallel()
	d := get(t)
	file := dump(t, "-Ft")
	folder := t.TempDir()
	untar(t, file, folder)
	got, err := read(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	same(t, d.want, got)
	if _, err := read(t.Context(), filepath.Join(folder, "restore.sql")); err == nil || !strings.Contains(err.Error(), "name its folder") {
		t.Errorf("restore.sql: %v", err)
	}
	for _, args := range [][]string{{"-Fc"}, {"-Fd"}} {
		out := filepath.Join(t.TempDir(), "sql")
		run(t, d.srv, "pg_restore", "-f", out, dump(t, args...))
		if got, err = read(t.Context(), out); err != nil {
			t.Fatal(err)
		}
		same(t, d.want, got)
	}
}

func TestADumpOfAllDatabasesKeepsThemApart(t *testing.T) {
	t.Parallel()
	d := get(t)
	out := filepath.Join(t.TempDir(), "all.sql")
	run(t, d.srv, "pg_dumpall", "--file="+out, "--dbname="+d.dsn, "--exclude-database=db_*", "--exclude-database=every_*")
	a, err := archive.Open(t.Context(), out, infile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	name := d.dsn[strings.LastIndex(d.dsn, "/")+1 : strings.LastIndex(d.dsn, "?")]
	got := rows{}
	for _, table := range a.Tables() {
		if table.Database != name {
			t.Errorf("table %s.%s is in database %q", table.Schema, table.Name, table.Database)
		}
		if table.HasData {
			got[table.Schema+"."+table.Name] = []string{names(table.Columns)}
		}
	}
	err = a.Read(t.Context(), all, func(t *archive.Table, values [][]byte, _ int64) error {
		key := t.Schema + "." + t.Name
		got[key] = append(got[key], shape(values))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, d.want, got)
	cut := contents(t, out)
	cut = cut[:bytes.LastIndex(cut, []byte("-- PostgreSQL database cluster dump complete"))]
	if _, err := fromStdin(t.Context(), cut); err == nil {
		t.Error("a dump of all databases without its end is accepted")
	}
}

func TestTablesKnowTheirColumnsAndWhetherTheyHaveData(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"-Fp", "-Fc", "-Fd"} {
		for _, inserts := range []string{"--no-comments", "--inserts"} {
			a, err := archive.Open(t.Context(), dump(t, format, inserts, "--exclude-table-data=public.types"), infile.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			got, parents := map[string]archive.Table{}, map[string][]string{}
			for _, table := range a.Tables() {
				for _, parent := range table.Parents {
					parents[table.Name] = append(parents[table.Name], a.Tables()[parent].Name)
				}
				table.Database, table.Parents = "", nil
				got[table.Name] = table
			}
			want := map[string]archive.Table{
				"texts":     {Schema: "public", Name: "texts", Kind: 'r', HasData: true, Columns: []archive.Column{{"id", "bigint"}, {"v", "text"}, {"n,ull", "character varying(40)"}}},
				"Tä\"b.le;": {Schema: "We ird.\"S", Name: "Tä\"b.le;", Kind: 'r', HasData: true, Columns: []archive.Column{{"a\"b", "text"}, {"a b", "jsonb"}, {"constraint", "json"}, {"tab\tname", "integer[]"}, {"plain", "public.mood"}}},
				"generated": {Schema: "public", Name: "generated", Kind: 'r', HasData: true, Columns: []archive.Column{{"a", "integer"}, {"b", "text"}, {"c", "text"}}},
				"empty":     {Schema: "public", Name: "empty", Kind: 'r', HasData: true, Columns: []archive.Column{{"a", "integer"}, {"b", "text"}}},
				"nocolumns": {Schema: "public", Name: "nocolumns", Kind: 'r', HasData: true},
				"events":    {Schema: "public", Name: "events", Kind: 'p', Columns: []archive.Column{{"id", "integer"}, {"at", "date"}}},
				"events_1":  {Schema: "public", Name: "events_1", Kind: 'r', Partition: true, HasData: true, Columns: []archive.Column{{"id", "integer"}, {"at", "date"}}},
				"child":     {Schema: "public", Name: "child", Kind: 'r', HasData: true, Columns: []archive.Column{{"a", "integer"}, {"b", "text"}, {"c", "text"}}},
			}
			for name, table := range want {
				if diff := cmp.Diff(table, got[name]); diff != "" {
					t.Errorf("%s %s: table %s (-want +got):\n%s", format, inserts, name, diff)
				}
			}
			if diff := cmp.Diff(map[string][]string{"events_1": {"events"}, "events_2": {"events"}, "child": {"parent"}}, parents); diff != "" {
				t.Errorf("%s %s: parents (-want +got):\n%s", format, inserts, diff)
			}
			if got["mat"].Kind != 'm' {
				t.Errorf("%s %s: the materialised view is %+v", format, inserts, got["mat"])
			}
			if types := got["types"]; types.HasData || len(types.Columns) != 13 || types.Columns[5] != (archive.Column{"t", "timestamp(3) with time zone"}) {
				t.Errorf("%s %s: the table without data: %+v", format, inserts, types)
			}
		}
	}
}

func TestASchemaOnlyBackupHasTablesAndNoData(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"-Fp", "-Fc", "-Fd"} {
		a, err := archive.Open(t.Context(), dump(t, format, "--schema-only"), infile.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		if len(a.Tables()) < 10 {
			t.Errorf("%s: %d tables", format, len(a.Tables()))
		}
		for _, table := range a.Tables() {
			if table.HasData {
				t.Errorf("%s: table %s has data", format, table.Name)
			}
		}
		if got, err := readAll(t.Context(), a); err != nil || len(got) != 0 {
			t.Errorf("%s: %v %v", format, got, err)
		}
	}
}

func TestADataOnlyBackupHasTheColumnsOfItsData(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"-Fp", "-Fc"} {
		for _, style := range []string{"--no-comments", "--column-inserts"} {
			a, err := archive.Open(t.Context(), dump(t, format, style, "--data-only", "--table=public.generated"), infile.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			count := 0
			err = a.Read(t.Context(), all, func(t *archive.Table, values [][]byte, _ int64) error {
				if names(t.Columns) == "a,b,c" && len(values) == 3 {
					count++
				}
				return nil
			})
			if err != nil || count != 2 {
				t.Errorf("%s %s: %d rows as they should be, %v", format, style, count, err)
			}
		}
		if _, err := read(t.Context(), dump(t, format, "--inserts", "--data-only", "--table=public.texts")); err == nil || !strings.Contains(err.Error(), "--column-inserts") {
			t.Errorf("INSERT statements of an unknown table without names: %v", err)
		}
	}
}

func TestInfoTellsWhereTheBackupComesFrom(t *testing.T) {
	t.Parallel()
	d := get(t)
	name := d.dsn[strings.LastIndex(d.dsn, "/")+1 : strings.LastIndex(d.dsn, "?")]
	release := major(t, d.srv)
	version := map[int]string{15: "1.14", 16: "1.15", 17: "1.16", 18: "1.16"}[release]
	for format, want := range map[string]archive.Info{
		"-Fp": {Format: archive.Plain, Encoding: "UTF8", Compression: "none", LargeObjects: true, RowSecurity: "off"},
		"-Fc": {Format: archive.Custom, Encoding: "UTF8", Compression: "gzip", LargeObjects: true, Database: name, ArchiveVersion: version},
		"-Fd": {Format: archive.Directory, Encoding: "UTF8", Compression: "gzip", LargeObjects: true, Database: name, ArchiveVersion: version},
	} {
		a, err := archive.Open(t.Context(), dump(t, format), infile.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		got := a.Info()
		if of := strconv.Itoa(release) + "."; !strings.HasPrefix(got.DumpVersion, of) || !strings.HasPrefix(got.ServerVersion, of) {
			t.Errorf("%s: versions %q and %q", format, got.DumpVersion, got.ServerVersion)
		}
		if got.Created.IsZero() != (format == "-Fp") {
			t.Errorf("%s: created %v", format, got.Created)
		}
		got.DumpVersion, got.ServerVersion, got.Created = "", "", time.Time{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
}

func TestReadCanBeRepeatedChoosesTablesAndStops(t *testing.T) {
	t.Parallel()
	d := get(t)
	for _, args := range [][]string{{"-Fp"}, {"-Fp", "--inserts"}, {"-Fp", "-Z1"}, {"-Fc"}, {"-Fd"}} {
		a, err := archive.Open(t.Context(), dump(t, args...), infile.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		for range 2 {
			got := rows{"public.child": {"a,b,c"}}
			err := a.Read(t.Context(), func(t archive.Table) bool { return t.Name == "child" }, func(t *archive.Table, values [][]byte, _ int64) error {
				got[t.Schema+"."+t.Name] = append(got[t.Schema+"."+t.Name], shape(values))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			same(t, rows{"public.child": d.want["public.child"]}, got)
		}
		mine := errors.New("mine")
		if err := a.Read(t.Context(), all, func(*archive.Table, [][]byte, int64) error { return mine }); err != mine { //nolint:errorlint // exactly it
			t.Errorf("%v: the error of row is given back as %v", args, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := a.Read(ctx, all, func(*archive.Table, [][]byte, int64) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("%v: cancelled: %v", args, err)
		}
		got, err := readAll(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		same(t, d.want, got)
	}
}

func TestOffsetsPointAtTheRowsOfAPlainDump(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-Fp"}, {"-Fp", "--inserts"}} {
		file := dump(t, args...)
		text := contents(t, file)
		a, err := archive.Open(t.Context(), file, infile.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		err = a.Read(t.Context(), func(t archive.Table) bool { return t.Name == "events_2" }, func(_ *archive.Table, _ [][]byte, offset int64) error {
			if rest := string(text[offset : offset+10]); !strings.HasPrefix(rest, "2\t2026") && !strings.HasPrefix(rest, "(2, '2026") {
				t.Errorf("%v: at the offset stands %q", args, rest)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestSpoolingLeavesNoFileBehind(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: bytes.NewReader(fixture{minor: 14, codec: "zlib", tables: plainTables}.bytes(t))})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Open(t.Context(), "-", infile.Options{Stdin: io.MultiReader(strings.NewReader("PGDMP"), failing{})}); err == nil {
		t.Error("a failing standard input is accepted")
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("cut off") }
