package render

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/targets"
)

// targetsMarkdown writes it for a ticket or a wiki.
func targetsMarkdown(out *bufio.Writer, d *targets.Document) {
	line := func(text string) { _, _ = out.WriteString(text + "\n") } // the writer keeps its first error
	line("## Which release, from " + inItem(d.From))
	line("")
	terms := targetsTerms(d)
	for _, term := range terms {
		line("- " + inItem(term))
	}
	if len(terms) > 0 {
		line("")
	}
	if n := openGaps(d); n > 0 {
		line(count(n, "gap", "gaps") + " below: what is counted here is the least there can be.")
		line("")
	}
	if len(d.Best) == 0 {
		line(inItem(d.Advice))
	}
	for _, t := range d.Chosen() {
		line("- **" + inItem(t.Version) + "**: " + inItem(strings.Join(append([]string{t.Reason}, wayTo(&t)...), "; ")))
	}
	if len(d.Unexamined) > 0 {
		line("")
		line("### Not examined (" + thousands(len(d.Unexamined)) + ")")
		line("")
	}
	for _, u := range d.Unexamined {
		line("- " + inItem(gapWords(&u)))
	}
	if d.WhyNot != nil {
		whyNotMarkdown(line, d.WhyNot)
	}
	if d.Comparison != nil {
		line("")
		line("### Compared: " + inItem(d.Comparison.A.Version) + " and " + inItem(d.Comparison.B.Version))
		line("")
		line(count(d.Comparison.Both, "finding is", "findings are") + " the same on both paths.")
		sideMarkdown(line, &d.Comparison.A)
		sideMarkdown(line, &d.Comparison.B)
	}
	line("")
	line("### Releases (" + thousands(len(d.Targets)) + ")")
	line("")
	line("| release | date | LTS until | control plane chart | gateway chart | verdict | breaking | warning | notice | defects that meet it | that may | not examined | by hand | skips | remark |")
	line("|---|---|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|---|---|")
	for i := range d.Targets {
		line(releaseMarkdown(&d.Targets[i]))
	}
}

func releaseMarkdown(t *targets.Target) string {
	met, may, remark := strconv.Itoa(t.Met.Total()), strconv.Itoa(t.Unknown.Total()), t.Reason
	if !t.Documented {
		met, may = "?", "?"
	}
	if t.Best {
		remark = "**choose**"
	}
	cells := []string{
		t.Version, t.Date, t.SupportedUntil, t.Charts.ControlPlane, t.Charts.Gateway, string(t.Verdict), strconv.Itoa(t.Summary.Breaking),
		strconv.Itoa(t.Summary.Warning), strconv.Itoa(t.Summary.Notice), met, may, strconv.Itoa(t.Summary.Unexamined), strconv.Itoa(t.Summary.Manual), strings.Join(t.Skips, ", "),
	}
	for i, c := range cells {
		cells[i] = inCell(c)
	}
	if !t.Best {
		remark = inCell(remark)
	}
	return "| " + strings.Join(append(cells, remark), " | ") + " |"
}

func whyNotMarkdown(line func(string), w *targets.Against) {
	line("")
	line("### Why not " + inItem(w.Version))
	line("")
	for _, reason := range w.Reasons {
		line("- " + inItem(reason))
	}
	if text := allTheSame(w); text != "" {
		line("")
		line(text)
	}
	if w.Than != "" {
		sideMarkdown(line, &w.Only)
	}
}

func sideMarkdown(line func(string), s *targets.Side) {
	line("")
	line("#### Only with " + inItem(s.Version) + ": " + sideCounts(s))
	line("")
	for _, packed := range s.Findings[:min(len(s.Findings), mostLines)] {
		f := packed.Open()
		line("- " + inItem(f.Severity+": "+f.Rule+": "+subjectOf(f)+": "+f.Message))
	}
	if rest := len(s.Findings) - mostLines; rest > 0 {
		line("- " + fmt.Sprintf("… and %s more: `--format json` has them.", thousands(rest)))
	}
	for _, d := range s.Defects {
		line("- " + inItem("known defect: "+d.Says+" ("+d.Severity+", "+concernWord(d)+"; fixed in "+strings.Join(d.FixedIn, ", ")+")"))
	}
	for _, m := range s.Checks {
		line("- " + inItem("by hand: "+m.Title))
	}
}
