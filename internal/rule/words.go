package rule

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// OnAttached calls f once for every resource that attaches the named plugin, with all its attachments, nested ones
// included, on the given kinds or, without any, on every kind that can carry one.
func (p *Pass) OnAttached(name string, f func(*estate.Resource, []estate.Plugin), kinds ...estate.Kind) {
	p.OnPlugin(name, func(r *estate.Resource, at estate.Plugin) {
		all := r.Plugins()
		called := func(other estate.Plugin) bool { return other.Name == name }
		switch i := slices.IndexFunc(all, called); {
		case i < 0 || all[i].Pointer != at.Pointer: // once a resource, with its first attachment
		case !slices.ContainsFunc(all[i+1:], called): // nearly always there is one, and nothing has to be copied
			f(r, all[i:i+1:i+1])
		default:
			f(r, slices.DeleteFunc(slices.Clone(all), func(other estate.Plugin) bool { return other.Name != name }))
		}
	}, kinds...)
}

// Doubt says that the rule cannot judge a place inside a resource, and why. It makes the rule's status unknown.
func (p *Pass) Doubt(r *estate.Resource, pointer, why string) { p.Unknown(r.Subject(), pointer, why) }

// ReportPath says that the upgrade path itself is affected. A rule that depends on the versions alone calls it from
// Start and listens to nothing. The subject has the zero Kind, which reports call "path".
func (p *Pass) ReportPath(message string, evidence []Evidence, steps []Step) {
	p.Report(p.PathFinding(message, evidence, steps))
}

// DoubtPath says that the rule cannot judge the upgrade path itself, why, and what closes the gap; id names the cause, as of
// [estate.Gap]. It makes the rule's status unknown.
func (p *Pass) DoubtPath(id, why, next string) { p.engine.Unknown(Doubt{ID: id, Why: why, Next: next}) }

// PathFinding returns what [Pass.ReportPath] reports, for a rule that has more to say: a case, a severity.
func (p *Pass) PathFinding(message string, evidence []Evidence, steps []Step) Finding {
	name := p.Path.From.String() + " to " + p.Path.To.String()
	return Finding{
		Subject:     estate.Subject{Ref: estate.Ref{ID: name}, Name: name, Origin: estate.Origin{Source: "path"}},
		Message:     message,
		Evidence:    evidence,
		Remediation: steps,
	}
}
