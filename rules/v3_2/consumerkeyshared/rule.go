// Package consumerkeyshared finds consumers that have the same key.
package consumerkeyshared

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/alike"
)

//go:embed doc.md
var doc string

// Rule finds consumers that have the same key.
var Rule = rule.Rule{
	ID:         "consumer-key-shared",
	Title:      "Two consumers have the same key, which the target refuses",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.12.0"),
	Catalogue:  []string{"R-3.2.12.0-4"},
	Timing:     rule.Before,
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

const plugin = "key-auth"

// keys knows who has which key.
type keys struct {
	owners  alike.Sets[estate.Subject]
	readers map[string]map[estate.Ref]bool // consumers with a key by gateway group, hidden or not
	visible map[estate.Ref]bool
	hidden  map[estate.Ref]string // places of keys that the source hides
}

func start(p *rule.Pass) {
	k := keys{readers: map[string]map[estate.Ref]bool{}, visible: map[estate.Ref]bool{}, hidden: map[estate.Ref]string{}}
	p.OnAttached(plugin, func(r *estate.Resource, places []estate.Plugin) {
		for _, at := range places {
			k.add(p, r, at)
		}
	}, estate.Consumer)
	p.AtEnd(func() { k.judge(p) })
}

func (k *keys) add(p *rule.Pass, r *estate.Resource, at estate.Plugin) {
	key := at.Conf.Get("key").Text()
	if why := key.Unreadable(); why != "" && !at.Conf.Empty() {
		p.Doubt(r, at.Pointer, plugin+": key cannot be read: "+why)
	}
	text, _ := key.Known()
	if text == "" {
		return
	}
	s := r.Subject()
	if k.readers[s.Ref.Group] == nil {
		k.readers[s.Ref.Group] = map[estate.Ref]bool{}
	}
	k.readers[s.Ref.Group][s.Ref] = true
	if text == rule.Redacted {
		k.hidden[s.Ref] = r.Origin.Where(at.Pointer)
		return
	}
	k.visible[s.Ref] = true
	k.owners.Add(s.Ref.Group, s.Ref.ID, []byte(text), s)
}

func (k *keys) judge(p *rule.Pass) {
	for _, owners := range k.owners.Several() {
		report(p, owners)
	}
	compared, hidden := 0, []string(nil)
	for _, consumers := range k.readers {
		if len(consumers) < 2 {
			continue
		}
		compared += len(consumers)
		for ref := range consumers {
			if !k.visible[ref] { // no other source shows it
				hidden = append(hidden, k.hidden[ref])
			}
		}
	}
	if len(hidden) > 0 {
		p.Unknown(slices.Min(hidden), fmt.Sprintf("keys that this source hides cannot be compared: %d", len(hidden)))
	}
	if compared > 0 {
		remind(p, compared)
	}
}

// remind says what no comparison shows.
func remind(p *rule.Pass, compared int) {
	p.Remind(rule.Check{
		Title:    "No two consumers of a gateway group may have the same key",
		Why:      "keys are stored encrypted: two stored values that are equal show the same key, two that differ prove nothing",
		Evidence: []rule.Evidence{{Name: "consumers with a key", Value: strconv.Itoa(compared)}},
		Steps: []rule.Step{
			{When: rule.Before, Text: "Ask the owners of the consumers, or look in the Dashboard, whether a key was handed out twice: from 3.2.12.0 on a consumer with a key that another one has is refused."},
		},
	})
}

// few is how many of the others a finding names.
const few = 5

func report(p *rule.Pass, owners map[string]estate.Subject) {
	names := make([]string, 0, len(owners))
	for _, s := range owners {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	for _, s := range owners {
		others := slices.DeleteFunc(slices.Clone(names[:min(len(names), few+1)]), func(name string) bool { return name == s.Name })
		p.Report(rule.Finding{
			Subject: s, Pointer: "/plugins/" + plugin,
			Message:  fmt.Sprintf("the key is stored with %d consumers", len(owners)),
			Evidence: []rule.Evidence{{Name: "the same key", Value: strings.Join(others[:min(len(others), few)], ", ")}},
			Remediation: []rule.Step{
				{When: rule.Before, Text: "Give each consumer a key of its own, beginning with the one that has fewer clients. With one key for two it is chance which of them a request counts for."},
			},
		})
	}
}
