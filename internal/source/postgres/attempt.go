package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// read runs f, which reads the rows of p, as attempt does. It also returns a gap if p is no longer the table that the
// transaction's snapshot shows. Commands that rewrite a table (TRUNCATE, ALTER TABLE … TYPE) or replace it make it look
// empty to a snapshot that is older. What f has read stays locked until the transaction ends, so looking once, after f,
// is enough.
func (s *Source) read(ctx context.Context, p *controlplane.Place, f func() error) (*estate.Gap, error) {
	changed := false
	gap, err := s.attempt(ctx, p, func() error {
		err := f()
		if err == nil {
			changed, err = s.session.changed(ctx, p.Table())
		}
		return err
	})
	if err == nil && changed {
		gap = &estate.Gap{
			ID: estate.ChangedTables, What: fmt.Sprintf("table %q", p.Table().Name),
			Why:  "another session rewrote, emptied or replaced it during this run, so rows may be missing",
			Next: again,
		}
	}
	return gap, err
}

// changed reports whether a table that was just read, a partition or child of it, or a table below a view, is not what
// it was when the snapshot was taken. The query compares what the snapshot shows of the catalogue with what the server
// does: pg_relation_filenode and the locks are always current. That needs no privilege and no second session.
func (s *session) changed(ctx context.Context, t *controlplane.Table) (changed bool, err error) {
	q := query{what: "the state of table " + t.Name, sql: statement("changed"), columns: 1, args: []string{t.Schema, t.Name}}
	if t.Through != nil {
		q.args = []string{t.Through.Schema, t.Through.Name}
	}
	err = s.rows(ctx, q, func(v [][]byte) error { changed = isTrue(v[0]); return nil })
	return changed, err
}

// attempt runs f, which reads p, under a savepoint. It returns a gap if p could not be read, and an error if the run
// must end.
func (s *Source) attempt(ctx context.Context, p *controlplane.Place, f func() error) (*estate.Gap, error) {
	if !p.Readable() {
		return p.Gap(), nil
	}
	if gap := s.unreached[nameOf(p.Table())]; gap != nil {
		return gap, nil
	}
	err := s.session.guarded(ctx, f)
	if refusal, ok := errors.AsType[*refusal](err); ok {
		return refusal.gap(p.Table()), nil
	}
	return nil, err
}

// gap returns the refusal as the reason why a table could not be read.
func (e *refusal) gap(t *controlplane.Table) *estate.Gap {
	return &estate.Gap{ID: estate.Refused, What: fmt.Sprintf("table %q", t.Name), Why: e.why, Next: e.hint}
}
