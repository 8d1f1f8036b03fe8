package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/rules"
)

// display adds the flags that say what the table shows. None of them changes the verdict.
func (f *outputFlags) display(flags flags) {
	show := flags.list(new([]string), "show", "table: unfold these: a rule, or "+strings.Join(render.Topics(), ", ")+
		" (comma-separated, repeatable); all beside others lists all of their objects").shows()
	show.take = f.unfold
	flags.completes("show", append(render.Topics(), ruleNames()...))
	flags.toggle(&f.all, "all", "the same as --show all").shows()
	flags.choice(&f.filter.MinSeverity, "min-severity", []string{report.SeverityBreaking, report.SeverityWarning, report.SeverityNotice},
		"table: show only findings of this severity or above; the verdict stays").shows()
	flags.list(&f.filter.Groups, "group", "table: show only findings in this gateway group, by name or id; the verdict stays (repeatable)").shows()
	owner := flags.list(&f.filter.Owners, "owner", "table: show only findings on objects with this label, KEY=VALUE, their own or that of their service, "+
		"template or consumer; the verdict stays (repeatable)").shows()
	owner.take = func(text string) error {
		if key, _, labelled := strings.Cut(text, "="); !labelled || key == "" {
			return &mistake{"is no label", "write KEY=VALUE, such as team=orders"}
		}
		f.filter.Owners = append(f.filter.Owners, text)
		return nil
	}
}

// unfold takes topics and rules, separated by commas.
func (f *outputFlags) unfold(text string) error {
	for name := range strings.SplitSeq(text, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" {
			return &mistake{"has an empty name between its commas", "write --show RULE,RULE"}
		}
		if f.show.Add(name) {
			continue
		}
		ids, err := ruleOrEntry(name, rules.All())
		if err != nil {
			return unshown(name, err)
		}
		for _, id := range ids {
			if !slices.Contains(f.show.Rules, id) {
				f.show.Rules = append(f.show.Rules, id)
			}
		}
	}
	return nil
}

// unshown says what is wrong with a name that is neither a topic nor a rule. It is repeated only if it is a plain word.
func unshown(name string, err error) error {
	if near, ok := suggest.Nearest(name, render.Topics()); ok && plainWord(name) {
		return &mistake{strconv.Quote(name) + " is neither a rule nor a part of the report", "did you mean " + near + "?"}
	}
	if known, ok := errors.AsType[*failure](err); ok {
		return &mistake{"takes a rule or a part of the report: " + known.message, known.hint}
	}
	return &mistake{"names neither a rule nor one of " + strings.Join(render.Topics(), ", "), "api7-preflight rules list shows the rules"}
}

// ruleNames returns the ids of all rules.
func ruleNames() []string {
	var ids []string
	for _, r := range rules.All() {
		ids = append(ids, r.ID)
	}
	return ids
}
