package render_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

func TestMarkdownLooksAsItsGolden(t *testing.T) {
	t.Parallel()
	for name, sample := range reporttest.Samples(12) {
		golden(t, name+".md", draw(t, "markdown", sample(), render.Options{}))
	}
	golden(t, "hostile.md", draw(t, "markdown", reporttest.Hostile(reporttest.HostileNames()...), render.Options{}))
}

// number reads a number with separators.
func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var leftOut = regexp.MustCompile(`\*\*([\d,]+) objects? (?:is|are) left out here, of ([\d,]+): (.*)\.\*\*`)

// TestMarkdownNeverExceedsTheSizeOfASummary has more findings than have room, and beside them rules with few.
func TestMarkdownNeverExceedsTheSizeOfASummary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, cut int
		beside []string
		where  string
	}{
		{1000, 0, nil, ""},
		{10_000, 1, nil, "`--format json=FILE` writes all"},
		{10_000, 1, []string{"a.json", "b`.csv"}, "see `a.json` and ``b`.csv``"},
		{30_000, 1, nil, "`--format json=FILE` writes all"},
	} {
		r := reporttest.Many(c.n)
		r.Findings = append(r.Findings, reporttest.Blocked().Findings...)
		reporttest.Settle(r)
		out := draw(t, "markdown", r, render.Options{Beside: c.beside})
		t.Logf("%d findings take %d bytes", c.n, len(out))
		if len(out) > 1<<20 || c.cut > 0 && len(out) < 15<<16 {
			t.Errorf("%d findings take %d bytes", c.n, len(out))
		}
		left := leftOut.FindAllStringSubmatch(out, -1)
		if len(left) != c.cut {
			t.Errorf("%d findings: %d groups are cut, want %d", c.n, len(left), c.cut)
		}
		shown := len(regexp.MustCompile(`(?m)^- (?:\*\*\w+\*\* |\w+ )?(?:route|service|service template|upgrade path)\b`).FindAllString(out, -1))
		for _, m := range left {
			if shown += number(t, m[1]); m[3] != c.where {
				t.Errorf("it does not say where the rest is: %q", m[0])
			}
		}
		if shown != len(r.Findings) {
			t.Errorf("%d of %d findings are in the report or counted", shown, len(r.Findings))
		}
		for _, want := range []string{"orders", "tpl-6", "- [ ] `backups-taken`", "## Waived", "the jump was rehearsed on a copy", "## What was looked at"} {
			if !strings.Contains(out, want) {
				t.Errorf("%d findings: %q is left out", c.n, want)
			}
		}
	}
}

// TestMarkdownKeepsItsSizeWhateverTheTexts has long texts everywhere, and gaps without end.
func TestMarkdownKeepsItsSizeWhateverTheTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("`word` |<b> ", 1000)
	r := reporttest.Hostile(long, strings.Repeat("`", 50_000), strings.Repeat("@a ", 20_000))
	for i := range 400 {
		id := strconv.Itoa(i)
		r.Unexamined = append(r.Unexamined, report.Unexamined{ID: id, Fingerprint: id, What: long, Why: id + long, Next: long})
		r.Notes = append(r.Notes, report.Note{What: long, Why: long})
	}
	for i := range 300 {
		steps := []report.Remediation{{When: "before", Text: long, Command: long}}
		r.ManualChecks = append(r.ManualChecks, report.ManualCheck{Rule: fmt.Sprint("check-", i), Title: long, Why: long, Remediation: steps})
	}
	out := draw(t, "markdown", reporttest.Settle(r), render.Options{})
	if len(out) > 1<<20 || !strings.Contains(out, "3.7.3: BLOCKED\n") || !strings.Contains(out, " more are left out here: ") {
		t.Errorf("%d bytes:\n%.2000s", len(out), out)
	}
}

