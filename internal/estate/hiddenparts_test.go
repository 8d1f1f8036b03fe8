package estate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// TestWhatIsHiddenInAValueIsFoundHoweverDeep covers texts hidden whole and in part, in lists, in objects, in names, and
// written with an escaped bracket.
func TestWhatIsHiddenInAValueIsFoundHoweverDeep(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		`{"key":"<redacted: up to 32 characters>","count":5}`:        {"/key"},
		`{"rules":[{"vars":[["a","==","\u003credacted>"]]}]}`:        {"/rules/0/vars/0/2"},
		`{"a":"$secret://<redacted>","b":"https://<redacted>@h/"}`:   {"/a", "/b"},
		`{"<redacted>":{"c":"<redacted>"}}`:                          {"/<redacted>"},
		`"<redacted>"`:                                               {""},
		`{"desc":"it was redacted>","text":"plain","list":[1,null]}`: nil,
		`{}`: nil,
		``:   nil,
	} {
		if diff := cmp.Diff(want, estate.NewValue([]byte(body)).HiddenParts()); diff != "" {
			t.Errorf("%s:\n%s", body, diff)
		}
	}
}
