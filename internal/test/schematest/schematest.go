// Package schematest compares committed JSON Schemas with the Go types that they describe.
package schematest

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Each calls f for a schema and for all schemas of its properties and items, at any depth.
func Each(s *jsonschema.Schema, f func(*jsonschema.Schema)) {
	if s == nil {
		return
	}
	f(s)
	for _, p := range s.Properties {
		Each(p, f)
	}
	Each(s.Items, f)
}

// NeverNull removes null from the type of a list.
func NeverNull(s *jsonschema.Schema) {
	if s.Items != nil && len(s.Types) > 0 {
		s.Type, s.Types = "array", nil
	}
}

// Of returns the schema of a document that holds findings of a report, derived from its Go type.
func Of[T any](t *testing.T, title, description string) *jsonschema.Schema {
	t.Helper()
	finding, err := jsonschema.For[report.Finding](nil)
	if err != nil {
		t.Fatal(err)
	}
	findings, err := jsonschema.For[[]report.Finding](nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[report.Findings](): findings,
		reflect.TypeFor[report.Packed]():   finding,
		reflect.TypeFor[time.Time]():       {Type: "string", Format: "date-time"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return Document(s, title, description+", schema version "+report.SchemaVersion)
}

// Document makes s the schema of a document: with title and description, no list that is null, and unknown fields allowed,
// because fields may be added later.
func Document(s *jsonschema.Schema, title, description string) *jsonschema.Schema {
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title, s.Description = title, description+". Fields may be added; none changes its meaning."
	Each(s, func(s *jsonschema.Schema) {
		NeverNull(s)
		if len(s.Properties) > 0 {
			s.AdditionalProperties = nil
		}
	})
	return s
}

// Compare checks that schema.json contains the schema s; if update is true, it writes the file instead.
func Compare(t *testing.T, update bool, s *jsonschema.Schema, committed string) {
	t.Helper()
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want := string(text) + "\n"
	if update {
		if err := os.WriteFile("schema.json", []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, committed); diff != "" {
		t.Errorf("schema.json is stale, run: make gen (-want +got):\n%s", diff)
	}
}
