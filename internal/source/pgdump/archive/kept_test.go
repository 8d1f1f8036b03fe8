package archive_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// TestSmallTablesOfACompressedDumpAreReadWithoutDecompressingAgain proves that their rows and offsets are those of
// the uncompressed dump, even if the file has lost its content since it was opened. Rows of large tables, which are
// not kept, are then an error and never missing.
func TestSmallTablesOfACompressedDumpAreReadWithoutDecompressingAgain(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(head + "SET client_encoding = 'UTF8';\n")
	for _, name := range []string{"small", "none", "large"} {
		fmt.Fprintf(&text, "CREATE TABLE public.%s (\n    a integer,\n    b text\n);\n", name)
	}
	text.WriteString("COPY public.none (a, b) FROM stdin;\n\\.\n\n")
	text.WriteString("COPY public.large (a, b) FROM stdin;\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "%d\t%s\n", i, strings.Repeat("x", 1000))
	}
	text.WriteString("\\.\n\nCOPY public.small (a, b) FROM stdin;\n1\ttab\\tend\n2\t\\N\n\\.\n\n" + tail)
	dir := t.TempDir()
	plain, packed := filepath.Join(dir, "b.sql"), filepath.Join(dir, "b.sql.gz")
	write(t, plain, []byte(text.String()))
	write(t, packed, gzipped(t, []byte(text.String())))
	want := rowsAndOffsets(t, opened(t, plain), "small", "none", "large")
	a := opened(t, packed)
	if got := rowsAndOffsets(t, a, "small", "none", "large"); got != want {
		t.Error("the rows of all tables are not those of the uncompressed dump")
	}
	want = rowsAndOffsets(t, opened(t, plain), "small", "none")
	if err := os.Truncate(packed, 100); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := rowsAndOffsets(t, a, "small", "none"); got != want || !strings.Contains(got, "tab\tend") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	err := a.Read(t.Context(), all, func(*archive.Table, [][]byte, int64) error { return nil })
	if err == nil {
		t.Error("the rows of the large table are gone and nothing says so")
	}
}

func opened(tb testing.TB, name string) *archive.Archive {
	tb.Helper()
	a, err := archive.Open(tb.Context(), name, infile.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = a.Close() })
	return a
}

func rowsAndOffsets(tb testing.TB, a *archive.Archive, tables ...string) string {
	tb.Helper()
	var b bytes.Buffer
	err := a.Read(tb.Context(), func(t archive.Table) bool { return strings.Contains(strings.Join(tables, " "), t.Name) },
		func(t *archive.Table, v [][]byte, offset int64) error {
			_, err := fmt.Fprintf(&b, "%s %d %q\n", t.Name, offset, v)
			return err
		})
	if err != nil {
		tb.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), `\t`, "\t")
}
