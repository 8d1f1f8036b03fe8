package runbook

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// freeze plans the start of the window.
func (p *plan) freeze() {
	p.phase = Freeze
	p.add(Step{
		ID: "go-or-no-go", Title: "Decide whether to begin", Owner: manager,
		Text: "All steps of preparation and validation are done, the way back was rehearsed, everybody in the table of duties is on the call, and API7's support can be reached. " +
			"The assessment of the installation as it is now is the last word.",
		Command:   lines(append(p.anew(), fmt.Sprintf("api7-preflight check%s --from %s --to %s", given(p.o.Sources), p.hop.path.From, p.hop.path.To))...),
		Expect:    "exit code 0: ready" + p.expected(),
		OnFailure: "anything else: do not begin; the report says what is left", Undo: "nothing is changed",
	})
	p.add(Step{
		ID: "record-answers", Title: "Record how services answer before the upgrade", Owner: testers,
		Text:    p.saveRequests() + " What is recorded now is what the answers are compared with after the upgrade.",
		Command: "sh " + p.file("acceptance.sh") + " >answers-before.txt",
		Expect:  "one line for each request; no line begins with 000, which means no answer", Check: "cat answers-before.txt",
		OnFailure: "put the right address of each gateway group into its variable, or take the request out", Undo: "nothing is changed",
	})
	pg, other := p.postgres()
	s := Step{
		ID: "freeze", Title: "Freeze the configuration", Owner: manager,
		Text: "Nobody may change the configuration from here until the freeze is lifted: what is changed after the backup is lost if it has to be restored. " +
			"Gateways keep serving requests all the time. Stop every writer: " + strings.Join(p.writers(), "; ") + "." + after(p.contradiction()),
		Expect:    "pipelines are paused, and nobody is left who writes",
		OnFailure: "find out who still writes before the backup is taken", Undo: "lift the freeze",
	}
	if !other {
		s.Command = lines(pg.prefix, pg.psql(pg.name, remedy.Quote("SELECT usename, application_name, client_addr, state FROM pg_stat_activity WHERE datname = current_database()")))
		s.Check = "The command lists who is connected to the database: the control plane alone."
	}
	p.add(s)
	p.byHand("during")
}

// after returns a text as it stands after another one.
func after(text string) string {
	if text == "" {
		return ""
	}
	return " " + text
}

// writers lists who can change the configuration.
func (p *plan) writers() []string {
	all := []string{"people in the Dashboard"}
	adc := "ADC in pipelines and on administrators' machines"
	if m := p.f.Writers.Managers; len(m) > 0 {
		adc += " (services are labelled managed-by " + strings.Join(m, ", ") + ")"
	}
	all = append(all, adc)
	api := "clients of the Admin API"
	if t := p.f.Writers; len(t.Tokens)+t.MoreTokens > 0 {
		names := strings.Join(t.Tokens, ", ")
		if t.MoreTokens > 0 {
			names = strings.TrimPrefix(names+fmt.Sprintf(" and %d more", t.MoreTokens), " and ")
		}
		api += " (valid tokens: " + names + ")"
	}
	var ingress []string
	for i := range p.groups {
		if p.groups[i].Type == "api7_ingress_controller" {
			ingress = append(ingress, p.groups[i].Label())
		}
	}
	controller := "the Ingress Controller, if there is one"
	if len(ingress) > 0 {
		controller = "the Ingress Controller of gateway group " + strings.Join(ingress, ", ") + ": scale it to 0"
	}
	return append(all, api, controller, "direct SQL on the database")
}

// backup plans the backups.
func (p *plan) backup() {
	p.phase = Backup
	pg, other := p.postgres()
	s := Step{
		ID: "backup-database", Title: "Back up the database", Owner: databases, Minutes: p.o.Times.Database,
		Text: "Your own procedure does as well, if its restore was rehearsed." + p.schemaNote() + " " + p.passfile() +
			" The same as SQL: `pg_dump " + pg.server + " -d " + pg.name + " -C -F p -f " + p.dumpFile(".sql") + "`; it is restored with psql -f in place of pg_restore: `" + pg.inSQL(p.dumpFile(".sql")) + "`.",
		Command:   lines(pg.prefix, pg.dump(p.dumpFile(".dump")), "pg_restore -l "+p.dumpFile(".dump")+" | grep -q ' kine '"),
		Expect:    "pg_dump ends with exit code 0",
		Check:     "`pg_restore -l " + p.dumpFile(".dump") + "` lists the table kine; copy the file to another machine",
		OnFailure: "lift the freeze and stop: nothing has changed", Undo: "delete the file",
	}
	if other {
		s.Text = "The database is " + p.f.Database.Other + ", not PostgreSQL: back it up with its own tools."
		s.Command = p.otherDatabase("backs up")
		s.Check = "The backup is there, and its size is plausible; copy it to another machine."
	}
	p.add(s)
	p.backupFiles()
	p.runBefore()
}

