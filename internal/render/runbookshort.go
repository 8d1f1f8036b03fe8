package render

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
)

// inShort says in a few lines what everybody must know of the windows: when, until when one can turn back, and what comes
// before.
func inShort(b *runbook.Runbook) []string {
	var all []string
	for i := range b.Windows {
		w := &b.Windows[i]
		all = append(all, when(b, w), turnBack(b, w))
	}
	before, blanks := 0, ""
	for i := range b.Steps {
		if b.Steps[i].When == "before" {
			before++
		}
	}
	if n := len(b.Blanks); n > 0 {
		blanks = "; " + plural.Of(int64(n), "blank", "blanks") + " to fill in"
	}
	return append(all, fmt.Sprintf("Before it: %s for %s%s.", plural.Of(int64(before), "step", "steps"), plural.Of(int64(len(b.Duties)), "owner", "owners"), blanks))
}

// when says when a window is and what it is for.
func when(b *runbook.Runbook, w *runbook.Window) string {
	text := "Window"
	if len(b.Windows) > 1 {
		text += fmt.Sprintf(" %d, %s → %s", w.Number, w.From, w.To)
	}
	from, to := runbook.Day(w.Start), runbook.Clock(w.End, w.Start)
	if from == "" {
		return fmt.Sprintf("%s: %d minutes, %d of them work; --start gives its times.", text, w.Length, w.Minutes)
	}
	return fmt.Sprintf("%s: `%s` to `%s`; %d of its %d minutes are work.", text, from, to, w.Minutes, w.Length)
}

// mostTurns is the number of steps whose turn-back times stand in the summary.
const mostTurns = 6

// turnBack says by when each step must be done.
func turnBack(b *runbook.Runbook, w *runbook.Window) string {
	var turns []string
	for _, s := range timed(b, w.Number) {
		if s.TurnBackBy != "" {
			turns = append(turns, fmt.Sprintf("%d `%s` by `%s`", b.Number(s.ID), s.ID, Brief(runbook.Clock(s.TurnBackBy, w.Start))))
		}
	}
	if len(turns) == 0 {
		return "No step has a time to turn back."
	}
	text := "Roll back if it is not done: " + strings.Join(turns[:min(len(turns), mostTurns)], ", ")
	if rest := len(turns) - mostTurns; rest > 0 {
		text += fmt.Sprintf(", and %d more, each earlier than the one before it", rest)
	}
	return text + "."
}

// A plan with more rows than mostRows shows the first and the last of them.
const (
	mostRows  = 40
	firstRows = 25
	lastRows  = 10
)

// folded returns the first rows of a plan, how many are left out, and the last rows.
func folded(steps []*runbook.Step) (first []*runbook.Step, left int, last []*runbook.Step) {
	if len(steps) <= mostRows {
		return steps, 0, nil
	}
	return steps[:firstRows], len(steps) - firstRows - lastRows, steps[len(steps)-lastRows:]
}

// windowLine says how long a window is, and what is left of it for the way back.
func windowLine(w *runbook.Window) string {
	how := "gateway groups one after the other"
	if w.Parallel {
		how = "gateway groups at the same time"
	}
	text := fmt.Sprintf("%d minutes of work (%s), in a window of %d minutes", w.Minutes, how, w.Length)
	switch left := w.Length - w.Minutes; {
	case left < 0:
		return text + ": the work alone is longer than that"
	case left == 0:
		return text + ": nothing is left for the way back"
	}
	return text + ": the rest is for the way back"
}

// longWindow is how many minutes people can be expected to work on a window.
const longWindow = 12 * 60

// warnings returns what is wrong with a window as it is planned.
func warnings(w *runbook.Window) []string {
	var all []string
	if !w.Fits {
		all = append(all, "The window is too short: what does not fit cannot be undone within it.")
	}
	if w.Length > longWindow {
		text := "It is longer than 12 hours: upgrade the control plane and a part of the gateway groups now, and the others on other days; old gateways work with a new control plane."
		if !w.Parallel {
			text += " Or upgrade groups at the same time (`--parallel`)."
		}
		all = append(all, text)
	}
	return all
}
