package render

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// mostMarkdown is the size in bytes from which on GitHub refuses the summary of a step, all of it
// (https://github.com/actions/runner/blob/258d6c857db3519913f7deb6004b60172f8043ae/src/Runner.Worker/FileCommandManager.cs#L223).
const mostMarkdown = 1 << 20

// markdownTitle begins every report in Markdown.
const markdownTitle = "# " + report.Program + " "

// tightness is how much of lists and texts is written besides objects.
type tightness struct{ list, text, command int }

// tightnesses are tried in turn until there is room for objects: only a report whose texts are meant to be too many needs more
// than the first.
var tightnesses = []tightness{{1 << 20, 4000, longestCommand}, {50, 1000, 8000}, {10, 400, 2000}, {3, 200, 500}}

// asMarkdown writes the report for a change ticket, a comment on a pull request or the summary of a step, in at most
// [mostMarkdown] bytes. If that is too little, it leaves out objects of the largest groups, and says of each how many. What it
// writes is measured beforehand, so that it can be written as it goes.
func asMarkdown(out *bufio.Writer, r *report.Report, o Options) error {
	d := &markdown{r: r, o: o, headline: headline(r)}
	d.gather()
	for _, d.tight = range tightnesses {
		if d.plan() {
			break
		}
	}
	d.w, d.blank = out, false
	d.write()
	if _, err := out.Write(nil); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// markdown is a report while it is measured and written.
type markdown struct {
	w        io.StringWriter // a writer that keeps its first error, or one that only counts
	r        *report.Report
	o        Options
	tight    tightness
	headline string
	gists    []*gist
	rules    map[string]*ruleNote
	blocks   []*portion // in the order of the report
	uses     map[string]bool
	blank    bool // a blank line waits
}

// counter counts what is written.
type counter struct{ n int }

// WriteString counts.
func (c *counter) WriteString(s string) (int, error) {
	c.n += len(s)
	return len(s), nil
}

// measure returns how many bytes write writes.
func (d *markdown) measure(write func()) int {
	var c counter
	w := d.w
	d.w = &c
	write()
	d.w = w
	return c.n
}

// plan decides how many objects of each block are written. It reports whether there is room for some.
func (d *markdown) plan() bool {
	const least, aroundObjects, aroundCommands = mostMarkdown / 4, 300, 150
	room := mostMarkdown
	for _, b := range d.blocks {
		b.shown = 0
		room -= aroundObjects + aroundCommands*len(d.findingAt(b, 0).Remediation)
	}
	room -= d.measure(d.write)
	all := 0
	for _, b := range d.blocks {
		b.size = d.fit(b, mostMarkdown)
		all += b.size
	}
	limit := mostMarkdown
	if all > room {
		limit = share(d.blocks, max(room, 0))
	}
	for _, b := range d.blocks {
		if b.size > limit {
			d.fit(b, limit)
		}
	}
	return room >= least
}

// share returns the size to which the largest blocks are cut so that all take at most room bytes.
func share(blocks []*portion, room int) int {
	var sizes []int
	for _, b := range blocks {
		sizes = append(sizes, b.size)
	}
	slices.Sort(sizes)
	for i, size := range sizes {
		if each := room / (len(sizes) - i); size > each {
			return each
		}
		room -= size
	}
	return mostMarkdown
}

// line writes a line. Blank lines wait for the next other one, so that none follows another or ends the report.
func (d *markdown) line(parts ...string) {
	text := strings.TrimRight(strings.Join(parts, ""), " ")
	if text == "" {
		d.blank = true
		return
	}
	if d.blank {
		text = "\n" + text
	}
	d.blank = false
	_, _ = d.w.WriteString(text + "\n") // the writer keeps its first error
}

// paragraph writes a line and a blank one; nothing without text.
func (d *markdown) paragraph(text string) {
	if text != "" {
		d.line(text)
		d.line()
	}
}

// section begins a part.
func (d *markdown) section(title string) {
	d.line("## ", title)
	d.line()
}

// told returns a text as Markdown.
func (d *markdown) told(text string) string { return told(text, d.tight.text) }

// list writes the first of n items and counts the others.
func (d *markdown) list(indent string, n int, item func(i int)) {
	most := min(n, d.tight.list)
	for i := range most {
		item(i)
	}
	if rest := n - most; rest > 0 {
		d.line(indent, "- ", count(rest, "more is", "more are"), " left out here: ", d.elsewhere())
	}
}

// elsewhere says where everything is.
func (d *markdown) elsewhere() string {
	if len(d.o.Beside) == 0 {
		return "`--format json=FILE` writes all"
	}
	names := make([]string, len(d.o.Beside))
	for i, name := range d.o.Beside {
		names[i] = named(name)
	}
	return "see " + enumerate(names)
}

// folded writes something that is long between lines that hide it until somebody asks for it.
func (d *markdown) folded(indent, title string, long bool, write func()) {
	if long {
		d.line(indent, "<details>")
		d.line(indent, "<summary>", title, "</summary>")
		d.line()
	}
	write()
	if long {
		d.line()
		d.line(indent, "</details>")
	}
}

// write writes the report.
func (d *markdown) write() {
	d.head()
	d.notExamined()
	d.table()
	d.variables()
	d.ruleSections()
	d.byHand()
	d.target()
	d.lookedAt()
	d.settings()
	d.notes()
	d.accepted()
	d.setApart()
	d.waivers()
}

func (d *markdown) head() {
	r := d.r
	from := told(cmp.Or(r.Path.From, "unknown"), d.tight.text)
	d.line(markdownTitle, from, " → ", d.told(r.Path.To), ": ", strings.ToUpper(string(r.Verdict)))
	d.line()
	d.paragraph("**" + capital(d.headline) + ".**")
	if b := r.Baseline; b != nil && b.Refused {
		d.paragraph("**The baseline is not used: " + d.told(b.Doubt) + ".**")
	} else if b != nil {
		d.paragraph("Compared with the report of " + since(r) + ": " + d.told(knownIn(r)) + ".")
		if b.Doubt != "" {
			d.paragraph("**" + d.told(capital(b.Doubt)) + ".**")
		}
	}
	d.paragraph(d.told(capital(Line(r))+findingCount(r.Summary.Manual, ", ", " to check by hand")) + ". Exit code " + thousands(r.ExitCode) + ".")
	d.line("Assessed by ", report.Program, " ", d.told(r.Tool.Version), " on ", r.Run.StartedAt.UTC().Format("2006-01-02 at 15:04 UTC"), ", from:")
	d.line()
	for _, s := range r.Sources[:min(len(r.Sources), d.tight.list)] {
		d.line("- ", d.told(s.Kind), " ", named(s.Name))
	}
	if rest := len(r.Sources) - d.tight.list; rest > 0 {
		d.line("- ", count(rest, "more source", "more sources"))
	}
	if len(r.Sources) == 0 {
		d.line("- nothing: no source was read")
	}
	d.line()
	d.way(from)
}

// way writes what is behind the two ends of the path, and what it skips.
func (d *markdown) way(from string) {
	r := d.r
	if asked := Asked(&r.Path); asked != "" {
		d.paragraph(d.told(asked) + ".")
	}
	if r.Path.FromEvidence != "" {
		d.paragraph("Installed version " + from + ": " + d.told(r.Path.FromEvidence) + ".")
	}
	if oldest := r.Path.Gateways; oldest != "" && oldest != r.Path.From {
		d.paragraph("The oldest gateway is " + d.told(oldest) + ": gateway changes are judged from there.")
	}
	if len(r.Path.Skips) > 0 {
		text := "The path skips " + d.told(skipped(r.Path.Skips))
		if r.Path.Guide == "" {
			text += "; no guide of the vendor describes that."
		} else {
			text += ": the vendor's " + d.told(r.Path.Guide) + " guide describes it in one step."
		}
		d.paragraph(text)
	}
}

func findingCount(n int, before, after string) string {
	if n == 0 {
		return ""
	}
	return before + thousands(n) + after
}

// capital returns a sentence with a capital letter at its beginning.
func capital(text string) string {
	if text == "" || text[0] >= utf8.RuneSelf {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// notExamined writes what was not examined and, directly below each cause, what closes the gap.
func (d *markdown) notExamined() {
	parts := missingParts(d.r)
	if len(parts) == 0 {
		return
	}
	d.section("Not examined")
	d.paragraph(capital(missing(d.r)) + ". This alone makes a verdict incomplete.")
	d.list("", len(parts), func(i int) {
		m := parts[i]
		d.line("- **", d.told(m.lacks()), "**", m.aside())
		if m.next != "" {
			d.line("  - To close it: ", d.told(m.next))
		}
		if len(m.what) <= mostLacks && (m.id != noDatabase || len(m.what) == 1) {
			return
		}
		d.folded("  ", count(len(m.what), "thing", "things"), len(m.what) > listed, func() {
			d.list("  ", len(m.what), func(i int) { d.line("  - ", named(m.what[i])) })
		})
	})
	d.line()
	d.doubtful()
	d.paragraph("To accept a doubt that you have settled by hand: `--accept-unknown RULE=REASON`, or `ID=REASON` for all rules with the same cause.")
}

// aside says how many rules wait for it, and by which id it can be accepted.
func (m *missingPart) aside() string {
	var parts []string
	if n := len(m.rules); n > 0 {
		parts = append(parts, count(n, "rule waits", "rules wait"))
	}
	if m.id != "" {
		parts = append(parts, "id "+named(m.id))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

// doubtful writes which rules have no answer, or only a part of one.
func (d *markdown) doubtful() {
	var list []*report.Rule
	for i := range d.r.Rules {
		if d.r.Rules[i].Doubtful() {
			list = append(list, &d.r.Rules[i])
		}
	}
	if len(list) == 0 {
		return
	}
	long := len(list) > listed
	if !long {
		d.paragraph("Without a full answer:")
	}
	d.folded("", count(len(list), "rule without a full answer", "rules without a full answer"), long, func() {
		for _, rule := range list {
			said := "no answer"
			if rule.Status == report.Failed {
				said = thousands(rule.Findings) + " found, possibly more"
			}
			d.line("- ", named(rule.Rule), ": ", said)
			if !explained(d.r, rule) {
				d.list("  ", len(rule.Reasons), func(i int) { d.line("  - ", d.told(rule.Reasons[i])) })
			}
		}
	})
	d.line()
}

// isMarkdown recognises the title. A file that only names the program in a comment has none.
func isMarkdown(content []byte) bool {
	title, _, _ := bytes.Cut(content, []byte("\n"))
	_, verdict, _ := bytes.Cut(title, []byte(": "))
	return bytes.HasPrefix(title, []byte(markdownTitle)) && bytes.Contains(title, []byte(" → ")) && len(verdict) > 0 && bytes.Equal(verdict, bytes.ToUpper(verdict))
}
