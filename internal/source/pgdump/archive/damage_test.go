package archive_test

import (
	"bytes"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// small is a database whose backups are small enough to be cut at every byte.
const small = `
CREATE TABLE public.a (id int, v text);
CREATE TABLE public.b (id int);
CREATE TABLE public.c (v jsonb);
INSERT INTO public.a VALUES (1, E'tab\tend'), (2, NULL), (3, '\.');
INSERT INTO public.c VALUES ('{"a": "x\ny"}');
`

// smallRows are its rows.
var smallRows = rows{
	"public.a": {"id,v", `"1"|"tab\tend"|`, `"2"|NULL|`, `"3"|"\\."|`},
	"public.b": {"id"},
	"public.c": {"v", `"{\"a\": \"x\\ny\"}"|`},
}

// smallDumps returns backups of the small database, by name.
func smallDumps(tb testing.TB) map[string]string {
	tb.Helper()
	srv := pgtest.Start(tb)
	dsn := srv.Database(tb, small)
	dumps := map[string]string{}
	ways := map[string][]string{
		"plain":             {"-Fp"},
		"plain inserts":     {"-Fp", "--inserts"},
		"plain rows":        {"-Fp", "--column-inserts", "--rows-per-insert=2"},
		"plain gzip":        {"-Fp", "-Z6"},
		"custom":            {"-Fc"},
		"custom none":       {"-Fc", "-Z0"},
		"custom inserts":    {"-Fc", "-Z0", "--inserts"},
		"directory":         {"-Fd"},
		"directory none":    {"-Fd", "-Z0"},
		"directory inserts": {"-Fd", "-Z0", "--inserts"},
		"tar":               {"-Ft"},
	}
	if major(tb, srv) >= 16 {
		ways["custom lz4"], ways["custom zstd"] = []string{"-Fc", "-Zlz4"}, []string{"-Fc", "-Zzstd"}
		ways["directory lz4"], ways["directory zstd"] = []string{"-Fd", "-Zlz4"}, []string{"-Fd", "-Zzstd"}
	}
	for name, args := range ways {
		out := filepath.Join(tb.TempDir(), "dump")
		run(tb, srv, "pg_dump", slices.Concat(args, []string{"--file=" + out, "--dbname=" + dsn})...)
		dumps[name] = out
	}
	return dumps
}

// filesOf returns the files of a backup.
func filesOf(tb testing.TB, name string) []string {
	tb.Helper()
	st, err := os.Stat(name)
	if err != nil {
		tb.Fatal(err)
	}
	if !st.IsDir() {
		return []string{name}
	}
	files, err := filepath.Glob(filepath.Join(name, "*"))
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

func write(tb testing.TB, name string, data []byte) {
	tb.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func contents(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// isError checks that an error is of the kind that the package promises.
func isError(tb testing.TB, err error) {
	tb.Helper()
	e, ok := errors.AsType[*archive.Error](err)
	if !ok {
		tb.Errorf("not an *archive.Error: %v", err)
	} else if e.File == "" || e.What == "" {
		tb.Errorf("an error without file or text: %+v", e)
	}
}

// places are the bytes of a file at which it is damaged: all near its ends, and some hundreds between.
func places(length int) iter.Seq[int] {
	const all, between = 200, 400
	return func(yield func(int) bool) {
		step := max(1, (length-2*all)/between)
		for n := 0; n < length; n++ {
			if !yield(n) {
				return
			}
			if n >= all && n+step < length-all {
				n += step - 1
			}
		}
	}
}

// noSilentLoss cuts every file of a backup and flips its bytes, at [places]. The result must be an error or complete.
func noSilentLoss(t *testing.T, name string, want rows) {
	t.Helper()
	for _, file := range filesOf(t, name) {
		whole := contents(t, file)
		for n := range places(len(whole)) {
			write(t, file, whole[:n])
			got, err := read(t.Context(), name)
			if err != nil {
				isError(t, err)
			} else if !cmp.Equal(want, got) {
				t.Fatalf("cut at byte %d of %d of %s: fewer rows and no error\n%s", n, len(whole), filepath.Base(file), cmp.Diff(want, got))
			}
		}
		for n := range places(len(whole)) {
			flipped := bytes.Clone(whole)
			flipped[n] ^= []byte{0x01, 0x10, 0xff}[n%3]
			write(t, file, flipped)
			if _, err := read(t.Context(), name); err != nil {
				isError(t, err)
			}
		}
		write(t, file, whole)
	}
}

// cuts returns how many cuts [noSilentLoss] tries.
func cuts(t *testing.T, name string) int {
	t.Helper()
	n := 0
	for _, file := range filesOf(t, name) {
		n += len(slices.Collect(places(len(contents(t, file)))))
	}
	return n
}

func TestACutBackupIsNeverReadAsAWholeOne(t *testing.T) {
	t.Parallel()
	for name, file := range smallDumps(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.BackupsCut, cuts(t, file))
			got, err := read(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			same(t, smallRows, got)
			noSilentLoss(t, file, smallRows)
		})
	}
}

func TestACutArchiveOfAnyVersionAndCodecIsNeverReadAsAWholeOne(t *testing.T) {
	t.Parallel()
	for name, f := range fixtures() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "dump")
			write(t, file, f.bytes(t))
			got, err := read(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			same(t, plainRows, got)
			if f.minor == 16 || f.minor == 12 && f.codec == "none" {
				faulttest.Tried(t, faulttest.BackupsCut, cuts(t, file))
				noSilentLoss(t, file, plainRows)
			}
		})
	}
}

