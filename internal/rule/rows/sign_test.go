package rows_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// TestASignOfPluginsAndAKindIsOpenWhileEitherIsUnread proves that a reminder is not hidden if only one of the two
// places that its sign names was read.
func TestASignOfPluginsAndAKindIsOpenWhileEitherIsUnread(t *testing.T) {
	t.Parallel()
	r := rule.Rule{Applies: rule.Always, Facts: rule.Facts(rows.Reminder{If: []rows.Sign{{Plugins: []string{"portal-auth"}, Kind: estate.SSL}}})}
	for unread, want := range map[estate.Kind]int{0: 0, estate.Route: 1, estate.SSL: 1, estate.Proto: 0} {
		reminded := 0
		registered := r.Begin(version.Path{}, rule.Engine{
			Complete: func(k estate.Kind) bool { return k != unread },
			Remind:   func(rule.Check) { reminded++ },
		})
		for _, end := range registered.Ends {
			end()
		}
		if reminded != want {
			t.Errorf("%s unread: reminded %d times, want %d", unread, reminded, want)
		}
	}
}
