package rows

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// ValueIs is a fact about what configuration files or Helm values say.
type ValueIs struct {
	Case rule.Case
	// In are the kinds of files to look at. Pointers of this row are below their settings; of an image, below the image.
	In []estate.Kind
	// Chart is the chart whose values are meant, where In has Helm values.
	Chart string
	// Charts are the first versions of that chart with the change. They count, instead of the releases of Case, where the
	// version of the chart is known: several versions of a chart install one release.
	Charts version.Change
	// If is asked of the settings. What made it hold is the place of the finding.
	If cond.Condition
	// WrittenByChart is true of keys that the vendor's chart has in its default values, or writes into its ConfigMaps, or wrote
	// there until the change. There they need not be anybody's setting, and the chart of the target brings both anew: a
	// notice at most, and nothing where it is certain that the chart wrote them and a notice is all that there is to give.
	WrittenByChart bool
	// Severity is that of a file that the path changes; zero: the rule's. Where the installed release has the change already
	// it is a notice.
	Severity rule.Severity
	// Says is what is wrong. It follows the path of the key and a colon.
	Says string
	// Steps are what to do.
	Steps []rule.Step
}

// About returns the case.
func (v ValueIs) About() rule.Case { return v.Case }

// InChart returns the chart and its first versions with the change.
func (v ValueIs) InChart() (chart string, first version.Change) { return v.Chart, v.Charts }

func (v ValueIs) file() file {
	return file{
		about: v.Case, in: v.In, chart: v.Chart, charts: v.Charts, writtenByChart: v.WrittenByChart, severity: v.Severity, says: v.Says,
		steps: v.Steps,
	}
}

// Watch looks at every file of the kinds.
func (v ValueIs) Watch(p *rule.Pass) {
	v.file().watch(p, func(r *estate.Resource, all estate.Value) {
		truth := v.If(all)
		v.file().report(p, r, truth, truth.At())
	})
}

// Flaws returns what is wrong with the row.
func (v ValueIs) Flaws() []string {
	f := v.file().flaws()
	f.Add(v.If == nil, "If: nil, so that it asks for nothing")
	return f
}
