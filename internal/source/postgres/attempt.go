package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

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
