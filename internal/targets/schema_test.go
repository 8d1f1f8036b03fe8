package targets_test

import (
	"flag"
	"reflect"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/test/schematest"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

// generate derives the schema from the Go types.
func generate(t *testing.T) *jsonschema.Schema {
	t.Helper()
	finding, err := jsonschema.For[report.Finding](nil)
	if err != nil {
		t.Fatal(err)
	}
	findings, err := jsonschema.For[[]report.Finding](nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := jsonschema.For[targets.Document](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[report.Findings](): findings,
		reflect.TypeFor[report.Packed]():   finding,
		reflect.TypeFor[time.Time]():       {Type: "string", Format: "date-time"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return schematest.Document(s, "api7-preflight targets", "Releases that an installation could go to, schema version "+report.SchemaVersion)
}

func TestCommittedSchemaIsTheOneOfTheTypes(t *testing.T) {
	t.Parallel()
	schematest.Compare(t, *update, generate(t), targets.Schema())
}
