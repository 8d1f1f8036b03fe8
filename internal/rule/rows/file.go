package rows

import (
	"cmp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// file is what [KeySet], [KeyAbsent] and [ValueIs] share. Their fields document it.
type file struct {
	about          rule.Case
	in             []estate.Kind
	chart          string
	charts         version.Change
	writtenByChart bool
	severity       rule.Severity
	says           string
	action         string
	steps          []rule.Step
	// ofDefault is true for a row about a default. A default that does not change is not worth reporting.
	ofDefault bool
	tell      func(rule.Finding) // takes the findings; nil: they are reported

	from version.Version // what is installed, from the start on
}

// watch calls judge for every file of the row's kinds and chart.
func (f file) watch(p *rule.Pass, judge func(on file, r *estate.Resource, settings estate.Value)) {
	f.from = p.FromOf(f.about).Release()
	for _, k := range f.in {
		p.On(k, func(r *estate.Resource) {
			if k != estate.HelmValues || r.Field("chart").TextOrEmpty() == f.chart {
				judge(f, r, settings.Of(r))
			}
		})
	}
}

// report reports a finding on the key at a pointer if truth is yes, and a doubt if it is open.
func (f file) report(p *rule.Pass, r *estate.Resource, truth cond.Truth, key string, more ...rule.Evidence) {
	if !truth.Yes() && !truth.Open() {
		return
	}
	named := func(pointer string) string { return settings.Path(r, pointer) }
	installed, gained := f.installed(r)
	if truth.Open() && !gained { // an installed change would give a notice at most, so no doubt
		p.Doubt(r, settings.Place(r, key), truth.DoubtAs(named))
	}
	if !truth.Yes() {
		return
	}
	found := rule.Finding{
		Subject: r.Subject(), Case: f.about, Part: key, Pointer: settings.Place(r, key), Severity: cmp.Or(f.severity, p.Severity),
		Message: settings.Path(r, key) + ": " + f.says, Evidence: append(truth.Evidence(named), more...), Action: f.action, Remediation: f.steps,
	}
	if from := r.Field("replaced").Get(key).TextOrEmpty(); from != "" {
		found.Evidence = append(found.Evidence, rule.Evidence{Name: "variable", Value: from})
	}
	why, drop := f.milder(r, found.Severity, installed, gained)
	if drop {
		return
	}
	if why.Name != "" {
		found.Severity, found.Evidence = rule.Notice, append(found.Evidence, why)
	}
	if f.tell != nil {
		f.tell(found)
		return
	}
	p.Report(found)
}

// milder returns the evidence that makes a finding a notice; the zero Evidence if there is none. drop is true if the
// finding is not worth reporting at all.
func (f file) milder(r *estate.Resource, severity rule.Severity, installed string, gained bool) (reason rule.Evidence, drop bool) {
	switch unset := f.writtenByChart && (settings.Rendered(r) || settings.Unpacked(r)); {
	case gained && (f.ofDefault || severity == rule.Notice):
		return reason, true // the default does not change, or the notice is old news
	case unset && severity == rule.Notice && (settings.MadeByChart(r) || settings.Unpacked(r)):
		return reason, true // nobody wrote it, and the new chart removes it
	case gained:
		reason = rule.Evidence{Name: "not new", Value: installed + " already has this change"}
	case unset && settings.Unpacked(r):
		reason = settings.PerhapsTheCharts()
	case unset && !f.about.Change.IsZero():
		reason = rule.Evidence{Name: "perhaps not yours", Value: chartWrote}
	}
	return reason, false
}

// chartWrote is said of a key in a ConfigMap that nobody's values may contain.
const chartWrote = "the vendor's Helm chart wrote this key by itself until this change, and the target's chart creates the ConfigMap again " +
	"without it; the key is yours if your values have it, or if no chart creates the ConfigMap"

// installed reports whether the installed release or chart has the change, and names it. If nobody can tell, gained
// is false.
func (f file) installed(r *estate.Resource) (what string, gained bool) {
	if f.about.Change.IsZero() {
		return "", false
	}
	if r.Kind != estate.HelmValues || f.charts.IsZero() {
		return f.from.String(), f.about.Change.In(f.from)
	}
	return settings.Installed(r, f.from, f.charts, f.about.Change)
}

// flaws returns what is wrong with the row.
func (f file) flaws() rule.Flaws {
	flaws := foundFlaws(f.severity, f.says, f.action, f.steps)
	flaws.Add(len(f.in) == 0, "In: no kind of file, so that it looks at nothing")
	for i, k := range f.in {
		flaws.Add(!k.InFiles(), "In: %s is no kind of file", k)
		flaws.Add(slices.Contains(f.in[:i], k), "In: %s is there twice", k)
	}
	helm := slices.Contains(f.in, estate.HelmValues)
	flaws.Add(helm && version.Charts(f.chart) == nil, "Chart: %q is none of the vendor's, and In has Helm values", f.chart)
	flaws.Add(!helm && (f.chart != "" || !f.charts.IsZero()), "Chart, Charts: In has no Helm values")
	return flaws
}
