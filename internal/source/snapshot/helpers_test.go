package snapshot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// demo returns the example installation.
func demo(tb testing.TB) *memory.Source {
	tb.Helper()
	return memory.Example(tb, estate.Info{Kind: "postgres", Name: "postgres://db-1:5432/api7ee"})
}

// troubled returns an installation that could not be read completely and has no blocking findings.
func troubled() *memory.Source {
	place := func(key string) estate.Origin {
		return estate.Origin{Source: "postgres", Table: "kine", Key: key, Running: true}
	}
	group := estate.Group{ShortID: "default"}
	return &memory.Source{
		About: estate.Info{Kind: "postgres", Name: "postgres://db-2:5432/api7ee"},
		Resources: []estate.Resource{
			{Kind: estate.Service, ID: "orders", Group: group, Origin: place("/services/orders"), Body: []byte(`{"id":"orders","plugins":{}}`)},
			{Kind: estate.Service, ID: "cut", Group: group, Origin: place("/services/cut"), Body: []byte(`{"id":"cut","plugins":{`)},
			{Kind: estate.Service, ID: "twice", Group: group, Origin: place("/services/twice"), Body: []byte(`{"name":"a","name":"b"}`)},
			{Kind: estate.Route, ID: "list", Group: group, Origin: place("/routes/list"), Body: []byte(`{"plugins":["cors"]}`)},
			{Kind: estate.Route, ID: "long", Group: group, Origin: place("/routes/long"), Damage: "the row has 99999999 bytes and was not fetched"},
			{Kind: estate.ServiceTemplate, ID: "t", Origin: place("t"), Body: []byte(`{"id":"t","hosts":"not a list","upstream":7}`)},
		},
		Gaps: map[estate.Kind][]estate.Gap{
			estate.ServiceTemplate: {{What: `table "service"`, Why: "SELECT is not granted", Next: "api7-preflight grants"}},
			estate.Instance:        {{What: "instances", Why: "no table is recognised"}},
		},
		Notes:    []estate.Note{{What: `table "kine"`, Why: "3 keys of unknown kind x were not read"}},
		Evidence: []estate.VersionEvidence{{Component: estate.Gateway, Version: version.MustParse("3.4.1"), Where: "image_tag", Chart: true}, {Component: estate.ControlPlane}},
	}
}

// file is a source whose resources have places in a file, and which covers only one gateway group.
type file struct{ *memory.Source }

func (f file) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	c, err := f.Source.Stream(ctx, need, func(r *estate.Resource) error {
		id := r.ID
		r.Origin = estate.Origin{Source: "adc", Table: "adc.yaml", Locate: func(pointer string) estate.Position {
			if len(pointer) > 30 { // the depth of this file's places
				pointer = pointer[:30]
			}
			return estate.Position{File: "adc.yaml", Line: len(id) + 1, Column: len(pointer) + 1}
		}}
		return yield(r)
	})
	for i := range c.Kinds {
		c.Kinds[i].Partial = true
	}
	return c, err
}

func located(tb testing.TB) estate.Source {
	tb.Helper()
	return file{demo(tb)}
}

var need = sync.OnceValue(func() estate.Need { return engine.Need(rules.All()) })

// take returns a snapshot with what the rules need.
func take(tb testing.TB, sources ...estate.Source) []byte {
	tb.Helper()
	return takeFor(tb, need(), sources...)
}

func takeFor(tb testing.TB, need estate.Need, sources ...estate.Source) []byte {
	tb.Helper()
	var b bytes.Buffer
	_, err := snapshot.Write(tb.Context(), &b, snapshot.Options{Tool: "1.2.3", Sources: sources, Need: need, Scratch: tb.TempDir()})
	if err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func open(tb testing.TB, data []byte) *snapshot.Source {
	tb.Helper()
	src, err := snapshot.Read("estate.snapshot", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatal(err)
	}
	return src
}

// text returns the lines of a snapshot.
func text(tb testing.TB, data []byte) []byte {
	tb.Helper()
	z, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(z); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func lines(tb testing.TB, data []byte) iter.Seq[[]byte] {
	tb.Helper()
	return bytes.Lines(text(tb, data))
}

// assess judges sources with all rules.
func assess(tb testing.TB, change func(*engine.Options), sources ...estate.Source) *report.Report {
	tb.Helper()
	o := engine.Options{
		Path:  version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")},
		Rules: rules.All(), Sources: sources, Scope: report.ScopeAll, FailOn: report.SeverityBreaking,
		Now: func() time.Time { return time.Unix(0, 0) },
	}
	if change != nil {
		change(&o)
	}
	r, err := engine.Run(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// same checks that two reports differ only in their sources, the notes on these, and the order of doubts, which is
// the order in which resources came.
func same(tb testing.TB, want, got *report.Report) {
	tb.Helper()
	if diff := cmp.Diff(pretty(tb, want.Findings), pretty(tb, got.Findings)); diff != "" {
		tb.Errorf("findings differ (-immediate +from the snapshot):\n%s", diff)
	}
	if diff := cmp.Diff(pretty(tb, settled(*want)), pretty(tb, settled(*got))); diff != "" {
		tb.Errorf("the report differs (-immediate +from the snapshot):\n%s", diff)
	}
}

func settled(r report.Report) report.Report {
	r.Sources, r.Notes = nil, nil
	r.Rules, r.Unexamined = slices.Clone(r.Rules), slices.Clone(r.Unexamined)
	for i := range r.Rules {
		r.Rules[i].Reasons = slices.Sorted(slices.Values(r.Rules[i].Reasons))
	}
	slices.SortFunc(r.Unexamined, func(a, b report.Unexamined) int {
		return strings.Compare(a.What+a.Why, b.What+b.Why)
	})
	return r
}

func pretty(tb testing.TB, v any) string {
	tb.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}
