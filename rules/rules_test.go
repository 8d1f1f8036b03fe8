package rules_test

import (
	"os"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/ruletest"
	"github.com/api7-preflight/api7-preflight/rules"
)

func TestEveryRuleKeepsItsPromises(t *testing.T) {
	t.Parallel()
	ruletest.Run(t, rules.All(), os.DirFS("."))
}
