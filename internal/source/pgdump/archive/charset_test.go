package archive_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// TestABackupInAnotherEncodingGivesTheSameRows proves that values are converted, in every format, and that a text
// that is ASCII needs no conversion.
func TestABackupInAnotherEncodingGivesTheSameRows(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, `CREATE TABLE public.t (a text, b jsonb, c bytea, d text[]);
		INSERT INTO public.t VALUES ('plain', '{"a": 1}', '\xe9', NULL), ('Käse, naïve' || E'\t\\', '{"k": "é"}', NULL, '{ü,ö}'), (repeat('é', 400000), NULL, '\x', NULL);
		CREATE TABLE public.u (a text); INSERT INTO public.u VALUES ('ascii')`)
	want := rows{}
	for i, args := range [][]string{
		{"-Fp"},
		{"-Fp", "--encoding=LATIN1"},
		{"-Fp", "--encoding=WIN1252"},
		{"-Fp", "--encoding=LATIN9", "--inserts"},
		{"-Fc", "--encoding=LATIN1"},
		{"-Fc", "-Z0", "--encoding=WIN1252", "--inserts"},
		{"-Fd", "--encoding=LATIN1"},
		{"-Ft", "--encoding=WIN1254"},
		{"-Fp", "--encoding=SQL_ASCII"},
	} {
		out := t.TempDir() + "/dump"
		run(t, srv, "pg_dump", append(args, "--file="+out, "--dbname="+dsn)...)
		got, err := read(t.Context(), out)
		switch {
		case err != nil:
			t.Errorf("%v: %v", args, err)
		case i == 0:
			want = got
		default:
			same(t, want, got)
		}
	}
	if len(want["public.t"]) != 4 {
		t.Fatalf("got %v", want)
	}
}

// TestTextOfUnknownEncodingIsPassedOn proves that no row is dropped because nobody knows its encoding.
func TestTextOfUnknownEncodingIsPassedOn(t *testing.T) {
	t.Parallel()
	text := strings.Replace(head, "UTF8", "SQL_ASCII", 1) + "COPY public.t (a, b) FROM stdin;\nK\xe4se\tK\u00e4se\nplain\t\\N\n\\.\n" + tail
	got, err := fromStdin(t.Context(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	same(t, rows{"public.t": {"a,b", `"K\xe4se"|"Käse"|`, `"plain"|NULL|`}}, got)
}

func TestPaddingAfterGzipIsRead(t *testing.T) {
	t.Parallel()
	whole := gzipped(t, contents(t, "testdata/small.sql"))
	want, err := fromStdin(t.Context(), whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, zeros := range []int{1, 511, 10240, 100_000} {
		got, err := fromStdin(t.Context(), append(slices.Clip(whole), make([]byte, zeros)...))
		if err != nil {
			t.Fatalf("%d zeros: %v", zeros, err)
		}
		same(t, want, got)
	}
	for name, more := range map[string]string{"text": "x", "zeros and text": "\x00\x00x", "a cut member": string(whole[:20])} {
		if _, err := fromStdin(t.Context(), append(slices.Clip(whole), more...)); err == nil {
			t.Errorf("%s after the end is accepted", name)
		}
	}
}
