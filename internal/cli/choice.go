package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/rules"
)

// chosen returns the rules with the given names. The name of a catalogue entry means the rules that cover it.
func chosen(texts []string, all []*rule.Rule) (map[string]bool, error) {
	ids := map[string]bool{}
	for _, text := range texts {
		for id := range strings.SplitSeq(text, ",") {
			id = strings.TrimSpace(id)
			if id == "" {
				return nil, usage("write --only RULE,RULE", "--only has an empty name between its commas")
			}
			found, err := ruleOrEntry(id, all)
			if err != nil {
				return nil, err
			}
			for _, id := range found {
				ids[id] = true
			}
		}
	}
	return ids, nil
}

// ruleOrEntry returns the rule with that name, or the rules that cover the entry.
func ruleOrEntry(id string, all []*rule.Rule) ([]string, error) {
	if ids := covering(id, all); len(ids) > 0 {
		return ids, nil
	}
	_, err := findRule(id, all)
	if err == nil {
		return []string{id}, nil
	}
	known, broken := catalogue.Parse(rules.Catalogue())
	if broken == nil && slices.ContainsFunc(known.Changes, func(e catalogue.Entry) bool { return strings.EqualFold(e.ID, id) }) {
		return nil, usage("api7-preflight rules coverage says why", "no rule covers %s", id)
	}
	return nil, err
}

// covering returns the rules that cover an entry of the catalogue.
func covering(entry string, all []*rule.Rule) []string {
	var ids []string
	for _, r := range all {
		if slices.ContainsFunc(r.Entries(), func(e string) bool { return strings.EqualFold(e, entry) }) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// reasons parses NAME=REASON pairs. known returns an error for an invalid name. A reason is required, because the
// report shows it.
func reasons(flag string, pairs []string, known func(name string) error) (map[string]string, error) {
	out := make(map[string]string, len(pairs))
	for _, pair := range pairs {
		id, reason, _ := strings.Cut(pair, "=")
		id = strings.TrimSpace(id)
		if err := known(id); err != nil {
			return nil, err
		}
		id = strings.ToLower(id)
		if several(reason) {
			return nil, usage("give --"+flag+" for each; in a variable, one a line", "--%s %s: the reason contains what looks like another NAME=REASON", flag, id)
		}
		if strings.TrimSpace(reason) == "" {
			return nil, usage(fmt.Sprintf("--%s %s='why this is all right'", flag, id), "--%s %s has no reason", flag, id)
		}
		if _, twice := out[id]; twice {
			return nil, usage("give one reason", "--%s names %s twice", flag, id)
		}
		out[id] = strings.TrimSpace(reason)
	}
	return out, nil
}

// several reports whether a reason contains another pair after a comma, which would be lost.
func several(reason string) bool {
	for part := range strings.SplitSeq(reason, ",") {
		name, _, pair := strings.Cut(strings.TrimSpace(part), "=")
		if pair && flagLike(name) && part != reason {
			if _, err := findRule(name, rules.All()); err == nil || slices.Contains(estate.Causes(), name) {
				return true
			}
		}
	}
	return false
}

// aRule returns a function that returns an error for anything but a rule.
func aRule(all []*rule.Rule) func(name string) error {
	return func(name string) error {
		_, err := findRule(name, all)
		return err
	}
}

// aDoubt returns a function that returns an error for anything but a rule or a cause of a gap.
func aDoubt(all []*rule.Rule) func(name string) error {
	return func(name string) error {
		if slices.Contains(estate.Causes(), strings.ToLower(name)) {
			return nil
		}
		err := aRule(all)(name)
		if near, ok := suggest.Nearest(name, estate.Causes()); ok && err != nil && plainWord(name) {
			return usage("did you mean "+near+"?", "%q is neither a rule nor the id of something not examined", name)
		}
		return err
	}
}

// findRule returns the rule with an id. If there is none, the error suggests one.
func findRule(id string, all []*rule.Rule) (*rule.Rule, error) {
	ids := make([]string, len(all))
	for i, r := range all {
		if strings.EqualFold(r.ID, id) {
			return r, nil
		}
		ids[i] = r.ID
	}
	hint := "api7-preflight rules list shows them all"
	if covering := covering(id, all); len(covering) > 0 {
		return nil, usage("the rules of this entry: "+strings.Join(covering, ", "), "%s is a catalogue entry, not a rule", strings.ToUpper(id))
	}
	if alike := slices.DeleteFunc(slices.Clone(ids), func(name string) bool { return !strings.Contains(name, strings.ToLower(id)) }); id != "" && len(alike) > 0 {
		hint = "did you mean " + strings.Join(alike[:min(len(alike), 3)], ", ") + "?"
	} else if near, ok := suggest.Nearest(id, ids); ok {
		hint = "did you mean " + near + "?"
	}
	if !plainWord(id) {
		return nil, usage(hint, "unknown rule")
	}
	return nil, usage(hint, "unknown rule %q", id)
}
