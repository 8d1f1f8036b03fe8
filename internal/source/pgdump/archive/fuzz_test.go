package archive_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// seeds adds the small real backups whose names match.
func seeds(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds %s: %v", pattern, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// FuzzCustom proves that no archive makes the reader panic or fail in another way than it promises.
func FuzzCustom(f *testing.F) {
	seeds(f, "*.dump")
	for _, fixture := range fixtures() {
		f.Add(fixture.bytes(f))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := fromStdin(data); err != nil {
			isError(t, err)
		}
	})
}

// FuzzPlain proves the same of SQL text.
func FuzzPlain(f *testing.F) {
	seeds(f, "*.sql")
	f.Add([]byte(head + "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END AS x; END;\n/* a /* b */ c */\n\\connect x\n" + tail))
	f.Add([]byte(head + "SELECT $a$;$a$, E'\\';', U&'x', \"a\"\";b\", $1;\n" + tail))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := fromStdin(data); err != nil {
			isError(t, err)
		}
	})
}

// FuzzCopyLine proves that what COPY TO writes is read back as it was.
func FuzzCopyLine(f *testing.F) {
	for _, s := range []string{"", "a\tb", `\N`, "\\.\n", "üñï\x00", `{"a": "x\\y"}`} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
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

// FuzzInsert proves that quoted values are read back as they were, and that no other values make the reader panic.
func FuzzInsert(f *testing.F) {
	seeds := []string{"1", "'x'", "NULL", "E'\\''", "B'01'", "DEFAULT", "'a');\nINSERT INTO public.t (a) VALUES ('b'", "true, false", `\`}
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := fromStdin([]byte(head + "INSERT INTO public.t (a) VALUES (" + s + ");\n" + tail)); err != nil {
			isError(t, err)
		}
		if strings.Contains(s, "\x00") || !utf8.ValidString(s) {
			return // no text of PostgreSQL, and refused where it is among the first bytes of a file
		}
		for _, quoted := range []string{
			"'" + strings.ReplaceAll(s, "'", "''") + "'",
			"E'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(s) + "'",
		} {
			var b bytes.Buffer
			b.WriteString(head + "INSERT INTO public.t (a, b) VALUES (" + quoted + ", 1),\n\t(" + quoted + ", NULL);\n" + tail)
			got, err := fromStdin(b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			value := shape([][]byte{append([]byte{}, s...)})
			same(t, rows{"public.t": {"a,b", value + `"1"|`, value + "NULL|"}}, got)
		}
	})
}
