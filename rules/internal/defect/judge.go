package defect

import (
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Watch lists the defect if the target has it, with the answer whether this installation can meet it. What is a warning or
// worse and meets it for certain is a finding.
func (d Defect) Watch(p *rule.Pass) {
	if rule.Ask(p, func(path version.Path) bool { return d.Grade(path) > 0 }) {
		d.watch(p)
	}
}

func (d Defect) watch(p *rule.Pass) {
	switch {
	case len(d.Signs) > 0:
		signs, also := watchAll(p, d.Signs), watchAll(p, d.Also)
		p.SumUp(func() {
			concerned, why := anyOf(p, signs)
			if len(also) > 0 && concerned != rule.Spared {
				second, more := anyOf(p, also)
				switch {
				case second == rule.Spared, second == rule.Open && concerned == rule.Met:
					concerned, why = second, more
				case second == concerned:
					why += "; " + more
				}
			}
			d.judge(p, concerned, why)
		})
	case d.Unseen != "":
		d.judge(p, rule.Open, d.Unseen)
	case d.By != "":
		d.judge(p, "", "")
	default:
		d.judge(p, rule.Met, "it concerns "+d.Who)
	}
}

func watchAll(p *rule.Pass, signs []Sign) []*watched {
	var all []*watched
	for _, s := range signs {
		all = append(all, s.watch(p))
	}
	return all
}

func (d Defect) judge(p *rule.Pass, concerned rule.Concern, why string) {
	listed := rule.Defect{
		Entry: d.Case.Entry, Grade: d.Grade, Says: d.Says, FixedIn: d.Case.Until.First(), Concerned: concerned, Why: why, By: d.By,
	}
	if d.By == "" {
		listed.Finding = func(path version.Path) rule.Finding { return d.finding(path, why) }
	}
	p.Judge(listed)
}

func (d Defect) finding(path version.Path, why string) rule.Finding {
	message := path.To.String() + ": " + d.Says
	if !d.Upgrading && d.In(path.From) {
		message += "; " + path.From.String() + " has the same defect"
	}
	evidence := []rule.Evidence{
		{Name: "affected", Value: d.Who},
		{Name: "releases with the defect", Value: Spans(releases(d.In))},
		{Name: "fixed in", Value: d.Case.Until.String()},
	}
	if len(d.Signs) > 0 || d.Unseen != "" {
		evidence = append(evidence, rule.Evidence{Name: "here", Value: why})
	}
	if d.Assumed {
		evidence = append(evidence, rule.Evidence{Name: "not said", Value: "the notes do not say when the defect was introduced"})
	}
	f := rule.PathFinding(path, message, evidence, append([]rule.Step{{When: rule.Before, Text: d.Case.FixedFor(path.To)}}, d.Steps...))
	f.Subject.Name += ", " + d.Case.Entry // one path has several
	f.Case, f.Severity = d.Case, d.Grade(path)
	if d.In(path.From) { // then the path does not gain it
		f.Case.Change = version.Change{}
	}
	return f
}
