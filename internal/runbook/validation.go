package runbook

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// validation plans the dry run.
func (p *plan) validation() {
	p.phase = Validation
	to := p.hop.path.To.String()
	p.add(Step{
		ID: "test-environment", Title: "Install " + to + " in a test environment", Owner: controlPlane,
		Text: "A control plane of the target with a database and a gateway of its own, far from production, as API7's Getting Started Guide (https://docs.api7.ai/enterprise/getting-started/install-api7-ee) says: " +
			p.testDeployment(),
		Command:   p.testCommand(),
		Expect:    "the Dashboard of the test environment shows " + to,
		OnFailure: "what fails here fails in the window: clear it up first", Undo: "delete the test environment",
	})
	p.rehearseRestore()
	p.rehearsal()
	p.add(Step{
		ID: "evaluate-release", Title: "Try the new features and the fixes that you wait for", Owner: testers,
		Text:   "In the test environment: which new features apply to you, whether known issues that trouble you are fixed, and whether pipelines, ADC and clients of the Admin API work. Record each fix and what shows it; repeat that after the upgrade.",
		Expect: "a record of features and fixes with the answer of each", Undo: "nothing is changed",
	})
	p.plugins()
}

func (p *plan) testDeployment() string {
	if p.composedControlPlane() {
		return "a copy of the Compose project with the new tags does."
	}
	return "the same charts and values as in production, in a namespace of its own."
}

func (p *plan) composedControlPlane() bool {
	for _, part := range controlPlaneParts {
		for _, c := range p.containers(part, "") {
			if c.composed() {
				return true
			}
		}
	}
	return false
}

func (p *plan) testCommand() string {
	if p.composedControlPlane() {
		return lines("# in a copy of the project, with database.dsn of its configuration files set to the database of the test environment", "docker compose -p api7-test up -d")
	}
	values := p.blank("values file of the test environment", "a copy of production's with another database and other host names")
	c := p.chart(version.ControlPlaneChart)
	return lines("helm repo add api7 https://charts.api7.ai", "helm repo update",
		"kubectl create namespace api7-test",
		c.Upgrade("api7ee3", values, "--install", "-n", "api7-test").Line+fmt.Sprintf(" --wait --timeout %dm", p.o.Times.ControlPlane),
		"# "+c.String())
}

// rehearseRestore plans the restore of a backup, and the assessment of it.
func (p *plan) rehearseRestore() {
	pg, other := p.postgres()
	from, to := p.hop.path.From.String(), p.hop.path.To.String()
	s := Step{
		ID: "restore-rehearsal", Title: "Restore a backup of production into the test environment", Owner: databases,
		Text:      "It proves that the backup can be restored, and tells how long that takes: the way back depends on it. The commands restore it under another name on the same server; where the test environment has a server of its own, put its address in place of -h and -p behind the first command." + p.schemaNote() + " " + p.passfile(),
		Expect:    "pg_restore ends without an error; write down how long backup and restore took (--time backup-database=MINUTES, --time restore-database=MINUTES)",
		OnFailure: "without a backup that can be restored there is no upgrade: solve it first", Undo: "drop the restored database",
	}
	if other {
		s.Text = "The database is " + p.f.Database.Other + ", not PostgreSQL: back it up and restore it with its own tools."
		s.Command = lines(p.otherDatabase("backs up"), p.otherDatabase("restores"))
	} else {
		s.Command = lines(pg.prefix, pg.dump(p.dumpFile("-rehearsal.dump")),
			pg.psql(pg.maintenance, p.quoted("CREATE DATABASE "+p.named("_rehearsal")+" OWNER "+p.owner()+" TEMPLATE template0")),
			pg.restore(p.rehearsalName(), p.dumpFile("-rehearsal.dump")),
			pg.psql(pg.maintenance, p.compared()),
			pg.psql(p.rehearsalName(), remedy.Quote("SELECT count(*) FROM "+p.kine())))
		s.Check = "The last command counts the keys that gateways read: as many as in production at the time of the backup. The table before it shows owner, encoding, grants and settings of both databases: " +
			"a restore under another name leaves grants and settings out, and the way back, which makes the database from the backup (pg_restore -C), brings them back."
	}
	p.add(s)
	if !other {
		p.add(Step{
			ID: "check-rehearsal", Title: "Assess the backup", Owner: controlPlane,
			Text:      "The assessor reads the backup without a server. It must find what it finds in production, so the backup holds what the upgrade needs.",
			Command:   "api7-preflight check --backup " + p.dumpFile("-rehearsal.dump") + configFlags(p.o.Sources) + fmt.Sprintf(" --from %s --to %s --accept-unknown silent-gateways=rehearsal", from, to),
			Expect:    "the same findings as in this runbook, and none after the preparation was rehearsed",
			OnFailure: "`api7-preflight doctor --backup FILE` says what the backup lacks", Undo: "nothing is changed",
		})
	}
}

