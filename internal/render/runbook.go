package render

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
)

// The formats of a runbook.
const (
	runbookMarkdown = "markdown"
	runbookHTML     = "html"
	runbookJSON     = "json"
	changeRequest   = "change-request"
)

// RunbookFormats returns the formats of a runbook, the default first.
func RunbookFormats() []string {
	return []string{runbookMarkdown, runbookHTML, runbookJSON, changeRequest}
}

// Runbook writes a runbook in one of [RunbookFormats].
func Runbook(w io.Writer, format string, b *runbook.Runbook) error {
	out := bufio.NewWriterSize(w, pieces)
	var err error
	switch format {
	case runbookMarkdown:
		runbookAsMarkdown(out, b)
	case runbookHTML:
		err = runbookAsHTML(out, b)
	case runbookJSON:
		err = asDocument(out, reflect.ValueOf(b).Elem())
	case changeRequest:
		err = asDocument(out, reflect.ValueOf(runbook.ChangeRequestOf(b)).Elem())
	default:
		return fmt.Errorf("unknown format %q; known formats: %s", format, strings.Join(RunbookFormats(), ", "))
	}
	if unwritten := out.Flush(); unwritten != nil {
		return unwritten //nolint:wrapcheck // names the file itself
	}
	return err
}

// runbookTitle begins every runbook in Markdown.
const runbookTitle = "# Runbook: "

// IsRunbook reports whether content is a runbook in Markdown; in other formats it is known as a report is.
func IsRunbook(content []byte) bool {
	return bytes.HasPrefix(content, []byte(runbookTitle+runbookProduct))
}

// runbookProduct is what the title of every runbook goes on with.
const runbookProduct = "API7 Enterprise "

// runbookName names the upgrade of a runbook.
func runbookName(b *runbook.Runbook) string {
	return runbookProduct + b.Path.From + " → " + b.Path.To
}

// runbookLead says in a sentence what the assessment means for the window. It claims no more than was judged.
func runbookLead(b *runbook.Runbook) string {
	word, rest := "READY", ""
	if slices.ContainsFunc(b.Terms, func(t report.Term) bool { return t.Narrows }) {
		word, rest = "READY as far as it was judged", "; what was left out stands below"
	}
	switch {
	case b.Verdict == report.Blocked:
		return "BLOCKED as it is now: " + count(b.Summary.Blocking, "finding blocks", "findings block") + " the upgrade; the preparation deals with them" + rest
	case b.Verdict == report.Incomplete:
		return "INCOMPLETE: not everything was looked at, so this runbook may lack steps; what is missing stands at the end" + rest
	case b.Progress.Findings.Open > 0 && rest != "":
		return word + ": nothing of that blocks the upgrade; the preparation has what is advisable" + rest
	case b.Progress.Findings.Open > 0:
		return word + ": nothing blocks the upgrade; the preparation has what is advisable"
	case rest != "":
		return word + ": nothing of that has to be changed before the window" + rest
	}
	return word + ": nothing has to be changed before the window"
}

// termsLine says under which terms the runbook was judged; empty: nobody narrowed it.
func termsLine(b *runbook.Runbook) string {
	if len(b.Terms) == 0 {
		return ""
	}
	all := make([]string, len(b.Terms))
	for i, t := range b.Terms {
		all[i] = t.Words()
	}
	return "Judged under these terms: " + strings.Join(all, "; ") + "."
}

// doubtLine says that the installation may be another one; empty: nothing speaks against it.
func doubtLine(b *runbook.Runbook) string {
	if b.Doubt == "" {
		return ""
	}
	return "In doubt: " + b.Doubt
}

// hopsLine says why there are several windows; empty if there is one.
func hopsLine(b *runbook.Runbook) string {
	if len(b.Windows) < 2 {
		return ""
	}
	stops := make([]string, len(b.Windows))
	for i := range b.Windows {
		stops[i] = b.Windows[i].To
	}
	return "The path skips release lines, and no guide of the vendor describes it in one step. So it goes over " + strings.Join(stops, ", then ") +
		": each is a change window of its own, on a day of its own. In each line the newest release is taken that public notes describe and that is not younger than the next stop."
}

