package runbook_test

import (
	"flag"
	"reflect"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/schematest"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

// generate derives the schema from the Go types.
func generate(t *testing.T) *jsonschema.Schema {
	t.Helper()
	enum := func(values ...any) *jsonschema.Schema { return &jsonschema.Schema{Type: "string", Enum: values} }
	var phases []any
	for _, p := range runbook.Phases() {
		phases = append(phases, p)
	}
	s, err := jsonschema.For[runbook.Runbook](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[runbook.Phase]():  enum(phases...),
		reflect.TypeFor[runbook.Status](): enum(runbook.Done, runbook.Open, runbook.Unseen),
		reflect.TypeFor[report.Verdict](): enum(report.Ready, report.Blocked, report.Incomplete),
		reflect.TypeFor[time.Time]():      {Type: "string", Format: "date-time"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return schematest.Document(s, "api7-preflight runbook", "Plan of a change window, schema version "+report.SchemaVersion)
}

func TestCommittedSchemaIsTheOneOfTheTypes(t *testing.T) {
	t.Parallel()
	schematest.Compare(t, *update, generate(t), runbook.Schema())
}
