// Package samevalue finds objects that hold the same text without keeping the text, which may be a secret.
package samevalue

import "crypto/sha256"

// Sets collects objects by gateway group and text. The zero Sets is empty.
type Sets[T any] struct {
	first map[place]one[T]       // most texts belong to one object only
	all   map[place]map[string]T // by the object's id; where there are several
}

type place struct {
	group string
	sum   [sha256.Size]byte
}

type one[T any] struct {
	id string
	v  T
}

// Add notes that object id of a gateway group holds the text. The object added last counts where an id comes twice, as
// it does where several sources show it.
func (s *Sets[T]) Add(group, id string, text []byte, v T) {
	if s.first == nil {
		s.first, s.all = map[place]one[T]{}, map[place]map[string]T{}
	}
	at := place{group, sha256.Sum256(text)}
	first, seen := s.first[at]
	if !seen || first.id == id && s.all[at] == nil {
		s.first[at] = one[T]{id, v}
		return
	}
	if s.all[at] == nil {
		s.all[at] = map[string]T{first.id: first.v}
	}
	s.all[at][id] = v
}

// Several returns the objects of each text that more than one has, by id, in no promised order.
func (s *Sets[T]) Several() []map[string]T {
	sets := make([]map[string]T, 0, len(s.all))
	for _, set := range s.all {
		sets = append(sets, set)
	}
	return sets
}
