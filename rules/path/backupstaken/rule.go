// Package backupstaken reminds of the backups.
package backupstaken

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of the backups.
var Rule = rule.Rule{
	ID:         "backups-taken",
	Title:      "Back up the database and the configuration files, and try the restore",
	Severity:   rule.Breaking,
	Applies:    rule.Always,
	Catalogue:  []string{"G6"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before, Text: "Back up the database, after configuration changes are frozen (about 10 minutes).",
			Command: rule.Run("pg_dump -h <host> -U <username> -d <dbname> -F c -b -v -f /path/to/backup.dump"),
		},
		{
			When: rule.Before, Text: "Try the restore, into a database of another name.",
			Command: rule.Run("pg_restore -h <host> -U <username> -d <new_dbname> -v /path/to/backup.dump"),
		},
		{
			When: rule.Before,
			Text: "Back up the configuration files (about 5 minutes): api7-ee/dashboard_conf/conf.yaml, api7-ee/dp_manager_conf/conf.yaml, " +
				"api7-ee/gateway_conf/config.yaml; with Helm the values files, with Docker Compose docker-compose.yaml.",
		},
		{
			When: rule.Before, Text: "Recommended for each gateway group: a dump of its configuration. Also keep the source of custom plugins and the deployment scripts of the gateways.",
			Command: rule.Run("adc dump --backend api7ee --gateway-group <gateway_group> --with-id -o adc-<gateway_group>.yaml"),
		},
		{When: rule.During, Text: "If the new control plane must be given up: redeploy the old release and restore the database from this backup."},
		{When: rule.After, Text: "Keep the backups until the acceptance tests have passed and the old release is no longer needed."},
	},
}
