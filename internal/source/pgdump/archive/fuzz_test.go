package archive_test

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
	"github.com/api7-preflight/api7-preflight/internal/test/alloctest"
)

// seeds are the small real backups whose names match.
func seeds(f *testing.F, pattern string) map[string][]byte {
	f.Helper()
	all := filesLike(f, pattern)
	if len(all) == 0 {
		f.Fatalf("no seeds %s", pattern)
	}
	return all
}

func filesLike(f *testing.F, pattern string) map[string][]byte {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil {
		f.Fatal(err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		all[file] = contents(f, file)
	}
	return all
}

// pieces returns the parts of real SQL backups that match the group of an expression.
func pieces(f *testing.F, pattern, expression string) []string {
	f.Helper()
	var all []string
	for _, text := range seeds(f, pattern) {
		for _, match := range regexp.MustCompile(expression).FindAllSubmatch(text, -1) {
			all = append(all, string(match[1]))
		}
	}
	if len(all) == 0 {
		f.Fatalf("nothing in %s matches %s", pattern, expression)
	}
	return all
}

// play reads a backup with a limit on the work, because a few bytes can describe gigabytes of rows. It fails the test
// for an error that the package does not promise, and for memory out of proportion to what is read: some megabytes of
// buffers, and what the table of contents or the definitions take.
func play(t *testing.T, name string, data ...[]byte) {
	t.Helper()
	limit, most := uint64(48<<20), 16<<20
	for _, d := range data {
		limit += 100 * uint64(len(d))
		// Every frame may ask for a window, which is allocated as a whole when a file is recognised, opened and read.
		limit += uint64(bytes.Count(d, []byte("\x28\xb5\x2f\xfd"))) * 4 * (256 << 20)
	}
	var stdin io.Reader
	if name == "-" {
		stdin = bytes.NewReader(data[0])
	}
	enough := errors.New("enough")
	alloctest.Within(t, limit, func() {
		a, err := archive.Open(t.Context(), name, infile.Options{Stdin: stdin})
		if err == nil {
			err = a.Read(t.Context(), all, func(table *archive.Table, values [][]byte, _ int64) error {
				if len(values) != len(table.Columns) {
					t.Errorf("%d values for %d columns", len(values), len(table.Columns))
				}
				if most--; most < 0 {
					return enough
				}
				for _, v := range values {
					most -= len(v)
				}
				return nil
			})
			_ = a.Close()
		}
		if err != nil && err != enough { //nolint:errorlint // exactly it
			isError(t, err)
		}
	})
}

// FuzzCustom proves that no archive makes the reader panic, use unlimited memory or return an error that it does not
// promise.
func FuzzCustom(f *testing.F) {
	for name, data := range seeds(f, "*.dump") {
		if !strings.Contains(name, "long") { // its window of 128 MiB makes most runs slow
			f.Add(data)
		}
	}
	for _, fixture := range fixtures() {
		f.Add(fixture.bytes(f))
	}
	f.Fuzz(func(t *testing.T, data []byte) { play(t, "-", data) })
}

// FuzzDirectory proves the same for a folder with a table of contents, and one content, with any suffix, for all
// files that it names.
func FuzzDirectory(f *testing.F) {
	suffixes := []string{"", ".gz", ".lz4", ".zst"}
	dat := regexp.MustCompile(`[0-9]+\.dat`)
	for file, toc := range seeds(f, "*.dir/toc.dat") {
		folder := filepath.Join(filepath.Base(filepath.Dir(file)), "[0-9]*.dat")
		for i, suffix := range suffixes {
			for _, rows := range filesLike(f, folder+suffix) {
				f.Add(toc, rows, byte(i))
			}
		}
	}
	f.Fuzz(func(t *testing.T, toc, rows []byte, suffix byte) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "toc.dat"), toc)
		for _, name := range dat.FindAll(toc, 4) {
			write(t, filepath.Join(dir, string(name)+suffixes[int(suffix)%len(suffixes)]), rows)
		}
		play(t, dir, toc, rows)
	})
}

// FuzzPlain proves the same for SQL text.
func FuzzPlain(f *testing.F) {
	for _, data := range seeds(f, "*.sql") {
		f.Add(data)
	}
	f.Add([]byte(head + "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END AS x; END;\n/* a /* b */ c */\n\\connect x\n" + tail))
	f.Add([]byte(head + "SELECT $a$;$a$, E'\\';', U&'x', \"a\"\";b\", $1;\n" + tail))
	f.Fuzz(func(t *testing.T, data []byte) { play(t, "-", data) })
}

// FuzzCopy proves the same for rows of COPY in an otherwise correct dump, and that what COPY TO writes is read back
// unchanged.
func FuzzCopy(f *testing.F) {
	for _, rows := range pieces(f, "*.sql", `(?s)COPY [^\n]* FROM stdin;\n(.*?)\\\.\n`) {
		f.Add(rows, rows)
	}
	for _, s := range []string{"", "a\tb", `\N`, "\\.\n", "üñï\x00", `{"a": "x\\y"}`} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		play(t, "-", []byte(head+"COPY public.t (a, b) FROM stdin;\n"+a+"\\.\n"+tail))
		if values, ok := archive.SplitCopy([]byte(a), nil, 2); ok && len(values) != 2 {
			t.Errorf("%d values of two", len(values))
		}
		line := copyEscaped(a) + "\t" + copyEscaped(b) + "\t\\N"
		values, ok := archive.SplitCopy([]byte(line), nil, 3)
		if !ok || string(values[0]) != a || string(values[1]) != b || values[0] == nil || values[2] != nil {
			t.Errorf("%q: %q %v", line, values, ok)
		}
	})
}

func copyEscaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\v", `\v`).Replace(s)
}

// FuzzInsert proves for INSERT statements that quoted values are read back unchanged, and that no other values make
// the reader panic or use unlimited memory.
func FuzzInsert(f *testing.F) {
	for _, values := range pieces(f, "*.sql", `(?s)INSERT INTO [^\n]* VALUES\s+\((.*?)\);\n`) {
		f.Add(values)
	}
	for _, s := range []string{"1", "'x'", "NULL", "E'\\''", "B'01'", "DEFAULT", "'a');\nINSERT INTO public.t (a) VALUES ('b'", "true, false", `\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		play(t, "-", []byte(head+"INSERT INTO public.t (a) VALUES ("+s+");\n"+tail))
		if strings.Contains(s, "\x00") || !utf8.ValidString(s) {
			return // not a PostgreSQL text, and refused among the first bytes of a file
		}
		for _, quoted := range []string{
			"'" + strings.ReplaceAll(s, "'", "''") + "'",
			"E'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(s) + "'",
		} {
			var b bytes.Buffer
			b.WriteString(head + "INSERT INTO public.t (a, b) VALUES (" + quoted + ", 1),\n\t(" + quoted + ", NULL);\n" + tail)
			got, err := fromStdin(t.Context(), b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			value := shape([][]byte{append([]byte{}, s...)})
			same(t, rows{"public.t": {"a,b", value + `"1"|`, value + "NULL|"}}, got)
		}
	})
}
