package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// export returns the findings of a part in the form of the report, sorted. What was found in versions of one service is one
// of them. s has read everything.
func (t *run) export(s *stream) *exported {
	if t.exported != nil {
		return t.exported
	}
	p := t.path
	s.groups.join(t.findings.seen)
	out := newExported(len(t.findings.seen), t.packers)
	past := map[key][]held{}
	for k, all := range t.findings.seen {
		delete(t.findings.seen, k) // what is exported need not be held twice
		sights := t.findings.open(t.rule, all, s)
		if owner, version, ok := s.history.owner(k, sights); ok {
			past[owner] = append(past[owner], held{key: k, version: version, seen: all})
			continue
		}
		f := export(t.rule, p, k, sights, &s.groups)
		if !t.findings.outline {
			f.Object.Owner = s.whose(sights)
		}
		out.add(f)
	}
	for owner, all := range past {
		for i := range all {
			all[i].sights = t.findings.open(t.rule, all[i].seen, s)
		}
		f := s.history.export(t.rule, p, owner, all, &s.groups)
		f.Object.Owner = s.whose(all[0].sights)
		fill(f.Object.Owner, s.owners.of(estate.ServiceTemplate, estate.Group{}, owner.ref.ID, &s.groups))
		out.add(f)
	}
	out.sort()
	t.exported, t.findings = out, findings{} // they need not be held twice
	return out
}

// bestFirst sorts the findings on one object: the gravest first, and among equals the one from the store that gateways
// run, then the source that ranks first. No two findings that differ are equal, because they come in any order: several
// rows may have one place.
func bestFirst(r *rule.Rule, sights []rule.Finding, rank func(source string) int) {
	slices.SortFunc(sights, func(a, b rule.Finding) int {
		first := cmp.Or(
			-cmp.Compare(severity(r, a), severity(r, b)),
			-cmp.Compare(running(a), running(b)),
			cmp.Compare(at(a).String(), at(b).String()),
			cmp.Compare(rank(a.Subject.Origin.Source), rank(b.Subject.Origin.Source)),
			cmp.Compare(a.Subject.Origin.Source, b.Subject.Origin.Source),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Subject.Name, b.Subject.Name),
		)
		if first != 0 {
			return first
		}
		return cmp.Compare(whole(a), whole(b))
	})
}

// whole returns everything that a report shows of a finding and in which two at one place may differ.
func whole(f rule.Finding) string {
	return fmt.Sprint(f.Evidence, f.Remediation, f.Subject.Labels, f.Subject.Parent, f.Subject.Version, f.Case.Confidence) // maps are printed sorted
}

// export merges the findings on one object, best first. The best is shown. The others add evidence that only they have,
// and their places; a different message is listed as evidence.
func export(r *rule.Rule, p version.Path, k key, sights []rule.Finding, g *groups) report.Finding {
	best := sights[0]
	entries, change := caseOf(r, best.Case)
	out := report.Finding{
		Fingerprint: fingerprint(r.ID, k, best.Subject.Group, p),
		Rule:        r.ID,
		Title:       r.Title,
		Doc:         "rules explain " + r.ID,
		Catalogue:   entries,
		Severity:    severity(r, best).String(),
		Confidence:  string(cmp.Or(best.Case.Confidence, r.Confidence)),
		Change:      firstGained(change, p),
		Timing:      string(cmp.Or(r.Timing, rule.Before)),
		Object:      object(best.Subject),
		Location:    located(best.Subject, best.Pointer),
		Message:     best.Message,
		Evidence:    add([]report.Evidence{}, best.Evidence),
		Action:      cmp.Or(best.Action, r.Action),
		Remediation: steps(best.Remediation, published(k.ref.Kind) && g.enforces(best.Subject.Group)),
	}
	for _, also := range sights[1:] {
		out.Evidence = add(out.Evidence, also.Evidence)
		e := rule.AlsoAt(at(also))
		if also.Message != best.Message {
			e = rule.Evidence{Name: "differs at " + e.Value, Value: also.Message, At: e.At}
		}
		if e.Value != out.Location.Where { // two rows may have the same place
			out.Evidence = add(out.Evidence, []rule.Evidence{e})
		}
	}
	return out
}

// caseOf returns the catalogue entries and the change that a finding or check of rule r is about.
func caseOf(r *rule.Rule, c rule.Case) ([]string, version.Change) {
	if c.Entry == "" {
		return append([]string{}, r.Catalogue...), r.Change
	}
	return []string{c.Entry}, c.Change
}

