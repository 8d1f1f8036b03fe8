package pluginvaluebecomesreference

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

// mayRefer reports whether a body can hold a reference. It decodes nothing, because most bodies cannot.
func mayRefer(body []byte) bool {
	if bytes.Contains(body, []byte(`\u0024`)) {
		return true
	}
	for {
		i := bytes.Index(body, []byte(`"$`))
		if i < 0 {
			return false
		}
		body = body[i+2:]
		if begins(body, "secret:") || begins(body, "env:") {
			return true
		}
	}
}

func begins(text []byte, word string) bool {
	return len(text) >= len(word) && strings.EqualFold(string(text[:len(word)]), word)
}

// place is where a text begins like a reference.
type place struct {
	field, pointer string
	off            bool // the plugin is switched off
}

// search goes through the plugins of one resource.
type search struct {
	found map[string][]place // by plugin
	doubt func(pointer, why string)
}

// plugin looks through one configuration, and through those nested in it: workflow and multi-auth alone nest plugins.
func (s *search) plugin(name string, conf estate.Value, pointer string, off bool) {
	members, isObject := conf.Members().Known()
	if !isObject {
		s.value(name, "its configuration", conf, pointer, off)
		return
	}
	off = s.disabled(name, conf, pointer) || off
	for _, m := range members {
		switch at := jsonptr.Append(pointer, m.Key); {
		case name == "workflow" && m.Key == "rules":
			s.rules(m.Value, at, off)
		case name == "multi-auth" && m.Key == "auth_plugins":
			s.ways(m.Value, at, off)
		case !resolved(name, m.Key):
			s.value(name, m.Key, m.Value, at, off)
		}
	}
}

// disabled reports whether a configuration says that the plugin is switched off.
func (s *search) disabled(name string, conf estate.Value, pointer string) bool {
	meta := conf.Get("_meta")
	if meta.Empty() { // Lua writes an empty table as [] as well as {}
		return false
	}
	disable := meta.Get("disable").Bool()
	if why := disable.Unreadable(); why != "" {
		s.doubt(pointer, "whether "+name+" is switched off (_meta.disable) cannot be read: "+why)
	}
	off, _ := disable.Known()
	return off
}

// ways looks through the plugins of multi-auth.
func (s *search) ways(v estate.Value, pointer string, off bool) {
	list, _ := v.List().Known()
	for i, entry := range list {
		plugins, _ := entry.Members().Known()
		for _, p := range plugins {
			s.plugin(p.Key, p.Value, jsonptr.Append(pointer, strconv.Itoa(i), p.Key), off)
		}
	}
}

// rules looks through a workflow. In a pair [plugin, configuration] the plugin's name stands for the pair, as everywhere.
func (s *search) rules(v estate.Value, pointer string, off bool) {
	rules, _ := v.List().Known()
	for i, r := range rules {
		members, _ := r.Members().Known()
		for _, m := range members {
			at := jsonptr.Append(pointer, strconv.Itoa(i), m.Key)
			if m.Key != "actions" {
				s.value("workflow", m.Key, m.Value, at, off)
				continue
			}
			actions, _ := m.Value.List().Known()
			for j, action := range actions {
				pair, _ := action.List().Known()
				if len(pair) < 2 {
					continue
				}
				name, _ := pair[0].Text().Known()
				s.plugin(name, pair[1], jsonptr.Append(at, strconv.Itoa(j), name), off)
			}
		}
	}
}

func (s *search) value(plugin, field string, v estate.Value, pointer string, off bool) {
	if text, known := v.Text().Known(); known {
		if refers(text) {
			s.found[plugin] = append(s.found[plugin], place{field: field, pointer: pointer, off: off})
		}
		return
	}
	list, _ := v.List().Known()
	for i, e := range list {
		s.value(plugin, field, e, jsonptr.Append(pointer, strconv.Itoa(i)), off)
	}
	members, _ := v.Members().Known()
	for _, m := range members {
		s.value(plugin, field, m.Value, jsonptr.Append(pointer, m.Key), off)
	}
}

// refers reports whether the target takes a text for a reference. Of environment variables case does not matter.
func refers(text string) bool {
	return begins([]byte(text), "$secret://") || begins([]byte(text), "$env://")
}

// resolved reports whether earlier releases are documented to resolve references in a field.
func resolved(plugin, field string) bool {
	fields := map[string][]string{
		"key-auth": {"key"}, "basic-auth": {"password"}, "jwt-auth": {"secret", "public_key"}, "hmac-auth": {"secret_key"},
		"limit-count": {"redis_username", "redis_password"}, "authz-casdoor": {"client_id", "client_secret"},
		"wolf-rbac": {"appid"}, "ldap-auth": {"user_dn"},
	}
	return slices.Contains(fields[plugin], field)
}
