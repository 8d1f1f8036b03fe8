package version_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestParseReadsWhatTheVendorWrites(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"3.7.3": "3.7.3", "v3.7.3": "3.7.3", " v3.10.5 ": "3.10.5", "3.2.16.7": "3.2.16.7", "3.2.9.0": "3.2.9.0",
		"3.2.9": "3.2.9.0", "3.2.5": "3.2.5", "3.9.10-patch.1": "3.9.10-patch.1", "3.8.4-rc.1": "3.8.4-rc.1", "3.8.4+g12": "3.8.4",
		"v3.2.16.4.1": "3.2.16.4.1", "3.2.16.0.1": "3.2.16.0.1", "3.2.16.4.0": "3.2.16.4", "3.2.16.4.1-rc1": "3.2.16.4.1-rc1",
	} {
		v, err := version.Parse(text)
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
			continue
		}
		if v.String() != want {
			t.Errorf("Parse(%q) = %s, want %s", text, v, want)
		}
	}
}

func TestASuffixThatTheVendorDoesNotUseSaysNothingAboutTheOrder(t *testing.T) {
	t.Parallel()
	release := version.MustParse("3.8.4")
	for _, suffix := range []string{"debian", "hotfix.1", "arm64", "ubuntu-22.04", "20250611", "g3f2a1c", "presto", "releasecandidate"} {
		if v := version.MustParse("3.8.4-" + suffix); v.Compare(release) != 0 || v.String() != "3.8.4" {
			t.Errorf("3.8.4-%s is read as %s", suffix, v)
		}
	}
	for _, suffix := range []string{"rc1", "rc.2", "RC-1", "alpha", "beta.3", "preview.1", "dev", "SNAPSHOT", "nightly"} {
		if v := version.MustParse("3.8.4-" + suffix); !v.Less(release) || v.Release().Compare(release) != 0 {
			t.Errorf("%s is not a prerelease", v)
		}
	}
}

func TestParseRefusesWhatNamesNoRelease(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "latest", "dev", "Latest"} {
		if _, err := version.Parse(text); !errors.Is(err, version.ErrNoRelease) {
			t.Errorf("Parse(%q) = %v, want ErrNoRelease", text, err)
		}
	}
	for _, text := range []string{"3", "3.7", "3.7.x", "3.7.3.1.2.4", "3.2.16.4.x", "3.2.16.4.-1", "3.7.3-", "3.2.16.4.1-patch.1", "a.b.c", "3.7.-1", "03.7.1", "3.2.16.x", "3.2.1.1-patch.2", "3.9.1-patch.x", "sha256:abc"} {
		if v, err := version.Parse(text); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", text, v)
		}
	}
}

func TestOrderIsByNumber(t *testing.T) {
	t.Parallel()
	ordered := []string{
		"3.2.8.1", "3.2.9.0", "3.2.9.5", "3.2.16.0", "3.2.16.4-rc.1", "3.2.16.4", "3.2.16.4.1-rc.1", "3.2.16.4.1", "3.2.16.4.2",
		"3.2.16.5", "3.2.16.7", "3.3.0", "3.7.3", "3.8.4-rc.1", "3.8.4", "3.9.2", "3.9.10",
		"3.9.10-patch.1", "3.9.11", "3.10.0",
	}
	for i := range ordered {
		for j := range ordered {
			v, w := version.MustParse(ordered[i]), version.MustParse(ordered[j])
			if v.Less(w) != (i < j) {
				t.Errorf("%s < %s is %v", v, w, v.Less(w))
			}
		}
	}
}

func TestChangeIsASetOfFirstReleases(t *testing.T) {
	t.Parallel()
	c := version.Since("3.8.22", "3.9.2")
	for text, want := range map[string]bool{
		"3.7.8": false, "3.8.21": false, "3.8.22": true, "3.8.23": true, "3.9.0": false, "3.9.1": false, "3.9.2": true, "3.10.0": true,
	} {
		if c.In(version.MustParse(text)) != want {
			t.Errorf("%s carries %s: want %v", text, c, want)
		}
	}
	if (version.Change{}).In(version.Newest()) {
		t.Error("the empty change is in a release")
	}
}

