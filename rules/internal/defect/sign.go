package defect

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
)

// Sign is something in an installation without which it cannot meet a defect.
type Sign struct {
	// None says that there is nothing of it, in words that stand alone: "there are no stream routes".
	None string
	// Plugins are plugins that gateways run, switched on or off. A template or an earlier version is not run.
	Plugins []string
	// Except are kinds on which an attachment is no sign: on a consumer, an authentication plugin is only a key.
	Except []estate.Kind
	// If is asked about their configuration; nil: the attachment is enough.
	If cond.Condition
	// Kinds are the kinds of other resources, of which there must be Least (0 is 1). If Has is nil they are only counted.
	Kinds []estate.Kind
	Least int64
	Has   func(*estate.Resource) cond.Truth
	// Words select, of kinds that come by the million, the resources that Has is asked about: the body has one of them.
	Words []string
	// Field is the one in which the body must have it; empty: any.
	Field string
	// ID selects those whose id contains one of these characters.
	ID string
	// Perhaps says why a sight of it leaves open whether the defect strikes; empty: it strikes.
	Perhaps string
}

// carriers are the kinds on which gateways run plugins.
func (s Sign) carriers() []estate.Kind {
	return slices.DeleteFunc(estate.PluginKinds(), func(k estate.Kind) bool { return k.State() != estate.Live || slices.Contains(s.Except, k) })
}

// watched is what was seen of one sign.
type watched struct {
	sign   Sign
	seen   rows.Sightings
	doubts rows.Sightings // what could not be read
	counts []func() int64
}

func (s Sign) watch(p *rule.Pass) *watched {
	w := &watched{sign: s}
	for _, name := range s.Plugins {
		p.OnSighting(name, s.concerns(), w.plugin, s.carriers()...)
	}
	for _, k := range s.Kinds {
		switch {
		case s.Has == nil:
			w.counts = append(w.counts, p.Count(k))
		case len(s.Words) > 0:
			p.OnSieved(k, estate.Sieve{Words: append(slices.Clone(s.Words), `\u`), Field: s.Field}, w.resource)
		case s.ID != "":
			p.OnSieved(k, estate.Sieve{ID: s.ID}, w.resource)
		default:
			p.On(k, w.resource)
		}
	}
	return w
}

// kinds returns the kinds that can show the sign.
func (w *watched) kinds() []estate.Kind {
	if len(w.sign.Plugins) > 0 {
		return append(w.sign.carriers(), w.sign.Kinds...)
	}
	return w.sign.Kinds
}

// concerns returns what tells whether an attachment may be the sign; nil: each is.
func (s Sign) concerns() func(estate.Plugin) bool {
	if s.If == nil {
		return nil
	}
	return func(at estate.Plugin) bool {
		truth := s.If(at.Conf)
		return truth.Yes() || truth.Open()
	}
}

func (w *watched) plugin(on rule.Sighting, places []estate.Plugin) {
	to := &w.doubts
	if w.sign.If == nil || slices.ContainsFunc(places, func(at estate.Plugin) bool { return w.sign.If(at.Conf).Yes() }) {
		to = &w.seen
	}
	to.Add(on, places[0].Name)
}

func (w *watched) resource(r *estate.Resource) {
	switch truth := w.sign.Has(r); {
	case truth.Yes():
		w.seen.Add(rule.See(r), "")
	case truth.Open():
		w.doubts.Add(rule.See(r), "")
	}
}

// concern answers after the last resource whether the sign was seen, and shows what.
func (w *watched) concern(p *rule.Pass) (rule.Concern, string) {
	var n int64
	for _, count := range w.counts {
		n += count()
	}
	least := max(w.sign.Least, 1)
	switch {
	case int64(w.seen.Len()) >= least:
		return w.met(w.seen.String())
	case len(w.counts) > 0 && n >= least:
		return w.met(w.counted(n))
	case w.doubts.Len() > 0:
		return rule.Open, "cannot be read: " + w.doubts.String()
	case slices.ContainsFunc(w.kinds(), func(k estate.Kind) bool { return !p.Complete(k) }):
		return rule.Open, "not everything was read that could show it"
	}
	return rule.Spared, w.sign.None
}

func (w *watched) counted(n int64) string {
	names := make([]string, len(w.sign.Kinds))
	for i, k := range w.sign.Kinds {
		names[i] = strings.ReplaceAll(k.String(), "_", " ")
	}
	return strings.Join(names, " or ") + ": " + count(n)
}

func (w *watched) met(what string) (rule.Concern, string) {
	if w.sign.Perhaps != "" {
		return rule.Open, w.sign.Perhaps + " (" + what + ")"
	}
	return rule.Met, what
}

// anyOf answers for signs of which one is enough.
func anyOf(p *rule.Pass, all []*watched) (rule.Concern, string) {
	concerned, why := rule.Spared, []string{}
	for _, w := range all {
		c, said := w.concern(p)
		switch c {
		case rule.Met:
			return c, said
		case concerned:
			why = append(why, said)
		case rule.Open:
			concerned, why = c, []string{said}
		case rule.Spared:
		}
	}
	return concerned, strings.Join(slices.Compact(why), "; ")
}

func (s Sign) flaws() rule.Flaws {
	var f rule.Flaws
	f.Add(s.None == "", "Signs: None says nothing, so that nobody is told why the defect cannot strike")
	f.Add(len(s.Plugins) == 0 && len(s.Kinds) == 0, "Signs: neither Plugins nor Kinds, so that nothing shows it")
	f.Add(len(s.Plugins) == 0 && s.If != nil, "Signs: If, and no Plugins to ask it of")
	f.Add(len(s.Words) == 0 && s.Field != "", "Signs: Field, and no Words to look for in it")
	f.Add(s.Has == nil && len(s.Words)+len(s.ID) > 0, "Signs: Words or ID, and no Has to select for")
	return f
}
