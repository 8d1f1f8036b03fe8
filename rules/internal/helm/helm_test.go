package helm_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/helm"
)

func TestFactsThatJudgeNothingAreRefused(t *testing.T) {
	t.Parallel()
	judge := func(*helm.Values) {}
	for want, f := range map[string]helm.Fact{
		"":                                       {Chart: version.GatewayChart, Judge: judge},
		`Chart: "nginx" is none of the vendor's`: {Chart: "nginx", Judge: judge},
		"Judge: nil, so that nothing is judged":  {Chart: version.GatewayChart},
	} {
		if got := strings.Join(f.Flaws(), "\n"); got != want {
			t.Errorf("flaws %q, want %q", got, want)
		}
	}
}
