package defect

import (
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Watch lists the defect, with the answer whether this installation can meet it. It reports what is a warning or worse
// and meets it for certain, and a defect of the upgrade itself unless it certainly cannot strike.
func (d Defect) Watch(p *rule.Pass) {
	if d.Grade(p.Path) == 0 {
		return
	}
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
	grade := d.Grade(p.Path)
	p.Judge(rule.Defect{
		Entry: d.Case.Entry, Severity: grade, Says: d.Says, FixedIn: d.Case.Until.First(), Concerned: concerned, Why: why, By: d.By,
	})
	switch {
	case d.By != "", concerned == rule.Spared:
	case concerned == rule.Met && grade > rule.Notice, d.Upgrading:
		p.Report(d.finding(p, grade, why))
	}
}

func (d Defect) finding(p *rule.Pass, grade rule.Severity, why string) rule.Finding {
	to := p.Path.To.String()
	message := to + ": " + d.Says
	if !d.Upgrading && d.In(p.Path.From) {
		message += "; " + p.Path.From.String() + " has the same defect"
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
	f := p.PathFinding(message, evidence, append([]rule.Step{d.better(p.Path)}, d.Steps...))
	f.Case, f.Severity, f.Action = d.Case, grade, d.Case.Choose(p.Path.To)
	if d.In(p.Path.From) { // then the path does not gain it
		f.Case.Change = version.Change{}
	}
	return f
}

// better is the step to the nearest release without the defect, and to the nearest without any that would be new.
func (d Defect) better(p version.Path) rule.Step {
	text := "No known release from " + p.To.String() + " on is free of this defect."
	if rid, ok := Nearest(p, func(to version.Path) bool { return d.Grade(to) == 0 }); ok {
		text = fmt.Sprintf("Choose %s or later instead of %s: it is the nearest release without this defect.", rid, p.To)
		if good, ok := Nearest(p, func(to version.Path) bool { return d.Grade(to) == 0 && Good(to) }); ok && good.Compare(rid) != 0 {
			text += fmt.Sprintf(" The nearest release that also brings no known defect graver than a notice is %s.", good)
		}
	}
	return rule.Step{When: rule.Before, Text: text}
}
