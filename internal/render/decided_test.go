package render_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// TestEveryFormatSaysWhatWasDecided proves of each format that nobody who reads it alone takes what is waived, known or done
// for what is not there, and that an expired waiver is named.
func TestEveryFormatSaysWhatWasDecided(t *testing.T) {
	t.Parallel()
	said := map[string][]string{
		"table":      {"5 findings known since 2026-11-13", "2 findings waived", "(3 breaking)", "(1 breaking)", "1 done", "1 finding counts again: traffic-split-attached route checkout (bea, until", "; 1 new"},
		"json":       {`"waived": "ends next week"`, `"owner": "ann"`, `"expired": true`, `"baseline": "known"`, `"by": "cem"`, `"known": 5`},
		"jsonl":      {`"waived":"ends next week"`, `"expired":true`, `"baseline":"known"`},
		"csv":        {",ends next week,in force,ann,2026-12-31,", ",,expired,bea,2026-11-19,new,", ",known,", ",done,cem,"},
		"prometheus": {"api7_preflight_waived_findings 2", "api7_preflight_known_findings 5", "api7_preflight_expired_waivers_findings 1", "api7_preflight_blocking_findings 1", "api7_preflight_manual_checks 1\n"},
		"markdown":   {"ends next week", "its waiver expired", "## Known", "- [x] `backups-taken`", "2026-11-13"},
		"sarif":      {`"justification":"ends next week (ann, until 2026-12-31)"`, `"unchanged"`, "its waiver expired", `"done":" (done by cem on 2026-11-18: restored on a copy)"`, `"known":5`},
		"junit":      {"waived: ends next week (ann, until 2026-12-31)", "its waiver expired", "known to the baseline", "[x] Backups", `name="known" value="5"`},
		"gitlab":     {"2 findings are waived and not listed here: ends next week (ann, until 2026-12-31)", "Known to the baseline", "its waiver expired"},
		"html":       {"ends next week (ann, until 2026-12-31)", "5 findings of 2026-11-13, 2 gone; 1 new", "its waiver expired", "(done by cem on 2026-11-18: restored on a copy)", "Findings known since 2026-11-13", "unused: canary-rule-active service gone"},
		"github":     {"waived: ends next week (ann, until 2026-12-31)", "its waiver expired", "::group::known: ", "[x] backups-taken"},
	}
	for _, format := range render.Formats() {
		out := strings.Join(strings.Fields(draw(t, format, reporttest.Decided(), render.Options{})), " ")
		if len(said[format]) == 0 {
			t.Errorf("nobody says here what %s has to say", format)
		}
		for _, want := range said[format] {
			if !strings.Contains(out+"\n", strings.TrimSuffix(want, "\n")) {
				t.Errorf("%s does not say %q:\n%s", format, want, out)
			}
		}
	}
}

// TestTheTableUnfoldsWhatWasDecided has every waiver, what it waives, and what the baseline knows.
func TestTheTableUnfoldsWhatWasDecided(t *testing.T) {
	t.Parallel()
	out := draw(t, "table", reporttest.Decided(), render.Options{Show: render.Show{Settings: true}})
	for _, want := range []string{"used    canary-rule-active service orders", "expired traffic-split-attached route checkout", "unused  canary-rule-active service gone", "waived: ends next week (ann, until 2026-12-31)", "Known since 2026-11-13"} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
}
