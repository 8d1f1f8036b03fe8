package runbook

import (
	"cmp"
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
			Command:   lines("api7-preflight targets"+given(p.o.Sources)+" || test $? -eq 4", p.keepData()),
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

// keepData returns the command that writes the runbook for the last step, which compares with it; empty: it is in the folder.
func (p *plan) keepData() string {
	if p.o.Out != "" {
		return ""
	}
	return "# the last step compares with this: keep it\napi7-preflight runbook" + given(p.o.Sources) + " --from " + p.r.Path.From + " --to " + p.r.Path.To + " --format json=runbook.json"
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

// tagOf returns the image tag that values of a chart get.
func tagOf(r *Release, to version.Version) string {
	if r.Chart == version.ControlPlaneChart {
		return tag(dashboard, to)
	}
	return tag(gateway, to)
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
			a.last, a.only = i == len(g.order)-1, len(g.order) == 1
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
	command := slices.Concat(values, composed, p.manifestsToEdit())
	text := "Write the new image tags into the files, or into a branch, and have the images where the nodes find them. Nothing restarts yet: nobody deploys these files before the window."
	if len(command) == 0 {
		text += " No source shows which files start this installation: give them with --config, and this step names them."
		command = []string{"helm repo update"}
	}
	p.add(Step{
		ID: "make-ready", Makes: true, Title: "Make files, charts and images ready", Owner: controlPlane, Text: text, Command: lines(command...),
		Expect:    "images and charts of " + to.String() + " are there; what runs has not changed",
		Check:     "Every image name that helm template or docker compose config shows has the new tag, and is in the registry that the nodes pull from.",
		OnFailure: "cmp shows a difference: the file was changed already, or its copy is left from an earlier upgrade; no image of that name in your registry: mirror it first", Undo: "take the old files again",
	})
}

// valuesToEdit returns what to change for Helm releases, and the commands that show what becomes of it.
func (p *plan) valuesToEdit() []string {
	var edit, show []string
	fetch := "helm repo update"
	each := func(releases []Release) {
		for i := range releases {
			switch r := &releases[i]; {
			case r.Tool != (Tool{}):
				edit = append(edit, p.editByTool(r))
			case r.umbrella():
				edit = append(edit, comment("the chart in "+cmp.Or(r.Folder, "the folder that has "+r.place())+" is changed in the steps that upgrade its parts: it installs them together"))
			default:
				for _, file := range r.values() {
					edit = append(edit, p.keep(file, tagOf(r, p.hop.path.To))...)
				}
				edit = append(edit, comment("in "+strings.Join(r.Files, ", ")+" set "+p.tags(r)))
				show = append(show, p.rendered(r))
			}
		}
	}
	each(p.releases(version.ControlPlaneChart, ""))
	for i := range p.groups {
		if p.standing(&p.groups[i]) == behind {
			each(p.releases(version.GatewayChart, p.groups[i].ShortID))
		}
	}
	if len(edit) == 0 {
		return nil
	}
	edit = slices.Compact(edit)
	return append(append(edit, fetch), show...)
}

// manifestsToEdit returns what to change in manifests.
func (p *plan) manifestsToEdit() []string {
	var all []string
	for i := range p.f.Containers {
		c := &p.f.Containers[i]
		if c.Found != "manifest" || !slices.Contains(append(slices.Clone(controlPlaneParts), gateway), c.Component) {
			continue
		}
		text := "in " + c.File + " set the image of container " + c.Workload.Container + " of " + c.Workload.Kind + " " + c.Workload.Name + " to " + c.named(tag(c.Component, p.hop.path.To))
		if c.Component == dashboard {
			text += "; where it has a livenessProbe, raise its initialDelaySeconds to " + probeSeconds + " for the upgrade"
		}
		all = append(all, comment(text))
	}
	return all
}
