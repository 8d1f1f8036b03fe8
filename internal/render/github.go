package render

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// What GitHub keeps of a step. Its runner drops the rest without a word
// (https://github.com/actions/runner/blob/258d6c857db3519913f7deb6004b60172f8043ae/src/Runner.Worker/ExecutionContext.cs#L144).
// Of a job it shows 50 annotations (https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations).
const (
	mostAnnotations   = 10   // of each kind
	longestAnnotation = 4096 // UTF-16 units of the text of an annotation
)

// level is a kind of annotation.
type level int

const (
	levelError level = iota
	levelWarning
	levelNotice
)

// String returns the workflow command.
func (l level) String() string { return [...]string{"error", "warning", "notice"}[l] }

// levelOf returns the kind of annotation for a finding: only what blocks the upgrade is an error.
func levelOf(r *report.Report, f *report.Finding) level {
	switch {
	case r.Blocking(f):
		return levelError
	case f.Severity == report.SeverityNotice:
		return levelNotice
	}
	return levelWarning
}

// annotation is one workflow command.
type annotation struct {
	level level
	at    report.Location // in a file, if it is in one
	title string
	text  []string // lines
}

// asGitHub writes workflow commands: annotations as far as GitHub shows them, and everything else as lines of the log, folded
// by rule. The verdict comes first, then what was not examined.
func asGitHub(out *bufio.Writer, r *report.Report, o Options) error {
	h := &gitHub{out: out, r: r, annotated: map[int32]bool{}}
	h.groups = grouped(r)
	h.verdict()
	h.notExamined()
	for l := levelError; l <= levelNotice; l++ {
		h.findings(l, o)
	}
	return h.log()
}

// gitHub is the output while it is written.
type gitHub struct {
	out       *bufio.Writer // keeps its first error
	r         *report.Report
	groups    []*group
	used      [levelNotice + 1]int // annotations of each kind
	annotated map[int32]bool       // findings with an annotation of their own
}

// command writes an annotation.
func (h *gitHub) command(a annotation) {
	h.used[a.level]++
	_, _ = h.out.WriteString("::" + a.level.String() + " " + properties(a.at) + "title=" + escapeProperty(a.title) + "::" + escapeData(a.text) + "\n")
}

// properties writes where an annotation belongs. The runner takes columns only within one line
// (https://github.com/actions/runner/blob/258d6c857db3519913f7deb6004b60172f8043ae/src/Runner.Worker/ActionCommandManager.cs#L716).
func properties(at report.Location) string {
	if at.File == "" {
		return ""
	}
	text := "file=" + escapeProperty(at.File) + ","
	add := func(name string, n int) { text += name + "=" + strconv.Itoa(n) + "," }
	if at.Line <= 0 {
		return text
	}
	add("line", at.Line)
	if at.EndLine >= at.Line {
		add("endLine", at.EndLine)
	}
	if at.Column > 0 && at.EndLine <= at.Line {
		add("col", at.Column)
		if at.EndColumn >= at.Column {
			add("endColumn", at.EndColumn)
		}
	}
	return text
}

// verdict writes the verdict with its numbers: an error unless it is ready.
func (h *gitHub) verdict() {
	l := levelError
	if h.r.Verdict == report.Ready {
		l = levelNotice
	}
	var numbers strings.Builder
	numbers.WriteString(Line(h.r))
	if n := h.r.Summary.Manual; n > 0 {
		numbers.WriteString(", " + thousands(n) + " to check by hand")
	}
	title := report.Program + " " + cmp.Or(h.r.Path.From, "unknown") + " → " + h.r.Path.To + ": " + strings.ToUpper(string(h.r.Verdict))
	a := annotation{level: l, title: title, text: []string{numbers.String(), headline(h.r)}}
	if asked := Asked(&h.r.Path); asked != "" {
		a.text = append(a.text, asked)
	}
	h.command(a)
}