func TestPathGainsWhatTheTargetHasAndTheSourceHasNot(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, to string
		change   version.Change
		want     bool
	}{
		{"3.4.1", "3.7.3", version.Since("3.5.0"), true},
		{"3.5.0", "3.7.3", version.Since("3.5.0"), false},
		{"3.4.1", "3.4.2", version.Since("3.5.0"), false},
		{"3.4.1", "3.5.0-rc.1", version.Since("3.5.0"), true},
		{"3.5.0-rc.1", "3.7.3", version.Since("3.5.0"), false},
		{"3.8.22", "3.9.1", version.Since("3.8.22", "3.9.2"), false},
		{"3.9.1", "3.10.0", version.Since("3.8.22", "3.9.2"), true},
		{"3.2.16.7", "3.3.0", version.Since("3.2.16.7"), false},
		{"3.2.16.6", "3.3.0", version.Since("3.2.16.7"), true},
		{"3.2.16.4", "3.2.16.4.1", version.Since("3.2.16.4.1"), true},
		{"3.2.16.4.1", "3.2.16.5", version.Since("3.2.16.4"), false},
		{"3.2.16.4.1", "3.2.16.5", version.Since("3.2.16.5"), true},
	}
	for _, tt := range tests {
		p := version.Path{From: version.MustParse(tt.from), To: version.MustParse(tt.to)}
		if p.Gains(tt.change) != tt.want {
			t.Errorf("%s to %s gains %s: want %v", tt.from, tt.to, tt.change, tt.want)
		}
	}
}

func TestWindowIsADefectsLife(t *testing.T) {
	t.Parallel()
	w := version.Window{In: version.Since("3.7.0"), Out: version.Since("3.7.8", "3.8.5")}
	for text, want := range map[string]bool{"3.6.1": false, "3.7.0": true, "3.7.7": true, "3.7.8": false, "3.8.4": true, "3.8.5": false, "3.9.0": false} {
		if w.Contains(version.MustParse(text)) != want {
			t.Errorf("%s has the defect: want %v", text, want)
		}
	}
}

func TestLinesAreThoseThatThePathEnters(t *testing.T) {
	t.Parallel()
	for path, want := range map[[2]string][]string{
		{"3.4.1", "3.7.3"}: {"3.5", "3.6", "3.7"}, {"3.7.0", "3.7.3"}: {"3.7"}, {"3.9.3", "3.10.0"}: {"3.10"},
	} {
		var got []string
		for _, l := range (version.Path{From: version.MustParse(path[0]), To: version.MustParse(path[1])}).Lines() {
			got = append(got, l.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", path, diff)
		}
	}
}

func TestPathSaysWhatItSkipsAndWhetherAGuideDescribesIt(t *testing.T) {
	t.Parallel()
	for path, want := range map[[2]string]struct {
		skips int
		guide string
	}{
		{"3.4.1", "3.7.3"}: {2, "3.7.x"}, {"3.3.0", "3.7.8"}: {3, "3.7.x"}, {"3.2.16.7", "3.7.3"}: {4, ""}, {"3.4.1", "3.6.1"}: {1, ""},
		{"3.6.1", "3.7.3"}: {0, ""}, {"3.7.0", "3.7.3"}: {0, ""}, {"3.6.1", "3.8.22"}: {1, ""},
	} {
		p := version.Path{From: version.MustParse(path[0]), To: version.MustParse(path[1])}
		if len(p.Skips()) != want.skips || p.Guide() != want.guide {
			t.Errorf("%v skips %v, guide %q", path, p.Skips(), p.Guide())
		}
	}
}

func TestReleaseTableIsOrderedAndDated(t *testing.T) {
	t.Parallel()
	releases := version.Releases()
	if !slices.IsSortedFunc(releases, func(a, b version.Release) int { return a.Version.Compare(b.Version) }) {
		t.Error("the table is not in version order")
	}
	for i, r := range releases {
		if len(r.Date) != len("2026-01-02") || r.Source == "" {
			t.Errorf("%s: date %q, source %q", r.Version, r.Date, r.Source)
		}
		if i > 0 && r.Version.Compare(releases[i-1].Version) == 0 {
			t.Errorf("%s stands twice", r.Version)
		}
		if got, ok := version.Known(r.Version); !ok || got.Version.String() != r.Version.String() {
			t.Errorf("Known(%s) = %v, %v", r.Version, got, ok)
		}
	}
	if version.Oldest().String() != "3.2.8.1" || version.Newest().String() != "3.10.5" {
		t.Errorf("table spans %s to %s", version.Oldest(), version.Newest())
	}
}

func TestNearestIsWhatSomeoneMostLikelyMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"3.7.9": "3.7.8", "3.7.30": "3.7.8", "3.11.0": "3.10.5", "4.0.0": "3.10.5", "3.2.16.9": "3.2.16.7", "3.2.16.4.2": "3.2.16.4.1", "2.0.0": "3.2.8.1", "3.2.1": "3.2.8.1",
	} {
		if got := version.Nearest(version.MustParse(text)).Version.String(); got != want {
			t.Errorf("nearest to %s is %s, want %s", text, got, want)
		}
	}
}

// FuzzParse proves that a version that Parse accepts can be written and parsed again.
func FuzzParse(f *testing.F) {
	for _, r := range version.Releases() {
		f.Add(r.Version.String())
	}
	f.Add("v3.8.4-rc.1+x")
	f.Add("3.2.16.4.1-rc.1")
	f.Add("3.8.4-debian-11")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := version.Parse(text)
		if err != nil {
			return
		}
		again, err := version.Parse(v.String())
		if err != nil || again.Compare(v) != 0 {
			t.Fatalf("%q is read as %s, which is read as %s (%v)", text, v, again, err)
		}
	})
}