// TestMarkdownSharesItsRoom cuts only the largest groups, so that small ones are whole.
func TestMarkdownSharesItsRoom(t *testing.T) {
	t.Parallel()
	r := reporttest.Base()
	var found []report.Finding
	for i, n := range []int{6000, 5000, 300} {
		for j := range n {
			f := reporttest.Finding(fmt.Sprintf("rule-%d", i), "breaking", "before", "route", fmt.Sprintf("r-%d", j), "", "default", "message "+strconv.Itoa(j))
			f.Remediation = []report.Remediation{{When: "before", Text: "Save it.", Command: fmt.Sprintf("save %d", j)}, {When: "after", Text: "Put it back."}}
			found = append(found, f)
		}
		r.Rules = append(r.Rules, reporttest.Passed(fmt.Sprintf("rule-%d", i), "Title.", "breaking", "3.5.0", 1))
	}
	r.Findings = report.FindingsOf(found...)
	out := draw(t, "markdown", reporttest.Settle(r), render.Options{})
	sections := regexp.MustCompile(`(?m)^### `).Split(out, -1)[1:4]
	for i, wantCut := range []bool{true, true, false} {
		m := leftOut.FindStringSubmatch(sections[i])
		shown := strings.Count(sections[i], "\n- route ")
		commands := strings.Count(sections[i], "\n   save ")
		if (m != nil) != wantCut || commands != shown || !strings.Contains(sections[i], "2. **after** Put it back.") {
			t.Errorf("rule-%d shows %d objects, %d commands, and %v", i, shown, commands, m)
		}
		if m != nil && shown+number(t, m[1]) != number(t, m[2]) {
			t.Errorf("rule-%d shows %d objects and leaves out %s of %s", i, shown, m[1], m[2])
		}
	}
	if len(out) > 1<<20 || len(out) < 15<<16 {
		t.Errorf("%d bytes", len(out))
	}
}

// bare returns a line of Markdown without its code, read as the specification says: a run of backquotes opens a piece of code
// that the next run of the same length ends (https://spec.commonmark.org/0.31.2/#code-spans).
func bare(line string) string {
	text := ""
	runs := regexp.MustCompile("`+")
	for {
		open := runs.FindStringIndex(line)
		if open == nil {
			return text + line
		}
		rest := line[open[1]:]
		end := -1
		for _, run := range runs.FindAllStringIndex(rest, -1) {
			if run[1]-run[0] == open[1]-open[0] {
				end = run[0]
				break
			}
		}
		if end < 0 {
			return text + line
		}
		text, line = text+line[:open[0]]+"C", rest[end+open[1]-open[0]:]
	}
}

// unsafeText finds what means something to a reader of Markdown outside code.
var unsafeText = regexp.MustCompile("[`@#<>|\\[\\]{}$&~\\\\_=^]|://|www\\.|(^|\\s)/|[!%][\\pL\\d]")

// TestNoTextMeansAnythingInMarkdown looks at what stands outside code: our own marks and harmless words.
func TestNoTextMeansAnythingInMarkdown(t *testing.T) {
	t.Parallel()
	attacks := append(
		reporttest.HostileNames(), "x @org/team", "org/repo#12", "!12", "a@b.example", "http://x.example", "www.x.example", "/close", "---", "===", "1. item", "- item", "> quote",
		"a | b", `a \| b`, `a \\| b`, "``` fence", "``", "` `", "a`b``c```d", "[x](y)", "![x](y)", "<!-- x", "&#64;team", `\@team`, "~~~", ":smile:", "GH-12", "%1", "&12", "$1", "*x*", "deadbeef01", "^[x]",
	)
	fence := ""
	for line := range strings.SplitSeq(draw(t, "markdown", reporttest.Hostile(attacks...), render.Options{}), "\n") {
		if m := regexp.MustCompile("^ *(```+)(sh)?$").FindStringSubmatch(line); m != nil && (fence == "" || m[1] == fence) {
			if fence == "" {
				fence = m[1]
			} else {
				fence = ""
			}
			continue
		}
		if fence != "" || regexp.MustCompile(`^ *</?(details|summary)>|^\|[-|]+\|$`).MatchString(line) {
			continue
		}
		own := regexp.MustCompile(`^(#{1,3} | *- (\[ \] )?| *\d+\. |\| \| rule.*)`).ReplaceAllString(line, "")
		if strings.HasPrefix(line, "| ") {
			cells := regexp.MustCompile(`(\\.|[^\\|])*`).FindAllString(strings.Trim(line, "|"), -1)
			if len(cells) != 5 && len(cells) != 4 {
				t.Errorf("%d cells in %q", len(cells), line)
			}
			own = strings.Join(cells, " ")
		}
		if text := bare(own); unsafeText.MatchString(text) {
			t.Errorf("outside code: %q in %q", unsafeText.FindString(text), text)
		}
	}
	if fence != "" {
		t.Error("a fence is open at the end")
	}
}
