package files_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
)

// installation is a folder of files.
type installation struct{ dir string }

// folderOf writes the files of a txtar archive into a folder of their own.
func folderOf(t *testing.T, archive string) installation {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return installation{dir}
}

// open opens paths below the folder; none opens the folder.
func (in installation) open(t *testing.T, paths ...string) (*files.Source, error) {
	t.Helper()
	if len(paths) == 0 {
		paths = []string{"."}
	}
	full := make([]string, len(paths))
	for i, path := range paths {
		layers := strings.Split(path, ",")
		for j := range layers {
			layers[j] = filepath.Join(in.dir, layers[j])
		}
		full[i] = strings.Join(layers, ",")
	}
	s, err := files.Open(t.Context(), files.Options{Paths: full})
	return s, err
}

// plain takes the folder out of a text.
func (in installation) plain(text string) string { return strings.ReplaceAll(text, in.dir+"/", "") }

// diagnosis is what the source says of the files.
func (r *reading) diagnosis(t *testing.T) estate.Diagnosis {
	t.Helper()
	d, err := r.source.Diagnose(t.Context(), estate.Need{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// reading is what a source gave.
type reading struct {
	installation

	resources []estate.Resource
	coverage  estate.Coverage
	source    *files.Source
}

func everything() estate.Need {
	need := estate.Need{Kinds: map[estate.Kind]bool{}}
	for _, k := range estate.Kinds() {
		need.Kinds[k] = true
	}
	return need
}

// read opens paths below the folder and reads every resource.
func (in installation) read(t *testing.T, paths ...string) *reading {
	t.Helper()
	s, err := in.open(t, paths...)
	if err != nil {
		t.Fatal(err)
	}
	return in.drain(t, s)
}

// drain reads every resource of a source.
func (in installation) drain(t *testing.T, s *files.Source) *reading {
	t.Helper()
	r := &reading{installation: in, source: s}
	reader := estate.NewReader(nil)
	var err error
	r.coverage, err = s.Stream(t.Context(), everything(), func(res *estate.Resource) error {
		if err := reader.Read(res); err != nil {
			t.Errorf("%s %s: %v", res.Kind, res.ID, err)
		}
		r.resources = append(r.resources, *res)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// list names the resources: kind and id.
func (r *reading) list() []string {
	var all []string
	for _, res := range r.resources {
		all = append(all, res.Kind.String()+" "+r.plain(filepath.ToSlash(res.ID)))
	}
	slices.Sort(all)
	return all
}

// one returns the resource of a kind whose id ends so.
func (r *reading) one(t *testing.T, k estate.Kind, end string) *estate.Resource {
	t.Helper()
	for i := range r.resources {
		if res := &r.resources[i]; res.Kind == k && strings.HasSuffix(res.ID, end) {
			if err := estate.NewReader(nil).Read(res); err != nil {
				t.Fatal(err)
			}
			return res
		}
	}
	t.Fatalf("no %s %s among %v", k, end, r.list())
	return nil
}

// setting follows keys into the settings of a resource.
func setting(res *estate.Resource, keys ...string) estate.Value {
	v := res.Field("settings")
	for _, key := range keys {
		v = v.Get(key)
	}
	return v
}

// versions lists what the files tell of versions.
func (r *reading) versions(t *testing.T) []string {
	t.Helper()
	found, err := r.source.Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range found {
		all = append(all, string(e.Component)+" "+e.Version.String()+": "+r.plain(e.Where))
	}
	return all
}

func (r *reading) notes() string {
	var b strings.Builder
	for _, n := range r.coverage.Notes {
		b.WriteString(r.plain(n.What + ": " + n.Why + "\n"))
	}
	return b.String()
}

// refused wants an error that names a place and quotes no value.
func refused(t *testing.T, err error) *estate.OpenError {
	t.Helper()
	e, ok := errors.AsType[*estate.OpenError](err)
	if !ok {
		t.Fatalf("not an OpenError: %v", err)
	}
	if e.Hint == "" || strings.ContainsAny(e.Message+e.Hint, "\n\r") || strings.Contains(e.Message+e.Hint, "CANARY") {
		t.Errorf("want one line, a hint and no value: %q, %q", e.Message, e.Hint)
	}
	return e
}
