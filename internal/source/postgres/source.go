package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Source is an open database. Everything is read in one transaction, so it shows one moment.
type Source struct {
	session   session
	name      string
	server    server
	tables    []*table
	schema    string
	schemaWhy string
	layout    *layout
	schemaMap SchemaMap
}

// kindName is what reports call this kind of source.
const kindName = "postgres"

// Info describes the database; its name is a URL without user and password.
func (s *Source) Info() estate.Info { return estate.Info{Kind: kindName, Name: s.name} }

// Holds reports whether API7's database can hold resources of kind k: it holds all of them.
func (*Source) Holds(k estate.Kind) bool { return k != 0 }

// Close ends the transaction and the connection.
func (s *Source) Close() error { return s.session.close(context.Background()) }

// goneAfter is from when on a silent instance tells nothing of running versions: API7 removes it after as long.
const goneAfter = 7 * 24 * 3600

// Versions returns the versions that gateway instances reported and those that gateway groups are meant to run. The
// database does not tell the control plane's own version. What cannot be read is left out here and is a gap of its
// kind in Stream.
func (s *Source) Versions(ctx context.Context) ([]estate.VersionEvidence, error) {
	var evidence []estate.VersionEvidence
	if err := s.instanceVersions(ctx, &evidence); err != nil {
		return nil, err
	}
	if err := s.imageTags(ctx, &evidence); err != nil {
		return nil, err
	}
	return evidence, nil
}

func (s *Source) instanceVersions(ctx context.Context, evidence *[]estate.VersionEvidence) error {
	p := s.layout.of(instances)
	seen := map[string]bool{}
	_, err := s.attempt(ctx, p, func() error {
		return s.session.tableRows(ctx, p, []string{"version", "hostname", "heartbeat_age_seconds"}, func(r *row) error {
			v, err := version.Parse(r.values["version"])
			if err != nil || seen[v.String()] || tooOld(r.values["heartbeat_age_seconds"]) {
				return nil //nolint:nilerr // an instance that names no release tells nothing here; rules see it in Stream
			}
			seen[v.String()] = true
			*evidence = append(*evidence, estate.VersionEvidence{
				Component: estate.Gateway, Version: v,
				Where: fmt.Sprintf("%s: reported by %s", p.table.name, r.values["hostname"]),
			})
			return nil
		})
	})
	return err
}

func tooOld(age string) bool {
	seconds, err := strconv.ParseInt(age, 10, 64)
	return err == nil && seconds > goneAfter
}

func (s *Source) imageTags(ctx context.Context, evidence *[]estate.VersionEvidence) error {
	p := s.layout.of(gatewayGroups)
	_, err := s.attempt(ctx, p, func() error {
		return s.session.readGroups(ctx, p, &groupIndex{}, func(r *row, g estate.Group) error {
			if v, err := version.Parse(imageTag([]byte(r.values["config"]))); err == nil {
				*evidence = append(*evidence, estate.VersionEvidence{
					Component: estate.Gateway, Version: v,
					Where: fmt.Sprintf("%s %s: image_tag, the version it is meant to run", p.table.name, g.Label()),
				})
			}
			return nil
		})
	})
	return err
}

// attempt runs f, which reads p, under a savepoint. The gap says why p could not be read; the error ends the run.
func (s *Source) attempt(ctx context.Context, p *place, f func() error) (*estate.Gap, error) {
	if !p.readable() {
		return p.gap, nil
	}
	err := s.session.guarded(ctx, f)
	if refusal, ok := errors.AsType[*refusal](err); ok {
		return &estate.Gap{What: fmt.Sprintf("table %q", p.table.name), Why: refusal.why, Next: refusal.hint}, nil
	}
	return nil, err
}
