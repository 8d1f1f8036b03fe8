package estate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// wishes is what rules look at: every consumer, some routes, and on routes and services these plugins.
func wishes() estate.Need {
	on := []estate.Kind{estate.Route, estate.Service}
	redis := func(p estate.Plugin) bool { return p.Conf.Get("policy").TextOrEmpty() == "redis" }
	return estate.Need{
		Direct: map[estate.Kind]bool{estate.Consumer: true},
		Sieves: map[estate.Kind][]estate.Sieve{estate.Route: {{ID: "*"}, {Words: []string{"post_arg"}, Field: "vars"}}},
		Plugins: map[string][]estate.Wish{
			"whole":  {{Kinds: on}},
			"named":  {{Kinds: on, Named: true}, {Kinds: on, Named: true}},
			"redis":  {{Kinds: on, If: redis, Named: true}},
			"either": {{Kinds: on, Named: true}, {Kinds: on, If: redis}},
		},
	}
}

func TestOnlyWhatRulesLookAtIsLeft(t *testing.T) {
	t.Parallel()
	const all = "all of it"
	for name, tt := range map[string]struct {
		kind           estate.Kind
		id, body, want string
	}{
		"no plugin":                         {estate.Route, "r", `{"name":"n"}`, ""},
		"a plugin that nobody looks at":     {estate.Route, "r", `{"plugins":{"other":{}}}`, ""},
		"a plugin, on another kind":         {estate.StreamRoute, "r", `{"plugins":{"whole":{},"named":{}}}`, ""},
		"a plugin, and not so configured":   {estate.Route, "r", `{"plugins":{"redis":{"policy":"local"}}}`, ""},
		"a plugin that is looked into":      {estate.Route, "r", `{"plugins":{"whole":{}}}`, all},
		"two, and one is looked into":       {estate.Route, "r", `{"plugins":{"named":{},"whole":{}}}`, all},
		"only its name counts":              {estate.Route, "r", `{"id":"r","name":"n","desc":"d","plugins":{"other":{},"named":{"a":[1]}}}`, `{"name":"n","plugins":{"named":{"a":[1]}}}`},
		"it has no name":                    {estate.Service, "r", `{"id":"r","plugins":{"named":{}},"upstream":{}}`, `{"plugins":{"named":{}}}`},
		"it has several names":              {estate.Service, "r", `{"hostname":"h","x":1,"username":null,"plugins":{"named":{}}}`, `{"username":null,"hostname":"h","plugins":{"named":{}}}`},
		"two, and only the name counts":     {estate.Route, "r", `{"plugins":{"named":{},"redis":{"policy":"redis"}}, "x":1}`, `{"plugins":{"named":{},"redis":{"policy":"redis"}}}`},
		"two, and one is not so configured": {estate.Route, "r", `{"plugins":{"redis":{"policy":"local"},"named":{}}}`, `{"plugins":{"named":{}}}`},
		"looked into if so configured":      {estate.Route, "r", `{"plugins":{"either":{"policy":"redis"}}}`, all},
		"not looked into otherwise":         {estate.Route, "r", `{"x":1,"plugins":{"either":{}}}`, `{"plugins":{"either":{}}}`},
		"nested in another":                 {estate.Route, "r", `{"plugins":{"workflow":{"rules":[{"actions":[["named",{}]]}]}}}`, all},
		"nested, and not so configured":     {estate.Route, "r", `{"plugins":{"workflow":{"rules":[{"actions":[["redis",{}]]}]}}}`, ""},
		"every one is looked at":            {estate.Consumer, "c", `{}`, all},
		"selected by its id":                {estate.Route, "r*", `{}`, all},
		"selected by a word":                {estate.Route, "r", `{"vars":[["post_arg_x","==","y"]]}`, all},
		"the word is elsewhere":             {estate.Route, "r", `{"desc":"post_arg"}`, ""},
		"it cannot be read":                 {estate.Route, "r", `{"plugins":{"other":{}}`, all},
		"it is empty":                       {estate.Route, "r", ``, all},
	} {
		s := estate.NewSkimmer(wishes())
		s.Skim(estate.Route, "before", []byte(`{"name":"before","plugins":{"named":{"left":"over"}}}`))
		got := s.Skim(tt.kind, tt.id, []byte(tt.body))
		if tt.want == all {
			tt.want = tt.body
		}
		if string(got) != tt.want || (got == nil) != (tt.want == "" && tt.body != "") {
			t.Errorf("%s: %q is left, want %q", name, got, tt.want)
		}
	}
}

func TestWithoutALimitAllIsLeft(t *testing.T) {
	t.Parallel()
	if got := estate.NewSkimmer(estate.Need{}).Skim(estate.Route, "r", []byte(`{}`)); string(got) != `{}` {
		t.Errorf("%q is left", got)
	}
}

// FuzzSkim compares what is left of a body with all of it: rules see the same attachments and the same name.
func FuzzSkim(f *testing.F) {
	for _, seed := range []string{
		`{"name":"n","plugins":{"named":{},"redis":{"policy":"redis"}}}`, `{"n\u0061me":"\u0061","plugins":{"n\u0061med":[]}}`,
		`{"name":"","username":"u","plugins":{"named":{"plugins":{"whole":1}}}}`, `{"plugins":{"named":{},"workflow":{"rules":[{"actions":[["redis",{}]]}]}}}`,
	} {
		f.Add([]byte(seed))
	}
	type attachment struct{ Pointer, Conf string }
	f.Fuzz(func(t *testing.T, body []byte) {
		look := func(body []byte) (seen []attachment, name string) {
			r := estate.Resource{Kind: estate.Route, ID: "r", Body: body}
			if err := estate.NewReader([]string{"named", "redis"}).Read(&r); err != nil {
				t.Fatalf("%q: %v", body, err)
			}
			for _, p := range r.Plugins() {
				if p.Name == "named" || p.Conf.Get("policy").TextOrEmpty() == "redis" {
					seen = append(seen, attachment{p.Pointer, string(p.Conf.Raw())})
				}
			}
			return seen, r.Name()
		}
		left := estate.NewSkimmer(wishes()).Skim(estate.Route, "r", body)
		if left == nil || string(left) == string(body) {
			return
		}
		want, name := look(body)
		got, called := look(left)
		if diff := cmp.Diff(want, got); diff != "" || name != called {
			t.Errorf("%q of %q: name %q, want %q; attachments (-want +got):\n%s", left, body, called, name, diff)
		}
	})
}
