package runbook

import (
	"slices"
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
		if p.standing(&groups[i]) != behind {
			continue
		}
		p.groupBack(&groups[i])
		ids = append([]string{"`" + p.id("rollback-gateways-"+slug(&groups[i])) + "`"}, ids...)
	}
	p.controlPlaneBack()
	p.undoScripts()
	p.add(Step{
		ID: "rollback-everything", Title: "Roll everything back", Owner: manager, When: "during",
		Text: "Gateways first, because a control plane must not be older than its gateways (from 3.9.2 on it refuses them): " + p.inOrder(ids) +
			"then `" + p.id("rollback-control-plane") + "`" + p.alsoBack() + ", then the acceptance requests. Keep the freeze until they answer as before." + p.filesBack(),
		Expect: "the control plane runs " + p.hop.path.From.String() + ", each gateway group what it ran before, and answers-before.txt and a new run of acceptance.sh are the same",
		Check:  "sh " + p.file("acceptance.sh") + " | diff answers-before.txt -", OnFailure: "call API7's support with the logs and the database that was renamed", Undo: "begin the window again on another day",
	})
}

// inOrder names the steps that take gateway groups back.
func (*plan) inOrder(ids []string) string {
	if len(ids) == 0 {
		return "none was upgraded here, "
	}
	return strings.Join(ids, ", then ") + " for the groups that were upgraded, "
}

// filesBack says which files have to be put back so that nothing starts the new release again.
func (p *plan) filesBack() string {
	var files []string
	for _, c := range p.f.Containers {
		if c.composed() {
			files = append(files, c.copied()...)
		}
	}
	for _, r := range p.f.Releases {
		if r.plain() {
			files = append(files, r.values()...)
		}
	}
	if names := sorted(files); len(names) > 0 {
		return " Then put the copies (" + p.kept("*") + ") of " + strings.Join(names, ", ") + " back, so that nobody starts the new release by accident."
	}
	return ""
}

// groupBack plans the way back of one gateway group, to what it runs before this window.
func (p *plan) groupBack(g *Group) {
	from, minutes := p.was(g), p.o.Times.of(g)
	var all []string
	releases := p.releases(version.GatewayChart, g.ShortID)
	for i := range releases {
		all = append(all, p.again(&releases[i], p.about(&releases[i]), minutes)...)
	}
	services, objects := p.apart(gateway, g.ShortID)
	if len(services) > 0 {
		all = append(all, p.unpack(true)...)
	}
	for _, files := range services {
		all = append(all, up(p.oldCompose(&files[0]), files, true)...)
	}
	for i := range objects {
		all = append(all, p.setImage(&objects[i], p.oldImage(&objects[i])), p.rollout(&objects[i], minutes))
	}
	if len(all) == 0 {
		all = p.again(&Release{Chart: version.GatewayChart, Group: g.ShortID}, "gateway group "+g.Label(), minutes)
	}
	p.add(Step{
		ID: "rollback-gateways-" + slug(g), Title: "Roll gateway group " + g.Label() + " back to " + from, Owner: gateways, When: "during", GatewayGroup: g.ShortID,
		Text:    "The old image again, rolling as on the way there. The control plane can stay on " + p.hop.path.To.String() + ": it works with older gateways." + toolNote(releases),
		Command: lines(all...), Expect: "every instance of the group is online with " + from, Check: "The Gateway Instances page of the group, and the acceptance requests to it.",
		OnFailure: "keep at least one instance that answers in the load balancer", Undo: "upgrade the group again",
	})
}

// unpack returns the commands that put configuration files of gateways, or those of the others, back as they were at the backup:
// what is changed with the upgrade may be nothing that the old release can start with. Only Compose starts from these files.
func (p *plan) unpack(ofGateways bool) []string {
	if !slices.ContainsFunc(p.f.Containers, func(c Container) bool { return c.composed() }) {
		return nil
	}
	var files []string
	for _, f := range p.f.Files {
		if f.Path != "" && (f.Component == gateway) == ofGateways {
			files = append(files, fileWord(f.Path))
		}
	}
	if len(files) == 0 {
		return nil
	}
	return []string{"# configuration files as they were at the backup", "tar xzPf " + p.archive() + " -- " + strings.Join(sorted(files), " ")}
}

