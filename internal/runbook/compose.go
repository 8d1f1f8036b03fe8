package runbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
)

// composed reports whether a docker-compose file starts a container.
func (c *Container) composed() bool { return c.Found == "compose" }

// composeFiles returns the docker-compose files that Compose reads together.
func (c *Container) composeFiles() []string {
	if len(c.Project) > 0 {
		return c.Project
	}
	return []string{c.File}
}

// kept returns where the copy of a file is that the way back of this window needs: it is named after the release that it
// starts, so that an earlier copy is never taken for it.
func (p *plan) kept(file string) string { return file + "." + p.hop.path.From.String() + keptAs }

// keptAs ends the names of copies: no source takes such a file for configuration.
const keptAs = ".bak"

// compose returns docker compose with the files of a container.
func compose(c *Container) string {
	return "docker compose -f " + strings.Join(words(c.composeFiles()), " -f ")
}

// oldCompose returns docker compose with the copies from before the upgrade. They lie beside the files, so that it is the same
// project; the files themselves stay, because they start what is not rolled back.
func (p *plan) oldCompose(c *Container) string {
	command := []string{"docker compose"}
	if c.Dotenv != "" {
		command = append(command, "--env-file", fileWord(p.kept(c.Dotenv)))
	}
	for _, file := range c.composeFiles() {
		command = append(command, "-f", fileWord(p.kept(file)))
	}
	return strings.Join(command, " ")
}

// copied returns the files of a service of which the way back needs copies.
func (c *Container) copied() []string {
	files := slices.Clone(c.composeFiles())
	if c.Dotenv != "" {
		files = append(files, c.Dotenv)
	}
	return files
}

// composeToEdit returns what to change in docker-compose files, and the commands around it.
func (p *plan) composeToEdit() []string {
	var keep, edit, pull []string
	seen := map[string]bool{}
	for i := range p.f.Containers {
		c := &p.f.Containers[i]
		if !c.composed() || !slices.Contains(append(slices.Clone(controlPlaneParts), gateway), c.Component) {
			continue
		}
		edit = append(edit, p.edit(c)...)
		for _, file := range c.copied() {
			if !seen[file] {
				keep = append(keep, p.keep(file, tag(c.Component, p.hop.path.To))...)
			}
			seen[file] = true
		}
		if command := compose(c); !seen[command] {
			seen[command] = true
			pull = append(pull, command+" config --images", command+" pull")
		}
	}
	if len(keep) > 0 {
		keep = append([]string{"# copies for the way back: cmp fails where there is one that differs; it must be what starts " + p.hop.path.From.String()}, keep...)
	}
	return slices.Concat(keep, edit, pull)
}

// keep returns the commands that copy a file before it is changed. They end with an error where there is a copy that differs,
// unless the file has the new tag already: then they were run before.
func (p *plan) keep(file, done string) []string {
	from, to := fileWord(file), fileWord(p.kept(file))
	return []string{
		"test ! -e " + to + " || grep -qF " + word(done) + " " + from + " || cmp " + from + " " + to,
		"test -e " + to + " || cp -p " + from + " " + to,
	}
}

// edit returns the commands by which a service gets its new image where the file has it written out, and else says how.
func (p *plan) edit(c *Container) []string {
	to := tag(c.Component, p.hop.path.To)
	if len(c.Variables) == 0 {
		byHand := fmt.Sprintf("in %s set the image of service %s to %s", c.File, c.Service, c.named(to))
		old, plain := p.now(c), c.named(to)
		if c.Tag == "" || c.Digest != "" || !written(old) || !written(plain) {
			return []string{comment(byHand)}
		}
		file, pattern := fileWord(c.File), strings.ReplaceAll(old, ".", `\.`)
		return []string{
			"sed -i.bak -e " + remedy.Quote("s|"+pattern+"$|"+plain+"|") + " -e " + remedy.Quote("s|"+pattern+`\([^0-9A-Za-z._-]\)|`+plain+`\1|`) + " " + file,
			"grep -qF " + remedy.Quote(plain) + " " + file + " " + comment("if this ends it: "+byHand),
		}
	}
	return []string{comment(fmt.Sprintf("the image of service %s in %s takes its tag from %s: set it to %s in %s", c.Service, c.File, strings.Join(c.Variables, ", "), to,
		cmp.Or(c.Dotenv, ".env beside the file, or in the environment that docker compose gets")))}
}

// written reports whether the name of an image has no character that means anything to sed.
func written(image string) bool {
	return image != "" && strings.Trim(image, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:") == ""
}

// up returns the commands that start the services of one component anew, one after the other.
func up(command string, all []Container, serving bool) []string {
	var out []string
	for i := range all {
		line := command + " up -d --no-deps "
		if len(all) > 1 {
			line += "--wait "
		}
		if i > 0 {
			out = append(out, pause(serving))
		}
		out = append(out, line+word(all[i].Service))
	}
	return out
}

// pause returns the command that waits until a gateway serves requests; none where no gateway was started.
func pause(serving bool) string {
	if !serving {
		return ""
	}
	return "sleep 60 # until the new one is online and gets requests from the load balancer: look before you go on"
}

// apart returns the containers of a component by the docker-compose files that start them, and those of manifests.
func (p *plan) apart(component, group string) (services [][]Container, objects []Container) {
	at := map[string]int{}
	for _, c := range p.containers(component, group) {
		if !c.composed() {
			objects = append(objects, c)
			continue
		}
		key := compose(&c)
		i, known := at[key]
		if !known {
			i, at[key] = len(services), len(services)
			services = append(services, nil)
		}
		services[i] = append(services[i], c)
	}
	return services, objects
}
