package cli_test

import (
	"encoding/json"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
)

// TestSettingsSchemaTakesWhatTheProgramTakes proves that an editor with the schema accepts every form of a settings
// file, and refuses names that are no flags.
func TestSettingsSchemaTakesWhatTheProgramTakes(t *testing.T) {
	t.Parallel()
	_, text, _ := call(t, "schema", "settings")
	var schema jsonschema.Schema
	if err := json.Unmarshal([]byte(text), &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for document, want := range map[string]bool{
		`{"from":"3.4.1","to":3.7,"fail-on":"never","quiet":true,"only":["canary-rule-active"],"skip":{"canary-rule-active":"why"},"config":"a","format":["json=r.json","table"]}`: true,
		`{"form":"3.4.1"}`:       false,
		`{"fail-on":"severe"}`:   false,
		`{"quiet":"perhaps"}`:    false,
		`{"settings":"other"}`:   false,
		`{"to":["3.7.3","3.8"]}`: false,
		`{"config":{"a":"b"}}`:   false,
		`{"config":[]}`:          false,
		`{"help":true}`:          false,
	} {
		var instance any
		if err := json.Unmarshal([]byte(document), &instance); err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(instance); (err == nil) != want {
			t.Errorf("%s: %v", document, err)
		}
	}
}