// rehearsalName returns the name of the restored database, as a word of a shell.
func (p *plan) rehearsalName() string {
	if p.f.Database.Name == "" {
		return opening + "database name>_rehearsal"
	}
	return word(p.f.Database.Name + "_rehearsal")
}

// kine returns the table of what gateways run, in SQL.
func (p *plan) kine() string {
	if s := p.f.Database.Schema; s != "" && s != "public" {
		return identifier(s) + ".kine"
	}
	return "kine"
}

// configFlags returns those of some flags that name configuration files.
func configFlags(sources string) string {
	words := strings.Fields(sources)
	var out strings.Builder
	for i, w := range words {
		if (w == "--config" || w == "--exclude") && i+1 < len(words) && strings.Count(words[i+1], "'") != 1 {
			out.WriteString(" " + w + " " + words[i+1])
		}
	}
	return out.String()
}

// rehearsal plans the upgrade of the copy, and the way back.
func (p *plan) rehearsal() {
	to := p.hop.path.To.String()
	p.add(Step{
		ID: "rehearse-upgrade", Title: "Upgrade the copy, with a watch in hand", Owner: controlPlane,
		Text: fmt.Sprintf("Start the control plane of %s on the restored database, then one gateway group, as this runbook says, but with the project, the namespace and the database of the test environment: its commands name production's. "+
			"The Dashboard migrates the database when it starts: write down how long that takes, and give the runbook the minutes (--time control-plane=MINUTES).", to),
		Expect:    "the Dashboard answers and shows " + to + "; the log of the migration has no error",
		Check:     "Repeat the acceptance requests against the gateways of the test environment.",
		OnFailure: "keep the logs and the restored database for API7, and do not fix a date", Undo: "drop the database and restore it again",
	})
	pg, other := p.postgres()
	command := ""
	if !other {
		command = lines("# stop the control plane of the test environment first; the commands of the rollback are for production alone", pg.prefix,
			pg.psql(pg.maintenance, p.quoted("DROP DATABASE "+p.named("_rehearsal")), p.quoted("CREATE DATABASE "+p.named("_rehearsal")+" OWNER "+p.owner()+" TEMPLATE template0")),
			pg.restore(p.rehearsalName(), p.dumpFile("-rehearsal.dump")))
	}
	p.add(Step{
		ID: "rehearse-rollback", Title: "Rehearse the way back", Owner: controlPlane, Command: command,
		Text:      "Go back on the copy in the order of the rollback: gateways, control plane, database; never with its commands, which name production. Write down how long it takes.",
		Expect:    "the copy runs " + p.hop.path.From.String() + " again, and the acceptance requests answer as before",
		OnFailure: "a way back that fails in rehearsal is none: solve it first", Undo: "nothing to undo",
	})
}

// plugins plans the review of custom plugins.
func (p *plan) plugins() {
	s := Step{
		ID: "test-custom-plugins", Title: "Review and test custom plugins", Owner: developers,
		Text:      "Review the code of each against the release notes of every release on the path, and run it on a gateway of the target in the test environment with the configuration that production uses.",
		Expect:    "each custom plugin answers on the new gateway as on the old one",
		Check:     "The error log of the gateway names no custom plugin.",
		OnFailure: "adapt the plugin before the window; a gateway does not wait for it", Undo: "nothing is changed",
	}
	if names := p.f.CustomPlugins; len(names) > 0 {
		s.Text += " The sources show: " + strings.Join(names, ", ") + "."
	} else {
		s.Text += " The sources show none; look also into images and volumes of the gateways."
	}
	p.add(s)
}
