// Package helmvalues judges values of the vendor's charts by code, for what no table of keys can say.
package helmvalues

import (
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Fact is a change of a chart that is judged by code, on the values of each release of that chart.
type Fact struct {
	Case  rule.Case
	Chart string
	// Charts are the first versions of the chart with the change.
	Charts version.Change
	Judge  func(*Values)
}

// Values are those of one release. They may be used while Judge runs.
type Values struct {
	estate.Value
	Fact

	Pass     *rule.Pass
	Resource *estate.Resource
	// From is the installed release of the control plane.
	From version.Version
	// InstalledIn is the installed chart or release that has the change already; empty: none.
	InstalledIn string
}

// About returns the case.
func (f Fact) About() rule.Case { return f.Case }

// InChart returns the chart and its first versions with the change.
func (f Fact) InChart() (chart string, first version.Change) { return f.Chart, f.Charts }

// Flaws returns what is wrong with the row.
func (f Fact) Flaws() []string {
	var flaws []string
	if version.Charts(f.Chart) == nil {
		flaws = append(flaws, fmt.Sprintf("Chart: %q is none of the vendor's", f.Chart))
	}
	if f.Judge == nil {
		flaws = append(flaws, "Judge: nil, so that nothing is judged")
	}
	return flaws
}

// Watch looks at values of the chart.
func (f Fact) Watch(p *rule.Pass) {
	control, from := p.From(), p.FromOf(f.Case)
	p.On(estate.HelmValues, func(r *estate.Resource) {
		if r.Field("chart").TextOrEmpty() != f.Chart {
			return
		}
		v := &Values{Value: settings.Of(r), Fact: f, Pass: p, Resource: r, From: control.Release()}
		if installed, has := settings.Installed(r, from.Release(), f.Charts, f.Case.Change); has {
			v.InstalledIn = installed
		}
		f.Judge(v)
	})
}

// At follows keys.
func (v *Values) At(keys ...string) estate.Value {
	found := v.Value
	for _, key := range keys {
		found = found.Get(key)
	}
	return found
}

// Report says what is wrong with the key at a pointer below the values. Where the installed chart has the change, it is
// a notice.
func (v *Values) Report(severity rule.Severity, pointer, says string, evidence []rule.Evidence, action string, steps ...rule.Step) {
	if v.InstalledIn != "" {
		severity = rule.Notice
		evidence = append(evidence, rule.Evidence{Name: "not new", Value: v.InstalledIn + " already has this change"})
	}
	v.Pass.Report(rule.Finding{
		Subject: v.Resource.Subject(), Case: v.Case, Part: pointer, Pointer: "/settings" + pointer, Severity: severity,
		Message: settings.Path(v.Resource, pointer) + ": " + says, Evidence: evidence, Action: action, Remediation: steps,
	})
}

// ReportDefault is Report for a value that some version of the chart has by default: in the values of an unpacked chart it
// is a notice.
func (v *Values) ReportDefault(severity rule.Severity, pointer, says string, evidence []rule.Evidence, action string, steps ...rule.Step) {
	if settings.Unpacked(v.Resource) {
		severity, evidence = rule.Notice, append(evidence, settings.PerhapsTheCharts())
	}
	v.Report(severity, pointer, says, evidence, action, steps...)
}

// Doubt says that a key cannot be judged, and why.
func (v *Values) Doubt(pointer, why string) {
	v.Pass.Doubt(v.Resource, "/settings", settings.Path(v.Resource, pointer)+": "+why)
}

// Switch reads a key that is true or false; otherwise stands for one that is not there. What cannot be read is in doubt, and
// known is false.
func (v *Values) Switch(otherwise bool, keys ...string) (on, known bool) {
	given := v.At(keys...).Bool()
	if why := given.Unreadable(); why != "" {
		v.Doubt(jsonptr.Append("", keys...), why)
		return false, false
	}
	if on, set := given.Known(); set {
		return on, true
	}
	return otherwise, true
}