// fixtures returns archives of every version and codec, with known places and without.
func fixtures() map[string]fixture {
	all := map[string]fixture{}
	for minor := byte(12); minor <= 16; minor++ {
		codecs := []string{"none", "zlib"}
		if minor >= 15 {
			codecs = append(codecs, "lz4", "zstd")
		}
		for _, codec := range codecs {
			for _, piped := range []bool{false, true} {
				name := "1." + string('0'+minor/10) + string('0'+minor%10) + " " + codec
				if piped {
					name += " piped"
				}
				all[name] = fixture{minor: minor, codec: codec, piped: piped, chunk: 16, tables: plainTables}
			}
		}
	}
	return all
}

// TestACutArchiveIsRefusedWhateverIsWanted reads only the first table, whose rows may be complete.
func TestACutArchiveIsRefusedWhateverIsWanted(t *testing.T) {
	t.Parallel()
	first := func(file string) error {
		a, err := archive.Open(t.Context(), file, infile.Options{})
		if err != nil {
			return err
		}
		defer func() { _ = a.Close() }()
		return a.Read(t.Context(), func(t archive.Table) bool { return t.Name == "a" }, func(*archive.Table, [][]byte, int64) error { return nil })
	}
	for _, name := range []string{"none.dump", "small.dump", "pg16-gzip.dump", "pg17-lz4-piped.dump", "pg18-zstd.dump", "pg18-zstd-piped.dump"} {
		whole := contents(t, filepath.Join("testdata", name))
		file := filepath.Join(t.TempDir(), name)
		for n := range places(len(whole) + 2) {
			write(t, file, append(whole[:min(n, len(whole)):len(whole)], "x"[:max(0, n-len(whole))]...))
			if err := first(file); (err == nil) != (n == len(whole)) {
				t.Errorf("%s with %d of %d bytes: %v", name, n, len(whole), err)
			} else if err != nil {
				isError(t, err)
			}
		}
		zipped := gzipped(t, whole)
		zipped[len(zipped)-5] ^= 1 // of its checksum
		if write(t, file, zipped); first(file) == nil {
			t.Errorf("%s in gzip with a wrong checksum is accepted", name)
		}
	}
	for _, name := range []string{"pg16-gzip.dir", "pg16-lz4.dir", "pg18-none.dir", "pg18-zstd.dir"} {
		folder := filepath.Join(t.TempDir(), "dir")
		copyTo(t, folder, filepath.Join("testdata", name))
		if err := first(folder); err != nil {
			t.Error(err)
		}
		for _, file := range filesOf(t, folder) {
			whole := contents(t, file)
			rows := bytes.TrimRight(whole, "\n") // no row is in the empty lines after them
			if filepath.Base(file) == "toc.dat" && name != "pg18-none.dir" {
				rows = nil // once is enough
			}
			for n := range rows {
				write(t, file, whole[:n])
				if err := first(folder); err == nil {
					t.Errorf("%s with %d of %d bytes of %s is accepted", name, n, len(whole), filepath.Base(file))
				}
			}
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if err := first(folder); err == nil || !strings.Contains(err.Error(), "does not exist") && !strings.Contains(err.Error(), "without its toc.dat") {
				t.Errorf("%s without %s: %v", name, filepath.Base(file), err)
			}
			write(t, file, whole)
		}
	}
}

// TestACutCompressedFileIsRefused cuts files whose SQL text may be complete: without the end, no checksum proves it.
func TestACutCompressedFileIsRefused(t *testing.T) {
	t.Parallel()
	for name, whole := range map[string][]byte{
		"gzip":     gzipped(t, contents(t, "testdata/small.sql")),
		"lz4":      contents(t, "testdata/pg16-plain.sql.lz4"),
		"our lz4":  pack(t, "lz4", 0, contents(t, "testdata/small.sql")),
		"zstd":     contents(t, "testdata/pg17-plain.sql.zst"),
		"our zstd": pack(t, "zstd", 0, contents(t, "testdata/small.sql")),
	} {
		if _, err := fromStdin(t.Context(), whole); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		faulttest.Tried(t, faulttest.BackupsCut, len(whole))
		for n := range whole {
			if _, err := fromStdin(t.Context(), whole[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes are accepted", name, n, len(whole))
			}
		}
	}
}

func TestPgRestoreReadsWhatTheFixtureWriterWrites(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	for _, minor := range []byte{12, 13, 14} {
		for _, codec := range []string{"none", "zlib"} {
			f := fixture{minor: minor, codec: codec, tables: plainTables}
			dir := t.TempDir()
			file, out := filepath.Join(dir, "dump"), filepath.Join(dir, "sql")
			write(t, file, f.bytes(t))
			if list := run(t, srv, "pg_restore", "-l", file); !bytes.Contains(list, []byte("TABLE DATA public kine postgres")) {
				t.Errorf("pg_restore lists\n%s", list)
			}
			run(t, srv, "pg_restore", "-f", out, file)
			got, err := read(t.Context(), out)
			if err != nil {
				t.Fatal(err)
			}
			same(t, plainRows, got)
		}
	}
}
