package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Show says what the table unfolds below the verdict. The zero value unfolds nothing: the table is one screen.
type Show struct {
	Rules    []string // ids: objects, evidence, steps and commands of these rules
	Missing  bool     // what was not examined, accepted or judged
	Manual   bool     // the checks by hand
	Target   bool     // the known defects of the target
	Notices  bool     // findings that are notices, and what was noticed while reading
	Settings bool     // what somebody decided: settings, rules left out, doubts accepted, findings waived
	All      bool     // everything; together with others: all objects of these
}

// Topics returns the words that name a part of [Show], in the order of help.
func Topics() []string {
	return []string{"missing", "manual", "target", "notices", "settings", "all"}
}

// Add adds a topic, and reports whether there is one of that name.
func (s *Show) Add(topic string) bool {
	parts := map[string]*bool{
		"missing": &s.Missing, "manual": &s.Manual, "target": &s.Target,
		"notices": &s.Notices, "settings": &s.Settings, "all": &s.All,
	}
	if parts[topic] == nil {
		return false
	}
	*parts[topic] = true
	return true
}

// parts reports whether anything but All is asked for.
func (s *Show) parts() bool {
	return len(s.Rules) > 0 || s.Missing || s.Manual || s.Target || s.Notices || s.Settings
}

// Filter says which findings the table shows. It never changes the verdict or its counts. The zero value shows all.
type Filter struct {
	MinSeverity string   // breaking, warning or notice; empty: notice
	Groups      []string // names or ids of gateway groups; a finding of any of them is shown
	Owners      []string // labels as KEY=VALUE; a finding with any of them is shown
}

// empty reports whether everything is shown.
func (f Filter) empty() bool {
	return cmp.Or(f.MinSeverity, report.SeverityNotice) == report.SeverityNotice && len(f.Groups)+len(f.Owners) == 0
}

// keeps reports whether a finding is shown.
func (f Filter) keeps(found *report.Finding) bool {
	if f.MinSeverity != "" && slices.Index(severities, found.Severity) > slices.Index(severities, f.MinSeverity) {
		return false
	}
	if len(f.Groups) > 0 && !slices.ContainsFunc(f.Groups, func(name string) bool {
		return name != "" && (name == found.Object.GatewayGroup || name == found.Object.GatewayGroupID)
	}) {
		return false
	}
	return len(f.Owners) == 0 || slices.ContainsFunc(f.Owners, func(label string) bool {
		key, value, _ := strings.Cut(label, "=")
		has, labelled := found.Object.Owner[key]
		return labelled && has == value
	})
}

// words returns the filter as its flags are written.
func (f Filter) words() string {
	var parts []string
	if f.MinSeverity != "" && f.MinSeverity != report.SeverityNotice {
		parts = append(parts, "--min-severity "+f.MinSeverity)
	}
	for _, name := range f.Groups {
		parts = append(parts, "--group "+name)
	}
	for _, label := range f.Owners {
		parts = append(parts, "--owner "+label)
	}
	return strings.Join(parts, " ")
}

// unfold writes the parts that were asked for, in the order of the work, and above them what their commands need.
func (p *page) unfold(r *report.Report) error {
	p.filtered(r)
	p.setVariables(r)
	return p.parts(r)
}

// wants reports whether a part is asked for, by itself or as a part of everything.
func (s *Show) wants(part bool) bool { return part || s.All && !s.parts() }

// finding reports whether a finding is asked for.
func (s *Show) finding(f *report.Finding) bool {
	return s.wants(slices.Contains(s.Rules, f.Rule) || s.Notices && f.Severity == report.SeverityNotice)
}

// check reports whether a check by hand is asked for.
func (s *Show) check(m *report.ManualCheck) bool {
	return s.wants(s.Manual || slices.Contains(s.Rules, m.Rule))
}

func (p *page) parts(r *report.Report) error {
	s := &p.show
	if err := p.findings(r, s.finding); err != nil {
		return err
	}
	if s.wants(s.Missing) {
		p.notExamined(r)
		p.notJudged(r)
	}
	if s.wants(s.Settings) {
		p.accepted(r)
		p.waivers(r)
	}
	if err := p.setApart(r); err != nil {
		return err
	}
	if s.wants(s.Target) {
		p.target(r)
	}
	if s.wants(false) {
		p.gap()
		p.skips(r)
	}
	if s.wants(s.Notices) {
		p.noticed(r)
	}
	p.byHand(r)
	for _, id := range s.Rules {
		p.outcome(r, id)
	}
	if s.wants(s.Settings) {
		p.restsOn(r)
	}
	if s.wants(false) {
		p.lookedAt(r)
	}
	p.nothing(r)
	return nil
}

