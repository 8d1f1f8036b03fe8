package snapshot_test

import (
	"encoding/json"
	"flag"
	"reflect"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/test/schematest"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

// generate derives the schema of one line from the Go types. Objects allow no unknown fields: a reader that does not
// know a field cannot know what it misses.
func generate(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s := &jsonschema.Schema{
		Schema: "https://json-schema.org/draft/2020-12/schema", Title: "api7-preflight snapshot",
		Description: "One line of a decompressed snapshot, version " + snapshot.SchemaVersion + ": the first is a header, the last the manifest, all others are resources.",
	}
	for _, of := range []func(*jsonschema.ForOptions) (*jsonschema.Schema, error){
		jsonschema.For[snapshot.Header], jsonschema.For[snapshot.Resource], jsonschema.For[snapshot.Manifest],
	} {
		line, err := of(&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{reflect.TypeFor[json.RawMessage](): {}}})
		if err != nil {
			t.Fatal(err)
		}
		schematest.Each(line, schematest.NeverNull)
		s.OneOf = append(s.OneOf, line)
	}
	s.OneOf[0].Title, s.OneOf[1].Title, s.OneOf[2].Title = "header", "resource", "manifest"
	return s
}

func TestCommittedSchemaIsTheOneOfTheTypes(t *testing.T) {
	t.Parallel()
	schematest.Compare(t, *update, generate(t), snapshot.Schema())
}

func TestEveryLineFitsTheSchema(t *testing.T) {
	t.Parallel()
	var s jsonschema.Schema
	if err := json.Unmarshal([]byte(snapshot.Schema()), &s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{take(t, demo(t)), take(t, troubled()), take(t, located(t))} {
		for line := range lines(t, file) {
			var v any
			if err := json.Unmarshal(line, &v); err != nil {
				t.Fatal(err)
			}
			if err := resolved.Validate(v); err != nil {
				t.Errorf("%.200s: %v", line, err)
			}
		}
	}
}
