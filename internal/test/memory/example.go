package memory

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/fixtures"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// Example returns the database of the example installation, from the snapshot in the program. Texts that could be
// secrets are hidden.
func Example(tb testing.TB, about estate.Info) *Source {
	tb.Helper()
	shot, err := snapshot.Read("example", strings.NewReader(fixtures.Demo()), int64(len(fixtures.Demo())))
	if err != nil {
		tb.Fatal(err)
	}
	s := &Source{About: about}
	if s.Evidence, err = shot.Versions(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	kinds := slices.DeleteFunc(estate.Kinds(), func(k estate.Kind) bool { return !shot.Holds(k) })
	_, err = shot.Stream(tb.Context(), sourcetest.Need(kinds...), func(r *estate.Resource) error {
		kept := *r
		kept.Body = bytes.Clone(r.Body)
		s.Resources = append(s.Resources, kept)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}
