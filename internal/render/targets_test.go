package render_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func drawTargets(t *testing.T, format string, d *targets.Document, o render.Options) string {
	t.Helper()
	var buf bytes.Buffer
	if err := render.Targets(&buf, format, d, o); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// candidate is a release to which nothing is against.
func candidate(v, date, line string) targets.Target {
	return targets.Target{
		Version: v, Date: date, Line: line, Documented: true, Verdict: report.Blocked, Summary: report.Summary{Breaking: 5, Warning: 8, Notice: 3, Manual: 12},
		Charts:  targets.Charts{ControlPlane: "0.17." + date[8:], Gateway: "0.2." + date[8:]},
		Defects: []report.Defect{}, Unexamined: []string{}, Skips: []string{},
	}
}

// which is a document with everything that one can have, and with the text in every place that a source or a rule fills.
func which(text string) *targets.Document {
	leak := report.Defect{Catalogue: "G7", Severity: "warning", Says: "a gateway leaks memory" + text, FixedIn: []string{"3.7.8", "3.8.5"}, Concerned: "yes", Why: "used"}
	maybe := report.Defect{Catalogue: "G8", Severity: "notice", Says: "logs say too much" + text, FixedIn: []string{"3.9.0"}, Concerned: "unknown"}
	first := candidate("3.5.5", "2025-03-14", "3.5")
	guided := candidate("3.7.8", "2025-06-16", "3.7")
	guided.Skips, guided.Guide, guided.Best, guided.Reason = []string{"3.5", "3.6"}, "3.7.x", true, "fewest breaking findings (4), 2 known defects meet this installation, one step by the vendor's 3.7.x guide"
	guided.Summary.Breaking, guided.Met, guided.Unknown, guided.Defects = 4, report.Severities{Warning: 1, Notice: 1}, report.Severities{Notice: 1}, []report.Defect{leak, maybe}
	guided.Charts = targets.Charts{ControlPlane: "0.16.12"}
	supported := candidate("3.8.22", "2026-01-19", "3.8")
	supported.LTS, supported.SupportedUntil, supported.Best, supported.Reason = true, "2028-04-21", true, "LTS until 2028-04-21, 5 breaking findings, no known defect"
	supported.Skips, supported.Charts = []string{"3.5", "3.6", "3.7"}, targets.Charts{}
	supported.Stops = &targets.Stops{
		Steps: []targets.Step{
			{From: "3.4.1", To: "3.7.8", Date: "2025-06-16", Adds: []targets.Change{{Rule: "known-bad-target" + text, Severity: "breaking", Findings: 2}, {Rule: "gateway-too-old", Severity: "notice", Findings: 1}}},
			{From: "3.7.8", To: "3.8.22", Date: "2026-01-19", Adds: []targets.Change{}},
		},
		Removes: []targets.Change{{Rule: "untested-jump" + text, Severity: "warning", Findings: 1234}},
	}
	old := candidate("3.8.0", "2025-04-22", "3.8")
	old.LTS, old.Met = true, report.Severities{Notice: 3}
	silent := candidate("3.8.23", "2026-04-22", "3.8")
	silent.Documented, silent.Reason, silent.LTS, silent.Verdict = false, "no public release notes, so its defects are not known", true, report.Incomplete
	silent.Unexamined, silent.Charts = []string{"release-notes"}, targets.Charts{Gateway: "0.2.40"}
	late := candidate("3.9.0", "2026-01-06", "3.9")
	late.Reason = "older than the installed 3.4.1, so fixes would be lost"

	grave := reporttest.Finding("traffic-split-attached", "breaking", "before", "route", "r1"+text, "orders"+text, "default"+text, "Attached to the route."+text)
	jump := reporttest.Finding("untested-jump", "warning", "before", "path", "3.4.1 to 3.8.22", "", "", "from 3.4 to 3.8 skips 3.5, 3.6, 3.7")
	check := report.ManualCheck{Rule: "backups-taken", Title: "Backups are taken and can be restored." + text}
	only := func(v string) targets.Side {
		return targets.Side{Version: v, Findings: report.FindingsOf(grave, jump), Defects: []report.Defect{leak, maybe}, Checks: []report.ManualCheck{check}}
	}
	return &targets.Document{
		SchemaVersion: report.SchemaVersion, Tool: report.Tool{Name: report.Program, Version: "1.0.0"},
		Run:  report.Run{ID: "0f2c", StartedAt: time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC), DurationMS: 1234, Settings: []report.Setting{}, Transactions: []report.Transaction{}},
		From: "3.4.1", FromEvidence: "image of the Dashboard" + text, Gateways: "3.4.0", Sources: []string{"db-1:5432/api7ee (read-only)" + text}, Scope: report.ScopeAll,
		FailOn: report.SeverityBreaking, ExitCode: report.ExitIncomplete, Advice: "3.8.22: LTS; 3.7.8: fewest breaking findings.", Best: []string{"3.8.22", "3.7.8"},
		Targets:    []targets.Target{first, guided, old, supported, silent, late},
		WhyNot:     &targets.Against{Version: "3.9.0", Reasons: []string{late.Reason, "3.8.22 has 1 fewer breaking finding"}, Than: "3.8.22", Only: only("3.9.0")},
		Comparison: &targets.Comparison{A: only("3.7.8"), B: targets.Side{Version: "3.8.22", Findings: report.Findings{}, Defects: []report.Defect{}, Checks: []report.ManualCheck{}}, Both: 1},
		Unexamined: []report.Unexamined{{
			ID: "configuration-files", Fingerprint: "f", What: "configuration files" + text, Why: "none were given" + text, Next: "give --config with the folder of files" + text,
			Rules: []string{"a", "b"},
		}},
	}
}

