package engine

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// write turns a finished plan into a report that only needs sealing. Only if noted, it has notes.
func (p *plan) write(o *Options, s *stream, noted bool) *report.Report {
	r := &report.Report{
		SchemaVersion: report.SchemaVersion,
		Tool:          o.Tool,
		Path:          p.describe(o),
		Sources:       []report.Source{},
		GatewayGroups: []report.GatewayGroup{},
		Scope:         o.Scope,
		FailOn:        o.FailOn,
		Findings:      report.Findings{},
		Rules:         []report.Rule{},
		ManualChecks:  []report.ManualCheck{},
		Waivers:       []report.WaiverUse{},
		Notes:         []report.Note{},
	}
	open := &ledger{}
	for _, t := range p.rules {
		found := t.found(p.path, s) // a rule may panic there
		t.gather(p.path)
		if t.leftOut != "" {
			t.answer = answer{t.result(o, p.path, s, &ledger{}, len(found.all)), found.reach.entries, t.byHand(p.path)}
			r.Rules = append(r.Rules, t.disabled(p.path))
			continue
		}
		res := t.result(o, p.path, s, open, len(found.all))
		res.Groups, res.Labels = tallies(found.reach.groups), tallies(found.reach.labels)
		t.answer = answer{res, found.reach.entries, t.byHand(p.path)}
		r.Findings = append(r.Findings, found.list()...)
		r.ManualChecks = append(r.ManualChecks, t.answer.checks...)
		r.Rules = append(r.Rules, res)
	}
	open.general(o, p, s)
	r.Unexamined = open.list(o)
	settle(r.Rules, r.Unexamined)
	for _, in := range s.sources {
		r.Sources = append(r.Sources, in.describe(p.need, open))
	}
	for _, g := range s.groups.sorted() {
		r.GatewayGroups = append(r.GatewayGroups, report.GatewayGroup(g))
	}
	if noted {
		r.Notes = p.notes(o, s, open)
	}
	r.Target = target(p.rules, p.path)
	for _, t := range p.rules {
		t.outcome = nil
	}
	return r
}

// notes returns what the sources note, in what they differ, and which flags had no effect.
func (p *plan) notes(o *Options, s *stream, open *ledger) []report.Note {
	notes := []report.Note{}
	for _, in := range s.sources {
		for _, n := range in.coverage.Notes {
			notes = append(notes, report.Note{What: n.What, Why: n.Why})
		}
	}
	return slices.Concat(notes, s.disagreements(p.need), o.unused(p, open))
}

