package adminapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// seen is the part of a finding that must not depend on the source.
type seen struct{ Rule, Severity, Kind, Group, ID, Message, Fingerprint string }

func assess(t *testing.T, src estate.Source, from string) *report.Report {
	t.Helper()
	r, err := engine.Run(t.Context(), engine.Options{
		Tool:  report.Tool{Name: "test"},
		Path:  version.Path{From: version.MustParse(from), To: version.MustParse("3.7.3")},
		Rules: rules.All(), Sources: []estate.Source{src}, Scope: report.ScopeGiven, FailOn: report.SeverityBreaking,
		RunID: "test", Now: (&clock{}).now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func findings(r *report.Report) []seen {
	var out []seen
	for f := range r.Findings.All() {
		out = append(out, seen{f.Rule, f.Severity, f.Object.Kind, f.Object.GatewayGroup, f.Object.ID, f.Message, f.Fingerprint})
	}
	return out
}

// Releases from 3.6 on keep no runtime configuration in templates, so only the older ones can show the same.
func TestAdminAPIGivesTheFindingsOfTheDatabase(t *testing.T) {
	t.Parallel()
	for _, release := range []string{"3.3.2", "3.4.1"} {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			want := assess(t, demo(t), release)
			got := assess(t, open(t, config(serve(t, release))), release)
			if len(want.Findings) < 15 {
				t.Fatalf("the example has only %d findings", len(want.Findings))
			}
			if diff := cmp.Diff(findings(want), findings(got)); diff != "" {
				t.Errorf("findings (-database +Admin API):\n%s", diff)
			}
			if got.Verdict != want.Verdict {
				t.Errorf("verdict %s, want %s", got.Verdict, want.Verdict)
			}
			if text, err := json.Marshal(got); err != nil || strings.Contains(string(text), "CANARY") {
				t.Errorf("the report holds a secret: %s %v", text, err)
			}
			for _, u := range got.Unexamined {
				if u.What != "historic versions of template t-archive" {
					t.Errorf("not examined: %+v", u)
				}
			}
		})
	}
}

// The example holds what 3.5 and 3.9 would not; that they serve it differently must not hide it.
func TestLaterShapesHideNothingThatIsPublished(t *testing.T) {
	t.Parallel()
	want := findings(assess(t, demo(t), "3.4.1"))
	for _, release := range []string{"3.5.5", "3.9.4"} {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			got := map[seen]bool{}
			for _, f := range findings(assess(t, open(t, config(serve(t, release))), "3.4.1")) {
				got[f] = true
			}
			for _, f := range want {
				if template := f.Rule == "template-runtime-config"; !got[f] && (!template || release == "3.5.5") {
					t.Errorf("not found: %+v", f)
				}
			}
		})
	}
}

// forgotten is the only gap for what the example has and the Admin API cannot show.
const forgotten = "historic versions of template t-archive: it was published once but is not now; the Admin API lists versions of " +
	"published services only ()\n"

// ownOnly is the gap because it is unknown which tokens the list contains.
const ownOnly = "/api/tokens: tokens belong to users, and no public source says that any token can read those of other users ()\n"

func TestEveryNeededKindIsReadCompletelyOrSaidNotToBe(t *testing.T) {
	t.Parallel()
	_, want := read(t, demo(t), ruleNeed())
	for _, release := range []string{"3.3.2", "3.4.1", "3.5.5", "3.9.4"} {
		_, got := read(t, open(t, config(serve(t, release))), ruleNeed())
		for _, k := range want.Kinds {
			if k.Kind.InFiles() {
				continue // no Admin API holds configuration files
			}
			n, gap := k.Count, ""
			switch k.Kind { //nolint:exhaustive // the others are the same
			case estate.ServiceVersion, estate.RouteVersion:
				n, gap = n-1, forgotten
			case estate.Token:
				gap = ownOnly
			case estate.InstanceCertificate:
				n = 6 // one for each instance; the database has one for a group, and the root
			case estate.CustomPlugin:
				n-- // gateways have a copy in kine, which the example holds as well
			case estate.Database, estate.AuditLog, estate.PluginList, estate.Secret:
				n = -1 // not held
			case estate.Upstream:
				n = 0                 // the two of the example are keys of kine only
				if release >= "3.5" { // from then on each service's upstream is a resource of its own
					n = 15
				}
			}
			if text := gaps(got, k.Kind); text != gap || count(got, k.Kind) != n {
				t.Errorf("%s: %s: %d, want %d: %s", release, k.Kind, count(got, k.Kind), n, text)
			}
		}
	}
}