// add appends the facts that are not in the list yet.
func add(to []report.Evidence, facts []rule.Evidence) []report.Evidence {
	for _, f := range facts {
		if slices.ContainsFunc(to, func(e report.Evidence) bool { return e.Name == f.Name && e.Value == f.Value }) {
			continue
		}
		e := report.Evidence{Name: f.Name, Value: f.Value, Kind: string(f.Kind)}
		if f.At != (estate.Place{}) {
			place := location(f.At)
			e.Location = &place
		}
		to = append(to, e)
	}
	return to
}

func running(f rule.Finding) int {
	if f.Subject.Origin.Running {
		return 1
	}
	return 0
}

func severity(r *rule.Rule, f rule.Finding) rule.Severity { return cmp.Or(f.Severity, r.Severity) }

func at(f rule.Finding) estate.Place { return f.Subject.Origin.At(f.Pointer) }

// pathPlace is the place of a finding on the upgrade path itself. It is not a place that a program could open.
const pathPlace = "upgrade path"

// located returns the place inside an object that a finding or a doubt is about.
func located(s estate.Subject, pointer string) report.Location {
	if s.Ref.Kind == 0 {
		return report.Location{Source: "path", Where: pathPlace}
	}
	return location(s.Origin.At(pointer))
}

// location returns a place in the form of the report. Only here are its fields put into words.
func location(p estate.Place) report.Location {
	return report.Location{
		Source: p.Source, Where: p.String(), File: p.File, Line: p.Line, Column: p.Column, EndLine: p.EndLine, EndColumn: p.EndColumn,
		Table: p.Table, Key: p.Key, Pointer: p.Pointer,
	}
}

func object(s estate.Subject) report.Object {
	o := report.Object{Kind: "path", ID: s.Ref.ID, Name: s.Name, GatewayGroup: s.Group.Label(), GatewayGroupID: s.Group.ID, State: string(s.Ref.Kind.State())}
	if s.Ref.Kind != 0 {
		o.Kind = s.Ref.Kind.String()
	}
	o.Labels = labels(s.Labels)
	return o
}

// labels copies an owner's labels and masks credentials in them, which must not end up in a ticket. Labels whose names are
// masked are one, which says nothing of their values.
func labels(in map[string]string) map[string]string {
	out := make(map[string]string, len(in))
	for k, v := range in {
		if name := redact.LabelName(k); name != k {
			out[name] = redact.Marker
			continue
		}
		out[k] = redact.Label(k, v)
	}
	return out
}

// steps returns steps in the form of the report. If changes are refused, commands that change an object are left out,
// and a step says how it is changed instead.
func steps(in []rule.Step, refused bool) []report.Remediation {
	out := make([]report.Remediation, 0, len(in)+1)
	for _, s := range in {
		c := s.Command
		if refused && c.Changes {
			if !slices.ContainsFunc(out, func(r report.Remediation) bool { return r.Text == overTemplate }) {
				out = append(out, report.Remediation{When: string(s.When), Text: overTemplate, Variables: []string{}})
			}
			c = rule.Command{}
		}
		out = append(out, report.Remediation{When: string(s.When), Text: s.Text, Command: c.Line, Variables: append([]string{}, c.Reads...)})
	}
	return out
}

const overTemplate = "Publishing is enforced on this gateway group, so its services are not changed directly: make the changes that follow " +
	"in the service template, and publish it as a new version."

// published reports whether objects of kind k get onto a gateway group by publishing a template.
func published(k estate.Kind) bool {
	switch k { //nolint:exhaustive // the others are made on the gateway group itself
	case estate.Service, estate.Route, estate.StreamRoute:
		return true
	}
	return false
}

// fingerprint identifies an affected object across runs, sources and changes of wording. It uses the gateway group's
// name, because every source knows it. The path is identified by where it leads to: that it begins elsewhere after a small
// upgrade does not make it another one.
func fingerprint(id string, k key, group estate.Group, p version.Path) string {
	kind, object := "path", p.To.String()
	if k.ref.Kind != 0 {
		kind, object = k.ref.Kind.String(), k.ref.ID
	}
	return hashed(id, kind, group.Label(), object, k.part)
}

// hashed returns a fingerprint of parts.
func hashed(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:12])
}

// firstGained returns the release in which path p gains change c: the first one of the target's line, else the oldest
// one of all lines; empty if the change has no releases.
func firstGained(c version.Change, p version.Path) string {
	var first version.Version
	for _, f := range c.First() {
		if f.Line() == p.To.Line() {
			return f.String()
		}
		if first.IsZero() || f.Less(first) {
			first = f
		}
	}
	if first.IsZero() {
		return ""
	}
	return first.String()
}
