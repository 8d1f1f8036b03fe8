package rule_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestACaseCanConcernYoungerSourcesOnly(t *testing.T) {
	t.Parallel()
	fact := rows.Attached{Case: rule.Case{Entry: "R-3.8.0-2", Change: version.Since("3.8.0"), FromAtLeast: version.Since("3.5.0")}}
	tests := map[string]struct {
		from, to string
		want     bool
	}{
		"older":              {"3.4.2", "3.8.0", false},
		"first":              {"3.5.0", "3.8.0", true},
		"younger":            {"3.7.8", "3.9.0", true},
		"has it already":     {"3.8.0", "3.9.0", false},
		"does not get there": {"3.5.0", "3.7.8", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rule.Rule{Applies: rule.Crossing, Facts: rule.Facts(fact)}
			if got := r.On(version.Path{From: version.MustParse(tt.from), To: version.MustParse(tt.to)}); got != tt.want {
				t.Errorf("applies is %v, want %v", got, tt.want)
			}
		})
	}
}
