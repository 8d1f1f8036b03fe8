package cli

import (
	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
)

func (a *app) grants() *cobra.Command {
	f := &databaseFlags{}
	var dsn *flag
	role, withoutSecrets := "api7_preflight", false
	cmd := &cobra.Command{
		Use:   "grants",
		Short: "Print the SQL for a role that can read exactly what the rules need",
		Long: "Print the SQL for a role that can read exactly the columns that the rules use, and nothing else.\n\n" +
			"With a connection (any role that can connect will do) the SQL names the tables of that database. Without one, it\n" +
			"finds them by name when you run it.\n\n" +
			"Some of these columns hold secrets: what gateways run (kine.value) with private keys and credentials, and the\n" +
			"configuration of plugins in the tables of services and routes. With --without-secrets the role reads such tables\n" +
			"only through views that another role owns and that strip them; check and doctor find these views on their own.\n" +
			"What is stripped is chosen by the names of fields, plugins, variables and headers, as listed in the SQL; report\n" +
			"and snapshot in addition hide texts by their shape. What is stripped is in doubt where a rule asks for it. The\n" +
			"server rewrites the JSON of every row at every read, so reading takes longer. This needs a connection.",
		Example: "  api7-preflight grants --dsn postgres://admin@db-1/api7ee | psql -v ON_ERROR_STOP=1 postgres://admin@db-1/api7ee\n" +
			"  api7-preflight grants --without-secrets --dsn postgres://admin@db-1/api7ee | psql -v ON_ERROR_STOP=1 postgres://admin@db-1/api7ee",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			need := needed()
			offline := dsn.String() == "" && !a.libpq()
			if offline && withoutSecrets {
				return usage("name the database with --dsn: views are made for its tables as they are", "--without-secrets needs a connection")
			}
			if offline {
				return a.write(postgres.Grants(role, need))
			}
			src, err := a.database(cmd.Context(), dsn.String(), f)
			if err != nil {
				return err
			}
			defer func() { _ = src.Close() }()
			if withoutSecrets {
				return a.write(src.GrantsWithoutSecrets(role, need))
			}
			return a.write(src.Grants(role, need))
		},
	}
	flags := flagsOf(cmd)
	dsn = connectionString(flags, "dsn", dsnUsage)
	f.add(flags)
	flags.text(&role, "role", "name of the role")
	flags.toggle(&withoutSecrets, "without-secrets", "print views that strip secrets too, and let the role read only these")
	return cmd
}
