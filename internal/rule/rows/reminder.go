package rows

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
)

// Reminder is a fact that no input can show: something for a person to check. It is listed in every report on a path
// that its case concerns, unless the installation shows that it is not affected. It never changes the verdict.
type Reminder struct {
	Case  rule.Case
	Title string // one line: what to check
	Why   string // one line: why, and who is affected
	Steps []rule.Step
	// If are signs that the installation is affected; one is enough. Without signs it always is, and also while
	// something that could show a sign was not read completely.
	If []Sign
	// Show looks at what helps with the check. The function that it returns is called after the last resource and
	// gives the evidence to show; nil: only the signs are shown. It decides nothing.
	Show func(*rule.Pass) func() []rule.Evidence
}

// Sign is something in an installation that makes a reminder relevant.
type Sign struct {
	// Plugins are plugins that are attached somewhere, switched on or off.
	Plugins []string
	// Conf is asked about their configuration; nil: the attachment is enough. A doubt counts as a sign.
	Conf cond.Condition
	// Kind is the kind of other resources to look at.
	Kind estate.Kind
	// Body is asked about the resource; nil: it is enough that there is one.
	Body func(*estate.Resource) bool
}

// About returns the case.
func (m Reminder) About() rule.Case { return m.Case }

// Reminds returns the check without evidence from the installation.
func (m Reminder) Reminds() rule.Check {
	return rule.Check{Case: m.Case, Title: m.Title, Why: m.Why, Steps: m.Steps}
}

// Watch looks for signs.
func (m Reminder) Watch(p *rule.Pass) {
	check := m.Reminds()
	show := func() []rule.Evidence { return nil }
	if m.Show != nil {
		show = m.Show(p)
	} else if len(m.If) == 0 {
		p.Remind(check)
		return
	}
	seen, kinds := &Sightings{}, []estate.Kind{}
	for _, s := range m.If {
		kinds = append(kinds, s.watch(p, seen)...)
	}
	p.RemindAtEnd(func() (rule.Check, bool) {
		open := slices.ContainsFunc(kinds, func(k estate.Kind) bool { return !p.Complete(k) })
		check.Evidence = append(concerned(seen, open), show()...)
		switch {
		case seen.Len() > 0:
			check.Brought = rule.ByInstallation
		case len(m.If) > 0: // not every installation is concerned, and nobody read whether this one is
			check.Brought = rule.ByPath
		}
		return check, seen.Len() > 0 || open || len(m.If) == 0
	})
}

// watch records what shows the sign, and returns the kinds that could show it.
func (s Sign) watch(p *rule.Pass, seen *Sightings) []estate.Kind {
	for _, name := range s.Plugins {
		p.OnResourceWith(name, func(r *estate.Resource, places []estate.Plugin) {
			if slices.ContainsFunc(places, s.shows) {
				seen.Add(rule.See(r), name)
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
			seen.Add(rule.See(r), "")
		}
	})
	return append(kinds, s.Kind)
}

func (s Sign) shows(at estate.Plugin) bool {
	if s.Conf == nil {
		return true
	}
	truth := s.Conf(at.Conf)
	return truth.Yes() || truth.Open()
}

// concerned returns the evidence that a reminder is relevant.
func concerned(seen *Sightings, open bool) []rule.Evidence {
	var out []rule.Evidence
	if seen.Len() > 0 {
		out = append(out, rule.Evidence{Name: "concerned", Value: seen.String()})
	}
	if open {
		out = append(out, rule.Evidence{Name: "not all was read", Value: "what was not examined may be concerned too"})
	}
	return out
}

// Flaws returns what is wrong with the row.
func (m Reminder) Flaws() []string {
	f := rule.StepFlaws("Steps", m.Steps)
	f.Add(m.Title == "" || strings.Contains(m.Title, "\n"), "Title: %q, want one line", m.Title)
	f.Add(m.Why == "", "Why: nothing, so that nobody is told why to check")
	for i, s := range m.If {
		f.Add(len(s.Plugins) == 0 && s.Kind == 0, "If: sign %d has neither Plugins nor a Kind, so that nothing shows it", i+1)
		f.Add(len(s.Plugins) == 0 && s.Conf != nil, "If: sign %d has Conf, and no Plugins to ask it of", i+1)
		f.Add(s.Kind == 0 && s.Body != nil, "If: sign %d has Body, and no Kind to ask it of", i+1)
	}
	return f
}
