package rows_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestWhatAReminderShowsDecidesNothing(t *testing.T) {
	t.Parallel()
	show := func(p *rule.Pass) func() []rule.Evidence {
		p.On(estate.Instance, func(*estate.Resource) {})
		return func() []rule.Evidence { return []rule.Evidence{{Name: "shown", Value: "x"}} }
	}
	sign := []rows.Sign{{Kind: estate.Route}}
	tests := map[string]struct {
		reminder rows.Reminder
		unread   estate.Kind
		want     []rule.Evidence // nil: no reminder
	}{
		"always":                          {rows.Reminder{Show: show}, 0, []rule.Evidence{{Name: "shown", Value: "x"}}},
		"always, with gap":                {rows.Reminder{Show: show}, estate.Instance, []rule.Evidence{{Name: "shown", Value: "x"}}},
		"no sign":                         {rows.Reminder{Show: show, If: sign}, 0, nil},
		"no sign, what it shows not read": {rows.Reminder{Show: show, If: sign}, estate.Instance, nil},
		"sign not read": {rows.Reminder{Show: show, If: sign}, estate.Route, []rule.Evidence{
			{Name: "not all was read", Value: "what was not examined may be concerned too"}, {Name: "shown", Value: "x"},
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var said []rule.Check
			r := rule.Rule{Applies: rule.Always, Facts: rule.Facts(tt.reminder)}
			registered := r.Begin(version.Path{}, rule.Engine{
				Complete: func(k estate.Kind) bool { return k != tt.unread },
				Remind:   func(c rule.Check) { said = append(said, c) },
			})
			for _, end := range registered.Ends {
				end()
			}
			switch {
			case tt.want == nil && len(said) > 0 || tt.want != nil && len(said) != 1:
				t.Fatalf("reminded %d times", len(said))
			case tt.want != nil:
				if diff := cmp.Diff(tt.want, said[0].Evidence); diff != "" {
					t.Errorf("evidence (-want +got):\n%s", diff)
				}
			}
		})
	}
}
