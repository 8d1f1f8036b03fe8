package archive_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// again is a text that begins, and then says the same for ever. It counts what was read of it.
type again struct {
	begins, goesOn []byte
	read           int
}

func repeated(begins, goesOn string) *again {
	return &again{begins: []byte(begins), goesOn: bytes.Repeat([]byte(goesOn), 1+64<<10/len(goesOn))}
}

func (a *again) Read(p []byte) (int, error) {
	n := copy(p, a.begins)
	a.begins = a.begins[n:]
	if n == 0 {
		n = copy(p, a.goesOn[a.read%len(a.goesOn):])
		a.read += n
	}
	return n, nil
}

// compressed returns what a program that compresses would give.
func compressed(t *testing.T, from io.Reader, by func(io.Writer) io.WriteCloser) io.Reader {
	t.Helper()
	in, out := io.Pipe()
	t.Cleanup(func() { _ = in.Close() })
	go func() {
		w := by(out)
		_, err := io.Copy(w, from)
		if err == nil {
			err = w.Close()
		}
		_ = out.CloseWithError(err)
	}()
	return in
}

func toGzip(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

func toZstd(w io.Writer) io.WriteCloser {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		panic(err) // never happens with these options
	}
	return z
}

// spaces save time: a statement costs more than they do.
var spaces = strings.Repeat(" ", 2000)

const unsigned = " is not a pg_dump file: its first 16 MiB hold "

// TestATextWithoutEndThatBecomesNoDumpIsRefused gives streams without end, in none of which a dump ever begins.
func TestATextWithoutEndThatBecomesNoDumpIsRefused(t *testing.T) {
	t.Parallel()
	inputs := map[string]struct{ begins, goesOn, want string }{
		"statements":                {"", "SELECT 1;" + spaces, unsigned + "other statements (SELECT)"},
		"settings":                  {"", "SET a = 1;" + spaces, unsigned + "other statements (SET)"},
		"no line ends":              {"", "y", unsigned + "other text"},
		"comments":                  {"", "-- x\n", unsigned + "only comments"},
		"empty lines":               {"", "\n", unsigned + "only comments"},
		"a comment in one line":     {"-- ", "x", unsigned + "only comments"},
		"a comment between signs":   {"/* ", "x\n", unsigned + "only comments"},
		"a string":                  {"SELECT '", "x\n", unsigned + "other statements (SELECT)"},
		"a string with escapes":     {"SELECT E'", `\'`, unsigned + "other statements (SELECT)"},
		"a name":                    {`GRANT "`, "x\n", unsigned + "other text"},
		"a dollar quote":            {"DO $x$", "x\n", unsigned + "other statements (DO)"},
		"parentheses":               {"SELECT ", "(", unsigned + "other statements (SELECT)"},
		"the first row":             {"INSERT INTO t VALUES ('", "x", unsigned + "other statements (INSERT INTO)"},
		"the definition of a table": {"CREATE TABLE t (", "a integer,\n", "a statement is longer than 4194304 bytes"},
		"commands of psql":          {"", "\\echo x" + spaces + "\n", unsigned + "only comments"},
	}
	faulttest.Tried(t, faulttest.LargeInputs, len(inputs)+2)
	for name, tc := range inputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := repeated(tc.begins, tc.goesOn)
			_, err := archive.Open(t.Context(), "-", infile.Options{Stdin: in})
			if isError(t, err); err == nil || !strings.Contains(err.Error(), tc.want) || in.read > infile.Goes+1<<20 {
				t.Errorf("after %d bytes: %v", in.read, err)
			}
		})
	}
	for name, by := range map[string]func(io.Writer) io.WriteCloser{"gzip": toGzip, "zstd": toZstd} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := archive.Open(t.Context(), "-", infile.Options{Stdin: compressed(t, repeated("", "SELECT 1;"+spaces), by)})
			if isError(t, err); err == nil || !strings.Contains(err.Error(), unsigned) {
				t.Error(err)
			}
		})
	}
}

