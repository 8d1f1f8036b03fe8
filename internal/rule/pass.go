package rule

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Pass is a rule's whole world during one run.
type Pass struct {
	Path     version.Path
	Severity Severity // the rule's

	engine     Engine
	registered Registration
}

// On calls f for every resource of kind k. What a rule listens to is what it needs: if a kind is not read completely,
// the rule's status is unknown. Resources come in no promised order.
func (p *Pass) On(k estate.Kind, f func(*estate.Resource)) {
	p.registered.Direct[k] = true
	p.handle(k, f)
}

// OnSieved calls f for the resources of kind k that the sieve lets through. It is to be preferred to On for kinds that
// come by the million: a source may leave out what comes through no sieve of any rule.
func (p *Pass) OnSieved(k estate.Kind, sieve estate.Sieve, f func(*estate.Resource)) {
	p.registered.Sieves[k] = append(p.registered.Sieves[k], sieve)
	p.handle(k, func(r *estate.Resource) {
		if sieve.Lets(r.ID, r.Body) {
			f(r)
		}
	})
}

func (p *Pass) handle(k estate.Kind, f func(*estate.Resource)) {
	p.registered.Resources[k] = append(p.registered.Resources[k], f)
}

// OnEachAttachment calls f for every attachment of the named plugin, also nested in other plugins, on resources of the
// given kinds or, without any, on every kind that can carry one. It listens to all of these kinds.
func (p *Pass) OnEachAttachment(name string, f func(*estate.Resource, estate.Plugin), kinds ...estate.Kind) {
	if len(kinds) == 0 {
		kinds = estate.PluginKinds()
	}
	for _, k := range kinds {
		p.registered.Carriers[k] = true
	}
	p.registered.Attachments[name] = append(p.registered.Attachments[name], func(r *estate.Resource, at estate.Plugin) {
		if slices.Contains(kinds, r.Kind) {
			f(r, at)
		}
	})
}

// OnResourceWith calls f once for every resource that attaches the named plugin, with all its attachments, nested ones
// included, on the given kinds or, without any, on every kind that can carry one.
func (p *Pass) OnResourceWith(name string, f func(*estate.Resource, []estate.Plugin), kinds ...estate.Kind) {
	p.OnEachAttachment(name, func(r *estate.Resource, at estate.Plugin) {
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

// Reads says that the rule looks at a field of the resources of kind k that some sources never have: see [estate.Gap]. It
// is not told of plugins: a rule that looks for them reads them.
func (p *Pass) Reads(k estate.Kind, field string) {
	p.registered.Reads[k] = append(p.registered.Reads[k], field)
}

// AtEnd calls f after the last resource. A rule that joins kinds judges here, and says with [Pass.Needs] and [Pass.Uses]
// what it needs.
func (p *Pass) AtEnd(f func()) {
	p.registered.Judges = true
	p.registered.Ends = append(p.registered.Ends, f)
}

// RemindAtEnd lists the check that f returns, if it is due, after the last resource. It judges nothing.
func (p *Pass) RemindAtEnd(f func() (c Check, due bool)) {
	p.registered.Ends = append(p.registered.Ends, func() {
		if c, due := f(); due {
			p.Remind(c)
		}
	})
}

// Remind lists a check by hand. It never changes the verdict.
func (p *Pass) Remind(c Check) { p.engine.Remind(c) }

// Report says that an object is affected.
func (p *Pass) Report(f Finding) { p.engine.Report(f) }

// ReportPath says that the upgrade path itself is affected. A rule that depends on the versions alone calls it from
// Start and listens to nothing. The subject has the zero Kind, which reports call "path".
func (p *Pass) ReportPath(message string, evidence []Evidence, steps []Step) {
	p.Report(p.PathFinding(message, evidence, steps))
}

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

// Doubt says that the rule cannot judge a place inside a resource, and why. It makes the rule's status unknown.
func (p *Pass) Doubt(r *estate.Resource, pointer, why string) { p.Unknown(r.Subject(), pointer, why) }

// Unknown is [Pass.Doubt] about an object that was seen before.
func (p *Pass) Unknown(s estate.Subject, pointer, why string) {
	p.engine.Unknown(Doubt{Subject: s, Pointer: pointer, ID: estate.UnreadableValues, Why: why})
}

// DoubtPath says that the rule cannot judge the upgrade path itself, why, and what closes the gap; id names the cause, as of
// [estate.Gap]. It makes the rule's status unknown.
func (p *Pass) DoubtPath(id, why, next string) { p.engine.Unknown(Doubt{ID: id, Why: why, Next: next}) }

// Complete reports whether every resource of kind k was seen, for what decides nothing: a reminder, the evidence of one.
// It may be asked after the last resource only. What a rule concludes from not having seen something it asks with
// [Pass.Absent].
func (p *Pass) Complete(k estate.Kind) bool { return p.engine.Complete(k) }

// Tool returns the version of a companion program, such as "adc", and whether the user gave it. No source can show it.
func (p *Pass) Tool(name string) (version.Version, bool) {
	v, given := p.engine.Tools[name]
	return v, given
}
