package portoutofrange

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

// nodes returns the ports of an upstream's nodes that are too high. Nodes are a list of objects, or an object from
// "host:port" to weight.
func nodes(p *rule.Pass, r *estate.Resource, u traffic.Upstream) (all []bad) {
	v, pointer := u.Field("nodes"), u.Pointer+"/nodes"
	if v.Empty() {
		return nil
	}
	if members, ok := v.Members().Known(); ok {
		for _, m := range members {
			if tooHigh(m.Key) {
				all = append(all, bad{pointer, "node " + m.Key})
			}
		}
		return all
	}
	list := v.List()
	if why := list.Unreadable(); why != "" {
		p.Doubt(r, pointer, "the nodes cannot be read: not a list or an object")
	}
	some, _ := list.Known()
	for i, node := range some {
		at := fmt.Sprintf("%s/%d", pointer, i)
		n, why := number(node.Get("port"))
		if why != "" {
			p.Doubt(r, at, "the port of a node cannot be read: "+why)
		}
		if n > highest {
			host, _ := node.Get("host").Text().Known()
			all = append(all, bad{at, fmt.Sprintf("node %s:%.0f", host, n)})
		}
	}
	return all
}

// tooHigh reports whether an address "host:port" has a port that is too high. No group of an IPv6 address is taken for
// one: it has four digits at most.
func tooHigh(address string) bool {
	i := strings.LastIndexByte(address, ':')
	if i < 0 {
		return false
	}
	n, err := strconv.ParseUint(address[i+1:], 10, 64)
	return n > highest && (err == nil || errors.Is(err, strconv.ErrRange))
}

// check returns the port of an upstream's active health check if it is too high.
func check(p *rule.Pass, r *estate.Resource, u traffic.Upstream) []bad {
	checks := u.Field("checks")
	if checks.Empty() || checks.Get("active").Empty() {
		return nil
	}
	n, why := number(checks.Get("active").Get("port"))
	if why != "" {
		p.Doubt(r, u.Pointer+"/checks", "the port of the health check cannot be read: "+why)
	}
	if n <= highest {
		return nil
	}
	return []bad{{u.Pointer + "/checks/active/port", fmt.Sprintf("health check on port %.0f", n)}}
}

// number reads a port, 0 for none; it may be written as text.
func number(v estate.Value) (n float64, why string) {
	written, ok := v.Text().Known()
	if number, isNumber := v.Number().Known(); isNumber {
		written, ok = number.String(), true
	}
	if !ok || written == "" {
		return 0, v.Text().Unreadable()
	}
	n, err := strconv.ParseFloat(written, 64)
	if err != nil {
		return 0, "not a number"
	}
	return n, ""
}