// controlPlaneBack plans the way back of the control plane, which needs the backup.
func (p *plan) controlPlaneBack() {
	pg, other := p.postgres()
	from := p.hop.path.From.String()
	stop, start := p.stopAndStart()
	restore := []string{
		"# 2. end the sessions that are left, put the database of the failed upgrade aside, and make it anew from the backup",
		pg.prefix, "now=$(date +%Y%m%d%H%M%S)_$$",
		pg.psql(pg.maintenance, p.aside()...),
		pg.recreate(p.dumpFile(".dump")),
	}
	first := "pg_restore -l " + p.dumpFile(".dump") + " >/dev/null"
	if other {
		first, restore = "test -s "+p.dumpFile(".dump"), []string{"# 2. restore the database", p.otherDatabase("restores")}
	}
	all := append([]string{"# 1. see that the backup is there, then stop the new control plane: nothing may write while the database is restored", first}, stop...)
	all = append(append(all, restore...), p.unpack(false)...)
	all = append(all, "# 3. start the old control plane")
	sql := ""
	if !other {
		sql = " A backup in SQL is restored with `" + pg.inSQL(p.dumpFile(".sql")) + "` in place of the last pg_restore."
	}
	p.add(Step{
		ID: "rollback-control-plane", Title: "Roll the control plane back to " + from, Owner: controlPlane + " and " + databases, When: "during",
		Text: "These commands are about production. Only with the backup: the new Dashboard has migrated the database, and nobody says that the old one can use it. Gateways keep serving requests meanwhile. " +
			"Whatever was changed since the backup is lost. The database of the failed upgrade stays under another name, which ends with the time of the restore, for API7's support." + sql + " " +
			p.passfile() + toolNote(p.releases(version.ControlPlaneChart, "")),
		Command: lines(append(all, start...)...),
		Expect:  "the Dashboard shows " + from + ", and all gateway instances are online", Check: `curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/version`,
		OnFailure: "run it again from its beginning: what is there of the database is put aside once more. Where the database is gone already, leave the line with psql out. The role must own the database and may create one (CREATEDB), and be allowed to end sessions (pg_signal_backend for those of others; those of a superuser only another superuser can end)",
		Undo:      "rename the databases again",
	})
}

// stopAndStart returns the commands that stop the new control plane, and those that start the old one.
func (p *plan) stopAndStart() (stop, start []string) {
	releases := p.releases(version.ControlPlaneChart, "")
	if len(releases)+len(p.containersOfControlPlane()) == 0 {
		releases = []Release{{}}
	}
	for i := range releases {
		r, about := &releases[i], p.about(&releases[i])
		h := p.helm(r, about)
		if r.Tool != (Tool{}) {
			stop = append(stop, p.pause(r, about)...)
		}
		stop = append(stop, scaleDown(h)...)
		start = append(start, p.again(r, about, p.o.Times.ControlPlane)...)
	}
	ends := ""
	for _, part := range controlPlaneParts {
		services, objects := p.apart(part, "")
		for _, files := range services {
			for i := range files {
				stop = append(stop, compose(&files[i])+" stop "+word(files[i].Service))
			}
			start = append(start, up(p.oldCompose(&files[0]), files, false)...)
		}
		for i := range objects {
			s, t := p.objectBack(&objects[i])
			stop, start = append(stop, s...), append(start, t...)
			ends = "sleep 40 # pods have 30 seconds to end, unless their manifest gives them more"
		}
		if part == dashboard && len(services)+len(objects) > 0 {
			start = append(start, p.waitForDashboard(p.hop.path.From)...)
		}
	}
	return append(stop, ends), start
}

// objectBack returns the same for the object of a manifest. It is scaled up before anybody waits for its pods.
func (p *plan) objectBack(c *Container) (stop, start []string) {
	scale := func(replicas string) string {
		return "kubectl " + p.namespace(c.Workload) + " scale --replicas=" + replicas + " " + c.Workload.object()
	}
	replicas := p.blank("replicas of "+c.Workload.Name, "as many as before: spec.replicas in "+c.File)
	return []string{scale("0"), p.rollout(c, p.o.Times.ControlPlane)},
		[]string{p.setImage(c, p.oldImage(c)), scale(replicas), p.rollout(c, p.o.Times.ControlPlane)}
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
		if p.standing(g) != behind {
			continue
		}
		add("upgrade-gateways-"+slug(g), "gateways of "+g.Label()+" are newer than the old control plane: they go back before it does", "rollback-gateways-"+slug(g))
	}
	add("lift-freeze", "from the first change after it on, restoring the backup loses what was changed", "rollback-everything")
}
