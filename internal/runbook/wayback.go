package runbook

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// wayBack plans the ways back: of one gateway group, of the control plane, of everything.
func (p *plan) wayBack() {
	p.phase = Rollback
	groups := p.groups
	if len(groups) == 0 {
		groups = []Group{unknownGroup()}
	}
	var ids []string
	for i := range groups {
		p.groupBack(&groups[i])
		ids = append([]string{"`" + p.id("rollback-gateways-"+slug(&groups[i])) + "`"}, ids...)
	}
	p.controlPlaneBack()
	p.undoScripts()
	p.add(Step{
		ID: "rollback-everything", Title: "Roll everything back", Owner: manager, When: "during",
		Text: "Gateways first, because a control plane must not be older than its gateways (from 3.9.2 on it refuses them): " + strings.Join(ids, ", then ") +
			" for the groups that were upgraded, then `" + p.id("rollback-control-plane") + "`" + p.alsoBack() + ", then the acceptance requests. Keep the freeze until they answer as before." + p.filesBack(),
		Expect: "control plane and gateways run " + p.hop.path.From.String() + ", and answers-before.txt and a new run of acceptance.sh are the same",
		Check:  "sh " + p.file("acceptance.sh") + " | diff answers-before.txt -", OnFailure: "call API7's support with the logs and the database that was renamed", Undo: "begin the window again on another day",
	})
}

// filesBack says which files have to be put back so that nothing starts the new release again.
func (p *plan) filesBack() string {
	files := map[string]string{}
	for _, c := range p.f.Containers {
		if c.composed() {
			files[c.File] = c.File
		}
	}
	if names := sortedKeys(files); len(names) > 0 {
		return " Then put the copies of " + strings.Join(names, ", ") + " back, so that nobody starts the new release by accident."
	}
	return ""
}

// groupBack plans the way back of one gateway group.
func (p *plan) groupBack(g *Group) {
	from := tag(gateway, p.hop.path.From)
	var all []string
	for range p.releases(version.GatewayChart, g.ShortID) {
		h := p.helm(&Release{}, "gateway group "+g.Label())
		all = append(all, fmt.Sprintf("helm rollback -n %s %s --wait --timeout %dm", h.namespace, h.name, p.o.Times.of(g)))
	}
	for _, c := range p.containers(gateway, g.ShortID) {
		if c.composed() {
			all = append(all, oldFile(&c)+" up -d --no-deps "+word(c.Service))
		} else {
			all = append(all, p.setImage(&c, c.now(), p.o.Times.of(g)))
		}
	}
	if len(all) == 0 {
		h := p.helm(&Release{}, "gateway group "+g.Label())
		all = append(all, fmt.Sprintf("helm rollback -n %s %s --wait --timeout %dm", h.namespace, h.name, p.o.Times.of(g)))
	}
	p.add(Step{
		ID: "rollback-gateways-" + slug(g), Title: "Roll gateway group " + g.Label() + " back to " + from, Owner: gateways, When: "during", GatewayGroup: g.ShortID,
		Text:    "The old image again, rolling as on the way there. The control plane can stay on " + p.hop.path.To.String() + ": it works with older gateways.",
		Command: lines(all...), Expect: "every instance of the group is online with " + from, Check: "The Gateway Instances page of the group, and the acceptance requests to it.",
		OnFailure: "keep at least one instance that answers in the load balancer", Undo: "upgrade the group again",
	})
}

// oldFile returns docker compose with the copy of the file from before the upgrade. It lies beside the file, so that it is
// the same project; the file itself stays, because it starts what is not rolled back.
func oldFile(c *Container) string { return "docker compose -f " + word(kept(c.File)) }

