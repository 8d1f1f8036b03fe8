package rows

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// ValueIs is a fact about a value in configuration files or Helm values.
type ValueIs struct {
	Case rule.Case
	// In are the kinds of files to look at. Pointers in this row are relative to their settings, or to the image
	// itself.
	In []estate.Kind
	// Chart is the chart whose values are meant, if In has Helm values.
	Chart string
	// Charts are the first versions of that chart with the change. If the version of the chart is known, they count
	// instead of the releases of Case, because several versions of a chart install the same release.
	Charts version.Change
	// If is asked about the settings. The finding is at the place that made it hold.
	If cond.Condition
	// WrittenByChart is true for keys that the vendor's chart has in its default values, or writes into its
	// ConfigMaps, or wrote there until the change. There they may be nobody's setting, and the target's chart
	// replaces both the defaults and the ConfigMaps. So such a key is a notice at most, and not reported at all if it
	// is certain that the chart wrote it and the severity is a notice anyway.
	WrittenByChart bool
	// Severity is the severity if the upgrade brings the change; zero: the rule's. If the installed release already
	// has the change, it is a notice at most.
	Severity rule.Severity
	// Says is what is wrong. The message puts the key's path and a colon before it.
	Says string
	// Action is what to do first, in one line; empty: the rule's.
	Action string
	// Steps are the things to do.
	Steps []rule.Step
}

// About returns the case.
func (v ValueIs) About() rule.Case { return v.Case }

// InChart returns the chart and its first versions with the change.
func (v ValueIs) InChart() (chart string, first version.Change) { return v.Chart, v.Charts }

func (v ValueIs) file() file {
	return file{
		about: v.Case, in: v.In, chart: v.Chart, charts: v.Charts, writtenByChart: v.WrittenByChart, severity: v.Severity, says: v.Says,
		action: v.Action, steps: v.Steps,
	}
}

// Watch looks at every file of the kinds.
func (v ValueIs) Watch(p *rule.Pass) {
	v.file().watch(p, func(f file, r *estate.Resource, all estate.Value) {
		truth := v.If(all)
		f.report(p, r, truth, truth.At())
	})
}

// Flaws returns what is wrong with the row.
func (v ValueIs) Flaws() []string {
	f := v.file().flaws()
	f.Add(v.If == nil, "If: nil, so that it asks for nothing")
	return f
}
