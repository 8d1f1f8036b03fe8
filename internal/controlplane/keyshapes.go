package controlplane

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// KeyShapes counts keys of kine by collection.
type KeyShapes struct {
	counts map[estate.KeyShape]int64 // by a shape whose Count is 0
}

// NewKeyShapes returns KeyShapes without any key.
func NewKeyShapes() *KeyShapes {
	return &KeyShapes{counts: map[estate.KeyShape]int64{}}
}

// Key counts a key. It ignores keys that are not under /gateway_groups/.
func (s *KeyShapes) Key(key string) {
	rest, ok := strings.CutPrefix(key, keyPrefix)
	if !ok {
		return
	}
	_, rest, _ = strings.Cut(rest, "/")
	collection, rest, _ := strings.Cut(rest, "/")
	nested := collection == "apisix"
	if nested {
		collection, _, _ = strings.Cut(rest, "/")
	}
	s.Add(nested, collection, 1)
}

// Add counts n keys of a collection, given by its name in the key.
func (s *KeyShapes) Add(nested bool, collection string, n int64) {
	_, known := collections[collection]
	s.counts[estate.KeyShape{Collection: collectionName(collection), Nested: nested, Known: known}] += n
}

// Sorted returns the counts, sorted by name.
func (s *KeyShapes) Sorted() []estate.KeyShape {
	shapes := make([]estate.KeyShape, 0, len(s.counts))
	for shape, n := range s.counts {
		shape.Count = n
		shapes = append(shapes, shape)
	}
	slices.SortFunc(shapes, func(a, b estate.KeyShape) int {
		if a.Collection == b.Collection && b.Nested {
			return -1
		}
		return cmp.Or(strings.Compare(a.Collection, b.Collection), 1)
	})
	return shapes
}
