package report_test

import (
	"flag"
	"reflect"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/schematest"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

// generate derives the schema from the Go types.
func generate(t *testing.T) *jsonschema.Schema {
	t.Helper()
	enum := func(values ...any) *jsonschema.Schema { return &jsonschema.Schema{Type: "string", Enum: values} }
	findings, err := jsonschema.For[[]report.Finding](nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := jsonschema.For[report.Report](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[report.Findings](): findings,
		reflect.TypeFor[report.Verdict]():  enum(report.Ready, report.Blocked, report.Incomplete),
		reflect.TypeFor[report.About]():    enum(report.AboutUpgrade, report.AboutPath, report.AboutInstallation),
		reflect.TypeFor[report.Scope]():    enum(report.ScopeAll, report.ScopeGiven),
		reflect.TypeFor[report.Status](): enum(report.Passed, report.Failed, report.Unknown, report.NotApplicable,
			report.NotAssessed, report.Manual, report.Disabled),
		reflect.TypeFor[time.Time](): {Type: "string", Format: "date-time"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return schematest.Document(s, "api7-preflight report", "Result of an assessment, schema version "+report.SchemaVersion)
}

func TestCommittedSchemaIsTheOneOfTheTypes(t *testing.T) {
	t.Parallel()
	schematest.Compare(t, *update, generate(t), report.Schema())
}
