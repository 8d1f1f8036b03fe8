package controlplane_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

func TestTheDiagnosisSaysOfEveryColumnWhereItIs(t *testing.T) {
	t.Parallel()
	l := parse(t, whole, "-- token secured rows=12 --\nid, name denied, expired_at int8, token").recognise(t, "")
	d := l.Diagnose()
	i := slices.IndexFunc(d.Concepts, func(c estate.ConceptDiagnosis) bool { return c.Concept == "token" })
	got := d.Concepts[i]
	if got.Table != "token" || got.Schema != "public" || got.Rows != 12 || !got.Estimated || !got.RowSecurity {
		t.Errorf("got %+v", got)
	}
	want := []estate.ColumnDiagnosis{
		{Name: "id", Column: "id", Type: "text", State: estate.ColumnRead},
		{Name: "name", Column: "name", Type: "text", State: estate.ColumnNotGranted},
		{Name: "org_id", State: estate.ColumnAbsent},
		{Name: "user_id", State: estate.ColumnAbsent},
		{Name: "expires_at", Column: "expired_at", Type: "int8", State: estate.ColumnRead},
	}
	if diff := cmp.Diff(want, got.Columns); diff != "" {
		t.Error(diff)
	}
}

func TestTheDiagnosisListsTheTablesThatAreNotUnderstood(t *testing.T) {
	t.Parallel()
	d := parse(t, whole, "-- x1 rows=7 --\nid, c7 jsonb\n-- x2 view --\na\n-- x3 matview --\na\n-- x4 partitioned --\na\n-- x5 foreign --\na").recognise(t, "").Diagnose()
	want := []estate.TableDiagnosis{
		{Name: "x1", Kind: "table", Rows: 7, Estimated: true, Columns: []string{"id text", "c7 jsonb"}},
		{Name: "x2", Kind: "view", Rows: -1, Estimated: true, Columns: []string{"a text"}},
		{Name: "x3", Kind: "materialised view", Rows: -1, Estimated: true, Columns: []string{"a text"}},
		{Name: "x4", Kind: "partitioned table", Rows: -1, Estimated: true, Columns: []string{"a text"}},
		{Name: "x5", Kind: "foreign table", Rows: -1, Estimated: true, Columns: []string{"a text"}},
	}
	if diff := cmp.Diff(want, d.Tables); diff != "" {
		t.Error(diff)
	}
}

func TestTheDiagnosisNamesTheTablesThatWereConsidered(t *testing.T) {
	t.Parallel()
	d := parse(t, whole, "-- services --\nid, plugins\n-- template_service --\nid").recognise(t, "").Diagnose()
	i := slices.IndexFunc(d.Concepts, func(c estate.ConceptDiagnosis) bool { return c.Concept == "service_template" })
	if diff := cmp.Diff([]string{"service", "services", "template_service"}, d.Concepts[i].Candidates); diff != "" {
		t.Error(diff)
	}
}

func TestWhatASourceCannotReadIsAddedToTheDiagnosisOnce(t *testing.T) {
	t.Parallel()
	l := parse(t, whole, "-- token filtered --\nid, name").recognise(t, "")
	d := l.Diagnose()
	token, kine := place(t, l, "token"), l.Kine()
	l.Lack(&d, token, token.Gap())
	l.Lack(&d, kine, controlplane.NoKeys())
	l.Lack(&d, l.Groups(), nil)
	var got []string
	for _, c := range d.Concepts {
		for _, g := range c.Gaps {
			got = append(got, c.Concept+": "+g.What+": "+g.Why)
		}
	}
	want := []string{
		`token: table "token": row level security hides rows from this role`,
		"kine: published configuration: no key begins with /gateway_groups/",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, test := range []struct {
		need estate.Need
		want []string
	}{
		{sourcetest.Need(estate.Token, estate.Route), []string{"token", "kine"}},
		{sourcetest.Need(estate.Token), []string{"token"}},
		{sourcetest.Need(estate.Publication), []string{"kine"}},
		{sourcetest.Need(estate.ServiceTemplate), nil},
	} {
		if diff := cmp.Diff(test.want, l.Incomplete(&d, test.need)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWhatIsReadFollowsTheNeed(t *testing.T) {
	t.Parallel()
	for kind, want := range map[estate.Kind][]string{
		estate.ServiceTemplate: {"gateway_group", "service_template", "instance"},
		estate.Token:           {"gateway_group", "token", "instance"},
		estate.Upstream:        {"gateway_group", "instance", "kine"},
		estate.Service:         {"gateway_group", "published_service", "instance", "kine"},
		estate.Publication:     {"gateway_group", "published_service", "instance", "kine"},
		estate.RouteVersion:    {"gateway_group", "route_version", "stream_route_version", "instance"},
	} {
		var got []string
		for _, w := range controlplane.WantedFor(sourcetest.Need(kind)) {
			got = append(got, w.Concept)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

// TestWhatIsReadIsWantedUnderEveryNameThatIsRecognised proves that the grants cover every table or column that could
// be recognised.
func TestWhatIsReadIsWantedUnderEveryNameThatIsRecognised(t *testing.T) {
	t.Parallel()
	i := slices.IndexFunc(controlplane.WantedFor(sourcetest.Need(estate.PermissionPolicy)), func(w controlplane.Wanted) bool { return w.Concept == "permission_policy" })
	got := controlplane.WantedFor(sourcetest.Need(estate.PermissionPolicy))[i]
	want := controlplane.Wanted{
		Concept: "permission_policy",
		Tables:  []string{"permission_policy", "permission_policies", "iam_policy", "iam_policies", "iam_permission_policy", "iam_permission_policies"},
		Columns: []string{"id", "name", "statement", "statements", "policy", "document", "policy_document"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
