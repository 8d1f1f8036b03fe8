package rule

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Engine is what a [Pass] asks of the engine that runs its rule. A nil function does nothing, or answers false.
type Engine struct {
	Report   func(Finding)
	Unknown  func(Doubt)
	Complete func(estate.Kind) bool
	Absent   func(k estate.Kind, group string) bool
	Remind   func(Check)
	Judge    func(Defect)
	Count    func(estate.Kind) int64
	// Tools are the versions of companion programs that the user gave.
	Tools map[string]version.Version
}

// Registration is what a rule registered for one run. The engine calls the handlers and plans by the rest. A rule
// with the zero Registration listens to nothing.
type Registration struct {
	Resources   map[estate.Kind][]func(*estate.Resource)
	Attachments map[string][]func(*estate.Resource, estate.Plugin) // by plugin
	Ends        []func()                                           // after the last resource

	Sieved map[estate.Kind][]Sieved // besides Resources
	Wishes map[string][]estate.Wish // what Attachments look at, by plugin

	Direct   map[estate.Kind]bool // kinds whose every resource the rule looks at
	Carriers map[estate.Kind]bool // kinds on which the rule looks for plugins
	Counted  map[estate.Kind]bool // kinds of which the rule asks how many there are
	Reads    map[estate.Kind][]string

	Judges bool // one of Ends was registered with [Pass.AtEnd]
	Legs   []Leg
	Uses   map[estate.Kind]bool

	Asked []Question // about the path
}

// Sieved is a handler of the resources that a sieve selects.
type Sieved struct {
	Sieve estate.Sieve
	Call  func(*estate.Resource)
}

// whole returns e with a function in place of every nil.
func (e Engine) whole() Engine {
	if e.Report == nil {
		e.Report = func(Finding) {}
	}
	if e.Unknown == nil {
		e.Unknown = func(Doubt) {}
	}
	if e.Remind == nil {
		e.Remind = func(Check) {}
	}
	if e.Judge == nil {
		e.Judge = func(Defect) {}
	}
	if e.Count == nil {
		e.Count = func(estate.Kind) int64 { return 0 }
	}
	if e.Complete == nil {
		e.Complete = func(estate.Kind) bool { return false }
	}
	if e.Absent == nil {
		e.Absent = func(estate.Kind, string) bool { return false }
	}
	return e
}

// registration returns one that listens to nothing.
func registration() Registration {
	return Registration{
		Resources:   map[estate.Kind][]func(*estate.Resource){},
		Attachments: map[string][]func(*estate.Resource, estate.Plugin){},
		Direct:      map[estate.Kind]bool{}, Sieved: map[estate.Kind][]Sieved{}, Wishes: map[string][]estate.Wish{}, Carriers: map[estate.Kind]bool{},
		Counted: map[estate.Kind]bool{}, Reads: map[estate.Kind][]string{}, Uses: map[estate.Kind]bool{},
	}
}

// Lacks reports whether a gap in kind k hides something from the rule. A gap in a single field does only if the rule
// looks at that field.
func (r Registration) Lacks(k estate.Kind, g estate.Gap) bool {
	return g.Of == "" || g.Of == estate.OfPlugins && r.Carriers[k] || slices.Contains(r.Reads[k], g.Of)
}

// Kinds returns the kinds that the rule listens to or needs.
func (r Registration) Kinds() []estate.Kind {
	var kinds []estate.Kind
	for _, k := range estate.Kinds() {
		needed := slices.ContainsFunc(r.Legs, func(l Leg) bool { return slices.Contains(l.Kinds, k) })
		if len(r.Resources[k]) > 0 || len(r.Sieved[k]) > 0 || r.Carriers[k] || r.Counted[k] || needed {
			kinds = append(kinds, k)
		}
	}
	return kinds
}