// alone is a document in which there is nothing to choose.
func alone() *targets.Document {
	d := which("")
	d.Targets, d.Best, d.ExitCode, d.WhyNot, d.Comparison, d.Unexamined = d.Targets[4:5], []string{}, 0, nil, nil, []report.Unexamined{}
	d.Advice = "No release with public notes is newer than 3.8.22."
	return d
}

func hostileTargets() *targets.Document { return which(strings.Join(reporttest.HostileNames(), "")) }

func TestTargetsLookAsTheirGoldens(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]*targets.Document{"targets": which(""), "targets-none": alone(), "targets-hostile": hostileTargets()} {
		golden(t, name+".txt", drawTargets(t, "table", d, render.Options{}))
		golden(t, name+".md", drawTargets(t, "markdown", d, render.Options{}))
		golden(t, name+".json", drawTargets(t, "json", d, render.Options{}))
	}
	golden(t, "targets-all.txt", drawTargets(t, "table", which(""), whole(0)))
}

// TestTheTableOfTargetsIsNoWiderThanThePage: what can be broken is.
func TestTheTableOfTargetsIsNoWiderThanThePage(t *testing.T) {
	t.Parallel()
	long := which("")
	long.Tool.Version, long.Sources = "0.0.0-20261129201809-8fe720719e9b", append(long.Sources, "api7ee-of-the-shop.dump", "api7-ee")
	for name, d := range map[string]*targets.Document{"usual": which(""), "nothing to choose": alone(), "long": long} {
		for _, width := range []int{60, 80, 120} {
			for _, o := range []render.Options{{Width: width}, whole(width)} {
				for line := range strings.Lines(drawTargets(t, "table", d, o)) {
					line = strings.TrimSuffix(line, "\n")
					if n := twwidth.WidthWithOptions(line, twwidth.Options{}); n > width {
						t.Errorf("%s at %d: %d columns: %s", name, width, n, line)
					}
					if strings.TrimRight(line, " ") != line {
						t.Errorf("%s at %d: blanks at the end of %q", name, width, line)
					}
				}
			}
		}
	}
}

// controlPlanes returns the releases that an installation could go to.
func controlPlanes() []version.Release {
	return slices.DeleteFunc(version.Releases(), version.Release.GatewayOnly)
}

// TestEveryReleaseHasOneLineInATerminal: also with the longest names, and with hundreds of findings.
func TestEveryReleaseHasOneLineInATerminal(t *testing.T) {
	t.Parallel()
	d := which("")
	d.Targets = nil
	for _, r := range controlPlanes() {
		one := candidate(r.Version.String(), r.Date, r.Version.Line().String())
		one.Verdict, one.Best = report.Incomplete, true
		one.Summary, one.Met, one.Unknown = report.Summary{Breaking: 4321, Warning: 4321, Notice: 4321, Unexamined: 12, Manual: 99}, report.Severities{Notice: 24}, report.Severities{Notice: 24}
		d.Targets = append(d.Targets, one)
	}
	out := drawTargets(t, "table", d, whole(80))
	for _, r := range controlPlanes() {
		if n := len(regexp.MustCompile(`(?m)^  \* `+regexp.QuoteMeta(r.Version.String())+` .*  24\+24 +12 +99$`).FindAllString(out, -1)); n != 1 {
			t.Errorf("%d lines about %s", n, r.Version)
		}
	}
}

