package engine

import (
	"maps"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// unused returns a note for each --skip, --only and --accept-unknown without effect: it was meant for another path or
// installation, or is no longer needed.
func (o *Options) unused(p *plan, open *ledger) []report.Note {
	var notes []report.Note
	add := func(flag, id, why string) {
		notes = append(notes, report.Note{What: "--" + flag + " " + id, Why: "it has no effect: " + why})
	}
	for _, t := range p.rules {
		if t.rule.On(p.path) {
			continue
		}
		if _, skipped := o.Skip[t.rule.ID]; skipped {
			add("skip", t.rule.ID, whyNot(t.rule, p.path))
		}
		if o.Only[t.rule.ID] {
			add("only", t.rule.ID, whyNot(t.rule, p.path))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(o.Accept)) {
		if open.rules[id] == 0 {
			add("accept-unknown", id, "it has no doubts")
		}
	}
	for _, cause := range slices.Sorted(maps.Keys(o.AcceptCauses)) {
		if !slices.ContainsFunc(open.entries, func(u report.Unexamined) bool { return u.ID == cause }) {
			add("accept-unknown", cause, "nothing is unexamined for this cause")
		}
	}
	return notes
}
