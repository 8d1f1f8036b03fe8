// Package memory is an installation held in memory, for tests.
package memory

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Source yields the given resources in the given order.
type Source struct {
	About     estate.Info
	Kinds     []estate.Kind // kinds that it holds; nil: every kind
	Resources []estate.Resource
	Gaps      map[estate.Kind][]estate.Gap // what to report as not read
	Notes     []estate.Note
	Evidence  []estate.VersionEvidence
}

// Info returns About.
func (s *Source) Info() estate.Info { return s.About }

// Holds reports whether k is among Kinds.
func (s *Source) Holds(k estate.Kind) bool { return s.Kinds == nil || slices.Contains(s.Kinds, k) }

// Versions returns Evidence.
func (s *Source) Versions(context.Context) ([]estate.VersionEvidence, error) { return s.Evidence, nil }

// Close does nothing.
func (*Source) Close() error { return nil }

// Stream yields copies, so that no handler can change what the next run sees.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	seen := map[estate.Kind]map[estate.Ref]bool{}
	for i := range s.Resources {
		r := s.Resources[i]
		if !need.Wants(r.Kind) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return estate.Coverage{}, fmt.Errorf("streaming: %w", err)
		}
		if seen[r.Kind] == nil {
			seen[r.Kind] = map[estate.Ref]bool{}
		}
		seen[r.Kind][r.Ref()] = true
		r.Body = bytes.Clone(r.Body)
		if err := yield(&r); err != nil {
			return estate.Coverage{}, err
		}
	}
	c := estate.Coverage{Notes: s.Notes}
	for _, k := range estate.Kinds() {
		if need.Wants(k) && s.Holds(k) {
			c.Kinds = append(c.Kinds, estate.KindCoverage{Kind: k, Count: int64(len(seen[k])), Gaps: s.Gaps[k]})
		}
	}
	return c, nil
}

// Diagnose returns the number of resources of each kind.
func (s *Source) Diagnose(ctx context.Context, need estate.Need) (estate.Diagnosis, error) {
	kinds, err := estate.Survey(ctx, s, need)
	return estate.Diagnosis{Kinds: kinds, Missing: estate.Incomplete(kinds), Notes: s.Notes}, err
}
