package runbook

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/suggest"
)

// Times are the minutes that parts of a change window take. The defaults of [GuideTimes] are those of the vendor's guide.
type Times struct {
	Database, Files, ControlPlane, Group, Acceptance int
	// Restore is how long it takes to restore the database. The guide does not say; it is taken to be as long as the backup.
	Restore int
	// Scripts is how long before.sh takes, where there is one. The guide knows of none.
	Scripts int
	// Window is how long the window is; 0: the work, and the longest way back.
	Window int
	// Groups are the minutes of single gateway groups, by short id or name.
	Groups map[string]int
}

// The names of times.
const (
	timeDatabase     = "backup-database"
	timeFiles        = "backup-files"
	timeControlPlane = "control-plane"
	timeGroup        = "gateway-group"
	timeAcceptance   = "acceptance"
	timeRestore      = "restore-database"
	timeScripts      = "run-before"
	timeWindow       = "window"
)

// GuideTimes returns the times of the vendor's guide.
func GuideTimes() Times {
	return Times{Database: 10, Files: 5, ControlPlane: 20, Group: 30, Acceptance: 20, Restore: 10, Scripts: 5, Groups: map[string]int{}}
}

// TimeNames returns the names that [Times.Set] takes.
func TimeNames() []string {
	return []string{timeDatabase, timeFiles, timeControlPlane, timeGroup, timeAcceptance, timeRestore, timeScripts, timeWindow}
}

// mostMinutes is a week.
const mostMinutes = 7 * 24 * 60

// Set sets a time by its name; "gateway-group/NAME" is that of one group. The error says what is wrong, in a few words, and
// does not repeat the name.
func (t *Times) Set(name string, minutes int) error {
	if minutes < 1 || minutes > mostMinutes {
		return fmt.Errorf("takes minutes from 1 to %d", mostMinutes)
	}
	if group, one := strings.CutPrefix(name, timeGroup+"/"); one && group != "" {
		t.Groups[group] = minutes
		return nil
	}
	place := map[string]*int{
		timeDatabase: &t.Database, timeFiles: &t.Files, timeControlPlane: &t.ControlPlane, timeGroup: &t.Group,
		timeAcceptance: &t.Acceptance, timeRestore: &t.Restore, timeScripts: &t.Scripts, timeWindow: &t.Window,
	}[name]
	if place == nil {
		near, _ := suggest.Nearest(strings.ToLower(name), TimeNames())
		if near != "" {
			return fmt.Errorf("unknown time: did you mean %s?", near)
		}
		return fmt.Errorf("unknown time: known are %s and %s/NAME", strings.Join(TimeNames(), ", "), timeGroup)
	}
	*place = minutes
	return nil
}

// of returns the minutes of a gateway group.
func (t *Times) of(g *Group) int {
	for _, name := range []string{g.ShortID, g.Name, g.ID} {
		if minutes, set := t.Groups[name]; set && name != "" {
			return minutes
		}
	}
	return t.Group
}

// Strays returns the names of groups that have minutes of their own and are none of these groups, in order.
func (t *Times) Strays(groups []Group) []string {
	var strays []string
	for name := range t.Groups {
		if !slices.ContainsFunc(groups, func(g Group) bool { return name == g.ShortID || name == g.Name || name == g.ID }) {
			strays = append(strays, name)
		}
	}
	return sorted(strays)
}

// Slot is the part of a window that a step takes.
type Slot struct {
	ID       string
	Minutes  int
	Together bool // it runs at the same time as its neighbours that are Together as well
	// Back is how long it takes to undo what was done up to the end of this slot; 0: there is nothing to undo.
	Back int
	// Alone is true if the window can be ended after it, with an acceptance test.
	Alone bool
	// Test is true for the acceptance test itself.
	Test bool
}

// Moment is when a slot is, in minutes after the window's start.
type Moment struct {
	Slot

	Start, End int
	// TurnBackBy is the latest minute at which the way back must begin so that it is over when the window ends; the end of the
	// window itself where Back is 0.
	TurnBackBy int
	// BeginBy is the latest minute to begin the slot so that it, the acceptance test and after that the way back still fit.
	BeginBy int
}

// Fits reports whether the slot, what has to follow it and its way back fit into the window if it begins and ends as planned.
func (m *Moment) Fits() bool { return m.End <= m.TurnBackBy && m.Start <= m.BeginBy }

// Timeline is a window laid out.
type Timeline struct {
	Moments []Moment
	Work    int // minutes of the work
	Length  int // of the window
}

// Lay lays the slots of a window out, one after the other. A window of length 0 is as long as the work and the longest way
// back.
func Lay(slots []Slot, length int) Timeline {
	var t Timeline
	now, back, test := 0, 0, 0
	for i := 0; i < len(slots); i++ {
		end := now
		for first := i; i < len(slots) && (i == first || slots[i].Together && slots[first].Together); i++ {
			t.Moments = append(t.Moments, Moment{Slot: slots[i], Start: now, End: now + slots[i].Minutes})
			end = max(end, now+slots[i].Minutes)
			back = max(back, slots[i].Back)
			if slots[i].Test {
				test = slots[i].Minutes
			}
		}
		i--
		now = end
	}
	t.Work = now
	t.Length = length
	if length == 0 {
		t.Length = now + back
	}
	t.limits(test)
	return t
}

// limits sets by when slots must begin, and by when to turn back. A slot that is only a preparation of the next one must begin
// early enough for that.
func (t *Timeline) limits(test int) {
	next := t.Length
	for i := range slices.Backward(t.Moments) {
		m := &t.Moments[i]
		m.TurnBackBy = t.Length - m.Back
		switch {
		case m.Test:
			m.BeginBy = m.TurnBackBy - m.Minutes
		case m.Alone:
			m.BeginBy = m.TurnBackBy - test - m.Minutes
		default:
			m.BeginBy = next - m.Minutes
		}
		next = m.BeginBy
	}
}

// clock writes minutes after a start: as a time if that is known, else as T+HH:MM.
type clock struct{ start time.Time }

func (c clock) at(minutes int) string {
	if !c.start.IsZero() {
		return c.start.Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339)
	}
	sign := "+"
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	return fmt.Sprintf("T%s%02d:%02d", sign, minutes/60, minutes%60)
}
