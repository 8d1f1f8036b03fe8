package snapshot_test

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"

	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

// generate derives the schema of one line from the Go types. Objects are closed: a reader that does not know a field
// cannot know what it misses.
func generate(t *testing.T) string {
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
		tighten(line)
		s.OneOf = append(s.OneOf, line)
	}
	s.OneOf[0].Title, s.OneOf[1].Title, s.OneOf[2].Title = "header", "resource", "manifest"
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// tighten makes lists non-null: they are never absent.
func tighten(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if s.Items != nil && len(s.Types) > 0 {
		s.Type, s.Types = "array", nil
	}
	for _, p := range s.Properties {
		tighten(p)
	}
	tighten(s.Items)
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
	if diff := cmp.Diff(want, snapshot.Schema()); diff != "" {
		t.Errorf("schema.json is stale, run: make gen (-want +got):\n%s", diff)
	}
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
