package compare_test

import (
	"flag"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/compare"
	"github.com/api7-preflight/api7-preflight/internal/test/schematest"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

func TestCommittedSchemaIsTheOneOfTheTypes(t *testing.T) {
	t.Parallel()
	schematest.Compare(t, *update, schematest.Of[compare.Diff](t, "api7-preflight diff", "Comparison of two reports"), compare.Schema())
}