// controlPlaneBack plans the way back of the control plane, which needs the backup.
func (p *plan) controlPlaneBack() {
	pg, other := p.postgres()
	from := p.hop.path.From.String()
	var stop, start []string
	for range p.releases(version.ControlPlaneChart, "") {
		s, t := p.helmBack()
		stop, start = append(stop, s), append(start, t)
	}
	for _, part := range controlPlaneParts {
		for _, c := range p.containers(part, "") {
			s, t := p.containerBack(&c)
			stop, start = append(stop, s), append(start, t)
		}
	}
	if len(stop) == 0 {
		s, t := p.helmBack()
		stop, start = append(stop, s), append(start, t)
	}
	restore := []string{
		"# 2. put the database of the failed upgrade aside, and restore the backup under the old name",
		pg.prefix,
		pg.psql("postgres", "ALTER DATABASE "+p.named("")+" RENAME TO "+p.named("_failed"), "CREATE DATABASE "+p.named("")+" OWNER "+p.owner()+" TEMPLATE template0"),
		pg.restore(pg.name, p.dumpFile(".dump")),
	}
	if other {
		restore = []string{"# 2. restore the database", p.blank("commands that back up and restore the "+p.f.Database.Other+" database", "the operators of the database know them")}
	}
	all := append([]string{"# 1. stop the new control plane: nothing may write while the database is restored"}, stop...)
	all = append(append(all, restore...), "# 3. start the old control plane")
	p.add(Step{
		ID: "rollback-control-plane", Title: "Roll the control plane back to " + from, Owner: controlPlane + " and " + databases, When: "during",
		Text: "Only with the backup: the new Dashboard has migrated the database, and nobody says that the old one can use it. Gateways keep serving requests meanwhile. " +
			"Whatever was changed since the backup is lost. The database of the failed upgrade stays under another name, for API7's support. " + p.passfile(),
		Command: lines(append(all, start...)...),
		Expect:  "the Dashboard shows " + from + ", and all gateway instances are online", Check: `curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/version`,
		OnFailure: "ALTER DATABASE needs a role that may create databases and nobody connected; without it restore into a new database and write its name into database.dsn of every component",
		Undo:      "rename the databases again",
	})
}

// helmBack returns how a Helm release of the control plane is stopped, and how the old one is started.
func (p *plan) helmBack() (stop, start string) {
	h := p.helm(&Release{}, "the control plane")
	label := "-l app.kubernetes.io/instance=" + h.name
	return "kubectl -n " + h.namespace + " scale deployment " + label + " --replicas=0",
		fmt.Sprintf("helm rollback -n %s %s --wait --timeout %dm", h.namespace, h.name, p.o.Times.ControlPlane)
}

// containerBack returns the same for a container.
func (p *plan) containerBack(c *Container) (stop, start string) {
	if c.composed() {
		return "docker compose " + composeFile(c) + " stop " + word(c.Service), oldFile(c) + " up -d --no-deps " + word(c.Service)
	}
	object := word(strings.ToLower(c.Workload.Kind) + "/" + c.Workload.Name)
	return "kubectl " + p.namespace(c.Workload) + " scale " + object + " --replicas=0",
		p.setImage(c, c.now(), p.o.Times.ControlPlane) + "\n" + "kubectl " + p.namespace(c.Workload) + " scale " + object + " --replicas=" +
			p.blank("replicas of "+c.Workload.Name, "as many as before: spec.replicas in "+c.File)
}

// pointsOfNoReturn names the moments after which going back costs more.
func (p *plan) pointsOfNoReturn() {
	from := p.hop.path.From.String()
	add := func(step, says, back string) {
		p.book.PointsOfNoReturn = append(p.book.PointsOfNoReturn, PointOfNoReturn{Step: p.id(step), Says: says, WayBack: p.id(back)})
	}
	if p.finds("template-runtime-config") {
		add("upgrade-control-plane", "runtime configuration of service templates is deleted: of templates that were never published the saved files are the only copy", "rollback-control-plane")
	}
	add("upgrade-control-plane", "the new Dashboard migrates the database when it starts: from here on "+from+" needs the backup", "rollback-control-plane")
	for i := range p.groups {
		g := &p.groups[i]
		add("upgrade-gateways-"+slug(g), "gateways of "+g.Label()+" are newer than the old control plane: they go back before it does", "rollback-gateways-"+slug(g))
	}
	add("lift-freeze", "from the first change after it on, restoring the backup loses what was changed", "rollback-everything")
}
