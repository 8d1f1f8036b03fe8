package controlplane

import "github.com/api7-preflight/api7-preflight/internal/estate"

// What tests look at from inside.

// ParseKey returns the parts of a key and whether it is a resource.
func ParseKey(name string) (group string, kind estate.Kind, id string, isResource bool) {
	key, class := parseKey(name)
	return key.group, key.kind, key.id, class == keyResource
}
