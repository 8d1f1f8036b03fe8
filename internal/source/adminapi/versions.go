package adminapi

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// goneAfter is the number of seconds after which a silent instance says nothing about running versions. API7 removes
// it after the same time.
const goneAfter = 7 * 24 * 3600

// Versions returns the version of the control plane, those that gateway instances reported, and those that gateway
// groups are meant to run. What cannot be read is left out; Stream reports it as a gap of its kind.
func (s *Source) Versions(ctx context.Context) ([]estate.VersionEvidence, error) {
	var evidence []estate.VersionEvidence
	if !s.release.version.IsZero() {
		evidence = append(evidence, estate.VersionEvidence{
			Component: estate.ControlPlane, Version: s.release.version, Where: "/api/version of the control plane",
		})
	}
	err := s.within(ctx, func(ctx context.Context) error { return s.instanceVersions(ctx, &evidence) })
	if err != nil {
		return nil, err
	}
	for _, g := range s.groups {
		if v, err := version.Parse(g.imageTag); err == nil {
			evidence = append(evidence, estate.VersionEvidence{
				Component: estate.Gateway, Version: v,
				Where: fmt.Sprintf("%s %s: image_tag, the version it is meant to run", groupsPath, g.Label()),
			})
		}
	}
	return evidence, nil
}

func (s *Source) instanceVersions(ctx context.Context, evidence *[]estate.VersionEvidence) error {
	seen := map[string]bool{}
	return s.instances(ctx, func(l list, _ estate.Group, first page, err error) error {
		if err == nil {
			_, err = s.client.walk(ctx, l, first, func(item json.RawMessage) error {
				i := s.readInstance(item)
				v, err := version.Parse(i.version)
				if err != nil || seen[v.String()] || i.age > goneAfter {
					return nil //nolint:nilerr // an instance that names no release tells nothing here; rules see it in Stream
				}
				seen[v.String()] = true
				*evidence = append(*evidence, estate.VersionEvidence{
					Component: estate.Gateway, Version: v, Where: fmt.Sprintf("/api/instances: reported by %s", i.hostname),
				})
				return nil
			})
		}
		if ends(err) {
			return err
		}
		return nil
	})
}
