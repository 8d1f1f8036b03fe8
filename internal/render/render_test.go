package render_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

var update = flag.Bool("update", false, "rewrite the goldens in testdata")

func draw(t *testing.T, format string, r *report.Report, o render.Options) string {
	t.Helper()
	var buf bytes.Buffer
	if err := render.Render(&buf, format, r, o); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// whole asks for everything.
func whole(width int) render.Options {
	return render.Options{Width: width, Show: render.Show{All: true}}
}

// only asks for one rule.
func only(rule string) render.Options {
	return render.Options{Show: render.Show{Rules: []string{rule}}}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), go test -update rewrites it:\n%s", file, diff)
	}
}

func TestTableLooksAsItsGolden(t *testing.T) {
	t.Parallel()
	for name, sample := range reporttest.Samples(10_000) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, name+".txt", draw(t, "table", sample(), render.Options{}))
			if name != "many" {
				golden(t, name+"-all.txt", draw(t, "table", sample(), whole(0)))
			}
		})
	}
}

func TestBlockedTableLooksAsItsGoldenAtOtherWidths(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 120} {
		golden(t, fmt.Sprintf("blocked-%d.txt", width), draw(t, "table", reporttest.Blocked(), render.Options{Width: width}))
		golden(t, fmt.Sprintf("blocked-all-%d.txt", width), draw(t, "table", reporttest.Blocked(), whole(width)))
	}
}

// unbreakable reports whether a line had to be too long: it is a command or place to copy, or a single word.
func unbreakable(line string, r *report.Report) bool {
	text := strings.TrimLeft(line, " ")
	if strings.HasPrefix(text, "Next ") {
		return true // a command
	}
	for f := range r.Findings.All() {
		if f.Location.File != "" && strings.HasPrefix(line, f.Location.Where+": ") { // as linters write it
			return true
		}
		for _, s := range f.Remediation {
			if s.Command == text {
				return true
			}
		}
	}
	for _, m := range r.ManualChecks {
		for _, s := range m.Remediation {
			if s.Command == text {
				return true
			}
		}
	}
	return slices.ContainsFunc(r.Unexamined, func(u report.Unexamined) bool { return "→ "+u.Next == text }) ||
		regexp.MustCompile(`^(at |id |name |group |→ )?\S+$`).MatchString(text)
}

