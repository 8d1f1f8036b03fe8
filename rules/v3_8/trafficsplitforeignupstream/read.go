package trafficsplitforeignupstream

import (
	"fmt"
	"hash/maphash"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

const plugin = "traffic-split"

// mention is an upstream that a plugin names, other than the service's own.
type mention struct {
	subject     estate.Subject
	pointer     string
	service, id string
	off         bool
}

func (m mention) where() string { return m.subject.Origin.Where(m.pointer) }

// mentions returns the upstreams that an attachment names, each once.
func mentions(p *rule.Pass, r *estate.Resource, at estate.Plugin) (all []mention) {
	rules, err := traffic.Read(at.Conf, traffic.Shape{Shares: "weighted_upstreams", Conditions: "vars"})
	if err != nil {
		p.Doubt(r, at.Pointer, plugin+": the configuration cannot be read: "+err.Error())
		return nil
	}
	service := strings.Clone(traffic.Owner(r))
	seen := map[string]bool{"": true, service: true} // the default upstream of a service has the service's id
	if id, ok := r.Field("upstream_id").Text().Known(); ok && r.Kind == estate.Service {
		seen[id] = true
	}
	off := at.Disabled()
	if why := off.Unreadable(); why != "" {
		p.Doubt(r, at.Pointer, plugin+": whether it is switched off (_meta.disable) cannot be read: "+why)
	}
	disabled, _ := off.Known()
	for i, one := range rules {
		for j, share := range one.Shares {
			if seen[share.ID] {
				continue
			}
			seen[share.ID] = true
			pointer := fmt.Sprintf("%s/rules/%d/weighted_upstreams/%d/upstream_id", at.Pointer, i, j)
			if service == "" {
				p.Doubt(r, pointer, "which service this belongs to is not known, so whether it has upstream "+share.ID+" is not known either")
				continue
			}
			all = append(all, mention{r.Subject(), pointer, service, strings.Clone(share.ID), disabled})
		}
	}
	return all
}

// upstreams knows whose each upstream is, by hashes: there may be very many, and few are ever named.
type upstreams struct {
	seed   maphash.Seed
	owners map[uint64]uint64 // 0: not known
}

func newUpstreams() *upstreams { return &upstreams{maphash.MakeSeed(), map[uint64]uint64{}} }

func (u *upstreams) hash(group, id string) uint64 {
	var h maphash.Hash
	h.SetSeed(u.seed)
	_, _ = h.WriteString(group)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(id)
	return max(h.Sum64(), 1)
}

// add notes an upstream. Several sources may show one, and not all of them know whose it is.
func (u *upstreams) add(r *estate.Resource) {
	owner, _ := r.Field("service_id").Text().Known()
	if owner == r.ID {
		return // the default upstream, which its own service names by that id
	}
	h := u.hash(r.Group.ShortID, r.ID)
	if owner != "" {
		u.owners[h] = u.hash(r.Group.ShortID, owner)
	} else if u.owners[h] == 0 {
		u.owners[h] = 0
	}
}

// ownership is what is known of an upstream that a plugin names.
type ownership uint8

const (
	nobody ownership = iota // it is not among the upstreams, or the default one of another service
	own
	other
	untold
)

func (u *upstreams) owner(m mention) ownership {
	owner, seen := u.owners[u.hash(m.subject.Ref.Group, m.id)]
	switch {
	case !seen:
		return nobody
	case owner == 0:
		return untold
	case owner == u.hash(m.subject.Ref.Group, m.service):
		return own
	}
	return other
}
