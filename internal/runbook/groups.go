package runbook

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// standing is where a gateway group stands compared with the target.
type standing uint8

// A group is behind the target, has reached it, or is ahead of it. One of which nothing is known is behind.
const (
	behind standing = iota
	reached
	ahead
)

// runs returns the releases that a group runs before this window, the oldest first: those of its live instances; none if they
// are not known. Files do not tell: they may have been made ready.
func (p *plan) runs(g *Group) []version.Version {
	var all []version.Version
	for _, i := range g.Live() {
		v, err := version.Parse(i.Version)
		if err != nil {
			continue
		}
		if v.Less(p.hop.path.From) && p.hop.number > 1 {
			v = p.hop.path.From // an earlier window has upgraded it
		}
		all = append(all, v)
	}
	slices.SortFunc(all, version.Version.Compare)
	return slices.CompactFunc(all, func(a, b version.Version) bool { return a.Compare(b) == 0 })
}

// texted returns versions as texts.
func texted(all []version.Version) []string {
	texts := make([]string, len(all))
	for i, v := range all {
		texts[i] = v.String()
	}
	return texts
}

// standing returns where a group stands.
func (p *plan) standing(g *Group) standing {
	all, to := p.runs(g), p.hop.path.To
	switch {
	case len(all) > 0 && to.Less(all[len(all)-1]):
		return ahead
	case len(all) == 0 || mute(g):
		return behind
	case all[0].Compare(to) == 0:
		return reached
	}
	return behind
}

// mute reports whether a live instance of a group does not say what it runs.
func mute(g *Group) bool {
	return slices.ContainsFunc(g.Live(), func(i Instance) bool {
		_, err := version.Parse(i.Version)
		return err != nil
	})
}

// was returns the releases that a group goes back to, in a text.
func (p *plan) was(g *Group) string {
	all := texted(p.runs(g))
	for i := range p.f.Containers {
		c := &p.f.Containers[i]
		if len(g.Live()) == 0 && c.Component == gateway && c.Group == g.ShortID && g.ShortID != "" && c.Tag != "" && !p.madeReady(c) && p.hop.number == 1 {
			all = append(all, c.Tag)
		}
	}
	if len(all) == 0 {
		return tag(gateway, p.hop.path.From)
	}
	return strings.Join(slices.Compact(all), " and ")
}

// keepGroup plans that a group stays as it is.
func (p *plan) keepGroup(g *Group, s Step) {
	runs, to := strings.Join(texted(p.runs(g)), " and "), p.hop.path.To.String()
	s.Expect, s.Check, s.Undo = "the group runs "+runs, "The Gateway Instances page of the group.", "nothing is changed"
	s.Title = "Leave gateway group " + g.Label() + " as it is: it runs " + to + " already"
	s.Text = "Nothing to do: every live instance has the target."
	s.OnFailure = "if an instance has another release, make this runbook again"
	if p.standing(g) == ahead {
		s.Title = "Decide about gateway group " + g.Label() + ", which is newer than " + to
		s.Text = "It runs " + runs + ". A control plane must not be older than its gateways, and from 3.9.2 on it refuses them: choose a target that is not older, or replace these gateways with " + to + " before the control plane is upgraded. There is no command here, because it would take them back to an older release."
		s.OnFailure = "gateways that a control plane refuses keep the configuration that they have: do not restart them"
		p.note("Gateway group " + g.Label() + " runs " + runs + ", which is newer than " + to + ": no step upgrades it.")
	}
	p.add(s)
}
