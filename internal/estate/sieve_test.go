package estate_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestSieveSelectsWhatMeetsOneCondition(t *testing.T) {
	t.Parallel()
	const id, body = "routes/any*", `{"vars":"post_arg","desc":"y"}`
	r := estate.Resource{Kind: estate.Route, ID: id, Body: []byte(body)}
	if err := estate.NewReader(nil).Read(&r); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		sieve estate.Sieve
		want  bool
	}{
		"no condition":          {estate.Sieve{}, false},
		"id":                    {estate.Sieve{ID: "+*"}, true},
		"another id":            {estate.Sieve{ID: "?+"}, false},
		"longer":                {estate.Sieve{Longer: len(body) - 1}, true},
		"as long":               {estate.Sieve{Longer: len(body)}, false},
		"word":                  {estate.Sieve{Words: []string{"x", "post_arg"}}, true},
		"no word":               {estate.Sieve{Words: []string{"x"}}, false},
		"word in its field":     {estate.Sieve{Words: []string{"post_arg"}, Field: "vars"}, true},
		"word in another field": {estate.Sieve{Words: []string{"y"}, Field: "vars"}, false},
		"word in a missing one": {estate.Sieve{Words: []string{"y"}, Field: "name"}, false},
		"one of its three":      {estate.Sieve{ID: "?", Longer: 1000, Words: []string{"vars"}}, true},
		"id, and no such word":  {estate.Sieve{ID: "*", Words: []string{"y"}, Field: "vars"}, true},
	} {
		if tt.sieve.Selects(&r) != tt.want {
			t.Errorf("%s: want %v", name, tt.want)
		}
	}
}
