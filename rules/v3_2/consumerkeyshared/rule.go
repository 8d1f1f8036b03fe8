// Package consumerkeyshared finds consumers that have the same key.
package consumerkeyshared

import (
	"cmp"
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/samevalue"
)

//go:embed doc.md
var doc string

// Rule finds consumers that have the same key.
var Rule = rule.Rule{
	ID:         "consumer-key-shared",
	Title:      "Two consumers have the same key, which the target refuses",
	Action:     "give each consumer a key of its own",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.12.0"),
	Catalogue:  []string{"R-3.2.12.0-4"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

const plugin = "key-auth"

// keys knows who has which key.
type keys struct {
	owners  samevalue.Sets[estate.Subject]
	readers map[string]map[estate.Ref]bool // consumers with a key by gateway group, hidden or not
	visible map[estate.Ref]bool
	hidden  map[estate.Ref]hidden // keys that the source hides
}

// hidden is where a key is hidden.
type hidden struct {
	subject estate.Subject
	pointer string
}

func (h hidden) where() string { return h.subject.Origin.Where(h.pointer) }

func start(p *rule.Pass) {
	k := keys{readers: map[string]map[estate.Ref]bool{}, visible: map[estate.Ref]bool{}, hidden: map[estate.Ref]hidden{}}
	p.OnResourceWith(plugin, func(r *estate.Resource, places []estate.Plugin) {
		for _, at := range places {
			k.add(p, r, at)
		}
	}, estate.Consumer)
	p.AtEnd(func() { k.judge(p) })
}

func (k *keys) add(p *rule.Pass, r *estate.Resource, at estate.Plugin) {
	key := at.Conf.Get("key").Text()
	text, _ := key.Known()
	concealed := key.Unreadable() == estate.Hidden || estate.HiddenIn(text) // of a reference the scheme is shown
	if why := key.Unreadable(); why != "" && !concealed && !at.Conf.Empty() {
		p.Doubt(r, at.Pointer, plugin+": key cannot be read: "+why)
	}
	if text == "" && !concealed {
		return
	}
	s := r.Subject()
	if k.readers[s.Ref.Group] == nil {
		k.readers[s.Ref.Group] = map[estate.Ref]bool{}
	}
	k.readers[s.Ref.Group][s.Ref] = true
	if concealed {
		k.hidden[s.Ref] = hidden{s, at.Pointer}
		return
	}
	k.visible[s.Ref] = true
	k.owners.Add(s.Ref.Group, s.Ref.ID, []byte(text), s)
}

func (k *keys) judge(p *rule.Pass) {
	for _, owners := range k.owners.Several() {
		report(p, owners)
	}
	compared, unseen := 0, []hidden(nil)
	for _, consumers := range k.readers {
		if len(consumers) < 2 {
			continue
		}
		compared += len(consumers)
		for ref := range consumers {
			if !k.visible[ref] { // no other source shows it
				unseen = append(unseen, k.hidden[ref])
			}
		}
	}
	if len(unseen) > 0 {
		first := slices.MinFunc(unseen, func(a, b hidden) int { return cmp.Compare(a.where(), b.where()) })
		p.Unknown(first.subject, first.pointer, plural.Of(len(unseen), "key", "keys")+" hidden in this source cannot be compared")
	}
	if compared > 0 {
		remind(p, compared)
	}
}
