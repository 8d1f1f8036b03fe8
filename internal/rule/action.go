package rule

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// An action says in one line what to do first, to somebody who reads it at night beside the id of the rule: "delete now,
// put back after". It begins with a verb in the imperative and in lower case, and has no full stop. The steps of a
// finding say the rest.

// longest is how many characters an action may have, so that it fits into a column.
const longest = 44

// verbs are the words that an action may begin with: the same word for the same kind of work.
//
//nolint:gochecknoglobals // a list
var verbs = strings.Fields(`
	add ask avoid
	change check choose compare connect copy correct create
	decide delete disable
	enable enforce
	find finish
	give
	install issue
	keep
	label let list
	move
	name note
	raise read rehearse remove rename replace restart review rewrite run
	save set shorten start switch
	tell test
	upgrade upload
	weigh write
`)

// actionFlaws returns what is wrong with the action of the rule. A check by hand has none: its title says what to do.
func (r *Rule) actionFlaws() Flaws {
	if !r.ByHand() {
		return ActionFlaws(r.Action)
	}
	var f Flaws
	f.Add(r.Action != "", "Action: %q, and the rule reports nothing that it could be done about", r.Action)
	return f
}

// ActionFlaws returns what is wrong with the form of an action.
func ActionFlaws(action string) Flaws {
	var f Flaws
	verb, _, _ := strings.Cut(action, " ")
	f.Add(utf8.RuneCountInString(action) > longest, "Action: %q, want at most %d characters", action, longest)
	f.Add(strings.HasSuffix(action, "."), "Action: %q, want no full stop", action)
	f.Add(strings.Contains(action, "\n"), "Action: %q, want one line", action)
	f.Add(!slices.Contains(verbs, strings.TrimRight(verb, ",;:")), "Action: %q, want one of these verbs first: %s", action, strings.Join(verbs, ", "))
	return f
}

// RowActionFlaws is [ActionFlaws] for the action of a row; without one the row has that of its rule.
func RowActionFlaws(action string) Flaws {
	if action == "" {
		return nil
	}
	return ActionFlaws(action)
}

// ends returns the first releases without the case, one for each line from that of the target on.
func (c Case) ends(target version.Version) []string {
	all := slices.DeleteFunc(c.Until.First(), func(v version.Version) bool { return v.Line().Compare(target.Line()) < 0 })
	slices.SortFunc(all, version.Version.Compare)
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = v.String()
	}
	return names
}

// Weigh returns the action for a case that another target does not have: "weigh it: fixed in 3.7.8 and 3.8.5". It names the
// first release with the fix for each line, and recommends none: only the report does, which knows every defect. It is
// empty if no release ends the case.
func (c Case) Weigh(target version.Version) string {
	if ends := c.ends(target); len(ends) > 0 {
		return "weigh it: fixed in " + listed(ends)
	}
	return ""
}

// FixedFor returns the step for it.
func (c Case) FixedFor(target version.Version) string {
	ends := c.ends(target)
	switch len(ends) {
	case 0:
		return "No known release from " + target.String() + " on fixes this."
	case 1:
		return "Weigh it when you decide on the target: it is fixed in " + ends[0] + "."
	}
	return "Weigh it when you decide on the target: it is fixed in " + listed(ends) + ", the first release with the fix in each line."
}

// listed joins names: "a, b and c".
func listed(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
