package compose_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/api7-preflight/api7-preflight/internal/source/files/compose"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/test/treetest"
)

// read reads the docker-compose files of an archive in its order; all else in it is written beside them.
func read(t *testing.T, archive string) (dir string, p *compose.Project, found []compose.Found) {
	t.Helper()
	dir = t.TempDir()
	var docs []*tree.Document
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, f.Name)
		if strings.HasPrefix(f.Name, "docker-compose") {
			docs = append(docs, treetest.Document(t, path, string(f.Data)))
		} else if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p = compose.Open(dir, docs)
	for _, d := range docs {
		found = append(found, p.Read(d))
	}
	return dir, p, found
}

// variables lists the variables of a container, those that are not known with a question mark.
func variables(c *image.Container) []string {
	var all []string
	for _, v := range c.Variables {
		if v.Value.Unknown() != "" {
			all = append(all, v.Name+"?")
		} else {
			all = append(all, v.Name+"="+v.Value.Text())
		}
	}
	slices.Sort(all)
	return all
}

func TestServicesStartContainers(t *testing.T) {
	t.Parallel()
	_, p, found := read(t, `
-- docker-compose.yaml --
services:
  gw: {image: "${REGISTRY}/api7-ee-3-gateway:${TAG}", network_mode: host}
  db: {image: "postgres:15"}
  apisix: {image: "apache/apisix:3.9.0"}
  web: {image: "nginx:1"}
-- docker-compose.override.yaml --
services:
  gw: {environment: {A: b}}
  web: {environment: {A: b}}
-- .env --
# versions
export TAG="v3.4.1"
REGISTRY=
`)
	var got []string
	for _, c := range append(found[0].Containers, found[0].Others...) {
		got = append(got, c.Component+" "+c.Name.String())
	}
	if diff := cmp.Diff([]string{"gateway /api7-ee-3-gateway:v3.4.1", "postgresql postgres:15", "apache_apisix apache/apisix:3.9.0"}, got); diff != "" {
		t.Errorf("containers (-want +got):\n%s", diff)
	}
	if !found[0].Containers[0].HostNet || found[0].Containers[1].HostNet {
		t.Error("the network of the host is that of another service")
	}
	more := found[1].Additions
	if len(more) != 1 || more[0].Component != image.Gateway || len(found[1].Containers) != 0 {
		t.Errorf("a second file adds %+v", more)
	}
	if len(p.Beside) != 1 || filepath.Base(p.Beside[0]) != ".env" || p.Notes != nil {
		t.Errorf("beside the project: %v, %v", p.Beside, p.Notes)
	}
}

func TestVariablesComeFromServicesAndTheirFiles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		service, open string
		want, beside  []string
	}{
		"a map":         {"environment: {A: 1, B: , C: 'x${HOST}'}", "", []string{"A=1", "B?", "C?"}, nil},
		"defaults":      {"environment: ['A=${HOST:-h}:${PORT-80}', 'B=${IN_ENV}', IN_ENV, 'C=${IN_ENV:-x}']", "", []string{"A=h:80", "B=own", "C=own", "IN_ENV=own"}, nil},
		"a list":        {"environment: [A=1, B, 'C=x${HOST}', D=]", "", []string{"A=1", "B?", "C?", "D="}, nil},
		"a file":        {"env_file: a.env", "", []string{"A=a", "B=a", "C?", "D=$x", "E?"}, []string{"a.env"}},
		"two files":     {"env_file: [a.env, {path: b.env}]", "", []string{"A=b # c", "B=a", "C?", "D=$x", "E?"}, []string{"a.env", "b.env"}},
		"both":          {"env_file: [a.env], environment: {A: own}", "", []string{"A=own", "B=a", "C?", "D=$x", "E?"}, []string{"a.env"}},
		"no file":       {"env_file: [none.env, b.env]", "env_file of service gw", []string{"A=b # c"}, []string{"b.env"}},
		"a name varies": {"env_file: '${WHICH}.env'", "env_file of service gw", nil, nil},
		"a base":        {"extends: {service: base, file: base.yaml}", "extends of service gw", nil, nil},
		"nothing":       {"restart: always", "", nil, nil},
		"several lines": {"env_file: key.env", "", []string{"A=a # b", "C=c", `K=-----BEGIN-----
L2+/9ab=
Zm9vYmFyYmF6cXV4MTIzNDU2
-----END-----`}, []string{"key.env"}},
		"bare lines": {"env_file: bare.env", "a line that is not NAME=value, at DIR/bare.env:2:1", []string{"A=a", "B=b"}, []string{"bare.env"}},
		"no name":    {"environment: ['-----BEGIN', A=1]", "what is no variable, at DIR/docker-compose.yaml:1:62", []string{"A=1"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _, found := read(t, "-- docker-compose.yaml --\nservices: {gw: {image: api7/api7-ee-3-gateway, "+tt.service+"}}\n"+`
-- a.env --
# the control plane
A=a
B="a"

C=x${HOST}
D='$x'
E=${E}
-- b.env --
export A="b # c"
-- .env --
IN_ENV=own
-- key.env --
A="a # b" # c
K="-----BEGIN-----
L2+/9ab=
Zm9vYmFyYmF6cXV4MTIzNDU2
-----END-----"
C=c
-- bare.env --
A=a
CANARYbareLINE
CANARY: value
Zm9vYmFyYmF6cXV4MTIzNDU2=
{"canary": "x=y"}
export B=b
`)
			c := found[0].Containers[0]
			if got := variables(c); !slices.Equal(got, tt.want) || strings.ReplaceAll(c.Open, dir, "DIR") != tt.open {
				t.Errorf("variables %q, open %q; want %q, %q", got, c.Open, tt.want, tt.open)
			}
			var beside []string
			for _, path := range found[0].Beside {
				beside = append(beside, filepath.Base(path))
			}
			if !slices.Equal(beside, tt.beside) {
				t.Errorf("read beside it: %v, want %v", beside, tt.beside)
			}
		})
	}
}

func TestWhatAServiceMountsIsAFileOfTheHostOrOfTheFileItself(t *testing.T) {
	t.Parallel()
	dir, _, found := read(t, `
-- docker-compose.yaml --
services:
  gw:
    image: api7/api7-ee-3-gateway
    volumes: [./conf:/conf, data:/data, "/etc/x/:/x", {type: bind, source: ./a.yaml, target: /a}]
    configs: [b, {source: c}, none]
configs: {b: {content: 'a: 1'}, c: {file: ./c.yaml}}
`)
	var got []string
	for _, path := range found[0].Containers[0].Mounts {
		got = append(got, strings.TrimPrefix(path, dir+"/"))
	}
	if diff := cmp.Diff([]string{"conf", "/etc/x", "a.yaml", "docker-compose.yaml#configs/b", "c.yaml"}, got); diff != "" {
		t.Errorf("mounts (-want +got):\n%s", diff)
	}
	files := found[0].Files
	if len(files) != 1 || files[0].Name != "b" || files[0].ID != found[0].Containers[0].Mounts[3] || files[0].Content.Text() != "a: 1" {
		t.Errorf("files %+v", files)
	}
}
