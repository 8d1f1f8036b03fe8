package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
)

func (a *app) schema() *cobra.Command {
	cmd := &cobra.Command{Use: "schema", Short: "JSON Schemas of the documents", Args: unknownCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(
		&cobra.Command{
			Use: "report", Short: "JSON Schema of the JSON report", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.write(report.Schema()) },
		},
		&cobra.Command{
			Use: "snapshot", Short: "JSON Schema of the lines of a decompressed snapshot", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.write(snapshot.Schema()) },
		},
	)
	return cmd
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Version of this program", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.write(fmt.Sprintf("api7-preflight %s\n", a.env.Version))
		},
	}
}
