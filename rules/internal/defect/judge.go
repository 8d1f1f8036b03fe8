package defect

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Watch lists the defect if the target has it, or another release that the upgrade could end in, with the answer whether
// this installation can meet it. It reports only what is a warning or worse and meets it for certain.
func (d Defect) Watch(p *rule.Pass) {
	switch {
	case d.Grade(p.Path) > 0:
		d.watch(p)
	case slices.ContainsFunc(choices, func(v version.Version) bool { return p.Path.From.Less(v) && d.elsewhere(p)(v) > 0 }):
		p.Aside(func() { d.watch(p) })
	}
}

// choices are the releases that an upgrade could end in instead: those with public notes.
//
//nolint:gochecknoglobals // a table of facts
var choices = func() (all []version.Version) {
	for _, r := range version.Releases() {
		if r.Source == version.Notes {
			all = append(all, r.Version)
		}
	}
	return all
}()

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

// elsewhere returns what tells how grave the defect is where the path ends in another release.
func (d Defect) elsewhere(p *rule.Pass) func(version.Version) rule.Severity {
	from := p.Path.From
	return func(to version.Version) rule.Severity { return d.Grade(version.Path{From: from, To: to}) }
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
		Elsewhere: d.elsewhere(p),
	})
	if d.By == "" && concerned == rule.Met && grade > rule.Notice {
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
	f := p.PathFinding(message, evidence, append([]rule.Step{{When: rule.Before, Text: d.Case.FixedFor(p.Path.To)}}, d.Steps...))
	f.Subject.Name += ", " + d.Case.Entry // one path has several
	f.Case, f.Severity = d.Case, grade
	if d.In(p.Path.From) { // then the path does not gain it
		f.Case.Change = version.Change{}
	}
	return f
}
