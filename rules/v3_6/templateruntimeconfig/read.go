package templateruntimeconfig

import (
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

// read returns the runtime configuration of a template and whether it has any. Plugins are no part of it before 3.6.0:
// they belong to the versions of a template.
func read(p *rule.Pass, r *estate.Resource) (template, bool) {
	t := template{}
	doubt := func(pointer, why string) {
		if why != "" {
			p.Doubt(r, pointer, "runtime configuration of a template cannot be read: "+why)
		}
	}
	hosts := r.Field("hosts").Strings()
	if r.Field("hosts").Empty() {
		hosts = estate.Value{}.Strings()
	}
	doubt("/hosts", hosts.Unreadable())
	if list, _ := hosts.Known(); len(list) > 0 {
		t.add("/hosts", "hosts", strings.Join(list, ", "))
	}
	prefix := r.Field("path_prefix").Text()
	doubt("/path_prefix", prefix.Unreadable())
	if text, _ := prefix.Known(); text != "" {
		t.add("/path_prefix", "path prefix", text)
	}
	t.readUpstream(r.Field("upstream"), func(why string) { doubt("/upstream", why) })
	if len(t.names) == 0 {
		return t, false
	}
	// Stripping alone configures nothing: without a path prefix it is a default that nobody chose.
	strip := r.Field("strip_path_prefix").Bool()
	doubt("/strip_path_prefix", strip.Unreadable())
	if on, ok := strip.Known(); ok {
		t.evidence = append(t.evidence, rule.Evidence{Name: "strip path prefix", Value: strconv.FormatBool(on)})
	}
	t.subject = r.Subject()
	return t, true
}

// add notes a field with runtime configuration; the first one is the place of the finding.
func (t *template) add(pointer, name, value string) {
	if t.pointer == "" {
		t.pointer = pointer
	}
	t.names = append(t.names, name)
	t.evidence = append(t.evidence, rule.Evidence{Name: name, Value: strings.Clone(value)})
}

// readUpstream counts an upstream that leads somewhere. Without nodes and discovery it holds defaults only, if all of its
// members are known: an upstream in a form that is not may lead somewhere all the same.
func (t *template) readUpstream(v estate.Value, doubt func(why string)) {
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
	t.add("/upstream", name, nodes)
	clean, _ := redact.Value(v)
	t.evidence = append(t.evidence, rule.InJSON("upstream", clean))
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

func remediation(path version.Path, t template, places []string) []rule.Step {
	file := remedy.FileFor("template", t.subject)
	after := "Nothing needs to be moved: each published service has its own copy. Make later changes on the published service " +
		"in each gateway group."
	if len(places) == 0 {
		after = "Publish the template to a gateway group, enter the saved values there as runtime configuration of the published " +
			"service, and enable the service. Templates only carry versions from now on."
	}
	return []rule.Step{
		{
			When: rule.Before, Text: "Save the template; its routes are not affected.",
			Command: remedy.EndpointOf(t.subject, path.From).Save(file),
		},
		{When: rule.After, Text: after},
	}
}
