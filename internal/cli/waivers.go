package cli

import (
	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/rules"
)

func (a *app) waivers() *cobra.Command {
	cmd := &cobra.Command{
		Use: "waivers", Short: "Findings that a team accepts for a time", Args: unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.waiversInit())
	return cmd
}

func (a *app) waiversInit() *cobra.Command {
	var only []string
	cmd := &cobra.Command{
		Use:   "init REPORT",
		Short: "Print a file of waivers to fill in, with the findings of a JSON report",
		Example: "  api7-preflight check … --format json=report.json\n" +
			"  api7-preflight waivers init report.json >waivers.yaml\n" +
			"  api7-preflight check … --waivers waivers.yaml",
		Args: documentNames("REPORT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			keep, err := chosen(only, rules.All())
			if err != nil {
				return err
			}
			r, err := a.readReport(cmd.Context(), "REPORT", args[0], infile.Options{Stdin: a.env.stdin(), Idle: a.patience(cmd)})
			if err != nil {
				return err
			}
			a.stopProgress()
			return unprinted(render.Starter(a.env.Stdout, r, func(rule string) bool { return len(keep) == 0 || keep[rule] }))
		},
	}
	flags := flagsOf(cmd)
	flags.list(&only, "only", "only the findings of these rules (comma-separated, repeatable)")
	flags.completes("only", ruleNames())
	return cmd
}
