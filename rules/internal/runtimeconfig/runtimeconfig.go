// Package runtimeconfig reads the runtime configuration that service templates hold before 3.6.0.
package runtimeconfig

import (
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

// Config is the runtime configuration of a template.
type Config struct {
	Pointer  string   // to the first field that holds some
	Names    []string // of the fields
	Evidence []rule.Evidence
}

// Of returns the runtime configuration of a template and whether it has any. It calls doubt for what it cannot read.
// Plugins are no part of it before 3.6.0: they belong to the versions of a template.
func Of(r *estate.Resource, doubt func(pointer, why string)) (c Config, has bool) {
	unreadable := func(pointer, why string) {
		if why != "" {
			doubt(pointer, "runtime configuration of a template cannot be read: "+why)
		}
	}
	hosts := r.Field("hosts").Strings()
	if r.Field("hosts").Empty() {
		hosts = estate.Value{}.Strings()
	}
	unreadable("/hosts", hosts.Unreadable())
	if list, _ := hosts.Known(); len(list) > 0 {
		c.add("/hosts", "hosts", strings.Join(list, ", "))
	}
	prefix := r.Field("path_prefix").Text()
	unreadable("/path_prefix", prefix.Unreadable())
	if text, _ := prefix.Known(); text != "" {
		c.add("/path_prefix", "path prefix", text)
	}
	c.readUpstream(r.Field("upstream"), func(why string) { unreadable("/upstream", why) })
	if len(c.Names) == 0 {
		return c, false
	}
	// Stripping alone configures nothing: without a path prefix it is a default that nobody chose.
	strip := r.Field("strip_path_prefix").Bool()
	unreadable("/strip_path_prefix", strip.Unreadable())
	if on, ok := strip.Known(); ok {
		c.Evidence = append(c.Evidence, rule.Evidence{Name: "strip path prefix", Value: strconv.FormatBool(on)})
	}
	return c, true
}

// add notes a field with runtime configuration; the first one is the place of the finding.
func (c *Config) add(pointer, name, value string) {
	if c.Pointer == "" {
		c.Pointer = pointer
	}
	c.Names = append(c.Names, name)
	c.Evidence = append(c.Evidence, rule.Evidence{Name: name, Value: strings.Clone(value)})
}

// readUpstream counts an upstream that leads somewhere. Without nodes and discovery it holds defaults only, if all of its
// members are known: an upstream in a form that is not may lead somewhere all the same.
func (c *Config) readUpstream(v estate.Value, doubt func(why string)) {
	if v.Empty() {
		return
	}
	nodes, err := traffic.Nodes(v)
	if err != nil {
		doubt(err.Error())
		return
	}
	if nodes == "" {
		if odd := unknownSettings(v); len(odd) > 0 {
			doubt("it has no nodes, and unknown members: " + strings.Join(odd, ", "))
		}
		return
	}
	name := "upstream nodes"
	if v.Get("nodes").Empty() {
		name = "upstream discovery"
	}
	c.add("/upstream", name, nodes)
	clean, _ := redact.Value(v)
	c.Evidence = append(c.Evidence, rule.InJSON("upstream", clean))
}

// unknownSettings returns the members of an upstream that no release is known to have. What is empty sets nothing.
func unknownSettings(upstream estate.Value) []string {
	members, _ := upstream.Members().Known()
	var odd []string
	for _, m := range members {
		known := slices.Contains([]string{
			"id", "name", "desc", "description", "labels", "create_time", "update_time", "created_at", "updated_at", "service_id",
			"nodes", "discovery_type", "service_name", "discovery_args", "type", "scheme", "hash_on", "key", "checks", "retries",
			"retry_timeout", "timeout", "keepalive_pool", "pass_host", "upstream_host", "tls",
		}, m.Key)
		if !known && !m.Value.Empty() {
			odd = append(odd, strconv.Quote(m.Key))
		}
	}
	return odd
}
