package canaryruleactive

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

func evidence(r *estate.Resource, c canary, places []estate.Plugin) []rule.Evidence {
	state := "on"
	if c.off {
		state = "switched off by _meta.disable"
	}
	facts := []rule.Evidence{{Name: "state", Value: state}}
	for _, split := range c.rules {
		facts = append(facts, rule.Evidence{Name: "split", Value: split.Full()})
	}
	if r.Kind == estate.Service {
		facts = append(facts, rule.Evidence{Name: "baseline upstream", Value: baseline(r)})
	}
	for _, name := range names(c.rules) {
		nodes := "not stored with the rule"
		if i, v := definition(c.at.Conf, name); i >= 0 {
			nodes = nodesOf(v)
		}
		facts = append(facts, rule.Evidence{Name: "canary upstream " + name, Value: nodes})
	}
	for _, at := range places {
		if at.Pointer != c.at.Pointer {
			facts = append(facts, rule.Evidence{Name: "also attached at", Value: at.Pointer})
		}
	}
	return facts
}

// baseline says what is behind the service itself. What gateways read has only the id of its upstream.
func baseline(r *estate.Resource) string {
	if own := r.Field("upstream"); !own.Empty() {
		return nodesOf(own)
	}
	if id, ok := r.Field("upstream_id").Text().Known(); ok && id != "" {
		return "upstream " + id
	}
	return traffic.Own
}

func nodesOf(upstream estate.Value) string {
	nodes, err := traffic.Nodes(upstream)
	switch {
	case err != nil:
		return "cannot be read: " + err.Error()
	case nodes == "":
		return "no nodes and no service discovery"
	}
	return nodes
}

// names returns the canary upstreams that the rules send traffic to, each once.
func names(rules []traffic.Rule) []string {
	var list []string
	seen := map[string]bool{}
	for _, split := range rules {
		for _, share := range split.Shares {
			if share.Name != "" && !seen[share.Name] {
				seen[share.Name] = true
				list = append(list, share.Name)
			}
		}
	}
	return list
}

// definition returns where in the rule's own list of upstreams the named one stands, -1 if it is not there.
func definition(conf estate.Value, name string) (int, estate.Value) {
	list, _ := conf.Get("upstreams").List().Known()
	for i, v := range list {
		if text, ok := v.Get("name").Text().Known(); ok && text == name {
			return i, v
		}
	}
	return -1, estate.Value{}
}
