package rule_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

func TestAFieldIsNamedAsItsOwnerDoesWhereverItsConditionBegins(t *testing.T) {
	t.Parallel()
	const unknown = `{"$unknown": "variable X"}`
	tests := map[string]struct {
		keys     []string
		of       rule.Condition
		settings string
		want     string // name of the evidence, or the doubt up to its reason
	}{
		"below the settings":         {nil, rule.Is("/a/policy", "x"), `{a: {policy: x}}`, "dashboard_configuration.a.policy"},
		"at the top of the settings": {nil, rule.Is("/policy", "x"), `{policy: x}`, "dashboard_configuration.policy"},
		"below a key":                {[]string{"/a"}, rule.Is("/b/policy", "x"), `{a: {b: {policy: x}}}`, "dashboard_configuration.a.b.policy"},
		"the key itself":             {[]string{"/a"}, rule.Is("", "x"), `{a: x}`, "value"},
		"an element of a list":       {nil, rule.Some("/a", rule.Is("", "x")), `{a: [y, x]}`, "dashboard_configuration.a[1]"},
		"a field of an element":      {nil, rule.Some("/a", rule.Is("/name", "x")), `{a: [{name: x}]}`, "name"},
		"doubt below the settings":   {nil, rule.Is("/a/policy", "x"), `{a: {policy: ` + unknown + `}}`, "dashboard_configuration.a.policy"},
		"doubt below a key":          {[]string{"/a"}, rule.True("/b"), `{a: {b: ` + unknown + `}}`, "dashboard_configuration.a.b"},
		"doubt of the key itself":    {[]string{"/a"}, rule.True(""), `{a: ` + unknown + `}`, "dashboard_configuration.a"},
		"doubt of an element":        {nil, rule.Some("/a", rule.True("/on")), `{a: [{on: ` + unknown + `}]}`, "dashboard_configuration.a[0].on"},
		"doubt of a key with blanks": {nil, rule.True("/a/b c, d"), `{a: {"b c, d": ` + unknown + `}}`, `dashboard_configuration.a["b c, d"]`},
		"doubt of a key with a dot":  {nil, rule.True("/a/b.c: d"), `{a: {"b.c: d": ` + unknown + `}}`, `dashboard_configuration.a["b.c: d"]`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := configured()
			row.Keys, row.If = tt.keys, tt.of
			rep := run(t, row, "dashboard_config:\n  - {id: f, found: helm, settings: "+tt.settings+"}\n", 0)
			var got string
			switch {
			case len(rep.Findings) == 1:
				got = rep.Findings[0].Evidence[0].Name
			case len(rep.Unexamined) > 0:
				got, _, _ = strings.Cut(rep.Unexamined[0].Why, ": cannot be read: ")
			}
			if got != tt.want {
				t.Errorf("%q is named, want %q", got, tt.want)
			}
		})
	}
}