// notExamined writes what was not examined: an error if it decides the verdict.
func (h *gitHub) notExamined() {
	const named = 5
	parts := missingParts(h.r)
	if len(parts) == 0 {
		return
	}
	a := annotation{level: levelWarning, title: "not examined", text: []string{count(open(h.r), "thing that matters was", "things that matter were") + " not examined"}}
	if h.r.Verdict == report.Incomplete {
		a.level = levelError
	}
	for _, m := range parts[:min(len(parts), named)] {
		a.text = append(a.text, clip("- "+m.lacks(), longestAnnotation/2/named))
		if m.next != "" {
			a.text = append(a.text, clip("  → "+m.next, longestAnnotation/4/named))
		}
	}
	if rest := len(parts) - named; rest > 0 {
		a.text = append(a.text, count(rest, "more cause is", "more causes are")+" in the log of this step")
	}
	h.command(a)
}

// placed is a finding in a file.
type placed struct {
	at int32
	*report.Finding
}

// findings writes the annotations of one kind: one for a rule with objects of a database, which have no file, then one for
// each place in a file. What has no room is counted by the last.
func (h *gitHub) findings(l level, o Options) {
	rules, files, left := h.gather(l)
	room := mostAnnotations - h.used[l]
	if len(rules)+left > room {
		room--
	}
	n := min(len(rules), room)
	for _, g := range rules[:n] {
		h.rule(l, g)
		room--
	}
	for _, f := range files[:min(len(files), room)] {
		h.place(l, f)
		left--
	}
	for _, g := range rules[n:] {
		left += g.worst
	}
	if left > 0 {
		h.command(annotation{level: l, title: "more findings", text: []string{
			count(left, "more finding has", "more findings have") + " no annotation: GitHub shows " + strconv.Itoa(mostAnnotations) + " of a kind for each step.",
			"All are in the log of this step, folded by rule, and in " + everywhere(o) + ".",
		}})
	}
}

// gather returns the findings of one kind: by rule those that are in no file, and of those in files the first that have room,
// with the number of all.
func (h *gitHub) gather(l level) (rules []*gist, files []placed, inFiles int) {
	for _, g := range h.groups {
		all := newGist(g.rule, must)
		for at, f := range g.all(h.r) {
			switch {
			case g.apart != "" || levelOf(h.r, f) != l:
			case f.Location.File == "":
				all.add(f, must)
			default:
				files, inFiles = first(files, placed{at, f}), inFiles+1
			}
		}
		if all.worst > 0 {
			rules = append(rules, all)
		}
	}
	slices.SortStableFunc(rules, func(a, b *gist) int { return -cmp.Compare(a.worst, b.worst) })
	return rules, files, inFiles
}

// first adds a finding to the first ones by place, of which it keeps as many as can have an annotation.
func first(list []placed, f placed) []placed {
	i, _ := slices.BinarySearchFunc(list, f, func(a, b placed) int { return byPlace(a.Finding, b.Finding) })
	if i < mostAnnotations {
		list = slices.Insert(list, i, f)
	}
	return list[:min(len(list), mostAnnotations)]
}

// rule writes the annotation for a rule: how many objects, which, and what to do.
func (h *gitHub) rule(l level, g *gist) {
	const names, sentence = 300, 1000
	one, many := g.noun()
	if g.aboutPath() {
		one, many = "finding", "findings"
	}
	first := count(g.worst, cmp.Or(one, "object"), cmp.Or(many, "objects"))
	if i := slices.IndexFunc(h.r.Rules, func(rule report.Rule) bool { return rule.Rule == g.rule }); i >= 0 && h.r.Rules[i].Doubtful() {
		first = "at least " + first
	}
	if where := g.where("", names); where != "" {
		first += " (" + where + ")"
	}
	a := annotation{level: l, title: g.rule, text: []string{first + ": " + g.names(names)}}
	for _, text := range []string{h.title(g.rule), toDo(g.action())} {
		if text != "" {
			a.text = append(a.text, clip(text, sentence))
		}
	}
	h.command(a)
}

// place writes the annotation for a place in a file.
func (h *gitHub) place(l level, f placed) {
	const sentence = 1000
	h.annotated[f.at] = true
	a := annotation{level: l, at: f.Location, title: f.Rule, text: []string{clip(cmp.Or(f.Message, f.Title, h.title(f.Rule)), sentence)}}
	if f.Action != "" {
		a.text = append(a.text, clip(toDo(f.Action), sentence))
	}
	h.command(a)
}

