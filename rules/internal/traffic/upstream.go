package traffic

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
)

// UpstreamID proposes an id for an upstream that is to be made inside a service, and adds it to taken. Ids of upstreams
// share one name space in a gateway group, so it begins with the service's. Nothing of a name that may hold a secret is in
// it.
func UpstreamID(service, name string, taken map[string]bool) string {
	id, own := idOf(name), idOf(service)
	if !strings.HasPrefix(id, own+"-") {
		id = own + "-" + id
	}
	unique := id
	for n := 2; taken[unique]; n++ {
		unique = id + "-" + strconv.Itoa(n)
	}
	taken[unique] = true
	return unique
}

func idOf(name string) string {
	if !redact.Nameable(name) {
		return "upstream"
	}
	return strings.Map(plainRune, name)
}

// plainRune keeps what an id may hold: letters, digits, hyphen, underscore and dot.
func plainRune(c rune) rune {
	if c == '.' || c < 0x80 && remedy.Escape(string(c)) == string(c) {
		return c
	}
	return '-'
}

// Portable returns an upstream in the form in which the Admin API takes an upstream of a service, without an id and
// with nodes as a list, and whether a secret was left out of it.
func Portable(upstream estate.Value) (body map[string]any, hidden bool) {
	clean, hidden := redact.Value(upstream)
	m, ok := clean.(map[string]any)
	if !ok {
		return nil, hidden
	}
	body = maps.Clone(m)
	delete(body, "id")
	nodes, ok := body["nodes"].(map[string]any)
	if !ok {
		return body, hidden
	}
	scheme, _ := body["scheme"].(string)
	list := make([]any, 0, len(nodes))
	for _, key := range slices.Sorted(maps.Keys(nodes)) {
		n := address(key, "")
		if n.Port == "" {
			n.Port = defaultPort(scheme)
		}
		list = append(list, map[string]any{"host": n.Host, "port": json.Number(n.Port), "weight": nodes[key]})
	}
	body["nodes"] = list
	return body, hidden
}

func defaultPort(scheme string) string {
	if scheme == "https" || scheme == "grpcs" {
		return "443"
	}
	return "80"
}
