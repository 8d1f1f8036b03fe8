package samevalue_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/rules/internal/samevalue"
)

func TestSeveralAreThoseOfOneGroupWithOneText(t *testing.T) {
	t.Parallel()
	var s samevalue.Sets[int]
	if got := s.Several(); len(got) != 0 {
		t.Errorf("nothing gives %v", got)
	}
	for i, o := range []struct{ group, id, text string }{
		{"a", "one", "x"}, {"a", "one", "x"}, // the same object in two sources
		{"a", "two", "y"}, {"b", "three", "y"}, // in two groups
		{"a", "four", "z"}, {"a", "five", "z"}, {"a", "four", "z"},
	} {
		s.Add(o.group, o.id, []byte(o.text), i)
	}
	if diff := cmp.Diff([]map[string]int{{"four": 6, "five": 5}}, s.Several()); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}
