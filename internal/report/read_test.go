package report_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

func written(t *testing.T, r *report.Report) string {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAReportIsReadBackAsItWas(t *testing.T) {
	t.Parallel()
	for name, sample := range reporttest.Samples(100) {
		want := sample()
		got, err := report.Read(strings.NewReader(written(t, want)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.Transformer("Open", report.Packed.Open), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestFieldsOfLaterReleasesAreIgnored(t *testing.T) {
	t.Parallel()
	text := strings.Replace(written(t, reporttest.Blocked()), `{"schema_version"`, `{"later":{"a":[1]},"schema_version"`, 1)
	if r, err := report.Read(strings.NewReader(text)); err != nil || len(r.Findings) == 0 {
		t.Error(err)
	}
}

func TestWhatIsNoReportIsRefused(t *testing.T) {
	t.Parallel()
	whole := written(t, reporttest.Blocked())
	for text, want := range map[string]error{
		"": report.ErrForeign, "x": report.ErrForeign, "[]": report.ErrForeign, "{}": report.ErrForeign, "null": report.ErrForeign,
		`{"schema_version":"1"}`: report.ErrForeign,
		strings.Replace(whole, `"schema_version":"1"`, `"schema_version":"2"`, 1): report.ErrForeign,
		strings.Replace(whole, `"name":"api7-preflight"`, `"name":"trivy"`, 1):    report.ErrForeign,
		whole[:len(whole)-1]: report.ErrDamaged, whole + "junk": report.ErrDamaged, whole + whole: report.ErrDamaged,
		strings.Replace(whole, `"started_at":"2026`, `"started_at":"soon`, 1): report.ErrDamaged,
		strings.Replace(whole, `"findings":[`, `"findings":"none","x":[`, 1):  report.ErrDamaged,
		strings.Replace(whole, `"severity":"breaking"`, `"severity":7`, 1):    report.ErrDamaged,
	} {
		if _, err := report.Read(strings.NewReader(text)); !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %v", text, err, want)
		}
	}
	broken := errors.New("the disk is broken")
	if _, err := report.Read(io.MultiReader(strings.NewReader(whole[:200]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a broken disk gives %v", err)
	}
}

// TestAReportThatEndsAnywhereIsRefused proves that a report that was cut does not become one with fewer findings.
func TestAReportThatEndsAnywhereIsRefused(t *testing.T) {
	t.Parallel()
	whole := written(t, reporttest.Blocked())
	for end := 1; end < len(whole); end += 7 {
		if _, err := report.Read(strings.NewReader(whole[:end])); err == nil {
			t.Fatalf("%d of %d bytes are read", end, len(whole))
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"schema_version":"1","tool":{"name":"api7-preflight","version":"1"},"verdict":"ready","findings":[{"rule":"a"},{}],"x":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := report.Read(strings.NewReader(text))
		if err == nil {
			r.Seal()
		}
		if (r == nil) != (err != nil) {
			t.Error(r, err)
		}
	})
}