// tallies returns counts in the form of the report, the largest first.
func tallies(counts map[string]int) []report.Tally {
	out := make([]report.Tally, 0, len(counts))
	for name, n := range counts {
		out = append(out, report.Tally{Name: name, Findings: n})
	}
	slices.SortFunc(out, func(a, b report.Tally) int {
		return cmp.Or(-cmp.Compare(a.Findings, b.Findings), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// describe returns the path in the form of the report.
func (p *plan) describe(o *Options) report.Path {
	out := report.Path{
		From: p.path.From.String(), FromEvidence: o.FromEvidence, FromGiven: o.FromGiven, To: p.path.To.String(),
		Lines: []string{}, Skips: []string{}, Guide: p.path.Guide(),
	}
	if !p.path.Gateways.IsZero() {
		out.Gateways = p.path.Gateways.String()
	}
	for _, l := range p.path.Lines() {
		out.Lines = append(out.Lines, l.String())
	}
	for _, l := range p.path.Skips() {
		out.Skips = append(out.Skips, l.String())
	}
	return out
}

// result decides the status of a rule. It passed only if everything it listens to was read completely, no given
// source lacks what it needs, and there was no doubt, no panic and no finding.
func (t *ruleRun) result(o *Options, p version.Path, s *stream, open *ledger, found int) report.Rule {
	res := t.about(p)
	res.Status, res.Findings = t.status, found
	if t.status == report.NotApplicable {
		res.Reasons = append(res.Reasons, whyNot(t.rule, p))
	}
	if !t.judged {
		return res
	}
	if t.rule.ByHand() && t.broken == "" {
		return t.reminder(res)
	}
	beyond := t.unread(&res, o.Scope, s, open)
	for _, d := range t.doubts {
		res.Reasons = append(res.Reasons, d.at.Where+": "+d.Why)
		open.doubt(t.rule.ID, d, s.groups.of(d.Subject.Group))
	}
	if t.broken != "" {
		g := estate.Gap{ID: estate.InternalError, What: "rule " + t.rule.ID, Why: t.broken}
		res.Reasons = append(res.Reasons, g.What+": "+g.Why)
		open.add(t.rule.ID, g)
	}
	lacking := t.lacking(o.Scope, s, beyond)
	if len(lacking) == 0 && t.wantsOtherGroups(o.Scope, s) {
		gap := s.others()
		res.Reasons = append(res.Reasons, gap.What+": "+gap.Why)
		open.add(t.rule.ID, gap)
	}
	switch {
	case found > 0:
		res.Status = report.Failed
	case len(res.Reasons) > 0:
		res.Status = report.Unknown
	case len(lacking) > 0:
		res.Status = report.NotAssessed
		res.Reasons = append(res.Reasons, "no given source holds "+strings.Join(names(lacking), ", "))
	case len(t.checks) > 0 && len(t.kinds) == 0:
		res.Status = report.Manual // it looked at nothing and leaves the question to a person
	default:
		res.Status = report.Passed
	}
	if reason, ok := o.Accept[t.rule.ID]; ok && open.rules[t.rule.ID] > 0 {
		res.Accepted = true
		res.Reasons = append(res.Reasons, "accepted: "+reason)
	}
	return res
}

// about returns what is known of the rule before it is judged.
func (t *ruleRun) about(p version.Path) report.Rule {
	return report.Rule{
		Rule: t.rule.ID, Title: t.rule.Title, Catalogue: append([]string{}, t.rule.Entries()...),
		Severity: t.rule.Severity.String(), Change: firstGained(t.rule.Change, p), Reasons: []string{}, Beyond: []string{},
	}
}

// disabled returns the result of a rule that the user leaves out.
func (t *ruleRun) disabled(p version.Path) report.Rule {
	res := t.about(p)
	res.Status, res.Reasons = report.Disabled, []string{t.leftOut}
	return res
}

// unread records the gaps in what the rule listens to or needs, and returns the kinds that no given source can hold.
func (t *ruleRun) unread(res *report.Rule, scope report.Scope, s *stream, open *ledger) (beyond []estate.Kind) {
	for _, k := range t.kinds {
		gaps, assessed := s.gaps(k)
		if !assessed && scope == report.ScopeGiven {
			beyond = append(beyond, k)
			continue
		}
		for _, g := range gaps {
			if !slices.ContainsFunc(t.runs, func(r *run) bool { return r.registered.Lacks(k, g) }) {
				continue
			}
			if reason := g.What + ": " + g.Why; !slices.Contains(res.Reasons, reason) { // missing files are one gap for all kinds
				res.Reasons = append(res.Reasons, reason)
			}
			g.ID = cmp.Or(g.ID, estate.CauseOf(k))
			open.add(t.rule.ID, g)
		}
		res.Examined += s.counted(k)
	}
	res.Beyond = append(res.Beyond, names(beyond)...)
	return beyond
}

func names(kinds []estate.Kind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.String()
	}
	return out
}

// reminder returns the result of a rule that only reminds. If something could not be read, the rule reminds; it
// leaves no gap.
func (t *ruleRun) reminder(res report.Rule) report.Rule {
	if res.Status = report.Manual; len(t.checks) == 0 {
		res.Status, res.Reasons = report.NotApplicable, append(res.Reasons, "nothing in the installation is affected")
	}
	return res
}

// gaps returns what no source read of kind k; assessed is false if no source can hold it. One source that read a kind
// completely makes up for another that did not. Every rule on every path asks, once all sources were read; the answer is
// only to be read.
func (s *stream) gaps(k estate.Kind) (gaps []estate.Gap, assessed bool) {
	if s.lacked == nil {
		s.lacked = map[estate.Kind]lacked{}
	}
	known, ok := s.lacked[k]
	if !ok {
		known.gaps, known.held = s.missing(k)
		s.lacked[k] = known
	}
	return known.gaps, known.held
}

func (s *stream) missing(k estate.Kind) (gaps []estate.Gap, assessed bool) {
	for _, in := range s.sources {
		missing, holds := in.gaps(k)
		assessed = assessed || holds
		gaps = append(gaps, missing...)
	}
	switch {
	case s.complete(k):
		return nil, true
	case !assessed && k.InFiles() && !s.hasFiles():
		next := "assess only the rest with --scope given"
		if flag := s.elsewhere(k); flag != "" {
			next = "give " + flag + " with the folder or files of Dashboard, DP Manager and gateways, docker-compose.yaml or Helm values; or " + next
		}
		return []estate.Gap{{ID: estate.ConfigurationFiles, What: "configuration files", Why: "none were given", Next: next}}, false
	case !assessed && k.InFiles():
		return []estate.Gap{{What: k.String(), Why: "none are among the configuration files", Next: "add the file or folder: " + s.elsewhere(k)}}, false
	case !assessed:
		return estate.Advised([]estate.Gap{{ID: estate.NoDatabase, What: k.String(), Why: "no given source can hold it"}}, s.elsewhere(k)), false
	}
	return estate.Advised(gaps, s.elsewhere(k)), true
}

// hasFiles reports whether any source holds configuration files.
func (s *stream) hasFiles() bool {
	return slices.ContainsFunc(estate.Kinds(), func(k estate.Kind) bool {
		return k.InFiles() && slices.ContainsFunc(s.sources, func(in *read) bool { return in.source.Holds(k) })
	})
}

// whole reports whether one source read every resource of kind k in the whole installation.
func (s *stream) whole(k estate.Kind) bool { return s.readBy(k, hides) }

// complete reports whether one source read every resource of kind k with all fields.
func (s *stream) complete(k estate.Kind) bool {
	return s.readBy(k, func(gaps []estate.Gap) bool { return len(gaps) > 0 })
}

func (s *stream) readBy(k estate.Kind, lacks func([]estate.Gap) bool) bool {
	return slices.ContainsFunc(s.sources, func(in *read) bool {
		missing, holds := in.gaps(k)
		return holds && !lacks(missing) && !in.partial(k)
	})
}

func (s *stream) counted(k estate.Kind) int64 {
	var n int64
	for _, in := range s.sources {
		n = max(n, in.counted(k))
	}
	return n
}

// describe returns what was read of a source. What was not read refers to the ledger's entry, which is complete.
func (in *read) describe(need estate.Need, open *ledger) report.Source {
	info := in.source.Info()
	out := report.Source{Kind: info.Kind, Name: info.Name, Complete: true, Kinds: []report.SourceKind{}}
	for _, k := range estate.Kinds() {
		if !need.Wants(k) {
			continue
		}
		gaps, holds := in.gaps(k)
		if !holds {
			continue
		}
		kind := report.SourceKind{Kind: k.String(), Count: in.counted(k), Complete: len(gaps) == 0, Unexamined: []string{}}
		why := make([]string, len(gaps))
		for i, g := range gaps {
			why[i] = g.What + ": " + g.Why
			if at, needed := open.index[said{g.What, g.Why}]; needed {
				kind.Unexamined = append(kind.Unexamined, open.entries[at].Fingerprint)
			}
		}
		kind.Why = strings.Join(why, "; ")
		out.Complete = out.Complete && kind.Complete
		out.Kinds = append(out.Kinds, kind)
	}
	return out
}
