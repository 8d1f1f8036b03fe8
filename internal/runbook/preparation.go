package runbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// preparation plans what is done in the days before.
func (p *plan) preparation() {
	p.phase = Preparation
	from, to := p.hop.path.From.String(), p.hop.path.To.String()
	if p.hop.number == 1 {
		p.add(Step{
			ID: "choose-target", Title: "Choose the release", Owner: manager,
			Text:      "A release has three numbers: major, minor (a new line of releases) and patch (fixes alone). The vendor recommends the latest release, or the latest of the line with long-term support. Known defects say: " + p.r.Target.Advice,
			Command:   "api7-preflight targets" + given(p.o.Sources),
			Expect:    "the release to install is decided, and this runbook is for it: " + p.r.Path.To,
			OnFailure: "make the runbook again with --to for the release that you choose",
			Undo:      "nothing is changed",
		})
		p.add(Step{
			ID: "talk-to-vendor", Title: "Talk to API7 about the upgrade", Owner: manager,
			Text:   "The right strategy depends on how the installation is deployed, on custom plugins, on the plugins in use, on what your people can do, and on hardware and service levels. The section about support has the answers; send it with the report before you fix the date.",
			Expect: "API7 knows the date and the path, and has said nothing against it", Undo: "nothing is changed",
		})
	}
	if p.hop.number > 1 {
		p.add(Step{
			ID: "runbook-again", Title: "Make the runbook of this window again", Owner: manager,
			Text:      "What follows was judged before the first window, on what was installed then. The installation is another one now.",
			Command:   lines(append(p.anew(), fmt.Sprintf("api7-preflight runbook%s --from %s --to %s", given(p.o.Sources), from, to))...),
			Expect:    "a runbook for this window alone; it takes the place of what follows",
			OnFailure: "exit code 4: it says which source closes the gap", Undo: "nothing is changed",
		})
	}
	p.add(Step{
		ID: "read-release-notes", Title: fmt.Sprintf("Read the release notes after %s up to %s", from, to), Owner: controlPlane,
		Text:    "This runbook has what the assessor knows of them. The list says which changes it checks, which a person has to check, and which it does not cover. The notes also list the new features of each release; the introduction and the upgrade guides are beside them." + p.quiet(),
		Command: fmt.Sprintf("api7-preflight rules coverage --from %s --to %s", from, to),
		Expect:  "for each change that is not covered somebody has said whether it concerns you",
		Check:   "https://docs.api7.ai/enterprise/release-notes",
		Undo:    "nothing is changed",
	})
	p.tryScripts()
	p.findings("before", "prepare")
	p.byHand("before")
	p.imagesAndFiles()
}

// quiet says so where nothing that breaks has to be prepared, as the vendor's guide says it of 3.6 to 3.7.
func (p *plan) quiet() string {
	for f := range p.due() {
		if f.Severity == report.SeverityBreaking {
			return ""
		}
	}
	return " As far as the assessment sees, no breaking change needs preparation here."
}

// given returns flags behind a command.
func given(flags string) string {
	if flags == "" {
		return ""
	}
	return " " + flags
}

// findings adds the steps of findings for a time, the gravest rules first. prefix begins their ids.
func (p *plan) findings(when, prefix string) {
	for _, g := range p.gathered(when) {
		for i, text := range g.order {
			a := g.actions[text]
			a.last = i == len(g.order)-1
			p.act(prefix+"-"+g.rule, a, when)
		}
	}
}

// covered are the checks by hand that this plan has steps of its own for.
var covered = map[string]bool{
	"backups-taken": true, "configuration-changes-frozen": true, "control-plane-before-data-plane": true, "dry-run-done": true, "custom-plugins-reviewed": true,
}

// byHand adds the steps of checks by hand for a time.
func (p *plan) byHand(when string) {
	for i := range p.hop.r.ManualChecks {
		m := &p.hop.r.ManualChecks[i]
		if covered[m.Rule] || m.Done != nil || p.passed[m.Title] {
			continue
		}
		texts, commands := asked(m, when)
		if len(texts) == 0 {
			continue
		}
		s := Step{
			ID: "by-hand-" + when + "-" + m.Rule, Title: m.Title, When: when, Rule: m.Rule, Owner: controlPlane, Text: strings.Join(texts, " "),
			Command: lines(commands...), Expect: "it is kept to as long as the window lasts", OnFailure: "tell the " + manager, Undo: "nothing is changed",
		}
		switch when {
		case "before":
			s.Expect, s.OnFailure = "somebody has written down the answer: --waivers takes it as done", "do not begin the window before it is settled"
		case "after":
			s.Expect, s.OnFailure = "done, and its owner knows", "keep the freeze for whom it concerns until it is done"
		}
		p.add(s)
	}
}

