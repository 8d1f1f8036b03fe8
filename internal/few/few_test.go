package few_test

import (
	"slices"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/few"
)

func TestTheFirstFewAreNamedInOrder(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"":                           nil,
		"a":                          {"a"},
		"a, b, c, d, e":              {"e", "d", "c", "b", "a"},
		"a, b, c, d, e and 1 more":   {"f", "e", "d", "c", "b", "a"},
		"a, b and 1 more":            {"b", "a", "b"},
		"a, b, c, d, e and 495 more": slices.Concat([]string{"e", "c", "a"}, slices.Repeat([]string{"x"}, 495), []string{"d", "b"}),
	} {
		n := few.Of(names...)
		if got := n.String(); got != want || n.Len() != len(names) {
			t.Errorf("%d names: got %q and %d, want %q", len(names), got, n.Len(), want)
		}
	}
}

func TestTheOthersOfOneAreAsMany(t *testing.T) {
	t.Parallel()
	six := few.Of("a", "b", "c", "d", "e", "f")
	for name, want := range map[string]string{"a": "b, c, d, e, f", "f": "a, b, c, d, e", "c": "a, b, d, e, f"} {
		if got := six.Except(name); got != want {
			t.Errorf("without %s: got %q, want %q", name, got, want)
		}
	}
	if got, want := few.Of("a", "b", "c", "d", "e", "f", "g").Except("g"), "a, b, c, d, e and 1 more"; got != want {
		t.Errorf("without one that is not named: got %q, want %q", got, want)
	}
}
