package runbook_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
)

// threeGroups are the slots of the guide's minutes for three gateway groups in sequence.
func threeGroups() []runbook.Slot {
	return []runbook.Slot{
		{ID: "database", Minutes: 10},
		{ID: "files", Minutes: 5},
		{ID: "control", Minutes: 20, Back: 30, Alone: true},
		{ID: "a", Minutes: 30, Back: 60, Alone: true},
		{ID: "b", Minutes: 30, Back: 90, Alone: true},
		{ID: "c", Minutes: 30, Back: 120, Alone: true},
		{ID: "acceptance", Minutes: 20, Back: 120, Test: true},
	}
}

// times are start, end, begin by and turn back by.
func times(l runbook.Timeline) map[string][4]int {
	all := map[string][4]int{}
	for _, m := range l.Moments {
		all[m.ID] = [4]int{m.Start, m.End, m.BeginBy, m.TurnBackBy}
	}
	return all
}

func TestThreeGroupsInSequenceTake145Minutes(t *testing.T) {
	t.Parallel()
	l := runbook.Lay(threeGroups(), 0)
	if l.Work != 145 || l.Length != 145+120 {
		t.Errorf("work %d, window %d, want 145 and 265", l.Work, l.Length)
	}
	want := map[string][4]int{
		"database": {0, 10, 180, 265}, "files": {10, 15, 190, 265},
		"control": {15, 35, 195, 235},
		"a":       {35, 65, 155, 205}, "b": {65, 95, 125, 175}, "c": {95, 125, 95, 145},
		"acceptance": {125, 145, 125, 145},
	}
	if diff := cmp.Diff(want, times(l)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i := range l.Moments {
		if !l.Moments[i].Fits() {
			t.Errorf("%s does not fit", l.Moments[i].ID)
		}
	}
}

// TestWhoBeginsInTimeIsBackInTime follows what the two limits promise: whoever begins a slot at its limit, tests and then goes
// back is done when the window ends, and whoever turns back at the limit is too.
func TestWhoBeginsInTimeIsBackInTime(t *testing.T) {
	t.Parallel()
	for _, length := range []int{0, 145, 300, 1000} {
		l := runbook.Lay(threeGroups(), length)
		for _, m := range l.Moments {
			if m.Back == 0 {
				continue
			}
			test := 20
			if m.Test {
				test = 0
			}
			if end := m.BeginBy + m.Minutes + test + m.Back; end != l.Length {
				t.Errorf("window %d: %s begun at %d ends at %d", l.Length, m.ID, m.BeginBy, end)
			}
			if end := m.TurnBackBy + m.Back; end != l.Length {
				t.Errorf("window %d: %s given up at %d ends at %d", l.Length, m.ID, m.TurnBackBy, end)
			}
		}
	}
}

func TestAWindowWithoutTimeForTheWayBackDoesNotFit(t *testing.T) {
	t.Parallel()
	fits := map[string]bool{}
	l := runbook.Lay(threeGroups(), 145)
	for _, m := range l.Moments {
		fits[m.ID] = m.Fits()
	}
	want := map[string]bool{"database": true, "files": true, "control": true, "a": true, "b": false, "c": false, "acceptance": false}
	if diff := cmp.Diff(want, fits); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGroupsAtTheSameTimeTakeAsLongAsTheLongest(t *testing.T) {
	t.Parallel()
	slots := threeGroups()
	for i := 3; i < 6; i++ {
		slots[i].Together, slots[i].Back = true, 60
	}
	slots[4].Minutes, slots[6].Back = 45, 75
	l := runbook.Lay(slots, 0)
	if l.Work != 35+45+20 || l.Length != 100+75 {
		t.Errorf("work %d, window %d", l.Work, l.Length)
	}
	if got := times(l); got["a"][0] != 35 || got["b"][0] != 35 || got["c"][0] != 35 || got["c"][1] != 65 || got["acceptance"][0] != 80 {
		t.Errorf("%v", got)
	}
}

func TestAMisspeltTimeGetsASuggestion(t *testing.T) {
	t.Parallel()
	times := runbook.GuideTimes()
	for name, want := range map[string]string{
		"control-plain": "unknown time: did you mean control-plane?",
		"nonsense":      "unknown time: known are backup-database, backup-files, control-plane, gateway-group, acceptance, restore-database, run-before, window and gateway-group/NAME",
	} {
		if err := times.Set(name, 5); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if err := times.Set("gateway-group/edge", 0); err == nil {
		t.Error("0 minutes are taken")
	}
	if err := times.Set("gateway-group/edge", 45); err != nil || times.Groups["edge"] != 45 {
		t.Error(err, times.Groups)
	}
}
