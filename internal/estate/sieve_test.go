package estate_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestSieveLetsThroughWhatMeetsOneCondition(t *testing.T) {
	t.Parallel()
	const id, body = "routes/any*", `{"vars":"post_arg"}`
	for name, tt := range map[string]struct {
		sieve estate.Sieve
		want  bool
	}{
		"no condition":     {estate.Sieve{}, false},
		"id":               {estate.Sieve{ID: "+*"}, true},
		"another id":       {estate.Sieve{ID: "?+"}, false},
		"longer":           {estate.Sieve{Longer: len(body) - 1}, true},
		"as long":          {estate.Sieve{Longer: len(body)}, false},
		"word":             {estate.Sieve{Words: []string{"x", "post_arg"}}, true},
		"no word":          {estate.Sieve{Words: []string{"x"}}, false},
		"one of its three": {estate.Sieve{ID: "?", Longer: 1000, Words: []string{"vars"}}, true},
	} {
		if tt.sieve.Lets(id, []byte(body)) != tt.want {
			t.Errorf("%s: want %v", name, tt.want)
		}
	}
}

func TestOnlyWhatNobodyLooksAtPasses(t *testing.T) {
	t.Parallel()
	need := estate.Need{
		Direct: map[estate.Kind]bool{estate.Consumer: true},
		Sieves: map[estate.Kind][]estate.Sieve{estate.Route: {{ID: "*"}, {Longer: 2}}},
	}
	for _, tt := range []struct {
		need estate.Need
		kind estate.Kind
		id   string
		body string
		want bool
	}{
		{need, estate.Service, "s", "{}", true},
		{need, estate.Consumer, "c", "{}", false},
		{need, estate.Route, "r", "{}", true},
		{need, estate.Route, "r*", "{}", false},
		{need, estate.Route, "r", "{ }", false},
		{estate.Need{}, estate.Service, "s", "{}", false},
	} {
		if got := tt.need.Skippable(tt.kind, tt.id, []byte(tt.body)); got != tt.want {
			t.Errorf("%s %s %s passes: %v, want %v", tt.kind, tt.id, tt.body, got, tt.want)
		}
	}
}
