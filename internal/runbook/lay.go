package runbook

import (
	"fmt"
	"time"
)

// lay gives the steps of the window that is planned their times.
func (p *plan) lay() {
	var slots []Slot
	steps := map[string]*Step{}
	back := 0
	for i := range p.book.Steps {
		s := &p.book.Steps[i]
		if s.Window != p.hop.number || s.When != "during" || s.Phase == Rollback {
			continue
		}
		steps[s.ID] = s
		slot := Slot{ID: s.ID, Minutes: s.Minutes, Test: s.Phase == Acceptance, Together: s.Phase == DataPlane && p.o.Parallel}
		slot.Alone = s.Minutes > 0 && (s.Phase == ControlPlane || s.Phase == DataPlane)
		if slot.Alone {
			back = p.back(back, s)
		}
		slot.Back = back
		slots = append(slots, slot)
	}
	for i := range slots { // groups that are upgraded at the same time go back so too: the longest counts for all
		if slots[i].Together {
			slots[i].Back = back
		}
	}
	p.tell(Lay(slots, p.o.Times.Window), steps)
}

// back returns how long the way back is after a step, given how long it was before.
func (p *plan) back(before int, s *Step) int {
	control := p.o.Times.Restore + p.o.Times.ControlPlane
	switch {
	case s.Phase == ControlPlane:
		return control
	case p.o.Parallel:
		return max(before, control+s.Minutes)
	}
	return before + s.Minutes
}

// tell writes the times of a window into its steps.
func (p *plan) tell(l Timeline, steps map[string]*Step) {
	w := &p.book.Windows[len(p.book.Windows)-1]
	var c clock
	if w.Number <= len(p.o.Starts) {
		c.start = p.o.Starts[w.Number-1]
	}
	w.Start, w.End, w.Minutes, w.Length, w.Fits = c.at(0), c.at(l.Length), l.Work, l.Length, true
	for i := range l.Moments {
		m := &l.Moments[i]
		s := steps[m.ID]
		s.StartMinute, s.Start, s.End, s.Fits = m.Start, c.at(m.Start), c.at(m.End), m.Fits()
		w.Fits = w.Fits && s.Fits
		if m.Minutes > 0 {
			s.BeginBy = c.at(m.BeginBy)
		}
		if m.Back > 0 {
			s.TurnBackBy = c.at(m.TurnBackBy)
		}
	}
}

// Clock returns a time of a step as people read it: the hour, with the days since that of another time; what has no day as
// it is.
func Clock(moment, first string) string {
	t, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return moment
	}
	text := t.Format("15:04")
	f, err := time.Parse(time.RFC3339, first)
	if err != nil {
		return t.Format("2006-01-02 15:04")
	}
	if offset(t) != offset(f) { // clocks were changed meanwhile
		text += t.Format(" (UTC-07:00)")
	}
	if days := int(midnight(t).Sub(midnight(f)).Round(24*time.Hour) / (24 * time.Hour)); days != 0 {
		text += fmt.Sprintf(" (%+d day)", days)
	}
	return text
}

// offset returns how far a time is east of UTC, in seconds.
func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

// Day returns the day and the zone of a time; empty for one without.
func Day(moment string) string {
	t, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return ""
	}
	return t.Format("Monday, 2006-01-02, 15:04 (UTC-07:00)")
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
