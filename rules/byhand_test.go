package rules_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// TestChecksByHandKeepTheirIdentityOverPaths: no two have one fingerprint, a check has the same on every path, those of every
// upgrade are the same everywhere, and where nothing was read none claims to come from the installation.
func TestChecksByHandKeepTheirIdentityOverPaths(t *testing.T) {
	t.Parallel()
	marks := map[string]string{} // of a rule and a catalogue entry
	for _, p := range [][2]string{{"3.2.8.1", "3.10.5"}, {"3.2.16.2", "3.10.5"}, {"3.4.1", "3.7.3"}, {"3.4.1", "3.8.22"}, {"3.8.22", "3.9.3"}} {
		r, err := engine.Run(t.Context(), engine.Options{
			Path:    version.Path{From: version.MustParse(p[0]), To: version.MustParse(p[1])},
			Rules:   rules.All(),
			Sources: []estate.Source{&memory.Source{About: estate.Info{Kind: "memory", Name: "nothing"}, Kinds: []estate.Kind{}}},
			Scope:   report.ScopeAll, FailOn: report.SeverityWarning, Now: func() time.Time { return time.Unix(0, 0) },
		})
		if err != nil {
			t.Fatal(err)
		}
		var always []string
		seen := map[string]string{}
		for _, c := range r.ManualChecks {
			if other, twice := seen[c.Fingerprint]; twice {
				t.Errorf("%v: %q and %q have one fingerprint", p, other, c.Title)
			}
			seen[c.Fingerprint] = c.Title
			switch c.About {
			case report.AboutUpgrade:
				always = append(always, c.Rule)
			case report.AboutInstallation:
				t.Errorf("%v: %s: %q comes from an installation of which nothing was read", p, c.Rule, c.Title)
			case report.AboutPath:
			}
			for _, f := range c.Facts {
				for _, entry := range f.Catalogue {
					id := c.Rule + " " + entry + " " + f.Title
					if known, ok := marks[id]; ok && c.About == report.AboutPath && known != c.Fingerprint {
						t.Errorf("%v: another fingerprint of %s", p, id)
					}
					marks[id] = c.Fingerprint
				}
			}
		}
		if diff := cmp.Diff([]string{
			"adc-too-old", "backups-taken", "configuration-changes-frozen", "control-plane-before-data-plane", "custom-plugins-reviewed", "dry-run-done",
		}, always); diff != "" {
			t.Errorf("%v: checks of every upgrade (-want +got):\n%s", p, diff)
		}
	}
}
