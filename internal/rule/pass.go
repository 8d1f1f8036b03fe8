package rule

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Pass is everything that a rule can see and do during one run. One run may answer for many upgrade paths: what a rule
// wants to know of the path it asks while it starts, with [Ask], [Pass.Path] or [Pass.From], and paths with the same
// answers share the run.
type Pass struct {
	Severity Severity // the rule's

	path       version.Path
	questions  []Question
	started    bool // the rule may ask no more
	engine     Engine
	registered Registration
}

// On calls f for every resource of kind k, in no fixed order. A rule needs the kinds that it listens to: if one is
// not read completely, the rule is unknown.
func (p *Pass) On(k estate.Kind, f func(*estate.Resource)) {
	p.registered.Direct[k] = true
	p.registered.Resources[k] = append(p.registered.Resources[k], f)
}

// OnSieved calls f for the resources of kind k that the sieve selects. Prefer it to On for kinds that come by the
// million: a source may leave out resources that no rule's sieve selects.
func (p *Pass) OnSieved(k estate.Kind, sieve estate.Sieve, f func(*estate.Resource)) {
	p.registered.Sieved[k] = append(p.registered.Sieved[k], Sieved{sieve, f})
}

// Reads declares that the rule looks at a field of kind k that some sources never have: see [estate.Gap]. Plugins
// need no declaration, because a rule that looks for them reads them.
func (p *Pass) Reads(k estate.Kind, field string) {
	p.registered.Reads[k] = append(p.registered.Reads[k], field)
}

// AtEnd calls f after the last resource. A rule that joins kinds judges in f, and declares with [Pass.Needs] and
// [Pass.Uses] what it needs.
func (p *Pass) AtEnd(f func()) {
	p.registered.Judges = true
	p.registered.Ends = append(p.registered.Ends, f)
}

// SumUp calls f after the last resource, to report once what concerns many. Unlike with [Pass.AtEnd], f concludes
// something only from what was seen, never from what was not.
func (p *Pass) SumUp(f func()) { p.registered.Ends = append(p.registered.Ends, f) }

// RemindAtEnd calls f after the last resource and lists the check that it returns, if it is due. It judges nothing.
func (p *Pass) RemindAtEnd(f func() (c Check, due bool)) {
	p.registered.Ends = append(p.registered.Ends, func() {
		if c, due := f(); due {
			p.Remind(c)
		}
	})
}

// Remind lists a manual check. It never changes the verdict.
func (p *Pass) Remind(c Check) { p.engine.Remind(c) }

// Report reports an affected object.
func (p *Pass) Report(f Finding) { p.engine.Report(f) }

// ReportPath reports that the upgrade path itself is affected. A rule that depends only on the versions calls it from
// Start and listens to nothing. The subject has the zero Kind, which reports call "path".
func (p *Pass) ReportPath(message string, evidence []Evidence, steps []Step) {
	p.Report(p.PathFinding(message, evidence, steps))
}

// PathFinding returns the finding that [Pass.ReportPath] reports, for a rule that wants to add a case or a severity.
// It asks for the path: a rule that calls it after its start has called [Pass.Path] before.
func (p *Pass) PathFinding(message string, evidence []Evidence, steps []Step) Finding {
	return PathFinding(p.asked(), message, evidence, steps)
}

// PathFinding is [Pass.PathFinding] for a path that the caller has.
func PathFinding(path version.Path, message string, evidence []Evidence, steps []Step) Finding {
	name := path.From.String() + " to " + path.To.String()
	return Finding{
		Subject:     estate.Subject{Ref: estate.Ref{ID: name}, Name: name, Origin: estate.Origin{Source: "path"}},
		Message:     message,
		Evidence:    evidence,
		Remediation: steps,
	}
}

// Doubt records that the rule cannot judge a place inside a resource, and why. The rule becomes unknown.
func (p *Pass) Doubt(r *estate.Resource, pointer, why string) { p.Unknown(r.Subject(), pointer, why) }

// Unknown is [Pass.Doubt] for an object that was seen earlier.
func (p *Pass) Unknown(s estate.Subject, pointer, why string) {
	p.engine.Unknown(Doubt{Subject: s, Pointer: pointer, ID: estate.UnreadableValues, Why: why})
}

// DoubtPath records that the rule cannot judge the upgrade path itself: the cause, which is an ID of [estate.Gap],
// why, and what closes the gap. The rule becomes unknown.
func (p *Pass) DoubtPath(id, why, next string) { p.engine.Unknown(Doubt{ID: id, Why: why, Next: next}) }

// Complete reports whether every resource of kind k was seen. It is only for what decides nothing: a reminder or its
// evidence. A rule that concludes something from not having seen a resource asks [Pass.Absent]. Call Complete only
// after the last resource.
func (p *Pass) Complete(k estate.Kind) bool { return p.engine.Complete(k) }

// Tool returns the version of a companion program, such as "adc", and whether the user gave it. No source can show
// such a version.
func (p *Pass) Tool(name string) (version.Version, bool) {
	v, given := p.engine.Tools[name]
	return v, given
}
