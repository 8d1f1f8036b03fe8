package render

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/compare"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Diff writes a comparison of two reports: as "table", "json" or "markdown".
func Diff(w io.Writer, format string, d *compare.Diff, o Options) error {
	return writeDocument(w, format, d, func(out *bufio.Writer) { diffMarkdown(out, d) }, func(out *bufio.Writer) { diffTable(out, d, o) })
}

// writeDocument writes what d points to as "json" or "markdown", or as a table.
func writeDocument(w io.Writer, format string, d any, markdown, table func(*bufio.Writer)) error {
	out := bufio.NewWriterSize(w, pieces)
	var err error
	switch format {
	case "json":
		err = asDocument(out, reflect.ValueOf(d).Elem())
	case "markdown":
		markdown(out)
	default:
		table(out)
	}
	if unwritten := out.Flush(); unwritten != nil {
		return unwritten //nolint:wrapcheck // names the file itself
	}
	return err
}

// diffLine says in one sentence what the reports have and have not in common.
func diffLine(d *compare.Diff) string {
	var parts []string
	if d.Counting > 0 {
		parts = append(parts, count(d.Counting, "finding counts", "findings count")+" now that did not before")
	}
	for _, c := range []struct {
		n    int
		word string
	}{
		{len(d.New), "new"},
		{len(d.Fixed), "fixed"},
		{len(d.Changed), "changed"},
		{len(d.Unchanged), "unchanged"},
		{len(d.NotJudged), "not judged now"},
		{len(d.Unexamined), "no longer examined"},
	} {
		if c.n > 0 {
			parts = append(parts, thousands(c.n)+" "+c.word)
		}
	}
	return cmp.Or(strings.Join(parts, "; "), "neither report has findings") + " (--fail-on " + d.FailOn + ")"
}

// diffWord says the outcome in a few words. A finding that nobody could have seen now is not fixed.
func diffWord(d *compare.Diff) (word string, st style) {
	switch {
	case d.ExitCode != report.ExitReady:
		return "something new", red
	case len(d.NotJudged)+len(d.Unexamined) > 0:
		return "nothing new seen, but not everything was examined", yellow
	case len(d.New) > 0:
		return "nothing new that counts", green
	}
	return "nothing new", green
}

// diffPart is a list of the comparison: what it is called, and its findings.
type diffPart struct {
	title, label string
	found        report.Findings
	changes      []compare.Change
}

// diffParts returns the lists, what counts first. Those that did not change are only counted.
func diffParts(d *compare.Diff) []diffPart {
	slices.SortStableFunc(d.Changed, func(a, b compare.Change) int { return a.Finding.ByGravity(b.Finding) })
	changed := make(report.Findings, len(d.Changed))
	for i, c := range d.Changed {
		changed[i] = c.Finding
	}
	for _, list := range []report.Findings{d.New, d.NotJudged, d.Fixed} {
		slices.SortStableFunc(list, report.Packed.ByGravity)
	}
	return []diffPart{
		{"New", "new", d.New, nil},
		{"Changed", "changed", changed, d.Changed},
		{"Not judged now: nobody knows what became of them", "unclear", d.NotJudged, nil},
		{"Fixed", "fixed", d.Fixed, nil},
	}
}

// diffTable writes it for a terminal.
func diffTable(out *bufio.Writer, d *compare.Diff, o Options) {
	p := newPage(&bytes.Buffer{}, o)
	p.to = out
	p.flow(0, span{bold, report.Program + " " + d.Tool.Version}, span{plain, "old: " + sideOf(d.OldRun)}, span{plain, "new: " + sideOf(d.NewRun)})
	p.gap()
	word, st := diffWord(d)
	p.line(0, span{st, strings.ToUpper(word)})
	p.prose(0, "", plain, diffLine(d))
	if d.Doubt != "" {
		p.prose(0, "", bold, capital(d.Doubt)+".")
	}
	for _, part := range diffParts(d) {
		p.diffList(part)
	}
	for _, gaps := range []struct {
		title string
		list  []report.Unexamined
	}{{"No longer examined", d.Unexamined}, {"Examined now", d.Examined}} {
		if len(gaps.list) > 0 {
			p.section(gaps.title, "")
		}
		for i, u := range gaps.list {
			if i == p.limit(len(gaps.list)) {
				break
			}
			p.prose(atLabel, "", plain, u.What+": "+u.Why)
		}
		p.more(min(len(gaps.list), p.limit(len(gaps.list))), len(gaps.list))
	}
	p.gap()
	p.line(0, span{plain, "exit " + thousands(d.ExitCode)})
	_, _ = p.out.WriteTo(out)
}

