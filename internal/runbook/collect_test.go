package runbook_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// demoFacts are those of the example installation, its database and its files.
func demoFacts(t *testing.T) runbook.Facts {
	t.Helper()
	return factsOf(t, fixtures.Demo(), fixtures.DemoFiles())
}

func factsOf(t *testing.T, shots ...string) runbook.Facts {
	t.Helper()
	c := runbook.NewCollector()
	heard := (&rule.Rule{Applies: rule.Always, Start: c.Watch}).Begin(version.Path{}, rule.Engine{})
	need := estate.Need{Kinds: map[estate.Kind]bool{}}
	for _, k := range heard.Kinds() {
		need.Kinds[k] = true
	}
	for _, shot := range shots {
		src, err := snapshot.Read("example", strings.NewReader(shot), int64(len(shot)))
		if err != nil {
			t.Fatal(err)
		}
		reader := estate.NewReader(nil)
		if _, err := src.Stream(context.WithoutCancel(t.Context()), need, func(r *estate.Resource) error {
			if err := reader.Read(r); err != nil {
				return err
			}
			for _, call := range heard.Resources[r.Kind] {
				call(r)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return c.Facts()
}

func TestTheExampleTellsItsFacts(t *testing.T) {
	t.Parallel()
	f := demoFacts(t)
	var groups []string
	for i := range f.Groups {
		g := &f.Groups[i]
		var live []string
		for _, one := range g.Live() {
			live = append(live, one.Name+" "+one.Version)
		}
		groups = append(groups, g.Label()+" ("+g.Key()+"): "+strings.Join(live, ", "))
	}
	if diff := cmp.Diff([]string{
		"default (default): gw-default-1 3.4.1, gw-default-2 3.4.1",
		"edge (edge-7f3a): gw-edge-1 3.4.1, gw-edge-2 3.4.1",
		"staging (stg01): gw-staging-2 3.4.1",
	}, groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	want := runbook.Database{Host: "pg.example.internal", Port: "5432", Name: "api7ee", Schema: "public", SSLMode: "require"}
	if diff := cmp.Diff(want, f.Database); diff != "" {
		t.Errorf("database (-want +got):\n%s", diff)
	}
	if len(f.Containers) != 4 || len(f.Files) != 4 || len(f.Services) != 15 {
		t.Errorf("%d containers, %d files, %d services", len(f.Containers), len(f.Files), len(f.Services))
	}
	for _, c := range f.Containers {
		if c.Component == "gateway" && c.Group != "default" {
			t.Errorf("the gateway in the Compose file is of group %q", c.Group)
		}
	}
}
