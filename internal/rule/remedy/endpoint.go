// Package remedy writes the commands, shell words and file names in the steps for one object. Whatever an
// installation holds, it cannot turn any of them into another command, address or file.
package remedy

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Endpoint is the address of one resource in the control plane's Admin API. The zero Endpoint is for resources that
// cannot be addressed; its commands are empty, so that a step shows none.
//
// Commands take the control plane's URL from $API7_ADMIN and the token from $API7_TOKEN. Whatever an id contains, it
// cannot end the shell word that it is in, name another resource, or start a command.
type Endpoint struct{ path, group string }

// API tells the Admin APIs of releases apart: whether it separates templates from published services, as it does from
// 3.2.13.0 on.
type API bool

// APIOf returns the Admin API of release v.
func APIOf(v version.Version) API { return API(version.Since("3.2.13.0").In(v.Release())) }

// APIs asks for the Admin API of today and that of the target. Call it only while the rule starts.
func APIs(p *rule.Pass) (now, then API) {
	now = rule.Ask(p, func(path version.Path) API { return APIOf(path.From) })
	return now, rule.Ask(p, func(path version.Path) API { return APIOf(path.To) })
}

// EndpointOf returns the address of a resource in an Admin API. The address is zero where the API has no public one: for historic
// versions, shared plugin sets, and published resources before 3.2.13.0 or in an unknown gateway group.
func EndpointOf(s estate.Subject, parted API) Endpoint {
	collections := map[estate.Kind]string{}
	if parted {
		collections[estate.ServiceTemplate] = "/api/services/template"
		collections[estate.RouteTemplate] = "/api/routes/template"
		collections[estate.StreamRouteTemplate] = "/api/stream_routes/template"
		collections[estate.Service] = "/apisix/admin/services"
		collections[estate.Route] = "/apisix/admin/routes"
		collections[estate.StreamRoute] = "/apisix/admin/stream_routes"
		collections[estate.Consumer] = "/apisix/admin/consumers"
	} else {
		collections[estate.ServiceTemplate] = "/apisix/admin/services"
		collections[estate.RouteTemplate] = "/apisix/admin/routes"
	}
	collection := collections[s.Ref.Kind]
	if collection == "" {
		return Endpoint{}
	}
	e := Endpoint{path: collection}
	if s.Ref.Kind.State() == estate.Live {
		if e.group = groupID(s.Group); e.group == "" {
			return Endpoint{}
		}
	}
	return e.Sub(s.Ref.ID)
}

// GlobalRuleOf returns the address of one plugin in the global rules of a gateway group. The Admin API keeps one
// resource per plugin, while gateways read a single one with all of them.
func GlobalRuleOf(g estate.Group, plugin string) Endpoint {
	e := Endpoint{path: "/apisix/admin/global_rules", group: groupID(g)}
	if e.group == "" {
		return Endpoint{}
	}
	return e.Sub(plugin)
}

// groupID returns the id by which the Admin API knows a gateway group; "" if it is unknown. A source may show only
// the short id, which differs from the id except in the default group of every installation.
func groupID(g estate.Group) string {
	switch {
	case g.ID == "" && g.ShortID == "default":
		return g.ShortID
	case redact.Text(g.ID) != g.ID:
		return ""
	}
	return g.ID
}

// Sub returns the address of a resource below e. An empty segment would address the whole collection, so it gives the
// zero Endpoint; so does an id with a secret in it, which must not be shown, not even escaped.
func (e Endpoint) Sub(segments ...string) Endpoint {
	for _, s := range segments {
		if e.path == "" || s == "" || redact.Text(s) != s {
			return Endpoint{}
		}
		e.path += "/" + Escape(s)
	}
	return e
}

// IsZero reports whether there is no address.
func (e Endpoint) IsZero() bool { return e.path == "" }

// Save returns the command that saves the resource to a file.
func (e Endpoint) Save(file string) rule.Command {
	return e.curl("", false, "-o "+Quote(file))
}

// Send returns the command that sends body, which is JSON, with the given HTTP method.
func (e Endpoint) Send(method, body string) rule.Command {
	return e.curl("", true, "-X "+method, "-H 'Content-Type: application/json'", "--data "+Quote(body))
}

// SendFrom returns the command that sends the output of producer, a shell command. Values that must not be shown stay
// in the file that the producer reads.
func (e Endpoint) SendFrom(producer, method string) rule.Command {
	return e.curl(producer+" | ", true, "-X "+method, "-H 'Content-Type: application/json'", "--data-binary @-")
}

// Delete returns the command that deletes the resource.
func (e Endpoint) Delete() rule.Command { return e.curl("", true, "-X DELETE") }

func (e Endpoint) curl(before string, changes bool, args ...string) rule.Command {
	if e.IsZero() {
		return rule.Command{}
	}
	url := e.path
	if e.group != "" {
		url += "?gateway_group_id=" + Escape(e.group)
	}
	c := Get("")
	c.Line = before + `curl -fsS -H "X-API-KEY: $API7_TOKEN" ` + strings.Join(args, " ") + ` "$API7_ADMIN"` + Quote(url)
	c.Changes = changes
	return c
}

// Get returns the command that prints what the Admin API answers at a path, which must need no quotes.
func Get(path string) rule.Command {
	return rule.Command{Line: `curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"` + path, Reads: []string{"API7_ADMIN", "API7_TOKEN"}}
}

// FileFor returns the name of the file to save a resource in: "traffic-split-route-r1@default.json". No two resources
// have the same one. Of an id with a secret in it stands a number that cannot be turned back, in place of the secret.
func FileFor(what string, s estate.Subject) string {
	name := what + "-" + s.Ref.Kind.String() + "-" + inFile(s.Ref.ID)
	if g := cmp.Or(s.Group.ID, s.Group.ShortID); g != "" {
		name += "@" + inFile(g)
	}
	return name + ".json"
}

// inFile returns an id as part of the name of a file. The number is too short to find the secret by trying.
func inFile(id string) string {
	clean := redact.Text(id)
	if clean == id {
		return Escape(id)
	}
	sum := sha256.Sum256([]byte(id))
	return Escape(strings.ReplaceAll(clean, redact.Marker, "hidden")) + "-" + strconv.Itoa(int(binary.BigEndian.Uint16(sum[:])))
}

// Patch returns a JSON Patch (RFC 6902), the body of a PATCH to the Admin API.
func Patch(ops ...PatchOp) string { return rule.JSON(ops) }

// PatchOp is one operation of a JSON Patch.
type PatchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}
