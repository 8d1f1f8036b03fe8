package render_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestWhatWasAskedForIsSaidInOneLine(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]report.Path{
		"": {To: "3.7.3"},
		"3.7 is taken as 3.7.8, the newest with public notes":                                {To: "3.7.8", Asked: "3.7"},
		"lts is taken as 3.8.22, the newest with public notes; newer: 3.8.23":                {To: "3.8.22", Asked: "lts", Newer: []string{"3.8.23"}},
		"3.9 is taken as 3.9.3, the newest with public notes; newer: 3.9.4, 3.9.5 and 3.9.6": {To: "3.9.3", Asked: "3.9", Newer: []string{"3.9.4", "3.9.5", "3.9.6"}},
		"latest is taken as 3.9.3, the newest with public notes; newer: 3.9.4 to 3.10.5":     {To: "3.9.3", Asked: "latest", Newer: []string{"3.9.4", "3.9.5", "3.9.6", "3.10.5"}},
	} {
		if got := render.Asked(&p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestWhatCanBeAskedForFitsTheTable tries the word that means the most releases, with the longest numbers there are.
func TestWhatCanBeAskedForFitsTheTable(t *testing.T) {
	t.Parallel()
	newest, above, _ := version.Documented(func(version.Version) bool { return true })
	p := report.Path{To: newest.Version.String(), Asked: "latest"}
	for _, r := range above {
		p.Newer = append(p.Newer, r.Version.String())
	}
	if text := render.Asked(&p); len(text) > 80 {
		t.Errorf("%d columns: %s", len(text), text)
	}
}

func TestFormatsForPeopleSayWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	const says = "lts is taken as 3.8.22, the newest with public notes; newer: 3.8.23"
	silent := []string{"json", "jsonl", "prometheus"} // the fields say it; a finding and a gauge are about the release
	for _, format := range render.Formats() {
		plain := draw(t, format, reporttest.Blocked(), render.Options{})
		r := reporttest.Blocked()
		r.Path.To, r.Path.Asked, r.Path.Newer = "3.8.22", "lts", []string{"3.8.23"}
		asked := draw(t, format, r, render.Options{})
		if got := strings.Count(asked, says); got > 1 || got == 0 && !slices.Contains(silent, format) {
			t.Errorf("%s says it %d times:\n%s", format, got, asked)
		}
		if strings.Contains(plain, "taken as") {
			t.Errorf("%s says that something was asked for:\n%s", format, plain)
		}
	}
	r := reporttest.Blocked()
	r.Path.Asked, r.Path.Newer = "3.7", []string{"3.7.4"}
	if out := draw(t, "json", r, render.Options{}); !strings.Contains(out, `"asked": "3.7"`) || !strings.Contains(out, `"newer": [`) {
		t.Errorf("JSON has not what was asked for:\n%s", out)
	}
}
