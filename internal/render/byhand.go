package render

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// byHand writes the checks by hand that are asked for: those of every upgrade last. A list of all of them has their titles;
// with everything, or for a rule, each has its reasons and steps.
func (p *page) byHand(r *report.Report) {
	var special, usual []*report.ManualCheck
	for i := range r.ManualChecks {
		m := &r.ManualChecks[i]
		switch {
		case !p.show.check(m):
		case m.About == report.AboutUpgrade:
			usual = append(usual, m)
		default:
			special = append(special, m)
		}
	}
	p.checks("By hand, because of this path or installation", special)
	p.checks("By hand, in every upgrade", usual)
	if len(special)+len(usual) > 0 && !p.all && len(p.show.Rules) == 0 {
		p.gap()
		p.prose(atLabel, "", plain, "`--show RULE` has the reasons and steps of a rule's checks, `--show manual,all` those of all.")
	}
}

// checks writes a section of checks by hand.
func (p *page) checks(title string, list []*report.ManualCheck) {
	if len(list) == 0 {
		return
	}
	p.section(title, "(not part of the verdict)")
	last := ""
	for _, m := range list {
		if p.all || slices.Contains(p.show.Rules, m.Rule) {
			p.check(m)
		} else {
			p.titled(m, m.Rule != last)
		}
		last = m.Rule
	}
}

// titled writes the title of a check, and above the first of a rule the rule.
func (p *page) titled(m *report.ManualCheck, first bool) {
	if first {
		p.line(atLabel, span{bold, m.Rule})
	}
	p.prose(atBody, box(m)+" ", plain, m.Title+done(m))
}

// box is the box to tick in front of a check.
func box(m *report.ManualCheck) string {
	if m.Done != nil {
		return "[x]"
	}
	return "[ ]"
}

// done says who did a check, when, and what came of it; nothing if nobody is said to have.
func done(m *report.ManualCheck) string {
	if m.Done == nil {
		return ""
	}
	text := " (done by " + m.Done.By + " on " + m.Done.On
	if m.Done.Note != "" {
		text += ": " + m.Done.Note
	}
	return text + ")"
}

// check writes one check by hand with its reasons and steps.
func (p *page) check(m *report.ManualCheck) {
	p.gap()
	p.labelled(plain, box(m), m.Rule, "")
	p.prose(atBody, "", plain, m.Title+done(m))
	if m.Why != "" {
		p.prose(atBody, "", plain, m.Why)
	}
	for _, also := range m.Facts[min(1, len(m.Facts)):] { // the first is the check itself
		p.prose(atBody, "", plain, also.Title+". "+also.Why)
	}
	for _, e := range m.Evidence {
		p.prose(atBody, e.Name+": ", plain, e.Value)
	}
	p.steps(report.FindingsOf(report.Finding{Remediation: m.Remediation}))
}
