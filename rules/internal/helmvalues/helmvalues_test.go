package helmvalues_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/helmvalues"
)

func TestFactsThatJudgeNothingAreRefused(t *testing.T) {
	t.Parallel()
	judge := func(*helmvalues.Values) {}
	for want, f := range map[string]helmvalues.Fact{
		"":                                       {Chart: version.GatewayChart, Judge: judge},
		`Chart: "nginx" is none of the vendor's`: {Chart: "nginx", Judge: judge},
		"Judge: nil, so that nothing is judged":  {Chart: version.GatewayChart},
	} {
		if got := strings.Join(f.Flaws(), "\n"); got != want {
			t.Errorf("flaws %q, want %q", got, want)
		}
	}
}