// stopLine says of one of several windows what the assessment says of it.
func stopLine(w *runbook.Window) string {
	return "On what is installed today this step is " + string(w.Verdict) + ". " + w.Advice
}

// moments returns the times of a step as a table shows them: start, end, begin by, turn back by.
func moments(w *runbook.Window, s *runbook.Step) [4]string {
	var all [4]string
	for i, moment := range []string{s.Start, s.End, s.BeginBy, s.TurnBackBy} {
		if moment != "" {
			all[i] = Brief(runbook.Clock(moment, w.Start))
		}
	}
	return all
}

// begins says when a window begins and ends.
func begins(w *runbook.Window) string {
	end := runbook.Clock(w.End, w.Start)
	if day := runbook.Day(w.Start); day != "" {
		return "It begins on " + day + " and ends at " + end + "."
	}
	return "It ends at " + end + ", counted from its start. With --start the plan has times of the day."
}

// windowOf returns the window of a step.
func windowOf(b *runbook.Runbook, s *runbook.Step) *runbook.Window {
	for i := range b.Windows {
		if b.Windows[i].Number == s.Window {
			return &b.Windows[i]
		}
	}
	return &runbook.Window{}
}

// timed returns the steps of a window that take time.
func timed(b *runbook.Runbook, window int) []*runbook.Step {
	var all []*runbook.Step
	for i := range b.Steps {
		if s := &b.Steps[i]; s.Window == window && s.Minutes > 0 {
			all = append(all, s)
		}
	}
	return all
}

// inPhase returns the steps of a phase of a window.
func inPhase(b *runbook.Runbook, window int, p runbook.Phase) []*runbook.Step {
	var all []*runbook.Step
	for i := range b.Steps {
		if s := &b.Steps[i]; s.Window == window && s.Phase == p {
			all = append(all, s)
		}
	}
	return all
}

// limitsSay is what the columns of the time plan mean.
const limitsSay = "Begin by: whoever begins later has no time for the step, an acceptance test and the way back; leave it for another window, because old gateways work with a new control plane. " +
	"Turn back by: if the step is not done by then, the way back must begin, or it does not end within the window."

// progressLine says what is done; empty where nothing was compared.
func progressLine(b *runbook.Runbook) string {
	if !b.Progress.Compared {
		return ""
	}
	s, f := b.Progress.Steps, b.Progress.Findings
	return fmt.Sprintf("Steps: %d done, %d open, %d cannot be seen. Findings: %d done, %d open, %d cannot be seen.", s.Done, s.Open, s.Unseen, f.Done, f.Open, f.Unseen)
}

// seenSteps returns the steps whose state was seen, those that are open first; none where nothing was compared.
func seenSteps(b *runbook.Runbook) []*runbook.Step {
	var open, done []*runbook.Step
	for i := range b.Steps {
		switch s := &b.Steps[i]; {
		case !b.Progress.Compared || s.Phase == runbook.Rollback:
		case s.Status == runbook.Open:
			open = append(open, s)
		case s.Status == runbook.Done:
			done = append(done, s)
		}
	}
	return append(open, done...)
}

// requestsSay says what the acceptance requests are.
func requestsSay(b *runbook.Runbook) string {
	where := "Save it as `acceptance.sh`."
	if b.Folder != "" {
		where = "It is `acceptance.sh` in `" + b.Folder + "`."
	}
	return where + " It sends one request that changes nothing to each published service: first to those that the upgrade touches, then to those that anybody can reach. Which status is right is not known; the answers of before the upgrade tell."
}

// objectLine says of an object of a step what it is, whose it is, and what is known of its state.
func objectLine(b *runbook.Runbook, s *runbook.Step, o *runbook.Object) string {
	text := o.Name
	if o.Owner != "" {
		text += " (" + o.Owner + ")"
	}
	switch {
	case o.Note != "":
		text += ": by hand, because " + o.Note
	case o.ByHand && s.Command != "":
		text += ": by hand, no command below does it"
	}
	if b.Progress.Compared {
		text = string(o.Status) + ": " + text
	}
	return text
}
