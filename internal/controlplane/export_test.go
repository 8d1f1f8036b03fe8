package controlplane

import "github.com/api7-preflight/api7-preflight/internal/estate"

// Internals that tests use.

// ParseKey returns the parts of a key, and whether it names a resource.
func ParseKey(name string) (group string, kind estate.Kind, id string, isResource bool) {
	key, class := parseKey(name)
	return key.group, key.kind, key.id, class == keyResource
}