func toDo(action string) string {
	if action == "" {
		return ""
	}
	return "What to do: " + action
}

// title returns the title of a rule.
func (h *gitHub) title(rule string) string {
	for i := range h.r.Rules {
		if h.r.Rules[i].Rule == rule {
			return h.r.Rules[i].Title
		}
	}
	return ""
}

// log writes, as plain lines in groups that GitHub folds, all that has no annotation of its own.
func (h *gitHub) log() error {
	if parts := missingParts(h.r); len(parts) > 0 {
		h.fold("not examined: " + count(open(h.r), "thing", "things"))
		for _, m := range parts {
			for _, what := range m.what {
				h.line("unknown: " + Brief(what+": "+m.why))
			}
			if m.next != "" {
				h.line("→ " + Brief(m.next))
			}
		}
		h.endFold()
	}
	for _, g := range h.groups {
		if err := h.group(g); err != nil {
			return err
		}
	}
	if n := len(h.r.ManualChecks); n > 0 {
		h.fold("checks by hand: " + thousands(n))
		for i := range h.r.ManualChecks {
			m := &h.r.ManualChecks[i]
			h.line(box(m) + " " + Brief(m.Rule+": "+m.Title+done(m)))
		}
		h.endFold()
	}
	return nil
}

// group writes a line for each finding of a rule that has no annotation of its own.
func (h *gitHub) group(g *group) error {
	n := 0
	for _, at := range g.at {
		if !h.annotated[at] {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	title := g.rule + ": " + count(n, "finding", "findings")
	if g.apart != "" {
		title = string(g.apart) + ": " + title
	}
	h.fold(title)
	for at, f := range g.all(h.r) {
		if h.annotated[at] {
			continue
		}
		h.line(f.Severity + ": " + logged(f))
		if _, err := h.out.Write(nil); err != nil { // nobody reads the rest
			return fmt.Errorf("writing: %w", err)
		}
	}
	h.endFold()
	return nil
}

// logged describes a finding in one line.
func logged(f *report.Finding) string {
	about := name(f)
	if f.Location.File != "" {
		about = filePlace(f.Location)
	}
	text := about + ": " + Brief(cmp.Or(f.Message, f.Title))
	if f.Location.File == "" && f.Location.Where != "" {
		text += " (" + Brief(f.Location.Where) + ")"
	}
	if decided := decision(f); decided != "" {
		text += "; " + Brief(decided)
	}
	return text
}

func (h *gitHub) fold(title string) {
	_, _ = h.out.WriteString("::group::" + escapeData([]string{title}) + "\n")
}

func (h *gitHub) endFold() { _, _ = h.out.WriteString("::endgroup::\n") }

// line writes a plain line of the log. It begins with a blank and a word of this program, so that no name stands where the
// runner looks for "::".
func (h *gitHub) line(text string) {
	_, _ = h.out.WriteString("  " + strings.TrimRight(Sanitize(text), " ") + "\n")
}

// dataEscapes and propertyEscapes are what the runner reads back
// (https://github.com/actions/runner/blob/258d6c857db3519913f7deb6004b60172f8043ae/src/Runner.Common/ActionCommand.cs#L18).
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func escapeProperty(text string) string { return propertyEscapes.Replace(Sanitize(text)) }

// escapeData returns lines as the text of a command, cut where the runner would cut them.
func escapeData(lines []string) string {
	for i, line := range lines {
		lines[i] = strings.TrimRight(Sanitize(line), " ")
	}
	return strings.TrimRight(dataEscapes.Replace(clip(strings.Join(lines, "\n"), longestAnnotation)), " ")
}

// clip cuts a text to so many UTF-16 units, in which the runner counts.
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	units, end := 0, 0
	for i, c := range text {
		units += utf16.RuneLen(c)
		if units > limit {
			return strings.TrimRight(text[:end], " ") + "…"
		}
		if units < limit {
			end = i + len(string(c))
		}
	}
	return text
}

// isGitHub recognises the first annotation.
func isGitHub(content []byte) bool {
	return bytes.HasPrefix(content, []byte("::error title="+report.Program+" ")) || bytes.HasPrefix(content, []byte("::notice title="+report.Program+" "))
}
