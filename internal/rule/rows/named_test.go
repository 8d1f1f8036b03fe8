package rows_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
)

func TestAFieldIsNamedAsItsOwnerDoesWhereverItsConditionBegins(t *testing.T) {
	t.Parallel()
	const unknown = `{"$unknown": "variable X"}`
	tests := map[string]struct {
		keys     []string
		of       cond.Condition
		settings string
		want     string // name of the evidence, or the doubt up to its reason
	}{
		"below the settings":         {nil, cond.Is("/a/policy", "x"), `{a: {policy: x}}`, "dashboard_configuration.a.policy"},
		"at the top of the settings": {nil, cond.Is("/policy", "x"), `{policy: x}`, "dashboard_configuration.policy"},
		"below a key":                {[]string{"/a"}, cond.Is("/b/policy", "x"), `{a: {b: {policy: x}}}`, "dashboard_configuration.a.b.policy"},
		"the key itself":             {[]string{"/a"}, cond.Is("", "x"), `{a: x}`, "value"},
		"an element of a list":       {nil, cond.Some("/a", cond.Is("", "x")), `{a: [y, x]}`, "dashboard_configuration.a[1]"},
		"a field of an element":      {nil, cond.Some("/a", cond.Is("/name", "x")), `{a: [{name: x}]}`, "name"},
		"doubt below the settings":   {nil, cond.Is("/a/policy", "x"), `{a: {policy: ` + unknown + `}}`, "dashboard_configuration.a.policy"},
		"doubt below a key":          {[]string{"/a"}, cond.True("/b"), `{a: {b: ` + unknown + `}}`, "dashboard_configuration.a.b"},
		"doubt of the key itself":    {[]string{"/a"}, cond.True(""), `{a: ` + unknown + `}`, "dashboard_configuration.a"},
		"doubt of an element":        {nil, cond.Some("/a", cond.True("/on")), `{a: [{on: ` + unknown + `}]}`, "dashboard_configuration.a[0].on"},
		"doubt of a key with blanks": {nil, cond.True("/a/b c, d"), `{a: {"b c, d": ` + unknown + `}}`, `dashboard_configuration.a["b c, d"]`},
		"doubt of a key with a dot":  {nil, cond.True("/a/b.c: d"), `{a: {"b.c: d": ` + unknown + `}}`, `dashboard_configuration.a["b.c: d"]`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var row rule.Fact = valueIs(tt.of)
			if tt.keys != nil {
				set := keySet()
				set.Keys, set.If = tt.keys, tt.of
				row = set
			}
			rep := run(t, row, "dashboard_config:\n  - {id: f, found: helm, settings: "+tt.settings+"}\n", 0)
			var got string
			switch {
			case len(rep.Findings) == 1:
				got = rep.Findings[0].Open().Evidence[0].Name
			case len(rep.Unexamined) > 0:
				got, _, _ = strings.Cut(rep.Unexamined[0].Why, ": cannot be read: ")
			}
			if got != tt.want {
				t.Errorf("%q is named, want %q", got, tt.want)
			}
		})
	}
}