func TestNoProseIsWiderThanThePage(t *testing.T) {
	t.Parallel()
	for name, sample := range reporttest.Samples(100) {
		for _, width := range []int{60, 70, 80, 120} {
			for _, o := range []render.Options{{Width: width}, whole(width)} {
				r := sample()
				for line := range strings.Lines(draw(t, "table", r, o)) {
					line = strings.TrimSuffix(line, "\n")
					if n := twwidth.WidthWithOptions(line, twwidth.Options{}); n > width && !unbreakable(line, r) {
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

func TestWidthIsKeptWithinReason(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]int{{-5, 60}, {1, 60}, {500, 120}, {0, 80}} {
		if draw(t, "table", reporttest.Blocked(), render.Options{Width: pair[0]}) != draw(t, "table", reporttest.Blocked(), render.Options{Width: pair[1]}) {
			t.Errorf("width %d is not taken as %d", pair[0], pair[1])
		}
	}
}

func TestColourOnlyPaints(t *testing.T) {
	t.Parallel()
	codes := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for name, sample := range reporttest.Samples(100) {
		for _, o := range []render.Options{{}, whole(0)} {
			without := draw(t, "table", sample(), o)
			o.Color = true
			with := draw(t, "table", sample(), o)
			if strings.Contains(without, "\x1b") {
				t.Errorf("%s: an escape sequence without colour", name)
			}
			if !strings.Contains(with, "\x1b[") || codes.ReplaceAllString(with, "") != without {
				t.Errorf("%s: colour changes more than colour", name)
			}
		}
	}
}

func TestARuleIsShownWithItsFirstObjectsAndAllHidesNothing(t *testing.T) {
	t.Parallel()
	o := only("traffic-split-attached")
	capped := draw(t, "table", reporttest.Many(1000), o)
	if n := strings.Count(capped, "default  route"); n != 20 || !strings.Contains(capped, "20 of 1,000 shown. `--show traffic-split-attached,all` shows all") {
		t.Errorf("%d objects of the rule, want 20, the total and the flag in\n%s", n, capped)
	}
	of := o
	of.Show.All = true
	for name, options := range map[string]render.Options{"everything": whole(0), "all of the rule": of} {
		all := draw(t, "table", reporttest.Many(1000), options)
		if n := strings.Count(all, "default  route"); n != 1000 || strings.Contains(all, "--show") {
			t.Errorf("%s: %d objects, want 1000 and no hint", name, n)
		}
		if n := strings.Count(all, "curl -X DELETE"); n != 1000 {
			t.Errorf("%s: %d commands, want 1000", name, n)
		}
	}
}

func TestObjectsAreSortedWhateverTheirOrder(t *testing.T) {
	t.Parallel()
	for _, o := range []render.Options{{}, whole(0)} {
		want := draw(t, "table", reporttest.Blocked(), o)
		r := reporttest.Blocked()
		slices.Reverse(r.Findings)
		if diff := cmp.Diff(want, draw(t, "table", r, o)); diff != "" {
			t.Errorf("the order of findings shows (-want +got):\n%s", diff)
		}
	}
}

func TestCommandsAreNeverBroken(t *testing.T) {
	t.Parallel()
	r := reporttest.Blocked()
	out := draw(t, "table", r, whole(60))
	for f := range r.Findings.All() {
		for _, s := range f.Remediation {
			if !strings.Contains(out, s.Command) {
				t.Errorf("missing in one piece: %s", s.Command)
			}
		}
	}
}

func TestCommandWithControlCharacterIsQuotedWithAWarning(t *testing.T) {
	t.Parallel()
	r := reporttest.Many(1)
	reporttest.Change(r, func(f *report.Finding) { f.Remediation[0].Command = "curl 'a\nrm -rf'" })
	out := draw(t, "table", r, only("traffic-split-attached"))
	if !strings.Contains(out, `"curl 'a\nrm -rf'"`) || !strings.Contains(out, "Do not run it as it stands") {
		t.Errorf("got\n%s", out)
	}
}

func TestTheVerdictNamesTheThreshold(t *testing.T) {
	t.Parallel()
	for failOn, want := range map[string]string{
		"breaking": "3 rules, 5 objects must be dealt with first; there may be more: 1 thing that matters was not examined",
		"warning":  "4 rules, 7 objects must be dealt with first (--fail-on warning);",
		"notice":   "4 rules, 7 objects must be dealt with first (--fail-on notice);",
		"never":    "7 findings, 5 of them breaking, may not block, but 1 thing that matters was not examined",
	} {
		r := reporttest.Blocked()
		r.FailOn = failOn
		r.Seal()
		out := strings.Join(strings.Fields(draw(t, "table", r, render.Options{Width: 120})), " ")
		if !strings.Contains(out, want) {
			t.Errorf("--fail-on %s: want %q in %s", failOn, want, out[:min(len(out), 300)])
		}
	}
}

func TestNothingLookedAtIsSaid(t *testing.T) {
	t.Parallel()
	r := &report.Report{FailOn: "breaking"}
	r.Seal()
	out := draw(t, "table", r, render.Options{})
	if !strings.Contains(out, "INCOMPLETE") || !strings.Contains(out, "no source was read") {
		t.Errorf("got\n%s", out)
	}
}

func TestUnknownFormatNamesTheKnown(t *testing.T) {
	t.Parallel()
	err := render.Render(io.Discard, "xml", reporttest.Ready(), render.Options{})
	if err == nil || !strings.Contains(err.Error(), `unknown format "xml"`) || !strings.Contains(err.Error(), "table, json") {
		t.Errorf("got %v", err)
	}
}

// writer accepts a given number of bytes.
type writer struct {
	take  int
	err   error
	calls int
}

func (w *writer) Write([]byte) (int, error) {
	w.calls++
	return w.take, w.err
}

func TestLostReportIsAnError(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	for _, format := range render.Formats() {
		if err := render.Render(&writer{err: full}, format, reporttest.Blocked(), render.Options{}); !errors.Is(err, full) {
			t.Errorf("%s: failing writer gives %v", format, err)
		}
		short := &writer{take: 1}
		if err := render.Render(short, format, reporttest.Blocked(), render.Options{}); !errors.Is(err, io.ErrShortWrite) || short.calls != 1 {
			t.Errorf("%s: short writer gives %v after %d writes", format, err, short.calls)
		}
	}
}

func TestEvidenceForMachinesIsLeftOutByItsKindNotByItsLooks(t *testing.T) {
	t.Parallel()
	r := reporttest.Many(1)
	reporttest.Change(r, func(f *report.Finding) {
		f.Evidence = []report.Evidence{
			{Name: "listens on", Value: "[::]:9080"},
			{Name: "written as", Value: "{{ .Values.port }}"},
			{Name: "configuration", Value: `{"a":1}`, Kind: report.EvidenceJSON},
			{Name: "also at", Value: "kine/b", Kind: report.EvidenceElsewhere},
			{Name: "beside", Value: "kine/c", Kind: report.EvidencePlace},
		}
	})
	narrow := only("traffic-split-attached")
	narrow.Width = 120
	few, all := draw(t, "table", r, narrow), draw(t, "table", r, whole(120))
	if want := "listens on: [::]:9080; written as: {{ .Values.port }}; beside: kine/c\n"; !strings.Contains(few, want) {
		t.Errorf("want %q in\n%s", want, few)
	}
	for _, value := range []string{`configuration: {"a":1}`, "also at: kine/b"} {
		if strings.Contains(few, value) || !strings.Contains(all, value) {
			t.Errorf("%s is shown for a rule, or not shown with everything", value)
		}
	}
}

func TestAFileIsNamedByItsPlaceAlone(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("folder/", 12) + "conf.yaml"
	for file, times := range map[string]int{long: 1, "other.yaml": 2} { // a name other than the file's is written as well
		r := reporttest.Many(1)
		reporttest.Change(r, func(f *report.Finding) {
			f.Object = report.Object{Kind: "dashboard_config", ID: long, Name: long, State: "live"}
			f.Location = report.Location{Source: "config", Where: long + ":3:5", File: file, Line: 3, Column: 5}
		})
		out := strings.ReplaceAll(draw(t, "table", r, only("traffic-split-attached")), "\n         ", "")
		if got := strings.Count(out, "conf.yaml\n") + strings.Count(out, "conf.yaml:3:5"); got != times {
			t.Errorf("in %s the name stands %d times, want %d:\n%s", file, got, times, out)
		}
	}
}

func TestLongPlaceIsBrokenBetweenPartsAndKeepsEachWhole(t *testing.T) {
	t.Parallel()
	r := reporttest.Many(1)
	id := strings.Repeat("0123456789", 10)
	reporttest.Change(r, func(f *report.Finding) {
		f.Location = reporttest.Place("/gateway_groups/default/services/"+id, "/plugins/traffic-split")
	})
	out := draw(t, "table", r, whole(0))
	want := "      at kine/gateway_groups/default/services/\n         " + id + "\n         #/plugins/traffic-split\n"
	if !strings.Contains(out, want) {
		t.Errorf("want\n%s\nin\n%s", want, out)
	}
}
