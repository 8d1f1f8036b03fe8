package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// charts returns versions of a chart that once go back to an older release, as the vendor's do.
func charts() []release {
	return since([]version.ChartRelease{
		{Chart: "0.1.0", Tag: "dev"},
		{Chart: "0.2.0", Tag: "v3.4.0"},
		{Chart: "0.2.1", Tag: "v3.4.0"},
		{Chart: "0.2.2", Tag: "v3.10.2"},
		{Chart: "3.9.0", Tag: "v3.9.14"},
		{Chart: "3.10.0", Tag: "v3.10.3"},
		{Chart: "3.10.1", Tag: version.Newest().String()},
	}, "0.2.0")
}

func TestTargetsAreNewerReleases(t *testing.T) {
	t.Parallel()
	all, newest := table{charts: charts()}, version.Newest().String()
	want := map[string][2]string{
		"0.2.0":  {"3.10.2", newest}, // not its own release once more
		"0.2.1":  {"3.10.2", newest},
		"0.2.2":  {"3.10.3", newest}, // not the older one of the next chart
		"3.9.0":  {"3.10.3", newest},
		"3.10.0": {newest, newest},
		"3.10.1": {"unknown", "unknown"}, // nothing is newer
	}
	got := map[string][2]string{}
	for i, r := range all.charts {
		to := all.targets(i)
		got[r.Chart] = [2]string{to[0].String(), to[1].String()}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

func TestFindingsOfOneKeyAreOneRow(t *testing.T) {
	t.Parallel()
	all := table{charts: charts()}
	finding := func(severity, message string) report.Finding {
		return report.Finding{Rule: "key-gone", Severity: severity, Object: report.Object{Kind: "helm_values"}, Location: report.Location{Pointer: "/tag"}, Message: message}
	}
	const message = ": a|b is no longer read by the release that the upgrade brings"
	for i := range 5 {
		found := []report.Finding{{Rule: "jump", Severity: report.SeverityBreaking, Object: report.Object{Kind: "path"}}}
		if i != 2 {
			found = append(found, finding(report.SeverityBreaking, "a.x"+message), finding(report.SeverityBreaking, "dashboard_configuration.a.x"+message))
		}
		if i == 3 {
			found = append(found, finding(report.SeverityNotice, "dashboard: pinned"))
		}
		all.add(i, 0, "copied values", found)
		if i != 2 { // which could not be rendered
			all.add(i, 0, "manifests", found)
		}
	}
	all.add(5, 1, "no values", []report.Finding{finding(report.SeverityBreaking, "a.y"+message)})
	want := "6 versions, 10 upgrades judged, 17 breaking findings\n\n" +
		"| rule | severity | key | message | charts, to the next release | charts, to " + version.Newest().String() + " | files |\n|---|---|---|---|---|---|---|\n" +
		`| key-gone | breaking | a.x | a\|b is no longer read by the release that the … | 0.2.0 to 0.2.1, 3.9.0 to 3.10.0 | none | copied values |` + "\n" +
		`| key-gone | breaking | a.x | a\|b is no longer read by the release that the … | 0.2.0 to 3.10.0 | none | manifests |` + "\n" +
		`| key-gone | breaking | a.y | a\|b is no longer read by the release that the … | none | 3.10.1 | no values |` + "\n" +
		`| key-gone | notice | tag | dashboard: pinned | 3.9.0 | none | copied values, manifests |` + "\n"
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(all.markdown(), "\n")); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestDocumentExplainsEachKeyOfARuleWithItsSeverity(t *testing.T) {
	t.Parallel()
	all := table{rows: []*row{
		{rule: "key-gone", severity: "breaking", key: "a.x", form: "manifests"},
		{rule: "key-gone", severity: "breaking", key: "a.x", form: "no values"},
	}}
	const head = "# About\n\n### key-gone\n\n"
	tests := map[string]struct {
		document string
		missing  bool
	}{
		"explained":           {head + "| `a.x` | breaking | charts |\n\n### other\n", false},
		"beside another key":  {head + "| `a.w`, `a.x` | breaking | charts |\n", false},
		"another severity":    {head + "| `a.x` | notice | not breaking |\n", true},
		"a key inside of one": {head + "| `b.a.x` | breaking | charts |\n", true},
		"no table":            {head + "`a.x` is breaking\n", true},
		"another rule":        {head + "\n### other\n\n| `a.x` | breaking | charts |\n", true},
		"no such rule":        {"| `a.x` | breaking | charts |\n", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := []string(nil)
			if tt.missing {
				want = []string{"key-gone: breaking of a.x"}
			}
			if diff := cmp.Diff(want, all.unexplained(tt.document)); diff != "" {
				t.Errorf("unexplained (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnlyWhatValuesGiveIsCompared(t *testing.T) {
	t.Parallel()
	file := map[string]any{"a": map[string]any{"b": 1.0, "c": 2.0}, "d": "x"}
	values := map[string]any{"a": map[string]any{"b": 1.0}, "d": "y", "empty": "", "none": map[string]any{}, "lost": "z"}
	want := map[string]any{"a": map[string]any{"b": 1.0}, "d": "x", "empty": "", "none": map[string]any{}}
	if diff := cmp.Diff(any(want), shared(file, values)); diff != "" {
		t.Errorf("shared (-want +got):\n%s", diff)
	}
}
