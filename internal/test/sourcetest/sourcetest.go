// Package sourcetest holds what the tests of several sources need.
package sourcetest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Need returns the need for these kinds.
func Need(kinds ...estate.Kind) estate.Need {
	need := estate.Need{Kinds: map[estate.Kind]bool{}}
	for _, k := range kinds {
		need.Kinds[k] = true
	}
	return need
}

// Everything returns the need for every kind.
func Everything() estate.Need { return Need(estate.Kinds()...) }

// AllButSecrets returns the need of a run with all rules.
func AllButSecrets() estate.Need {
	return Need(slices.DeleteFunc(estate.Kinds(), func(k estate.Kind) bool { return k == estate.SSL || k == estate.Secret })...)
}

// Refused checks that err is an [*estate.OpenError] with a message of one line and a hint, and returns it.
func Refused(tb testing.TB, err error) *estate.OpenError {
	tb.Helper()
	refused, ok := errors.AsType[*estate.OpenError](err)
	if !ok {
		tb.Fatalf("not an OpenError: %v", err)
	}
	if refused.Hint == "" || strings.ContainsAny(refused.Message+refused.Hint, "\n\t") {
		tb.Errorf("want one line and a hint: %q, %q", refused.Message, refused.Hint)
	}
	return refused
}
