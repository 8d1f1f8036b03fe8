package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules"
)

func (a *app) rules() *cobra.Command {
	cmd := &cobra.Command{Use: "rules", Short: "What is checked", Args: unknownCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var targets []target
	list := &cobra.Command{
		Use: "list", Short: "List every rule", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listRules(cmd, targets) },
	}
	flagsOf(list).formats(&targets, documents, false)
	explain := &cobra.Command{
		Use: "explain RULE", Short: "Show one rule in full, offline",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("api7-preflight rules list shows them all", "%s takes one rule", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return ids(rules.All()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := findRule(args[0], rules.All())
			if err != nil {
				return err
			}
			return a.write(explanation(r))
		},
	}
	cmd.AddCommand(list, explain, a.coverage())
	return cmd
}

func ids(all []*rule.Rule) []string {
	out := make([]string, len(all))
	for i, r := range all {
		out[i] = r.ID
	}
	return out
}

// listed is a rule in the JSON list.
type listed struct {
	Rule       string   `json:"rule"`
	Title      string   `json:"title"`
	Severity   string   `json:"severity"`
	Applies    string   `json:"applies"`
	Manual     bool     `json:"manual"`
	Confidence string   `json:"confidence"`
	Catalogue  []string `json:"catalogue"`
}

func (a *app) listRules(cmd *cobra.Command, targets []target) error {
	all := []listed{}
	for _, r := range rules.All() {
		all = append(all, listed{r.ID, r.Title, r.Severity.String(), r.When(), r.ByHand(), string(r.Confidence), r.Entries()})
	}
	return a.list(cmd, targets, func() string {
		sheet := render.NewSheet()
		for _, r := range all {
			how := r.Severity
			if r.Manual {
				how = "by hand"
			}
			sheet.Row(fmt.Sprintf("%-9s %s", how, r.Rule))
			sheet.Prose("          ", r.Title)
			sheet.Prose("          ", r.Applies)
		}
		return sheet.String()
	}, all)
}

// explanation returns the facts about a rule and the text of its doc.md.
func explanation(r *rule.Rule) string {
	how := r.Severity.String()
	if r.ByHand() {
		how = "by hand"
	}
	sheet := render.NewSheet()
	sheet.Prose("", fmt.Sprintf("%s (%s, %s)", r.ID, how, r.When()))
	sheet.Prose("", r.Title)
	if r.Action != "" {
		sheet.Prose("Action: ", r.Action)
	}
	sheet.List("Catalogue: ", r.Entries())
	sheet.Row("Detection: " + string(r.Confidence))
	sheet.List("Reads: ", reads(r))
	changes(sheet, r)
	sheet.Gap()
	sheet.Markdown(strings.TrimSpace(r.Doc))
	return sheet.String()
}

// changes writes for each row of the rule when it applies.
func changes(sheet *render.Sheet, r *rule.Rule) {
	rows := slices.DeleteFunc(r.Rows(), func(row rule.Row) bool { return row.Entry == "" })
	widest := 0
	for _, row := range rows {
		widest = max(widest, len(row.Entry))
	}
	if len(rows) > 0 {
		sheet.Row("Changes:")
	}
	for _, row := range rows {
		sheet.Prose(fmt.Sprintf("  %-*s  ", widest, row.Entry), row.When)
	}
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
