package licencecoreschecked

import (
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/instance"
)

// group is what one gateway group uses.
type group struct {
	instances, unknown int // unknown: whose cores are not known
	cores              int64
	hosts              map[string]int // instances by hostname
}

// usage adds up the cores of the instances that are alive, group by group.
func usage(p *rule.Pass) func() []rule.Evidence {
	groups, seen := map[string]*group{}, map[string]bool{}
	instance.On(p, func(i instance.Instance) {
		if i.Offline || seen[i.Resource.ID] {
			return
		}
		seen[strings.Clone(i.Resource.ID)] = true
		name := strings.Clone(i.Resource.Group.Label())
		if groups[name] == nil {
			groups[name] = &group{hosts: map[string]int{}}
		}
		groups[name].add(i.Resource)
	})
	return func() []rule.Evidence { return evidence(groups, p.Complete(estate.Instance)) }
}

func (g *group) add(r *estate.Resource) {
	g.instances++
	n, known := r.Field("cores").Number().Known()
	cores, err := n.Int64()
	if !known || err != nil {
		g.unknown++
	} else {
		g.cores += cores
	}
	if host, _ := r.Field("hostname").Text().Known(); host != "" && !estate.HiddenIn(host) {
		g.hosts[strings.Clone(host)]++
	}
}

// evidence says what each group uses, then all together.
func evidence(groups map[string]*group, complete bool) []rule.Evidence {
	all := &group{hosts: map[string]int{}}
	var out []rule.Evidence
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		g := groups[name]
		all.instances, all.unknown, all.cores = all.instances+g.instances, all.unknown+g.unknown, all.cores+g.cores
		if name == "" {
			name = "without gateway group"
		}
		out = append(out, rule.Evidence{Name: name, Value: g.String()})
	}
	if all.instances == 0 {
		return []rule.Evidence{{Name: "all together", Value: none(complete)}}
	}
	out = append(out, rule.Evidence{Name: "all together", Value: all.String()})
	if !complete {
		out = append(out, rule.Evidence{Name: "not all was read", Value: "there may be more gateway instances"})
	}
	return out
}

// none says that there is nothing to add up. Not having read an instance is not the same as having none.
func none(complete bool) string {
	if !complete {
		return "not known: no gateway instance that is alive was read"
	}
	return "no gateway instance is alive"
}

// String writes "8 cores on 2 gateway instances", and what makes that doubtful.
func (g *group) String() string {
	if g.unknown == g.instances && g.unknown > 0 {
		return instance.Count(g.instances) + " whose cores are not known" + g.doubles()
	}
	text := plural.Of(g.cores, "core", "cores") + " on " + instance.Count(g.instances)
	if g.unknown > 0 {
		text += "; the cores of " + plural.Of(g.unknown, "instance", "instances") + " are not known"
	}
	return text + g.doubles()
}

// doubles names the hosts that are listed more than once.
func (g *group) doubles() string {
	var twice []string
	for _, host := range slices.Sorted(maps.Keys(g.hosts)) {
		if g.hosts[host] > 1 {
			twice = append(twice, host)
		}
	}
	if len(twice) == 0 {
		return ""
	}
	return "; listed more than once, perhaps by mistake: " + strings.Join(twice[:min(len(twice), 5)], ", ")
}
