package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

// live is a source with a transaction.
type live struct {
	memory.Source

	before, after func() // called when it is read, and when it is released
}

func (l *live) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	l.before()
	return l.Source.Stream(ctx, need, yield)
}

func (l *live) Release() time.Duration {
	l.after()
	return 1500 * time.Millisecond
}

func TestATransactionEndsBeforeTheNextSourceIsRead(t *testing.T) {
	t.Parallel()
	var events []string
	note := func(event string) func() { return func() { events = append(events, event) } }
	database := &live{memory.Source{About: estate.Info{Kind: "memory", Name: "database"}}, note("read"), note("release")}
	file := &live{memory.Source{About: estate.Info{Kind: "memory", Name: "file"}}, note("read the next"), note("release the next")}
	r := run(t, func(o *engine.Options) { o.Sources = []estate.Source{database, file} })
	if diff := cmp.Diff([]string{"read", "release", "read the next", "release the next"}, events); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]report.Transaction{{Source: "database", OpenMS: 1500}, {Source: "file", OpenMS: 1500}}, r.Run.Transactions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
