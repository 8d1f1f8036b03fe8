package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// ledger collects what was not examined. Each gap is one entry, with all the rules that need it.
type ledger struct {
	entries []report.Unexamined
	index   map[said]int
	known   map[string]bool // fingerprints in use
	rules   map[string]int  // rule id to the number of entries that name it
}

// said identifies an entry: two gaps with the same texts are one.
type said struct{ what, why string }

// add records a gap that affects a rule; an empty rule means that it affects all of them.
func (l *ledger) add(rule string, g estate.Gap) {
	about := []string{g.What}
	switch {
	case g.ID == estate.EarlyChanges: // its text depends on the path
		about = nil
	case g.ID == estate.DamagedRows && len(g.Names) > 0:
		about = g.Names
	case g.At.File != "": // lines move, so they are no part of the identity
		about = []string{g.At.File}
	}
	l.note(rule, g, location(g.At), about)
}

// doubt records what a rule could not judge. The group is the object's, as the installation names it.
func (l *ledger) doubt(rule string, d doubt, group estate.Group) {
	about := []string{d.at.Where}
	if kind := d.Subject.Ref.Kind; kind != 0 {
		about = []string{kind.String(), group.Label(), d.Subject.Ref.ID, d.Pointer}
	}
	l.note(rule, estate.Gap{ID: d.ID, What: d.at.Where, Why: d.Why, Next: d.Next}, d.at, about)
}

func (l *ledger) note(id string, g estate.Gap, at report.Location, about []string) {
	if l.index == nil {
		l.index, l.known, l.rules = map[said]int{}, map[string]bool{}, map[string]int{}
	}
	i, seen := l.index[said{g.What, g.Why}]
	if !seen {
		i = len(l.entries)
		l.index[said{g.What, g.Why}] = i
		l.entries = append(l.entries, report.Unexamined{
			ID: g.ID, Fingerprint: l.fingerprint(g.ID, about), What: g.What, Why: g.Why, Next: g.Next, Rules: []string{}, Location: at,
		})
	}
	if id != "" && !slices.Contains(l.entries[i].Rules, id) {
		l.entries[i].Rules = append(l.entries[i].Rules, id)
		l.rules[id]++
	}
}

// fingerprint identifies a gap across runs and changes of wording, by its cause and what it is about. Gaps that share
// both are numbered.
func (l *ledger) fingerprint(id string, about []string) string {
	for n := 1; ; n++ {
		sum := sha256.Sum256([]byte(strings.Join(append([]string{"unexamined", strconv.Itoa(n), id}, about...), "\x00")))
		if text := hex.EncodeToString(sum[:12]); !l.known[text] {
			l.known[text] = true
			return text
		}
	}
}

// general adds the gaps that concern no rule in particular.
func (l *ledger) general(o *Options, p *plan, s *stream) {
	if p.path.From.Less(version.Oldest()) {
		l.add("", estate.Gap{
			ID:   estate.EarlyChanges,
			What: fmt.Sprintf("changes from %s to %s", p.path.From, version.Oldest()),
			Why:  fmt.Sprintf("no changes are publicly known before %s", version.Oldest()),
			Next: "ask API7 for upgrade guidance to a known release first",
		})
	}
	for _, in := range s.sources { // no rule listens to gateway groups, but every object belongs to one
		for _, g := range in.damaged[estate.GatewayGroup] {
			l.add("", g)
		}
	}
	var total int64
	for k := range p.need.Kinds {
		total += s.counted(k)
	}
	if total == 0 && len(s.sources) > 0 {
		l.add("", estate.Gap{
			ID: estate.EmptyInstallation, What: "the whole installation", Why: "no resources were found",
			Next: "check that this is the installation's database",
		})
	}
	for _, g := range o.Doubts {
		l.add("", g)
	}
}

// list returns what was not examined. An entry is accepted if its cause is, or if all the rules that need it are.
func (l *ledger) list(o *Options) []report.Unexamined {
	out := make([]report.Unexamined, 0, len(l.entries))
	for _, u := range l.entries {
		u.Rules = append([]string{}, u.Rules...)
		u.Accepted = len(u.Rules) > 0 && !slices.ContainsFunc(u.Rules, func(id string) bool {
			_, accepted := o.Accept[id]
			return !accepted
		})
		if reason, accepted := o.AcceptCauses[u.ID]; accepted {
			u.Accepted, u.AcceptedWhy = true, reason
		}
		out = append(out, u)
	}
	return out
}

// settle accepts the doubt of every rule whose gaps are all accepted. A rule with another gap stays in doubt.
func settle(rules []report.Rule, unexamined []report.Unexamined) {
	left, reasons := map[string]bool{}, map[string][]string{}
	for _, u := range unexamined {
		for _, id := range u.Rules {
			left[id] = left[id] || !u.Accepted
			if reason := "accepted: " + u.AcceptedWhy; u.AcceptedWhy != "" && !slices.Contains(reasons[id], reason) {
				reasons[id] = append(reasons[id], reason)
			}
		}
	}
	for i := range rules {
		r := &rules[i]
		if in, doubted := left[r.Rule]; doubted && !in && !r.Accepted {
			r.Accepted = true
			r.Reasons = append(r.Reasons, reasons[r.Rule]...)
		}
	}
}
