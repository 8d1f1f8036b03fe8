package targets_test

import (
	"flag"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/test/schematest"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

func TestCommittedSchemaIsTheOneOfTheTypes(t *testing.T) {
	t.Parallel()
	schematest.Compare(t, *update, schematest.Of[targets.Document](t, "api7-preflight targets", "Releases that an installation could go to"), targets.Schema())
}