// guideFiles are the configuration files of the vendor's bundle.
var guideFiles = []string{"api7-ee/dp_manager_conf/conf.yaml", "api7-ee/dashboard_conf/conf.yaml", "api7-ee/gateway_conf/config.yaml"}

// files returns the files that the installation is started with, and the copies for the way back, as words of a shell.
func (p *plan) files() []string {
	var all []string
	for _, f := range p.f.Files {
		all = append(all, f.Path)
	}
	for i := range p.f.Releases {
		r := &p.f.Releases[i]
		all = append(all, r.Files...)
		if r.umbrella() && r.Folder != "" {
			all = append(all, path.Join(r.Folder, "Chart.yaml"))
		}
	}
	for i := range p.f.Containers {
		c := &p.f.Containers[i]
		all = append(all, c.File)
		if c.composed() {
			for _, file := range c.copied() {
				all = append(all, file, p.kept(file))
			}
		}
	}
	var files []string
	for i, file := range all {
		if file != "" && !slices.Contains(all[:i], file) {
			files = append(files, fileWord(file))
		}
	}
	return files
}

// archive returns the file with the configuration files of before this window, as a word of a shell.
func (p *plan) archive() string {
	return `"$BACKUP_DIR"/` + word("configuration-"+p.hop.path.From.String()+".tgz")
}

func (p *plan) backupFiles() {
	files := p.files()
	note, unknown := "", len(files) == 0
	if unknown {
		note = " No source shows where the files are: in the vendor's bundle they are called " + strings.Join(guideFiles, ", ") + "; with Helm they are the values."
		files = []string{p.blank("configuration files of Dashboard, DP Manager and gateways", "in the vendor's bundle "+strings.Join(guideFiles, ", "))}
	}
	archive := p.archive()
	command := []string{"tar czPf " + archive + " -- " + strings.Join(files, " ")}
	if unknown {
		command = []string{"find " + files[0] + " -type f | tar czPf " + archive + " -T -"}
	}
	command = append(command, p.keepHelm()...)
	for i := range p.groups {
		g := &p.groups[i]
		command = append(command, `ADC_TOKEN="$API7_TOKEN" adc dump --backend api7ee --server "$API7_ADMIN" --gateway-group `+word(g.Label())+` --with-id -o "$BACKUP_DIR"/`+word("adc-"+remedy.Escape(g.Label())+".yaml")+
			" || echo 'no dump of ADC: the way back does not need it'")
	}
	p.add(Step{
		ID: "backup-files", Title: "Back up the configuration files", Owner: controlPlane, Minutes: p.o.Times.Files,
		Text:    "Above all where you have changed defaults. ADC's dump of each gateway group shows in readable form what was published (recommended); keep the source of custom plugins and the scripts that deploy gateways too." + note,
		Command: lines(command...), Expect: "the archive holds every file, the dumps every gateway group", Check: "tar tzf " + archive,
		OnFailure: "lift the freeze and stop: nothing has changed", Undo: "delete the files",
	})
}

// keepHelm returns the commands that keep what Helm has installed: values, and the revisions to which the way back goes.
func (p *plan) keepHelm() []string {
	control := p.releases(version.ControlPlaneChart, "")
	if len(control)+len(p.containersOfControlPlane()) == 0 {
		control = []Release{{}}
	}
	var all []string
	for i := range control {
		if r := &control[i]; r.plain() {
			about := p.about(r)
			all = append(all, "helm get values "+p.helm(r, about).at()+` -o yaml >"$BACKUP_DIR"/`+word("values-"+p.key(r)+".yaml"))
			all = append(all, p.keepRevision(r, about)...)
		}
	}
	groups := p.groups
	if len(groups) == 0 {
		groups = []Group{unknownGroup()}
	}
	for i := range groups {
		if p.standing(&groups[i]) == behind {
			all = append(all, p.keepGroupRevisions(&groups[i])...)
		}
	}
	return all
}

