package files_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
)

// marked says that a file is ours where it begins so.
func marked(content []byte) string {
	if bytes.HasPrefix(content, []byte("OURS, api7")) {
		return "a report"
	}
	return ""
}

const someConfiguration = `
-- infra/app.yaml --
dashboard_configuration: {database: {dsn: postgres://a@b/c}}
-- infra/sub/dashboard_conf.yml --
server: {listen: {port: 7080}}
database: {dsn: postgres://a@b/c}
-- infra/notes.txt --
-- infra/.hidden.yaml --
-- values.yaml --
dashboard_configuration: {database: {dsn: postgres://a@b/c}}
-- production.yaml --
dashboard: {replicaCount: 2}
`

// TestFilesOfThisProgramAreLeftOutWithANote has files of it that would end a run: no YAML, not text, too large.
func TestFilesOfThisProgramAreLeftOutWithANote(t *testing.T) {
	t.Parallel()
	in := folderOf(t, someConfiguration)
	for name, content := range map[string]string{
		"table.yaml": "OURS, api7 {{ \t[no YAML", "binary.yaml": "OURS, api7\x00\xff\xfe", "large.yaml": "OURS, api7" + strings.Repeat("x", 9<<20),
	} {
		if err := os.WriteFile(filepath.Join(in.dir, "infra", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := files.Open(t.Context(), files.Options{Paths: []string{in.dir + "/infra"}, Own: marked})
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Diagnose(t.Context(), estate.Need{})
	if err != nil {
		t.Fatal(err)
	}
	if !d.Complete() {
		t.Errorf("gaps: %+v", d.Gaps)
	}
	for _, name := range []string{"table.yaml", "binary.yaml", "large.yaml"} {
		note := estate.Note{What: in.dir + "/infra/" + name, Why: "a report that this program wrote: not read"}
		if !slices.Contains(d.Notes, note) {
			t.Errorf("%s is in no note: %+v", name, d.Notes)
		}
	}
}

func TestAFileOfThisProgramIsNoLayer(t *testing.T) {
	t.Parallel()
	in := folderOf(t, someConfiguration+"-- ours.yaml --\nOURS, api7: {}\n")
	_, err := files.Open(t.Context(), files.Options{Paths: []string{in.dir + "/values.yaml," + in.dir + "/ours.yaml"}, Own: marked})
	if err == nil || in.plain(err.Error()) != "ours.yaml is a report that this program wrote" {
		t.Error(err)
	}
}

// TestFilesAreThoseThatAreRead proves that what is promised not to be overwritten is what Open reads.
func TestFilesAreThoseThatAreRead(t *testing.T) {
	t.Parallel()
	in := folderOf(t, someConfiguration)
	if err := os.Symlink("infra", in.dir+"/link"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]string{
		"infra":                       {"infra/.hidden.yaml", "infra/app.yaml", "infra/sub/dashboard_conf.yml"},
		"infra/":                      {"infra/.hidden.yaml", "infra/app.yaml", "infra/sub/dashboard_conf.yml"},
		"link":                        {"link/.hidden.yaml", "link/app.yaml", "link/sub/dashboard_conf.yml"},
		"values.yaml":                 {"values.yaml"},
		"values.yaml,production.yaml": {"values.yaml", "production.yaml"},
		"missing":                     nil,
	} {
		full := in.dir + "/" + strings.ReplaceAll(path, ",", ","+in.dir+"/")
		var got []string
		for _, file := range files.Files(t.Context(), full) {
			got = append(got, in.plain(file))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
		s, err := files.Open(t.Context(), files.Options{Paths: []string{full}})
		if want == nil {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		d, err := s.Diagnose(t.Context(), estate.Need{})
		if err != nil {
			t.Fatal(err)
		}
		var read []string
		for _, f := range d.Files {
			read = append(read, strings.Split(in.plain(f.Path), ",")...)
		}
		if diff := cmp.Diff(want, read); diff != "" {
			t.Errorf("%s is read (-want +got):\n%s", path, diff)
		}
	}
}

func TestFilesThatOthersNameAreTold(t *testing.T) {
	t.Parallel()
	in := folderOf(t, `
-- docker-compose.yaml --
services:
  dashboard: {image: "api7/api7-ee-3-integrated:${TAG}", env_file: [variables]}
-- .env --
TAG=v3.4.1
-- variables --
A=b
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
spec: {source: {chart: api7ee3, targetRevision: 0.17.3, helm: {valueFiles: [values/production.txt]}}}
-- values/production.txt --
dashboard_configuration: {database: {dsn: postgres://a@b/c}}
`)
	for path, want := range map[string][]string{
		"docker-compose.yaml": {".env", "variables"},
		"app.yaml":            {"values/production.txt"},
	} {
		s, err := in.open(t, path)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, file := range s.Beside() {
			got = append(got, in.plain(file))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}
