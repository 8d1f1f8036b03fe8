package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// TestNoCommandChangesWhatIsOnlyPublished proves that where a gateway group enforces publishing, commands that change a
// published object are left out, and a step says how it is changed instead. Commands that only read stay.
func TestNoCommandChangesWhatIsOnlyPublished(t *testing.T) {
	t.Parallel()
	patch := rule.Command{Line: "change", Changes: true, Reads: []string{"API7_TOKEN"}}
	withSteps := func(o *engine.Options) {
		r := attached()
		r.Start = func(p *rule.Pass) {
			for _, k := range []estate.Kind{estate.Service, estate.Consumer} {
				p.On(k, func(r *estate.Resource) {
					p.Report(rule.Finding{Subject: r.Subject(), Message: "attached", Remediation: []rule.Step{
						{When: rule.Before, Text: "save", Command: rule.Run("save")},
						{When: rule.Before, Text: "first", Command: patch},
						{When: rule.After, Text: "then", Command: patch},
					}})
				})
			}
		}
		o.Rules = []*rule.Rule{r}
	}
	group := func(enforced string) estate.Resource {
		return estate.Resource{
			Kind: estate.GatewayGroup, ID: "default", Group: estate.Group{ID: "default", ShortID: "default"},
			Body: []byte(`{"enforce_service_publishing":` + enforced + `}`),
		}
	}
	consumer := service("c", `{}`, "t")
	consumer.Kind = estate.Consumer
	const instead = "Publishing is enforced on this gateway group, so its services are not changed directly: make the changes that follow in the service template, and publish it as a new version."
	for name, tt := range map[string]struct {
		enforced string
		object   estate.Resource
		want     []string
	}{
		"a service, enforced":     {"true", service("s", `{}`, "t"), []string{"save: save", instead + ": ", "first: ", "then: "}},
		"a service, not enforced": {"false", service("s", `{}`, "t"), []string{"save: save", "first: change", "then: change"}},
		"a consumer, enforced":    {"true", consumer, []string{"save: save", "first: change", "then: change"}},
		"nobody knows":            {"null", service("s", `{}`, "t"), []string{"save: save", "first: change", "then: change"}},
	} {
		r := run(t, withSteps, group(tt.enforced), tt.object)
		if len(r.Findings) != 1 {
			t.Fatalf("%s: %+v", name, r.Findings.List())
		}
		var got []string
		for _, step := range r.Findings[0].Open().Remediation {
			got = append(got, step.Text+": "+step.Command)
			if (step.Command == "change") != (len(step.Variables) == 1) {
				t.Errorf("%s: variables %v of %q", name, step.Variables, step.Command)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
