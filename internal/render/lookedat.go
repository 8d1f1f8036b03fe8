package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// lookedAt writes what the verdict rests on: what was read of each source, how completely, and the results of the
// rules.
func (p *page) lookedAt(r *report.Report) {
	p.section("Looked at", "")
	if len(r.Sources) == 0 {
		p.prose(atLabel, "", bold, "nothing: no source was read")
	}
	for _, s := range r.Sources {
		p.source(r, s)
	}
	p.gap()
	p.ruleCounts(r)
	p.passed(r)
}

func (p *page) source(r *report.Report, s report.Source) {
	p.gap()
	remark, st := "read completely", plain
	if !s.Complete {
		remark, st = "read in part", yellow
	}
	p.labelled(st, s.Kind, s.Name, remark)
	for _, t := range r.Run.Transactions {
		if t.Source == s.Name {
			p.prose(atBody, "", plain, Held(t.OpenMS))
		}
	}
	var some, none []string
	for _, k := range s.Kinds {
		one, many := noun(k.Kind)
		switch {
		case !k.Complete:
		case k.Count == 0:
			none = append(none, many)
		default:
			some = append(some, count(k.Count, one, many))
		}
	}
	p.items(atBody, "", some)
	p.items(atBody, "none there: ", none)
	for _, k := range s.Kinds {
		if k.Complete {
			continue
		}
		one, many := noun(k.Kind)
		p.prose(atBody, "", yellow, "not complete: "+count(k.Count, one, many)+" read; "+why(r, k))
	}
}

// why returns why a kind is incomplete, or where that is written already.
func why(r *report.Report, k report.SourceKind) string {
	for _, u := range r.Unexamined {
		if !u.Accepted && slices.Contains(k.Unexamined, u.Fingerprint) {
			return "see Not examined"
		}
	}
	return cmp.Or(k.Why, "no reason was given")
}

// ruleCounts writes the number of rules with each status.
func (p *page) ruleCounts(r *report.Report) {
	onPath, became := outcomes(r)
	p.items(atLabel, onPath+": ", became)
	p.disabled(r)
}

// outcomes says how many rules are on the path, and what became of them and of the others.
func outcomes(r *report.Report) (onPath string, became []string) {
	n := statuses(r)
	became = []string{thousands(n[report.Passed]) + " passed", thousands(n[report.Failed]) + " failed", thousands(n[report.Unknown]) + " unknown"}
	if c := n[report.NotAssessed]; c > 0 {
		became = append(became, thousands(c)+" not assessed")
	}
	if c := n[report.Manual]; c > 0 {
		became = append(became, thousands(c)+" by hand")
	}
	if c := n[report.NotApplicable]; c > 0 {
		became = append(became, count(c, "does", "do")+" not apply")
	}
	return count(n[report.Passed]+n[report.Failed]+n[report.Unknown]+n[report.NotAssessed], "rule", "rules") + " on this path", became
}

// disabled names the rules that were switched off.
func (p *page) disabled(r *report.Report) {
	for _, d := range switchedOff(r) {
		p.prose(atLabel, d.lead, plain, d.rules)
	}
}

// switched are the rules that were switched off for one reason.
type switched struct{ lead, rules string }

// switchedOff returns the rules that were switched off, by reason. A number alone would hide which they are.
func switchedOff(r *report.Report) (out []switched) {
	var reasons []string
	ids := map[string][]string{}
	for _, rule := range r.Rules {
		if rule.Status != report.Disabled {
			continue
		}
		reason := cmp.Or(strings.Join(rule.Reasons, "; "), "no reason was given")
		if ids[reason] == nil {
			reasons = append(reasons, reason)
		}
		ids[reason] = append(ids[reason], rule.Rule)
	}
	for _, reason := range reasons {
		out = append(out, switched{thousands(len(ids[reason])) + " disabled: ", strings.Join(ids[reason], ", ") + " (" + reason + ")"})
	}
	return out
}

// passed names the rules that found nothing, and how much they looked at: for them, that is the answer.
func (p *page) passed(r *report.Report) {
	rules := slices.DeleteFunc(slices.Clone(r.Rules), func(rule report.Rule) bool { return rule.Status != report.Passed })
	if len(rules) > 0 {
		p.gap()
	}
	for _, rule := range rules {
		p.labelled(green, "passed", rule.Rule, count(rule.Examined, "resource", "resources")+" examined")
	}
}