// keepGroupRevisions returns the commands that keep the revisions of what Helm has installed for a gateway group.
func (p *plan) keepGroupRevisions(g *Group) []string {
	if !p.owns(g) {
		lines := p.keepRevision(&Release{Chart: version.GatewayChart, Group: g.ShortID}, "gateway group "+g.Label())
		return append([]string{comment("how gateway group " + g.Label() + " is started is not known: leave the next two lines out if it is not by Helm")}, lines...)
	}
	var all []string
	releases := p.releases(version.GatewayChart, g.ShortID)
	for i := range releases {
		if r := &releases[i]; r.plain() {
			all = append(all, p.keepRevision(r, p.about(r))...)
		}
	}
	return all
}

// acceptance plans the acceptance test.
func (p *plan) acceptance() {
	p.phase = Acceptance
	if p.hop.number == 1 {
		p.book.Requests = p.requests()
	}
	p.add(Step{
		ID: "acceptance", Title: "Test whether everything answers as before", Owner: testers, Minutes: p.o.Times.Acceptance,
		Text:      "The same requests as before the upgrade, and what cannot be tested with one harmless request by hand: those are listed at the end. Repeat the record of fixes and of custom plugins." + p.offMeanwhile(),
		Command:   lines("sh "+p.file("acceptance.sh")+" >answers-after.txt", "diff answers-before.txt answers-after.txt"),
		Expect:    "diff shows no difference, and error rate and latency are as before",
		Check:     "On the Gateway Instances page every instance has version " + p.hop.path.To.String() + " and is compatible.",
		OnFailure: "one group answers wrongly: roll back that group. All do: roll back everything", GoTo: "rollback-everything",
		Undo: "nothing is changed",
	})
}

// testAgain plans a test of what was put back.
func (p *plan) testAgain() {
	if last := &p.book.Steps[len(p.book.Steps)-1]; last.Phase != Aftercare {
		return // nothing was
	}
	p.add(Step{
		ID: "test-again", Title: "Test once more with everything put back", Owner: testers,
		Text:    "What was put back sends requests to other upstreams again: watch these for a while.",
		Command: "sh " + p.file("acceptance.sh") + " | diff answers-before.txt -",
		Expect:  "diff shows no difference, and each upstream has its share of the requests", OnFailure: "take off again what was put back last, and compare it with what was saved", Undo: "nothing is changed",
	})
}

// after plans the time after the acceptance test.
func (p *plan) after() {
	p.phase = Aftercare
	p.runAfter()
	p.findings("after", "put-back")
	p.testAgain()
	p.add(Step{
		ID: "lift-freeze", Title: "Lift the freeze", Owner: manager,
		Text:   "Start pipelines one by one, and look after each whether it leaves the configuration as it should be. Publishing and Canary Rules may work differently now: the steps by hand say how.",
		Expect: "each pipeline has run once without a surprise", Check: "`adc diff` of each gateway group shows only what is meant",
		OnFailure: "stop that pipeline again", Undo: "what is changed from here on is lost if the database has to be restored",
	})
	p.byHand("after")
	p.add(Step{
		ID: "see-that-all-is-done", Title: "See that nothing was left out", Owner: controlPlane,
		Text:    "The runbook in JSON, compared with the installation as it is now: control plane and every gateway group must be done.",
		Command: lines(append(p.anew(), "api7-preflight runbook --status "+p.file("runbook.json")+given(p.o.Sources))...),
		Expect:  "no upgrade of a component is open", OnFailure: "the line of the step says what it still runs", Undo: "nothing is changed",
	})
	p.add(Step{
		ID: "keep-backups", Title: "Keep the backups, and tell everybody", Owner: manager,
		Text:   "Keep backups, files and the old images until nobody needs the old release any more. Take raised probe delays back to their old values with the next deployment. Tell users of the Dashboard, owners of pipelines and API7 that the upgrade is over.",
		Expect: "the change is closed", Undo: "nothing is changed",
	})
}
