package waiver

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Apply waives findings of a report and marks its checks by hand that are done. now decides what has expired: a waiver until
// a moment counts up to it and not at it. The report has to be sealed afterwards. What an entry is for is in
// r.Waivers, also of one that nothing needs.
func (l *List) Apply(r *report.Report, now time.Time) {
	uses := l.waive(r, now)
	uses = append(uses, l.mark(r, now)...)
	slices.SortFunc(uses, func(a, b report.WaiverUse) int { return cmp.Compare(a.Line, b.Line) })
	r.Waivers = uses
	remark(r)
}

// mostRemarks is how many entries that apply to nothing have a remark of their own.
const mostRemarks = 100

// remark adds a note for each entry that applies to nothing.
func remark(r *report.Report) {
	n := 0
	for _, u := range r.Waivers {
		if u.Why == "" {
			continue
		}
		if n++; n <= mostRemarks {
			r.Notes = append(r.Notes, report.Note{What: "waivers, line " + strconv.Itoa(u.Line) + ": " + u.What, Why: u.Why})
		}
	}
	if rest := n - mostRemarks; rest > 0 {
		r.Notes = append(r.Notes, report.Note{What: "waivers", Why: plural.Of(rest, "more entry is", "more entries are") + " like these; the JSON report has all"})
	}
}

// idle says why a waiver applies to nothing. judged are the rules of which the report has all findings; every is true if
// these are all rules.
func idle(e *entry, judged map[string]bool, every, shadowed bool) string {
	switch {
	case shadowed:
		return "another entry waives the same"
	case e.rule != "" && !judged[e.rule], e.rule == "" && !every:
		return "no finding of this report is meant by it, but its rule may not have been judged in full here"
	}
	return "no finding of this report is meant by it: correct it, or remove it"
}

// waive applies the waivers. If several name a finding, one that is in force comes first, then the first in the file.
func (l *List) waive(r *report.Report, now time.Time) []report.WaiverUse {
	uses := make([]report.WaiverUse, len(l.waivers))
	byMark := map[string][]int{}
	var byObject []int
	for i := range l.waivers {
		e := &l.waivers[i]
		e.waiver.Expired = !now.Before(e.end)
		w := &e.waiver
		uses[i] = report.WaiverUse{Line: e.line, What: e.what(), Reason: w.Reason, Owner: w.Owner, Until: w.Until, State: report.WaiverUnused}
		switch {
		case !aims(e.target, r.Path.To):
			uses[i].State, uses[i].Why = report.WaiverElsewhere, "it is for "+e.target+", and this upgrade leads to "+r.Path.To
		case len(e.fingerprints) == 0:
			byObject = append(byObject, i)
		default:
			for _, mark := range e.fingerprints {
				byMark[mark] = append(byMark[mark], i)
			}
		}
	}
	meant := make([]bool, len(l.waivers)) // it names a finding, whichever waiver is used for that
	r.Findings.Edit(func(f *report.Finding) bool {
		i := l.choose(f, byMark[f.Fingerprint], byObject, meant)
		if i >= 0 {
			use(l.waivers[i].waiver, f, &uses[i])
		}
		return i >= 0
	})
	judged := r.Judged()
	every := !slices.Contains(slices.Collect(maps.Values(judged)), false)
	for i := range uses {
		if uses[i].State == report.WaiverUnused {
			uses[i].Why = idle(&l.waivers[i], judged, every, meant[i])
		}
	}
	for _, u := range r.Unexamined {
		for _, i := range byMark[u.Fingerprint] {
			uses[i].Why = "it names something that was not examined: such a doubt is accepted with --accept-unknown"
		}
	}
	return uses
}

// use lets a waiver act on a finding, and counts that.
func use(w report.Waiver, f *report.Finding, uses *report.WaiverUse) {
	uses.Findings++
	f.Waiver = &w
	if w.Expired {
		uses.State = report.WaiverExpired
		return
	}
	uses.State = report.WaiverUsed
	f.Waived = &w.Reason
}

// choose returns the waiver for a finding, -1 if there is none, and remembers all that mean it.
func (l *List) choose(f *report.Finding, marked, byObject []int, meant []bool) int {
	best := -1
	consider := func(i int) {
		meant[i] = true
		if best < 0 || l.waivers[best].waiver.Expired && !l.waivers[i].waiver.Expired {
			best = i
		}
	}
	for _, i := range marked {
		if e := &l.waivers[i]; e.rule == "" || e.rule == f.Rule {
			consider(i)
		}
	}
	for _, i := range byObject {
		if e := &l.waivers[i]; e.rule == f.Rule && e.object.matches(f) {
			consider(i)
		}
	}
	return best
}

// what names the findings of a waiver in words.
func (e *entry) what() string {
	parts := []string{}
	if e.rule != "" {
		parts = append(parts, e.rule)
	}
	if len(e.fingerprints) > 0 {
		first := e.fingerprints[0]
		if n := len(e.fingerprints) - 1; n > 0 {
			first += " and " + plural.Of(n, "more finding", "more findings")
		}
		parts = append(parts, first)
	}
	o := e.object
	for _, text := range []string{o.kind, cmp.Or(o.name, o.id), o.file} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if o.group != "" {
		parts = append(parts, "in "+o.group)
	}
	return strings.Join(parts, " ")
}

// mark marks the checks by hand that are done. A rule names its check if it has only one.
func (l *List) mark(r *report.Report, now time.Time) []report.WaiverUse {
	uses := make([]report.WaiverUse, len(l.checks))
	for i := range l.checks {
		c := &l.checks[i]
		use := report.WaiverUse{Line: c.line, What: cmp.Or(c.rule, c.fingerprint), Reason: c.done.Note, Owner: c.done.By, Until: c.done.On, Check: true, State: report.WaiverUnused}
		var found []*report.ManualCheck
		for j := range r.ManualChecks {
			m := &r.ManualChecks[j]
			if c.fingerprint == m.Fingerprint || c.fingerprint == "" && c.rule == m.Rule {
				found = append(found, m)
			}
		}
		switch {
		case !aims(c.target, r.Path.To):
			use.State, use.Why = report.WaiverElsewhere, "it is for "+c.target+", and this upgrade leads to "+r.Path.To
		case now.Before(c.begins):
			use.Why = "its day is still to come"
		case len(found) > 1:
			use.Why = "the rule has " + plural.Of(len(found), "check", "checks") + " by hand: give the fingerprint of one"
		case len(found) == 0:
			use.Why = "there is no such check by hand on this path"
		default:
			use.State, use.Findings = report.WaiverUsed, 1
			done := c.done
			found[0].Done = &done
		}
		uses[i] = use
	}
	return uses
}

// aims reports whether an entry that is limited to a release or release line is for this target.
func aims(limit, target string) bool {
	if limit == "" || limit == target {
		return true
	}
	v, err := version.Parse(target)
	return err == nil && line.MatchString(limit) && v.Line().String() == limit
}