// TestAFileThatUnpacksToNoDumpIsRefusedEarly reads files that are small, and are gigabytes once they are decompressed.
func TestAFileThatUnpacksToNoDumpIsRefusedEarly(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ begins, goesOn, want string }{
		"no sign":                     {"", "SELECT 1;" + spaces, unsigned},
		"only comments behind a sign": {head, "-- " + strings.Repeat("x", 1<<20) + "\n", "64 MiB before this hold nothing that pg_dump writes"},
		"statements of others":        {head, "DO '" + strings.Repeat("x", 1<<20) + "';\n", "DO: pg_dump does not write such a statement"},
		"a value":                     {head + "INSERT INTO t VALUES ('", "x", "a statement or value is longer than 2 GiB"},
		"the body of a function":      {head + "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$", "x", "a statement or value is longer than 2 GiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.LargeInputs, 1)
			part := strings.Repeat(tc.goesOn, 16<<20/len(tc.goesOn))
			data := slices.Concat(pack(t, "zstd", 0, []byte(tc.begins)), bytes.Repeat(pack(t, "zstd", 0, []byte(part)), 140))
			file := filepath.Join(t.TempDir(), "dump")
			write(t, file, data)
			_, err := archive.Open(t.Context(), file, infile.Options{})
			if isError(t, err); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Error(err)
			}
		})
	}
}

// TestOtherTablesMayHaveAnyLength proves that what stands in front of a wanted table is read whatever its length is, with
// a header and without, and compressed.
func TestOtherTablesMayHaveAnyLength(t *testing.T) {
	t.Parallel()
	const length = 80 << 20 // more than may be anything else
	wanted := "COPY public.t (a) FROM stdin;\n1\n\\.\n" + tail
	for name, tc := range map[string]struct{ begins, goesOn, ends string }{
		"COPY":                        {head + "COPY other (a) FROM stdin;\n", "some value\n", "\\.\n"},
		"COPY without a header":       {"COPY other (a) FROM stdin;\n", "some value\n", "\\.\n"},
		"a row of COPY":               {head + "COPY other (a) FROM stdin;\n", "x", "\n\\.\n"},
		"INSERT":                      {head, "INSERT INTO other VALUES ('" + strings.Repeat("x", 1000) + "');\n", ""},
		"INSERT without a header":     {"", "INSERT INTO other VALUES ('" + strings.Repeat("x", 1000) + "');\n", ""},
		"one INSERT":                  {head + "INSERT INTO other VALUES (0)", ",\n('" + strings.Repeat("x", 1000) + "')", ";\n"},
		"large objects":               {head, "SELECT pg_catalog.lowrite(0, '\\x" + strings.Repeat("00", 8000) + "');\n", ""},
		"a function":                  {head + "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$", "x", "$$;\n"},
		"much in front of the header": {strings.Repeat("-- roles"+spaces+"\nCREATE ROLE a;\n", 1000) + head + "COPY other (a) FROM stdin;\n", "some value\n", "\\.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := func() io.Reader {
				n := int64(length/len(tc.goesOn)) * int64(len(tc.goesOn))
				return io.MultiReader(strings.NewReader(tc.begins), io.LimitReader(repeated("", tc.goesOn), n), strings.NewReader(tc.ends+wanted))
			}
			for _, in := range []io.Reader{text(), compressed(t, text(), toZstd)} {
				a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: in})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = a.Close() }()
				n := 0
				err = a.Read(t.Context(), func(t archive.Table) bool { return t.Name == "t" }, func(*archive.Table, [][]byte, int64) error {
					n++
					return nil
				})
				if err != nil || n != 1 {
					t.Errorf("%d rows, %v", n, err)
				}
			}
		})
	}
}

// TestABeginningThatCannotBeJudgedIsReadOn gives dumps whose compressed blocks are longer than what is judged first.
func TestABeginningThatCannotBeJudgedIsReadOn(t *testing.T) {
	t.Parallel()
	random := make([]byte, 6<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(random)
	for i := range random {
		random[i] = 'A' + random[i]&0x3f
	}
	text := []byte(head + "COPY public.t (a) FROM stdin;\n" + strings.ReplaceAll(string(random), `\`, "x") + "\n\\.\n" + tail)
	for _, codec := range []string{"none", "lz4", "zstd"} {
		if got, err := fromStdin(t.Context(), pack(t, codec, 0, text)); err != nil || len(got["public.t"]) != 2 {
			t.Errorf("%s: %v", codec, err)
		}
	}
	if got, err := fromStdin(t.Context(), gzipped(t, text)); err != nil || len(got["public.t"]) != 2 {
		t.Errorf("gzip: %v", err)
	}
}
