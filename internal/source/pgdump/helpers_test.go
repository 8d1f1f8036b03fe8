package pgdump_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// dump runs the real pg_dump into the test's own file or folder, and returns its name.
func dump(t *testing.T, dsn, file string, args ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), file)
	run(t, pgDump(t), append(args, "-d", dsn, "-f", name)...)
	return name
}

func pgDump(t *testing.T) string {
	t.Helper()
	return filepath.Join(pgtest.Start(t).BinDir, "pg_dump")
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// formats are the ways to take a backup.
func formats() map[string]func(t *testing.T, dsn string) string {
	with := func(file string, args ...string) func(*testing.T, string) string {
		return func(t *testing.T, dsn string) string { t.Helper(); return dump(t, dsn, file, args...) }
	}
	return map[string]func(*testing.T, string) string{
		"plain":          with("api7.sql"),
		"inserts":        with("api7.sql", "--inserts"),
		"rows":           with("api7.sql", "--inserts", "--rows-per-insert=100"),
		"column inserts": with("api7.sql", "--column-inserts"),
		"with create":    with("api7.sql", "--create", "--clean"),
		"all quoted":     with("api7.sql", "--quote-all-identifiers"),
		"quoted inserts": with("api7.sql", "--quote-all-identifiers", "--inserts"),
		"custom raw":     with("api7.dump", "-Fc", "-Z0"),
		"custom":         with("api7.dump", "-Fc"),
		"custom inserts": with("api7.dump", "-Fc", "--inserts"),
		"directory":      with("api7.d", "-Fd"),
		"piped":          piped,
		"gzip":           zipped,
	}
}

// piped returns a backup in the custom format that pg_dump wrote to a pipe: it has no offsets.
func piped(t *testing.T, dsn string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "api7.dump")
	run(t, "/bin/sh", "-c", `"$0" -Fc -d "$1" | cat > "$2"`, pgDump(t), dsn, name)
	return name
}

func zipped(t *testing.T, dsn string) string {
	t.Helper()
	text, err := os.ReadFile(dump(t, dsn, "api7.sql"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, "api7.sql.gz", out.Bytes())
}

func write(t *testing.T, file string, data []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func open(t *testing.T, name string) *pgdump.Source {
	t.Helper()
	src, err := pgdump.Open(t.Context(), pgdump.Config{Name: name, TempDir: t.TempDir()})
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// refused checks that opening or reading fails, and returns the error.
func refused(t *testing.T, cfg pgdump.Config) *estate.OpenError {
	t.Helper()
	src, err := pgdump.Open(t.Context(), cfg)
	if err == nil {
		defer func() { _ = src.Close() }()
		_, err = read(t, src, sourcetest.AllButSecrets())
	}
	if err == nil {
		t.Fatal("read")
	}
	return sourcetest.Refused(t, err)
}

// reading is the result of reading a source.
type reading struct {
	Versions  []string
	Resources []string
	Kinds     []estate.KindCoverage
	Notes     []estate.Note
}

var age = regexp.MustCompile(`"(heartbeat_age|expired|oldest_age)_seconds":-?[0-9]+`)

// zone matches what only the live server shows.
var zone = regexp.MustCompile(`,"timezone":"[^"]*"`)

// fetched matches the size of a row, which the live reader knows and a backup need not.
var fetched = regexp.MustCompile(`the row was not fetched: it .*limit for configuration( is [0-9]+)?`)

// read returns everything that a source yields, without what depends on the moment of reading and the kind of source.
func read(t *testing.T, src estate.Source, need estate.Need) (reading, error) {
	t.Helper()
	var got reading
	versions, err := src.Versions(t.Context())
	if err != nil {
		return got, err
	}
	for _, v := range versions {
		got.Versions = append(got.Versions, fmt.Sprint(v.Component, " ", v.Version, " ", v.Where))
	}
	kind := src.Info().Kind
	coverage, err := src.Stream(t.Context(), need, func(r *estate.Resource) error {
		if r.Origin.Source != kind {
			t.Errorf("%s comes from %q", r.Origin.Where(""), r.Origin.Source)
		}
		content := "DAMAGED " + fetched.ReplaceAllString(r.Damage, "the row was not fetched")
		if r.Damage == "" {
			content = canonical(r.Body)
		}
		got.Resources = append(got.Resources, fmt.Sprint(r.Kind, " ", r.Group, " ", r.ID, " ", r.Origin.Where(""), " ", r.Origin.Running, " ", content))
		return nil
	})
	slices.Sort(got.Resources)
	got.Kinds = coverage.Kinds
	got.Notes = slices.DeleteFunc(append([]estate.Note{}, coverage.Notes...), func(n estate.Note) bool { return strings.HasPrefix(n.What, "role ") || n.What == "gateway instances" })
	return got, err
}

// canonical returns a JSON value in one spelling; other text stays as it is.
func canonical(body []byte) string {
	body = zone.ReplaceAll(age.ReplaceAll(body, []byte(`"${1}_seconds":0`)), nil)
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return string(body)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return string(body)
	}
	return string(text)
}
