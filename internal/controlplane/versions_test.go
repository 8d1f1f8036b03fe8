package controlplane_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestVersionsAreThoseOfLiveInstancesAndOfImageTags(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change string
		want   []string
	}{
		"each version once, of the first by name that reports it": {
			"-- gateway_instance --\nid, hostname, version, last_heartbeat timestamptz\ni3 | gw-3 | v3.5.0 | - 60\ni2 | gw-2 | 3.4.1 | - 60\ni1 | gw-1 | 3.4.1 | - 60",
			[]string{"gateway instance 3.4.1 gateway_instance: reported by gw-1", "gateway instance 3.5.0 gateway_instance: reported by gw-3"},
		},
		"silent for more than a week": {
			"-- gateway_instance --\nid, hostname, version, last_heartbeat timestamptz\ni1 | gw-1 | 3.4.1 | x 604800\ni2 | gw-2 | 3.5.0 | x 604801",
			[]string{"gateway instance 3.4.1 gateway_instance: reported by gw-1"},
		},
		"of an age that nobody knows": {
			"-- gateway_instance --\nid, hostname, version\ni1 | gw-1 | 3.4.1", []string{"gateway instance 3.4.1 gateway_instance: reported by gw-1"},
		},
		"no release": {"-- gateway_instance --\nid, hostname, version\ni1 | gw-1 | nightly\ni2 | gw-2 | -", nil},
		"what a group is meant to run": {
			"-- gateway_instance --\nid, hostname, version\n-- gateway_group --\nid, short_id, name, config\ng1 | default | Default | {\"image_tag\":\"3.4.1\"}\ng2 | edge | - | {\"image_tag\":\"3.5.0\"}\ng3 | lab | Lab | {}",
			[]string{
				"gateway instance 3.4.1 gateway_group Default: image_tag, the version it is meant to run",
				"gateway instance 3.5.0 gateway_group edge: image_tag, the version it is meant to run",
			},
		},
		"neither table": {"-- gateway_instance gone --\n-- gateway_group gone --", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, test.change)
			l := db.recognise(t, "")
			versions := controlplane.NewVersions(l)
			for place, take := range map[*controlplane.Place]func([][]byte){l.Instances(): versions.Instance, l.Groups(): versions.Group} {
				if !place.Readable() {
					continue
				}
				if err := db.values(place, func(values [][]byte, _ int64) error { take(values); return nil }); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for _, e := range versions.Evidence() {
				if e.Component != estate.Gateway {
					t.Errorf("a version of the %s", e.Component)
				}
				got = append(got, string(e.Component)+" "+e.Version.String()+" "+e.Where)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