// asked returns what a check says to do at a time, and what in the installation it is about.
func asked(m *report.ManualCheck, when string) (texts, commands []string) {
	for _, s := range m.Remediation {
		if s.When != when {
			continue
		}
		texts = append(texts, s.Text)
		if s.Command != "" {
			commands = append(commands, s.Command)
		}
	}
	var evidence []string
	for _, e := range m.Evidence {
		evidence = append(evidence, e.Name+": "+e.Value)
	}
	if len(texts) > 0 && len(evidence) > 0 && when == "before" {
		texts = append(texts, "In this installation: "+strings.Join(evidence, "; ")+".")
	}
	return texts, commands
}

// imagesAndFiles plans what is made ready for the window without touching what runs.
func (p *plan) imagesAndFiles() {
	to := p.hop.path.To
	values, composed := p.valuesToEdit(), p.composeToEdit()
	command := append(values, composed...)
	text := "Write the new image tags into the files, or into a branch, and have the images where the nodes find them. Nothing restarts yet: nobody deploys these files before the window."
	if len(command) == 0 {
		text += " No source shows which files start this installation: give them with --config, and this step names them."
		command = []string{"helm repo update"}
	}
	p.add(Step{
		ID: "make-ready", Makes: true, Title: "Make files, charts and images ready", Owner: controlPlane, Text: text, Command: lines(command...),
		Expect:    "images and charts of " + to.String() + " are there; what runs has not changed",
		Check:     "Every image name that helm template or docker compose config shows has the new tag, and is in the registry that the nodes pull from.",
		OnFailure: "the release may have no image of that name in your registry: mirror it first", Undo: "take the old files again",
	})
}

// valuesToEdit returns what to change in Helm values, and the commands that show what becomes of it.
func (p *plan) valuesToEdit() []string {
	to := p.hop.path.To
	var all []string
	for _, r := range p.releases(version.ControlPlaneChart, "") {
		all = append(all, comment(fmt.Sprintf("in %s set dashboard.image.tag, dp_manager.image.tag%s to %q", strings.Join(r.Files, ", "), furtherTags(to), tag(dashboard, to))))
	}
	for i := range p.groups {
		for _, r := range p.releases(version.GatewayChart, p.groups[i].ShortID) {
			all = append(all, comment(fmt.Sprintf("in %s set apisix.image.tag to %q", strings.Join(r.Files, ", "), tag(gateway, to))))
		}
	}
	if len(all) == 0 {
		return nil
	}
	return append(append(all, "helm repo update"), p.rendered()...)
}

// composeToEdit returns what to change in docker-compose files, and the commands around it.
func (p *plan) composeToEdit() []string {
	var keep, edit, pull []string
	files := map[string]bool{}
	for _, c := range p.f.Containers {
		if !c.composed() || !slices.Contains(append(slices.Clone(controlPlaneParts), gateway), c.Component) {
			continue
		}
		edit = append(edit, comment(fmt.Sprintf("in %s set the image of service %s to %s", c.File, c.Service, c.image(tag(c.Component, p.hop.path.To)))))
		if !files[c.File] {
			keep = append(keep, "cp -n -- "+word(c.File)+" "+word(kept(c.File)))
			pull = append(pull, "docker compose "+composeFile(&c)+" config --images", "docker compose "+composeFile(&c)+" pull")
		}
		files[c.File] = true
	}
	return slices.Concat(keep, edit, pull)
}

// rendered returns the commands that show which images the values name with the new charts.
func (p *plan) rendered() []string {
	var all []string
	show := func(chart string, r *Release, about string) {
		h := p.helm(r, about)
		words := strings.Fields(chartTo(p.chart(chart)) + " ")
		pinned := ""
		if len(words) > 1 {
			pinned = " --version " + strings.TrimSuffix(words[1], ",")
		}
		all = append(all, "helm template "+h.name+" api7/"+chart+pinned+" -f "+h.values+" | grep 'image:'")
	}
	for _, r := range p.releases(version.ControlPlaneChart, "") {
		show(version.ControlPlaneChart, &r, "the control plane")
	}
	for i := range p.groups {
		for _, r := range p.releases(version.GatewayChart, p.groups[i].ShortID) {
			show(version.GatewayChart, &r, "gateway group "+p.groups[i].Label())
		}
	}
	return all
}

// kept returns where the copy of a file is that the way back needs.
func kept(file string) string { return file + ".before-upgrade" }

// furtherTags names the further image tags that a release of the control plane's chart has.
func furtherTags(to version.Version) string {
	text := ""
	if version.Since("3.3.0").In(to.Release()) {
		text += ", developer_portal.image.tag"
	}
	if version.Since("3.9.8").In(to.Release()) {
		text += ", file_server.image.tag"
	}
	return text
}
