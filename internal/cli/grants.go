package cli

import (
	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
)

func (a *app) grants() *cobra.Command {
	f := &databaseFlags{}
	var dsn *flag
	role := "api7_preflight"
	cmd := &cobra.Command{
		Use:   "grants",
		Short: "Print the SQL for a role that can read exactly what the rules need",
		Long: "Print the SQL for a role that can read exactly the columns that the rules use, and nothing else.\n\n" +
			"With a connection (any role that can connect will do) the SQL names the tables of that database. Without one, it\n" +
			"finds them by name when you run it.",
		Example: "  api7-preflight grants --dsn postgres://admin@db-1/api7ee | psql -v ON_ERROR_STOP=1 postgres://admin@db-1/api7ee",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			need := needed()
			if dsn.String() == "" && !a.libpq() {
				return a.write(postgres.Grants(role, need))
			}
			src, err := a.database(cmd.Context(), dsn.String(), f)
			if err != nil {
				return err
			}
			defer func() { _ = src.Close() }()
			return a.write(src.Grants(role, need))
		},
	}
	flags := flagsOf(cmd)
	dsn = connectionString(flags, "dsn", dsnUsage)
	f.add(flags)
	flags.text(&role, "role", "name of the role")
	return cmd
}
