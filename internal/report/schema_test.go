package report_test

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

// generate derives the schema from the Go types. Objects stay open: fields may be added to the report.
func generate(t *testing.T) string {
	t.Helper()
	enum := func(values ...any) *jsonschema.Schema { return &jsonschema.Schema{Type: "string", Enum: values} }
	s, err := jsonschema.For[report.Report](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[report.Verdict](): enum(report.Ready, report.Blocked, report.Incomplete),
		reflect.TypeFor[report.Scope]():   enum(report.ScopeAll, report.ScopeGiven),
		reflect.TypeFor[report.Status](): enum(report.Passed, report.Failed, report.Unknown, report.NotApplicable,
			report.NotAssessed, report.Manual, report.Disabled),
		reflect.TypeFor[time.Time](): {Type: "string", Format: "date-time"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "api7-preflight report"
	s.Description = "Result of an assessment, schema version " + report.SchemaVersion + ". Fields may be added; none changes its meaning."
	loosen(s)
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// loosen opens objects and makes lists non-null, as the contract has them.
func loosen(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if s.Items != nil && len(s.Types) > 0 {
		s.Type, s.Types = "array", nil
	}
	if len(s.Properties) > 0 {
		s.AdditionalProperties = nil
	}
	for _, p := range s.Properties {
		loosen(p)
	}
	loosen(s.Items)
}

func TestCommittedSchemaIsTheOneOfTheTypes(t *testing.T) {
	t.Parallel()
	want := generate(t)
	if *update {
		if err := os.WriteFile("schema.json", []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, report.Schema()); diff != "" {
		t.Errorf("schema.json is stale, run: make gen (-want +got):\n%s", diff)
	}
}