// outcome says what became of a rule that has neither findings to show nor a check by hand.
func (p *page) outcome(r *report.Report, id string) {
	i := slices.IndexFunc(r.Rules, func(rule report.Rule) bool { return rule.Rule == id })
	if i < 0 {
		return
	}
	rule := &r.Rules[i]
	if rule.Findings > 0 && len(rule.Reasons) == 0 {
		if !p.filter.empty() && !r.Findings.Contain(func(f *report.Finding) bool { return f.Rule == id && p.filter.keeps(f) }) {
			p.gap()
			p.prose(0, "", plain, "None of the "+count(rule.Findings, "finding", "findings")+" of "+id+" fits "+p.filter.words()+".")
		}
		return
	}
	byHand := slices.ContainsFunc(r.ManualChecks, func(m report.ManualCheck) bool { return m.Rule == id })
	if byHand && len(rule.Reasons) == 0 {
		return
	}
	p.gap()
	p.labelled(plain, strings.ReplaceAll(string(rule.Status), "_", " "), rule.Rule, count(rule.Examined, "resource", "resources")+" examined")
	p.prose(atBody, "", plain, rule.Title)
	for _, reason := range rule.Reasons[:p.limit(len(rule.Reasons))] {
		p.prose(atBody, "", plain, reason)
	}
	p.more(p.limit(len(rule.Reasons)), len(rule.Reasons))
}

// filtered says which part of the findings is shown.
func (p *page) filtered(r *report.Report) {
	if p.filter.empty() {
		return
	}
	n := 0
	for f := range r.Findings.All() {
		if p.filter.keeps(f) {
			n++
		}
	}
	p.gap()
	p.prose(0, "Shown: ", plain, "only "+p.filter.words()+", "+thousands(n)+" of "+count(len(r.Findings), "finding", "findings")+
		". The verdict is about all of them.")
	if n == 0 {
		p.known(r)
	}
}

// known names the gateway groups and labels that findings have, for somebody whose filter fits none.
func (p *page) known(r *report.Report) {
	groups, labels := map[string]int{}, map[string]int{}
	for i := range r.Rules {
		for _, t := range r.Rules[i].Groups {
			groups[t.Name] += t.Findings
		}
		for _, t := range r.Rules[i].Labels {
			labels[t.Name] += t.Findings
		}
	}
	delete(groups, "")
	if len(p.filter.Groups) > 0 {
		p.prose(0, "", plain, "Gateway groups with findings: "+cmp.Or(most(groups, listed), "none"))
	}
	if len(p.filter.Owners) > 0 {
		p.prose(0, "", plain, "Labels with findings: "+cmp.Or(most(labels, listed), "none"))
	}
}

// nothing says so where a part was asked for that is empty.
func (p *page) nothing(r *report.Report) {
	s := p.show
	for _, part := range []struct {
		asked bool
		n     int
		words string
	}{
		{s.Missing, open(r) + len(outside(r)) + len(inPart(r)), "Everything that had to be examined was examined."},
		{s.Manual, len(r.ManualChecks), "Nothing is left to check by hand."},
		{s.Target, len(r.Target.Defects), cmp.Or(r.Target.Advice, "Nothing is known of "+r.Path.To+".")},
		{s.Notices, r.Summary.Notice + len(r.Notes), "No notices."},
	} {
		if part.asked && part.n == 0 {
			p.gap()
			p.prose(0, "", plain, part.words)
		}
	}
}

// restsOn writes what was set for this run and can change what it says.
func (p *page) restsOn(r *report.Report) {
	settings := slices.DeleteFunc(slices.Clone(r.Run.Settings), func(s report.Setting) bool { return !s.Decides && s.From == report.FromFlag })
	if len(settings)+leftOut(r) == 0 {
		p.gap()
		p.prose(0, "", plain, "Nothing was set that can change the verdict, and no rule was left out.")
		return
	}
	p.section("Settings", "")
	for _, s := range settings {
		p.spread(atLabel, s.From, span{plain, s.Name + " " + s.Value})
	}
	p.disabled(r)
}
