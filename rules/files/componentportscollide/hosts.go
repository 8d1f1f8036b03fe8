package componentportscollide

import (
	"maps"
	"path"
	"regexp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/samefolder"
)

// host is a network with the components on it.
type host struct {
	name     string
	programs []*program
	told     bool // that they share it is written in a file; else it may be
}

// hosts returns the networks with the programs on each, in a fixed order.
func (j *join) hosts(p *rule.Pass) []*host {
	networks, folders, running := map[string][]container{}, map[string][]*program{}, map[string]bool{}
	for _, c := range j.containers {
		running[c.component] = true
		if name := c.network(); name != "" && c.known() {
			networks[name] = append(networks[name], c)
		}
	}
	for _, one := range j.programs {
		if one.found == "file" && !running[one.id] {
			name := installation(path.Dir(one.file))
			folders[name] = append(folders[name], one)
		}
	}
	var all []*host
	for _, name := range slices.Sorted(maps.Keys(networks)) {
		if h := (&host{name: name, told: true}); several(networks[name]) {
			for _, c := range networks[name] {
				h.add(j.programOf(p, c))
			}
			all = append(all, h)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(folders)) {
		all = append(all, &host{name: name, programs: folders[name]})
	}
	return all
}

func (h *host) add(one *program) {
	if one != nil && !slices.Contains(h.programs, one) {
		h.programs = append(h.programs, one)
	}
}

// programOf returns the program of a container: that with the file of its component that stands nearest; nil, and a doubt,
// where none or several may be it.
func (j *join) programOf(p *rule.Pass, c container) *program {
	var all []*program
	for _, one := range j.programs {
		if one.id == c.component {
			all = append(all, one)
		}
	}
	near := samefolder.To(c.file, all, func(one *program) string { return one.file })
	switch len(near) {
	case 1:
		return near[0]
	case 0:
		p.Unknown(c.subject, "", "the container shares "+c.network()+", but its configuration is not among the files: which ports it takes is not known")
	default:
		p.Unknown(c.subject, "", "the container shares "+c.network()+", but several files may be its configuration: which ports it takes is not known")
	}
	return nil
}

// bundle matches the folders that the vendor's bundle has for the files of each component.
var bundle = regexp.MustCompile(`(?i)dashboard|dp.?manager|portal|file.?server|gateway`)

// installation returns the folder above those of single components.
func installation(folder string) string {
	if bundle.MatchString(path.Base(folder)) {
		return path.Dir(folder)
	}
	return folder
}
