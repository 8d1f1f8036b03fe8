package controlplane

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Versions collects the versions that gateway instances reported and those that gateway groups are meant to run. The
// database does not show the control plane's own version.
type Versions struct {
	groups, instances *rowReader
	groupsTable       string
	instancesTable    string
	reported          estate.ReportedVersions
	meant             []estate.VersionEvidence
}

// NewVersions returns Versions without any row.
func NewVersions(l *Layout) *Versions {
	v := &Versions{}
	if p := l.Groups(); p.Readable() {
		v.groups, v.groupsTable = newRowReader(p), p.table.Name
	}
	if p := l.Instances(); p.Readable() {
		v.instances, v.instancesTable = newRowReader(p), p.table.Name
	}
	return v
}

// Instance takes a row of [Layout.Instances]. It ignores an instance that names no release; rules see it in the
// stream.
func (v *Versions) Instance(values [][]byte) {
	r := v.instances.read(values, 0)
	reported, err := version.Parse(r.values["version"])
	if err != nil || tooOld(r.values["heartbeat_age_seconds"]) {
		return
	}
	v.reported.Add(reported, v.instancesTable, r.values["hostname"])
}

// Group takes a row of [Layout.Groups].
func (v *Versions) Group(values [][]byte) {
	r := v.groups.read(values, 0)
	tag, err := version.Parse(imageTag([]byte(r.values["config"])))
	if err != nil {
		return
	}
	v.meant = append(v.meant, estate.VersionEvidence{
		Component: estate.Gateway, Version: tag,
		Where: fmt.Sprintf("%s %s: image_tag, the version it is meant to run", v.groupsTable, groupOf(r).Label()),
	})
}

// Evidence returns the versions seen so far, in an order that is not that of the rows.
func (v *Versions) Evidence() []estate.VersionEvidence {
	slices.SortFunc(v.meant, func(a, b estate.VersionEvidence) int {
		return cmp.Or(a.Version.Compare(b.Version), cmp.Compare(a.Where, b.Where))
	})
	return slices.Concat(v.reported.Evidence(), v.meant)
}

// tooOld reports whether an instance says nothing about running versions: a control plane removes it after that time.
func tooOld(age string) bool {
	silent, known := heartbeatAge(age)
	return known && silent > estate.InstanceRemoved
}
