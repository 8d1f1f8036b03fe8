package controlplane

import (
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// keyPrefix begins every key of gateway configuration in kine. The group's short id follows.
const keyPrefix = "/gateway_groups/"

// collections are the known collections of keys, by their name in the key.
var collections = map[string]estate.Kind{
	"services": estate.Service, "routes": estate.Route, "stream_routes": estate.StreamRoute,
	"upstreams": estate.Upstream, "consumers": estate.Consumer, "global_rules": estate.GlobalRule,
	"plugin_configs": estate.PluginConfig, "consumer_groups": estate.ConsumerGroup,
	"plugin_metadata": estate.PluginMetadata, "plugins": estate.PluginList, "custom_plugins": estate.CustomPlugin,
	"ssls": estate.SSL, "secrets": estate.Secret, "secret_providers": estate.Secret, "protos": estate.Proto,
}

// KnownCollections returns the names of the known collections of keys, sorted.
func KnownCollections() []string { return slices.Sorted(maps.Keys(collections)) }

// KindOf returns the kind of what a known collection holds. Keys below those of consumers hold credentials.
func KindOf(collection string) estate.Kind { return collections[collection] }

// unnamed replaces the name of a collection that may be an id and so must not be shown.
const unnamed = "(other)"

// collectionName returns part of a key if it looks like the name of a collection, else "(other)", so that no id is
// shown.
func collectionName(part string) string {
	if part == "" || len(part) >= 40 || strings.ContainsFunc(part, func(c rune) bool { return (c < 'a' || c > 'z') && c != '_' }) {
		return unnamed
	}
	return part
}

// kineKinds returns the kinds that kine can hold.
func kineKinds() []estate.Kind {
	kinds := []estate.Kind{estate.Credential}
	for _, k := range collections {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// keyClass says what sort of key it is.
type keyClass uint8

const (
	keyOutside  keyClass = iota // not gateway configuration
	keyUnknown                  // in a gateway group, of an unknown collection or shape
	keyResource                 // a resource
)

// kineKey is a parsed key of kine.
type kineKey struct {
	group      string // the gateway group's short id
	collection string
	kind       estate.Kind
	id         string
}

// parseKey parses a key: /gateway_groups/<short id>[/apisix]/<collection>[/<id>]. Credentials are below the key of
// their consumer: /consumers/<name>/credentials/<id>. It allocates nothing.
func parseKey(name string) (kineKey, keyClass) {
	rest, ok := strings.CutPrefix(name, keyPrefix)
	if !ok {
		return kineKey{}, keyOutside
	}
	var key kineKey
	key.group, rest, ok = strings.Cut(rest, "/")
	if !ok || key.group == "" {
		return key, keyUnknown
	}
	if rest == "apisix" {
		return key, keyUnknown
	}
	rest = strings.TrimPrefix(rest, "apisix/")
	key.collection, key.id, ok = strings.Cut(rest, "/")
	key.kind = collections[key.collection]
	switch key.kind { //nolint:exhaustive // the other kinds have one-part ids
	case 0:
		return key, keyUnknown
	case estate.PluginList: // one key per group, without an id
		return key, class(!ok)
	case estate.Consumer:
		owner, child, nested := strings.Cut(key.id, "/")
		if !nested {
			return key, class(key.id != "")
		}
		id, isCredential := strings.CutPrefix(child, "credentials/")
		key.kind = estate.Credential
		return key, class(isCredential && owner != "" && plainID(id))
	case estate.Secret: // <manager>/<id>
		manager, id, nested := strings.Cut(key.id, "/")
		return key, class(manager != "" && (!nested || plainID(id)))
	}
	return key, class(plainID(key.id))
}

func plainID(id string) bool { return id != "" && !strings.Contains(id, "/") }

func class(isResource bool) keyClass {
	if isResource {
		return keyResource
	}
	return keyUnknown
}
