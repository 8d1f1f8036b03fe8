package runbook

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// support answers what API7's support asks for before it helps.
func (p *plan) support() {
	add := func(question, answer string) {
		p.book.Support = append(p.book.Support, Answer{question, answer})
	}
	path := p.r.Path
	var hops []string
	for _, w := range p.book.Windows {
		hops = append(hops, w.To)
	}
	add("From which release to which?", fmt.Sprintf("%s (%s) to %s", path.From, cmp.Or(path.FromEvidence, "not known"), strings.Join(hops, ", then ")))
	add("How is it deployed?", p.deployment())
	add("How large is it?", p.size())
	add("Which database?", p.databaseAnswer())
	plugins := "none that the sources show"
	if names := p.f.CustomPlugins; len(names) > 0 {
		plugins = strings.Join(names, ", ")
	}
	add("Which custom plugins?", plugins)
	add("What does the assessment say?", fmt.Sprintf("%s: %d breaking, %d warnings, %d notices. Attach the whole report: `api7-preflight check%s --from %s --to %s --format json=report.json`; `api7-preflight snapshot --out FILE` writes the installation without secrets, so that API7 can assess it too",
		p.r.Verdict, p.r.Summary.Breaking, p.r.Summary.Warning, p.r.Summary.Notice, given(p.o.Sources), path.From, path.To))
	add("When is the window, and who can be called?", p.windowAnswer())
	add("Is there a backup, and was it restored once?", "steps `backup-database` and `restore-rehearsal`: write down when, how large, and how long both took")
	add("What is the plan to go back?", "steps `rollback-everything`, `rollback-control-plane` and those of each gateway group; the points of no return are listed above")
	add("Was it rehearsed?", "steps `rehearse-upgrade` and `rehearse-rollback`: write down what went wrong there")
	add("Who does it, and how well do they know it?", "the table of duties says which roles; write down whether each has done such an upgrade, and its rehearsal")
	add("Which service levels and which hardware?", "`"+p.blank("service levels of the APIs", "the contracts with their users")+"`; `"+p.blank("cores and memory of the nodes, and cores of the licence", "the nodes and the Dashboard")+"`")
	add("If it fails: what happened, and when?", "this runbook with the times that were kept, the step at which it stopped, and the logs: "+p.logs())
	p.book.Blanks = append(p.book.Blanks, p.supportBlanks()...)
}

// supportBlanks returns the blanks that only the answers hold.
func (p *plan) supportBlanks() []Blank {
	var all []Blank
	for what, blank := range p.blanks {
		if len(blank.Steps) == 0 && slices.ContainsFunc(p.book.Support, func(a Answer) bool { return strings.Contains(a.Answer, what) }) {
			all = append(all, *blank)
		}
	}
	slices.SortFunc(all, func(a, b Blank) int { return strings.Compare(a.What, b.What) })
	return all
}

// deployment says how the installation is started.
func (p *plan) deployment() string {
	var ways []string
	for _, r := range p.f.Releases {
		ways = append(ways, strings.TrimSpace("Helm chart "+r.Chart+" "+r.Version)+" ("+strings.Join(r.Files, ", ")+")")
	}
	for _, c := range p.f.Containers {
		if way := map[string]string{"compose": "Docker Compose", "manifest": "Kubernetes manifests"}[c.Found]; way != "" {
			ways = append(ways, way+" ("+c.File+")")
		}
	}
	if ways = sorted(ways); len(ways) > 0 {
		return strings.Join(ways, "; ")
	}
	return "`" + p.blank("how the installation is deployed", "Helm, Docker Compose, packages; --config reads its files") + "`"
}

func (p *plan) size() string {
	if len(p.groups) == 0 {
		return "not known: no source lists gateway groups"
	}
	instances := 0
	var groups []string
	for i := range p.groups {
		g := &p.groups[i]
		instances += len(g.Live())
		groups = append(groups, fmt.Sprintf("%s %d", g.Label(), len(g.Live())))
	}
	text := fmt.Sprintf("%s, %s", plural.Of(len(p.groups), "gateway group", "gateway groups"), plural.Of(instances, "live gateway instance", "live gateway instances"))
	return text + " (" + strings.Join(groups, ", ") + "), " + plural.Of(len(p.f.Services)+p.f.MoreServices, "published service", "published services")
}

func (p *plan) databaseAnswer() string {
	d := p.f.Database
	if d.Host == "" && d.Name == "" {
		return "`" + p.blank("server and version of the database", "database.dsn in the configuration file of the Dashboard, and `SELECT version()`") + "`"
	}
	kind := cmp.Or(d.Other, "PostgreSQL")
	text := fmt.Sprintf("%s at %s, database %s", kind, strings.Join(d.servers(), ","), cmp.Or(d.Name, "not known"))
	if d.Schema != "" {
		text += ", schema " + d.Schema
	}
	return text + "; its version: `SELECT version()`"
}

func (p *plan) windowAnswer() string {
	var all []string
	for _, w := range p.book.Windows {
		all = append(all, fmt.Sprintf("%s to %s: from %s to %s, %d minutes of work", w.From, w.To, w.Start, w.End, w.Minutes))
	}
	return strings.Join(all, "; ") + "; `" + p.blank("names and numbers of everybody on the call", "the table of duties says which roles") + "`"
}

// logs returns the commands that collect logs.
func (p *plan) logs() string {
	for _, c := range p.f.Containers {
		if c.Found == "compose" {
			return "`" + compose(&c) + " logs --since 4h`"
		}
	}
	return "`kubectl logs --since 4h --all-containers` of every pod of control plane and gateways, and `kubectl get events`"
}

var shellVariable = regexp.MustCompile(`\$\{?([A-Z][A-Z0-9_]*)`)

// variablesOf returns the environment variables that a command reads.
func variablesOf(command string) []string {
	var all []string
	for _, m := range shellVariable.FindAllStringSubmatch(command, -1) {
		all = append(all, m[1])
	}
	return sorted(all)
}

// variables says what the variables of all commands mean.
func (p *plan) variables() []Variable {
	names := map[string]string{}
	for i := range p.book.Steps {
		for _, name := range p.book.Steps[i].Variables {
			names[name] = meaning(name)
		}
	}
	for _, q := range p.book.Requests {
		if q.Method != "" {
			names[q.Variable] = "the address of a gateway of group " + q.GatewayGroup + ", such as http://gateway:9080 or https://gateway:9443"
		}
	}
	var all []Variable
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, Variable{name, names[name]})
	}
	return all
}

func meaning(name string) string {
	if name == "BACKUP_DIR" {
		return "a folder for the backups, with room for the database, which only those may read who may read the database"
	}
	return cmp.Or(report.MeaningOf(name), "set by what the command says")
}
