package rule

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
)

// Reminder is a fact that no input can show: something that a person has to check. It is listed in every report of a
// path that its case concerns, unless the installation shows that it is not concerned; it never changes the verdict.
type Reminder struct {
	Case  Case
	Title string // one line: what to check
	Why   string // one line: why, and who is affected
	Steps []Step
	// If are signs that the installation is concerned: one is enough. Without signs it always is; so it is while what
	// could show a sign was not read completely.
	If []Sign
	// Show looks at what helps with the check and returns what is to be shown of it, asked after the last resource; nil:
	// nothing but the signs. It decides nothing.
	Show func(*Pass) func() []Evidence
}

// Sign is something in an installation that makes a reminder relevant.
type Sign struct {
	// Plugins are attached somewhere, switched on or off.
	Plugins []string
	// Conf is asked of their configuration; nil: the attachment is enough. What cannot be told counts as a sign.
	Conf Condition
	// Kind is the kind of other resources to look at.
	Kind estate.Kind
	// Body is asked of the resource; nil: that there is one is enough.
	Body func(*estate.Resource) bool
}

// About returns the case.
func (m Reminder) About() Case { return m.Case }

// Watch looks for signs.
func (m Reminder) Watch(p *Pass) {
	check := Check{Case: m.Case, Title: m.Title, Why: m.Why, Steps: m.Steps}
	show := func() []Evidence { return nil }
	if m.Show != nil {
		show = m.Show(p)
	} else if len(m.If) == 0 {
		p.Remind(check)
		return
	}
	seen, kinds := &few.Names{}, []estate.Kind{}
	for _, s := range m.If {
		kinds = append(kinds, s.watch(p, seen)...)
	}
	p.ends = append(p.ends, func() { // it judges nothing
		open := slices.ContainsFunc(kinds, func(k estate.Kind) bool { return !p.Complete(k) })
		if seen.Len() == 0 && !open && len(m.If) > 0 {
			return
		}
		check.Evidence = append(concerned(seen, open), show()...)
		p.Remind(check)
	})
}

// watch notes what shows the sign and returns the kinds that could.
func (s Sign) watch(p *Pass, seen *few.Names) []estate.Kind {
	for _, name := range s.Plugins {
		p.OnAttached(name, func(r *estate.Resource, places []estate.Plugin) {
			if slices.ContainsFunc(places, s.shows) {
				seen.Add(sighting(r, name))
			}
		})
	}
	var kinds []estate.Kind
	if len(s.Plugins) > 0 {
		kinds = estate.PluginKinds()
	}
	if s.Kind == 0 {
		return kinds
	}
	p.On(s.Kind, func(r *estate.Resource) {
		if s.Body == nil || s.Body(r) {
			seen.Add(sighting(r, ""))
		}
	})
	return append(kinds, s.Kind)
}

func (s Sign) shows(at estate.Plugin) bool {
	if s.Conf == nil {
		return true
	}
	truth := s.Conf(at.Conf)
	return truth.yes || truth.doubt.why != ""
}

// sighting names an object that made a reminder relevant, and the plugin that did.
func sighting(r *estate.Resource, plugin string) string {
	name := strings.ReplaceAll(r.Kind.String(), "_", " ") + " " + r.Name()
	if group := r.Group.Label(); group != "" {
		name += " on " + group
	}
	if plugin != "" {
		name += " (" + plugin + ")"
	}
	return name
}

// concerned is the evidence for a reminder's relevance.
func concerned(seen *few.Names, open bool) []Evidence {
	var out []Evidence
	if seen.Len() > 0 {
		out = append(out, Evidence{Name: "concerned", Value: seen.String()})
	}
	if open {
		out = append(out, Evidence{Name: "not all was read", Value: "what was not examined may be concerned as well"})
	}
	return out
}

// Check is a reminder that is due.
type Check struct {
	Case     Case
	Title    string
	Why      string
	Evidence []Evidence
	Steps    []Step
}
