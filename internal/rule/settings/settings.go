// Package settings reads what configuration files and Helm values set: the value of a key, its path and its place,
// and whether someone set it or the vendor's chart did.
package settings

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

// Of returns the settings of a resource: the content of a configuration file, the Helm values, or the image itself.
func Of(r *estate.Resource) estate.Value {
	if r.Kind == estate.Image {
		return estate.NewValue(r.Body)
	}
	return r.Field("settings")
}

// Get returns the value of a key, given by its JSON pointer below the settings. It is unreadable if something above
// it is not in the source.
func Get(r *estate.Resource, pointer string) estate.Value { return Of(r).At(pointer) }

// Place returns the pointer, into the resource, to a key or to the nearest place above it that exists.
func Place(r *estate.Resource, key string) string {
	base := "/settings"
	if r.Kind == estate.Image {
		base = ""
	}
	_, at := jsonptr.Walk(Of(r), key, step)
	return base + at
}

// step follows one key of a JSON pointer.
func step(v estate.Value, key string) (estate.Value, bool) {
	elements, _ := v.Elements()
	for _, e := range elements {
		if e.Key == key {
			return e.Value, true
		}
	}
	return estate.Value{}, false
}

// trees names the values of the control plane's chart that become the configuration files of its components.
var trees = map[estate.Kind]string{
	estate.DashboardConfig: "dashboard_configuration", estate.DPManagerConfig: "dp_manager_configuration",
	estate.PortalConfig: "developer_portal_configuration", estate.FileServerConfig: "file_server_configuration",
}

// Path returns the path of a key as its owner writes it, for a pointer below the settings: "server.listen.port",
// "apisix.node_listen[0].ip", and in Helm values "dashboard_configuration.server.listen.port".
func Path(r *estate.Resource, pointer string) string {
	var b strings.Builder
	b.WriteString(r.Field("under").TextOrEmpty())
	write := func(key string) {
		if b.Len() > 0 && key != "" {
			b.WriteByte('.')
		}
		b.WriteString(key)
	}
	if r.Field("found").TextOrEmpty() == "helm" {
		write(trees[r.Kind])
	}
	names, _ := r.Field("names").Members().Known()
	for _, n := range names { // keys that Helm values call by another name
		if below, inside := jsonptr.Below(pointer, n.Key); inside {
			write(n.Value.TextOrEmpty())
			pointer = below
			break
		}
	}
	for key := range jsonptr.Keys(pointer) {
		switch {
		case key == "":
		case strings.Trim(key, "0123456789") == "":
			b.WriteString("[" + key + "]")
		case strings.ContainsAny(key, ". "):
			fmt.Fprintf(&b, "[%q]", key)
		default:
			write(key)
		}
	}
	if b.Len() == 0 {
		return "the file as a whole"
	}
	return b.String()
}