func TestThePathOfGatewaysMayBeginBeforeThatOfTheControlPlaneAndNotAfter(t *testing.T) {
	t.Parallel()
	path := version.Path{From: version.MustParse("3.8.4"), To: version.MustParse("3.10.5")}
	for gateways, want := range map[string]string{"": "3.8.4", "3.7.2": "3.7.2", "3.8.4": "3.8.4", "3.10.5": "3.8.4"} {
		path.Gateways = version.Version{}
		if gateways != "" {
			path.Gateways = version.MustParse(gateways)
		}
		if got := path.OfGateways(); got.From.String() != want || got.To != path.To {
			t.Errorf("gateways %q: from %s to %s, want from %s", gateways, got.From, got.To, want)
		}
	}
}

func TestEachLineIsListedOnceAndOneHasLongTermSupport(t *testing.T) {
	t.Parallel()
	var names, supported []string
	for _, l := range version.Lines() {
		names = append(names, l.String())
		if l.LTS() {
			supported = append(supported, l.String())
		}
	}
	if diff := cmp.Diff([]string{"3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10"}, names); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"3.8"}, supported); diff != "" {
		t.Errorf("long-term support (-want +got):\n%s", diff)
	}
}

func TestALineIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"3.8": "3.8", "v3.8": "3.8", "V3.8.x": "3.8", "3.8.X": "3.8", "3.10.*": "3.10", "4.0": "4.0"} {
		if l, ok := version.ParseLine(text); !ok || l.String() != want {
			t.Errorf("ParseLine(%q) = %s, %v, want %s", text, l, ok, want)
		}
	}
	for _, text := range []string{"", "3", "3.", ".8", "3.8.", "3.8.0", "3.8.xx", "3.8x", "3.x", "03.8", "3.08", "lts", "3.8 ", "3.99999999999", "-3.8"} {
		if l, ok := version.ParseLine(text); ok {
			t.Errorf("ParseLine(%q) = %s, want none", text, l)
		}
	}
}

func TestTheNewestReleaseWithPublicNotesIsFoundWithWhatIsAboveIt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		of                  func(version.Version) bool
		newest, first, last string
	}{
		"all":     {func(version.Version) bool { return true }, "3.9.3", "3.9.4", "3.10.5"},
		"the LTS": {func(v version.Version) bool { return v.Line().LTS() }, "3.8.22", "3.8.23", "3.8.23"},
		"3.7":     {func(v version.Version) bool { return v.Line() == version.Line{Major: 3, Minor: 7} }, "3.7.8", "", ""},
		"3.4":     {func(v version.Version) bool { return v.Line() == version.Line{Major: 3, Minor: 4} }, "3.4.1", "3.4.2", "3.4.2"},
		"3.10":    {func(v version.Version) bool { return v.Line() == version.Line{Major: 3, Minor: 10} }, "", "3.10.0", "3.10.5"},
		"no line": {func(v version.Version) bool { return v.Line() == version.Line{Major: 3, Minor: 11} }, "", "", ""},
		"all old": {func(v version.Version) bool { return v.Less(version.MustParse("3.3.0")) }, "3.2.16.7", "", ""},
		"hot fix": {func(v version.Version) bool { return v.Less(version.MustParse("3.2.15.0")) }, "3.2.14.4.1", "3.2.14.5", "3.2.14.6"},
	} {
		newest, above, ok := version.Documented(tt.of)
		first, last := "", ""
		if len(above) > 0 {
			first, last = above[0].Version.String(), above[len(above)-1].Version.String()
		}
		if newest.Version.String() != tt.newest && ok || ok != (tt.newest != "") || first != tt.first || last != tt.last {
			t.Errorf("%s: %s and %s to %s, %v", name, newest.Version, first, last, ok)
		}
		for _, r := range above {
			if r.Source == version.Notes {
				t.Errorf("%s: %s has public notes", name, r.Version)
			}
		}
	}
}

func TestOnlyTheLineWithLongTermSupportHasADateOfItsEnd(t *testing.T) {
	t.Parallel()
	for _, l := range version.Lines() {
		want := ""
		if l.LTS() {
			want = "2028-04-21"
		}
		if got := l.SupportedUntil(); got != want {
			t.Errorf("%s is supported until %q, want %q", l, got, want)
		}
	}
}

func TestALineGoesOnIfItIsSupportedOrHasAYoungRelease(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"3.2": false, "3.6": false, "3.7": false, "3.8": true, "3.9": true, "3.10": true, "3.11": false} {
		if l, _ := version.ParseLine(text); l.Going() != want {
			t.Errorf("%s goes on: want %v", text, want)
		}
	}
}
