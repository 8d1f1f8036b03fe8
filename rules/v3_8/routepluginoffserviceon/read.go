package routepluginoffserviceon

import (
	"bytes"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

// service names a published service.
type service struct{ group, id string }

// services holds the plugins that services have on.
type services map[service][]string

func (s services) add(p *rule.Pass, r *estate.Resource) {
	members, _ := r.Field("plugins").Members().Known()
	if len(members) == 0 {
		return
	}
	id := service{strings.Clone(r.Group.ShortID), strings.Clone(r.ID)}
	for _, m := range members {
		if !disabled(p, r, m) {
			s[id] = append(s[id], strings.Clone(m.Key))
		}
	}
}

// switched is a plugin that a route switches off.
type switched struct {
	subject estate.Subject
	service service
	plugin  string
	pointer string
}

// switchedOff returns the plugins that a route switches off: few routes do.
func switchedOff(p *rule.Pass, r *estate.Resource) (off []switched) {
	plugins := r.Field("plugins")
	if raw := plugins.Raw(); !bytes.Contains(raw, []byte("disable")) && !bytes.Contains(raw, []byte(`\u`)) {
		return nil
	}
	members, _ := plugins.Members().Known()
	for _, m := range members {
		if !disabled(p, r, m) {
			continue
		}
		s := r.Subject()
		off = append(off, switched{
			s, service{s.Ref.Group, strings.Clone(traffic.Owner(r))}, strings.Clone(m.Key), pointer(m.Key),
		})
	}
	return off
}

func pointer(plugin string) string { return jsonptr.Append("/plugins", plugin) }

// disabled reports whether a plugin is switched off; what cannot be read is in doubt.
func disabled(p *rule.Pass, r *estate.Resource, m estate.Member) bool {
	if m.Value.Empty() { // Lua writes an empty table as [] as well as {}
		return false
	}
	meta := m.Value.Get("_meta")
	if meta.Empty() {
		return false
	}
	off := meta.Get("disable").Bool()
	if why := off.Unreadable(); why != "" {
		p.Doubt(r, pointer(m.Key), "whether "+m.Key+" is switched off (_meta.disable) cannot be read: "+why)
	}
	yes, _ := off.Known()
	return yes
}
