package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/rules"
)

func (a *app) explain() *cobra.Command {
	return &cobra.Command{
		Use: "explain RULE", Short: "Show one rule in full, or one entry of the catalogue, offline",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("api7-preflight rules list shows them all", "%s takes one rule or catalogue entry", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			names := ids(rules.All())
			if known, err := catalogue.Parse(rules.Catalogue()); err == nil {
				for i := range known.Changes {
					names = append(names, known.Changes[i].ID)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := explained(args[0])
			if err != nil {
				return err
			}
			return a.write(text)
		},
	}
}

// explained returns the explanation of a rule or of an entry of the catalogue.
func explained(id string) (string, error) {
	known, err := catalogue.Parse(rules.Catalogue())
	if err != nil {
		return "", cannotRun("this is a bug in api7-preflight", "%v", err)
	}
	entries := known.Changes
	if i := slices.IndexFunc(entries, func(e catalogue.Entry) bool { return e.Named(id) }); i >= 0 {
		return entryText(&entries[i]), nil
	}
	r, err := findRule(id, rules.All())
	if err == nil {
		return explanation(r), nil
	}
	if near := nearEntries(id, entries); len(near) > 0 && plainWord(id) {
		return "", usage("did you mean "+strings.Join(near, ", ")+"?", "%q is neither a rule nor an entry of the catalogue", id)
	}
	return "", err
}

// nearEntries returns the entries of the catalogue that someone may have meant who gave an id that is none: the one that
// looks most like it, or some that begin alike. A rule's id is in lower case and has no digits.
func nearEntries(id string, entries []catalogue.Entry) []string {
	const some = 3
	names, alike := make([]string, len(entries)), []string{}
	upper := strings.ToUpper(id)
	family, _, _ := strings.Cut(upper, "-")
	for i := range entries {
		if names[i] = entries[i].ID; strings.HasPrefix(names[i], family+"-") {
			alike = append(alike, names[i])
		}
	}
	if id != upper && !strings.ContainsAny(id, "0123456789") {
		return nil
	}
	if near, ok := suggest.Nearest(upper, names); ok {
		return []string{near}
	}
	return suggest.Closest(upper, alike, some)
}

// entryText returns an entry of the catalogue, and the rules that cover it.
func entryText(e *catalogue.Entry) string {
	sheet := render.NewSheet()
	sheet.Prose("", fmt.Sprintf("%s (%s, %s)", e.ID, e.Kind, e.Confidence))
	sheet.Prose("", e.Summary)
	sheet.Gap()
	sheet.Prose("Affects: ", e.Affects)
	first := "every upgrade"
	if len(e.Versions) > 0 {
		first = strings.Join(e.Versions, ", ")
	}
	sheet.Prose("Since: ", first)
	if len(e.Until) > 0 {
		sheet.Prose("Fixed in: ", strings.Join(e.Until, ", "))
	}
	sheet.List("Also called: ", e.Also)
	if e.Handled.Not != "" {
		sheet.Prose("Not covered: ", e.Handled.Not)
	}
	for _, id := range e.Handled.Rules {
		r, err := findRule(id, rules.All())
		if err != nil {
			continue // the catalogue's test refuses it
		}
		sheet.Gap()
		gravity := gravityOf(r)
		if len(r.Entries()) > 1 && !r.ByHand() { // this entry may be milder than others
			gravity = "up to " + gravity
		}
		sheet.Prose("Rule: ", fmt.Sprintf("%s (%s, %s)", r.ID, gravity, when(r, e.ID)))
		sheet.Prose("      ", r.Title)
		if r.Action != "" {
			sheet.Prose("      Action: ", r.Action)
		}
		sheet.Row("      api7-preflight rules explain " + r.ID)
	}
	sheet.Gap()
	sheet.Row("Sources")
	for _, s := range e.Sources {
		sheet.Prose("  - ", catalogue.Address(s))
	}
	return sheet.String()
}

// when says on which upgrades a rule judges an entry.
func when(r *rule.Rule, entry string) string {
	var all []string
	for _, row := range r.Rows() {
		if row.Entry == entry && !slices.Contains(all, row.When) {
			all = append(all, row.When)
		}
	}
	if len(all) == 0 {
		return r.When()
	}
	return strings.Join(all, "; ")
}

// gravityOf returns the severity of the gravest finding of a rule.
func gravityOf(r *rule.Rule) string {
	if r.ByHand() {
		return "by hand"
	}
	return r.Severity.String()
}

// explanation returns the facts about a rule and the text of its doc.md, with the sources last.
func explanation(r *rule.Rule) string {
	sheet := render.NewSheet()
	sheet.Prose("", fmt.Sprintf("%s (%s, %s)", r.ID, gravityOf(r), r.When()))
	sheet.Prose("", r.Title)
	if r.Action != "" {
		sheet.Prose("Action: ", r.Action)
	}
	sheet.Row("Detection: " + string(r.Confidence))
	sheet.List("Reads: ", reads(r))
	text, sources := doc(r)
	sheet.Gap()
	sheet.Markdown(strings.TrimSpace(text))
	changes(sheet, r)
	sheet.Markdown(sources)
	return sheet.String()
}

// doc returns the two parts of a rule's doc.md, without the heading.
func doc(r *rule.Rule) (text, sources string) {
	_, text, _ = strings.Cut(strings.TrimSpace(r.Doc), "\n") // the first line repeats the id
	text, sources, _ = strings.Cut(text, "\n## Sources\n")
	return text, "## Sources\n" + catalogue.Address(sources)
}

// docOf returns the doc.md of a rule without the heading; nothing if there is no such rule.
func docOf(id string) string {
	for _, r := range rules.All() {
		if r.ID == id {
			text, sources := doc(r)
			return strings.TrimSpace(text) + "\n\n" + strings.TrimSpace(sources) + "\n"
		}
	}
	return ""
}

// changes writes the entries that the rule covers, and for each row of the rule when it applies.
func changes(sheet *render.Sheet, r *rule.Rule) {
	rows := slices.DeleteFunc(r.Rows(), func(row rule.Row) bool { return row.Entry == "" })
	if len(rows) == 0 {
		sheet.Gap()
		sheet.List("Catalogue: ", r.Entries())
		return
	}
	cells := make([][]string, len(rows))
	for i, row := range rows {
		cells[i] = []string{row.Entry, row.When}
	}
	sheet.Gap()
	sheet.List("Catalogue: ", r.Catalogue)
	sheet.Table([]string{"Change", "Counts on"}, cells)
}

// reads returns the kinds of resources that the rule listens to on any path.
func reads(r *rule.Rule) []string {
	need := engine.Need([]*rule.Rule{r})
	var kinds []string
	for _, k := range estate.Kinds() {
		if need.Wants(k) && k != estate.GatewayGroup {
			kinds = append(kinds, k.String())
		}
	}
	return kinds
}
