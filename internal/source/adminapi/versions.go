package adminapi

import (
	"context"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Versions returns the version of the control plane, those that gateway instances reported, and those that gateway
// groups are meant to run. What cannot be read is left out; Stream, which uses the same answers, reports it as a gap of
// its kind.
func (s *Source) Versions(ctx context.Context) ([]estate.VersionEvidence, error) {
	var evidence []estate.VersionEvidence
	if !s.release.version.IsZero() {
		evidence = append(evidence, estate.VersionEvidence{
			Component: estate.ControlPlane, Version: s.release.version, Where: versionAt.path + " of the control plane",
		})
	}
	err := s.within(ctx, func(ctx context.Context) (err error) {
		s.fleet, err = s.readFleet(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	var reported estate.ReportedVersions
	for _, i := range s.fleet.instances {
		v, err := version.Parse(i.version)
		if err != nil || i.age > estate.InstanceRemoved {
			continue // an instance that names no release tells nothing here; rules see it in Stream
		}
		reported.Add(v, fleetAt.path, i.hostname)
	}
	evidence = append(evidence, reported.Evidence()...)
	for _, g := range s.groups {
		if v, err := version.Parse(g.imageTag); err == nil {
			evidence = append(evidence, estate.VersionEvidence{
				Component: estate.Gateway, Version: v,
				Where: fmt.Sprintf("%s %s: image_tag, the version it is meant to run", groupsAt.path, g.Label()),
			})
		}
	}
	return evidence, nil
}