func TestHostileNamesDoNothingInTargets(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"table", "markdown", "json"} {
		for _, o := range []render.Options{{}, {Width: 60}, whole(0)} {
			out := drawTargets(t, format, hostileTargets(), o)
			if !utf8.ValidString(out) {
				t.Errorf("%s is not UTF-8", format)
			}
			for _, r := range out {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Errorf("%s holds %U", format, r)
				}
			}
			for line := range strings.Lines(out) {
				if regexp.MustCompile(`##\w*\[`).MatchString(line) || strings.HasPrefix(strings.TrimSpace(line), "::") {
					t.Errorf("%s commands a build server: %s", format, line)
				}
			}
		}
	}
}

// TestNoTextMeansAnythingInMarkdownOfTargets looks at what stands outside code: our own marks and harmless words.
func TestNoTextMeansAnythingInMarkdownOfTargets(t *testing.T) {
	t.Parallel()
	for _, name := range append(reporttest.HostileNames(), "a | b", "``` fence", "a`b``c```d", "<!-- x", "~~~", "*x*", "http://x.example", "x @org/team") {
		for line := range strings.SplitSeq(drawTargets(t, "markdown", which(" "+name), render.Options{}), "\n") {
			own := regexp.MustCompile(`^(#{1,4} |- )(\*\*[\d.]+\*\*)?`).ReplaceAllString(line, "")
			if strings.HasPrefix(line, "|") {
				own = strings.ReplaceAll(strings.Trim(line, "|"), " | ", " ")
			}
			if regexp.MustCompile(`^[-|:]+$`).MatchString(own) {
				continue
			}
			if text := bare(own); unsafeText.MatchString(text) {
				t.Errorf("outside code: %q in %q", unsafeText.FindString(text), text)
			}
		}
	}
}

// TestTargetsInJSONAreWholeAndMatchTheirTypes: reading them gives the same document, and no list is null.
func TestTargetsInJSONAreWholeAndMatchTheirTypes(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]*targets.Document{"usual": which(""), "nothing to choose": alone()} {
		text := drawTargets(t, "json", d, render.Options{})
		var got targets.Document
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, &got, cmp.Transformer("Open", report.Packed.Open), cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(targets.Target{}, targets.Document{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, null := range regexp.MustCompile(`"(\w+)": null`).FindAllStringSubmatch(text, -1) {
			switch null[1] {
			case "stops", "why_not", "comparison", "waived", "done", "baseline", "waiver":
			default:
				t.Errorf("%s: %s is null", name, null[1])
			}
		}
	}
}

// TestEveryAnswerOfTargetsIsKnownAgain: what one run writes into a folder of configuration is none for the next.
func TestEveryAnswerOfTargetsIsKnownAgain(t *testing.T) {
	t.Parallel()
	long := which("")
	long.Tool.Version = "0.0.0-20261129201809-8fe720719e9b+dirty"
	for name, d := range map[string]*targets.Document{"usual": which(""), "nothing to choose": alone(), "hostile": hostileTargets(), "long": long} {
		for _, format := range []string{"table", "markdown", "json"} {
			for _, width := range []int{60, 80, 120} {
				text := []byte(drawTargets(t, format, d, render.Options{Width: width}))
				if !render.IsTargets(text) || !render.IsTargets(append([]byte("\r\n "), text...)) {
					t.Errorf("%s as %s, %d columns, is not known", name, format, width)
				}
				if format != "json" && !render.IsTargets(text[:100]) {
					t.Errorf("the beginning of %s as %s, %d columns, is not known", name, format, width)
				}
			}
		}
	}
}

func TestWhatIsNoAnswerOfTargetsIsNotTakenForOne(t *testing.T) {
	t.Parallel()
	for _, format := range render.Formats() {
		for name, sample := range reporttest.Samples(10) {
			if render.IsTargets([]byte(draw(t, format, sample(), render.Options{}))) {
				t.Errorf("the %s report %s is taken for targets", format, name)
			}
		}
	}
	for _, text := range []string{"", "{}", `{"targets": [], "best": [], "advice": ""}`, "api7-preflight:\n  image: x   from 3.4.1\n", "## Which release\n", "from: 3.4.1\n"} {
		if render.IsTargets([]byte(text)) {
			t.Errorf("%q is taken for targets", text)
		}
	}
}