func sideOf(s compare.Side) string {
	return fmt.Sprintf("%s, %s → %s, %s", s.StartedAt.UTC().Format("2006-01-02 15:04"), cmp.Or(s.From, "unknown"), s.To, s.Verdict)
}

// diffList writes the findings of one list, by rule.
func (p *page) diffList(part diffPart) {
	if len(part.found) == 0 {
		return
	}
	p.section(part.title, thousands(len(part.found)))
	shown := part.found[:p.limit(len(part.found))]
	for i, packed := range shown {
		f := packed.Open()
		p.labelled(severityStyle(f.Severity), cmp.Or(f.Severity, part.label), f.Rule, "")
		p.prose(atBody, "", plain, subjectOf(f)+": "+cmp.Or(f.Message, f.Title))
		if part.changes != nil {
			for _, c := range part.changes[i].Fields {
				p.prose(atBody, c.Name+": ", plain, cmp.Or(c.Before, "(none)")+" → "+cmp.Or(c.After, "(none)"))
			}
		}
		p.pass()
	}
	p.more(len(shown), len(part.found))
}

// mostLines is how many findings of a list a comment or a ticket shows.
const mostLines = 500

// diffMarkdown writes it for a ticket or a pull request.
func diffMarkdown(out *bufio.Writer, d *compare.Diff) {
	line := func(text string) { _, _ = out.WriteString(text + "\n") } // the writer keeps its first error
	word, _ := diffWord(d)
	line("## Upgrade assessment: " + word)
	line("")
	line("- old: " + inItem(sideOf(d.OldRun)))
	line("- new: " + inItem(sideOf(d.NewRun)))
	line("- " + inItem(diffLine(d)))
	if d.Doubt != "" {
		line("- **" + inItem(capital(d.Doubt)) + "**")
	}
	for _, part := range diffParts(d) {
		part.markdown(line)
	}
	if n := len(d.Unexamined); n > 0 {
		line("")
		line("### No longer examined (" + thousands(n) + ")")
		line("")
	}
	for _, u := range d.Unexamined {
		line("- " + inItem(u.What+": "+u.Why))
	}
}

// markdown writes one list as a table.
func (part *diffPart) markdown(line func(string)) {
	if len(part.found) == 0 {
		return
	}
	line("")
	line("### " + part.title + " (" + thousands(len(part.found)) + ")")
	line("")
	line("| severity | rule | object | what |")
	line("|---|---|---|---|")
	for i, packed := range part.found[:min(len(part.found), mostLines)] {
		f := packed.Open()
		what := cmp.Or(f.Message, f.Title)
		if part.changes != nil {
			var fields []string
			for _, c := range part.changes[i].Fields {
				fields = append(fields, c.Name+": "+cmp.Or(c.Before, "(none)")+" → "+cmp.Or(c.After, "(none)"))
			}
			what = strings.Join(fields, "; ")
		}
		line("| " + strings.Join([]string{inCell(f.Severity), inCell(f.Rule), inCell(subjectOf(f)), inCell(what)}, " | ") + " |")
	}
	if rest := len(part.found) - mostLines; rest > 0 {
		line("")
		line("… and " + thousands(rest) + " more: `--format json` has them.")
	}
}

// longestText is how many bytes of a text stand in a comparison for a ticket.
const longestText = 1000

func inItem(text string) string { return told(text, longestText) }

func inCell(text string) string { return celled(told(text, longestText)) }
