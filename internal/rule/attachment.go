package rule

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// OnEachAttachment calls f for every attachment of the named plugin, including those nested in other plugins, on
// resources of the given kinds; without kinds, of every kind that can carry a plugin. The rule listens to all of
// them.
func (p *Pass) OnEachAttachment(name string, f func(*estate.Resource, estate.Plugin), kinds ...estate.Kind) {
	p.attached(name, estate.Wish{Kinds: kinds}, f)
}

// OnResourceWith calls f once for every resource that attaches the named plugin, with all attachments of it, nested
// ones included. kinds are as for [Pass.OnEachAttachment].
func (p *Pass) OnResourceWith(name string, f func(*estate.Resource, []estate.Plugin), kinds ...estate.Kind) {
	p.attached(name, estate.Wish{Kinds: kinds}, onceEach(name, f))
}

// Sighting is a resource of which a rule wants to know only whose it is.
type Sighting struct{ resource *estate.Resource }

// See returns the sighting of a resource.
func See(r *estate.Resource) Sighting { return Sighting{r} }

// Kind returns the kind of the resource.
func (s Sighting) Kind() estate.Kind { return s.resource.Kind }

// Name returns the resource's name, or its id if it has none.
func (s Sighting) Name() string { return s.resource.Name() }

// Group returns what people call the resource's gateway group.
func (s Sighting) Group() string { return s.resource.Group.Label() }

// ID returns the id of the resource.
func (s Sighting) ID() string { return s.resource.ID }

// Origin returns what shows the resource.
func (s Sighting) Origin() estate.Origin { return s.resource.Origin }

// OnSighting is [Pass.OnResourceWith] for a rule that only names what it sees, perhaps a million of them: a source need
// not deliver any more. concerns selects the attachments that f is called with; nil: all. It may be called at any time,
// from any goroutine, and so must depend on the attachment alone.
func (p *Pass) OnSighting(name string, concerns func(estate.Plugin) bool, f func(Sighting, []estate.Plugin), kinds ...estate.Kind) {
	p.attached(name, estate.Wish{Kinds: kinds, If: concerns, Named: true}, onceEach(name, func(r *estate.Resource, places []estate.Plugin) {
		switch {
		case concerns == nil || len(places) == 1 && concerns(places[0]): // nearly always, and no need to copy
		case len(places) == 1:
			return
		default:
			places = slices.DeleteFunc(slices.Clone(places), func(at estate.Plugin) bool { return !concerns(at) })
		}
		if len(places) > 0 {
			f(See(r), places)
		}
	}))
}

func (p *Pass) attached(name string, wish estate.Wish, f func(*estate.Resource, estate.Plugin)) {
	if len(wish.Kinds) == 0 {
		wish.Kinds = estate.PluginKinds()
	}
	for _, k := range wish.Kinds {
		p.registered.Carriers[k] = true
	}
	p.registered.Wishes[name] = append(p.registered.Wishes[name], wish)
	p.registered.Attachments[name] = append(p.registered.Attachments[name], func(r *estate.Resource, at estate.Plugin) {
		if slices.Contains(wish.Kinds, r.Kind) {
			f(r, at)
		}
	})
}

// onceEach returns a handler that calls f once per resource, at its first attachment of the plugin, with all of them.
func onceEach(name string, f func(*estate.Resource, []estate.Plugin)) func(*estate.Resource, estate.Plugin) {
	called := func(other estate.Plugin) bool { return other.Name == name }
	return func(r *estate.Resource, at estate.Plugin) {
		all := r.Plugins()
		switch i := slices.IndexFunc(all, called); {
		case i < 0 || all[i].Pointer != at.Pointer: // not the first
		case !slices.ContainsFunc(all[i+1:], called): // there is nearly always just one, and no need to copy
			f(r, all[i:i+1:i+1])
		default:
			f(r, slices.DeleteFunc(slices.Clone(all), func(other estate.Plugin) bool { return !called(other) }))
		}
	}
}
