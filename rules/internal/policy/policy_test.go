package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/policy"
)

// words reads the statements of a policy with this body, and returns what could not be read.
func words(t *testing.T, body string) (found []policy.Term, doubts []string) {
	t.Helper()
	r := &estate.Resource{Kind: estate.PermissionPolicy, ID: "p", Body: []byte(body)}
	if err := estate.NewReader(nil).Read(r); err != nil {
		t.Fatal(err)
	}
	reads := &rule.Rule{Applies: rule.Always, Start: func(p *rule.Pass) { found = policy.Terms(p, r) }}
	reads.Begin(version.Path{}, rule.Engine{Unknown: func(d rule.Doubt) { doubts = append(doubts, d.Why) }})
	return found, doubts
}

func TestStatementsAreFoundInEveryWrapping(t *testing.T) {
	t.Parallel()
	const statement = `{"effect":"deny","actions":["a","b"],"resources":["r"]}`
	for name, tt := range map[string]struct{ body, at string }{
		"a list":              {`{"statement":[` + statement + `]}`, "/statement/0"},
		"a document":          {`{"statement":{"statement":[` + statement + `]}}`, "/statement/statement/0"},
		"a lone statement":    {`{"statement":` + statement + `}`, "/statement"},
		"a document with one": {`{"statement":{"statement":` + statement + `}}`, "/statement/statement"},
	} {
		found, doubts := words(t, tt.body)
		want := []policy.Term{
			{List: policy.Actions, Text: "a", Effect: "deny", Pointer: tt.at + "/actions/0"},
			{List: policy.Actions, Text: "b", Effect: "deny", Pointer: tt.at + "/actions/1"},
			{List: policy.Resources, Text: "r", Effect: "deny", Pointer: tt.at + "/resources/0"},
		}
		if diff := cmp.Diff(want, found); diff != "" || doubts != nil {
			t.Errorf("%s: doubts %q, words (-want +got):\n%s", name, doubts, diff)
		}
	}
}

func TestATextIsAListOfOne(t *testing.T) {
	t.Parallel()
	found, doubts := words(t, `{"statement":[{"actions":"a"}]}`)
	want := []policy.Term{{List: policy.Actions, Text: "a", Pointer: "/statement/0/actions"}}
	if diff := cmp.Diff(want, found); diff != "" || doubts != nil {
		t.Errorf("doubts %q, words (-want +got):\n%s", doubts, diff)
	}
}

func TestAnEmptyStatementPermitsNothing(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"statement":[]}`, `{"statement":[ ]}`, `{"statement":{}}`, `{"statement":{"statement":[]}}`, `{"statement":{"statement":{}}}`} {
		if found, doubts := words(t, body); found != nil || doubts != nil {
			t.Errorf("%s: words %v, doubts %q", body, found, doubts)
		}
	}
}

func TestWhatCannotBeReadIsADoubt(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no statement": `{"id":"p"}`, "null": `{"statement":null}`, "an empty text": `{"statement":""}`, "a text": `{"statement":"x"}`, "hidden": `{"statement":"<redacted>"}`,
		"odd actions": `{"statement":[{"actions":[1]}]}`, "hidden action": `{"statement":[{"actions":["<redacted>"]}]}`,
		"hidden list": `{"statement":[{"actions":"<redacted>"}]}`, "an odd statement": `{"statement":[7]}`,
	} {
		if _, doubts := words(t, body); len(doubts) == 0 {
			t.Errorf("%s: no doubt", name)
		}
	}
}
