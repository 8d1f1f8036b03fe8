package cli

import (
	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

func (a *app) rules() *cobra.Command {
	cmd := &cobra.Command{Use: "rules", Short: "What is checked", Args: unknownCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(a.ruleList(), a.explain(), a.coverage())
	return cmd
}

func ids(all []*rule.Rule) []string {
	out := make([]string, len(all))
	for i, r := range all {
		out[i] = r.ID
	}
	return out
}
