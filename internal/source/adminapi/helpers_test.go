package adminapi_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/rules"
)

var moment = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

// clock moves only when someone sleeps.
type clock struct {
	mu    sync.Mutex
	slept time.Duration
	naps  []time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return moment.Add(c.slept)
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept += d
	c.naps = append(c.naps, d)
	return ctx.Err()
}

// waits returns the waits of at least some length. Shorter ones only space requests out.
func (c *clock) waits(least time.Duration) []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []time.Duration
	for _, d := range c.naps {
		if d >= least {
			out = append(out, d)
		}
	}
	return out
}

func demo(t *testing.T) *memory.Source {
	t.Helper()
	return memory.Example(t, estate.Info{Kind: "example"})
}

// serve starts a control plane of a release with the content of the example installation.
func serve(t *testing.T, release string) *adminapitest.Server {
	t.Helper()
	return adminapitest.Start(t, adminapitest.Installation{Version: release, Resources: demo(t).Resources, Now: moment})
}

func config(s *adminapitest.Server) adminapi.Config {
	c := &clock{}
	return adminapi.Config{URL: s.URL, Token: adminapitest.Token, CAFile: s.CAFile, Now: c.now, Sleep: c.sleep, Timeout: 5 * time.Second}
}

func open(t *testing.T, cfg adminapi.Config) *adminapi.Source {
	t.Helper()
	src, err := adminapi.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// read streams a source into memory.
func read(t *testing.T, src estate.Source, need estate.Need) ([]estate.Resource, estate.Coverage) {
	t.Helper()
	var all []estate.Resource
	coverage, err := src.Stream(t.Context(), need, func(r *estate.Resource) error {
		s := r.Subject()
		all = append(all, estate.Resource{
			Kind: r.Kind, Group: s.Group, ID: s.Ref.ID, Origin: s.Origin, Body: bytes.Clone(r.Body), Damage: r.Damage,
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range coverage.Kinds {
		for _, g := range k.Gaps {
			names(t, g, all)
		}
	}
	return all, coverage
}

// names checks that a gap has a cause, and lists the ids and gateway groups that it mentions.
func names(t *testing.T, g estate.Gap, all []estate.Resource) {
	t.Helper()
	if g.ID == "" {
		t.Errorf("%s: %s has no cause", g.What, g.Why)
	}
	bare := g.Anonymous()
	text := " " + strings.NewReplacer("/", " ", ":", " ").Replace(bare.What+" "+bare.Why) + " "
	for _, r := range all {
		for _, name := range []string{r.ID, r.Group.ID, r.Group.Label()} {
			if name != "" && strings.Contains(text, " "+name+" ") {
				t.Errorf("%q of %q is not listed among %q", name, g.What, g.Names)
			}
		}
	}
}

// gaps returns what was not read of a kind, as one text.
func gaps(c estate.Coverage, k estate.Kind) string {
	var b strings.Builder
	for _, kind := range c.Kinds {
		for _, g := range kind.Gaps {
			if kind.Kind == k {
				b.WriteString(g.What + ": " + g.Why + " (" + g.Next + ")\n")
			}
		}
	}
	return b.String()
}

func count(c estate.Coverage, k estate.Kind) int64 {
	for _, kind := range c.Kinds {
		if kind.Kind == k {
			return kind.Count
		}
	}
	return -1
}

func ruleNeed() estate.Need { return engine.Need(rules.All()) }
