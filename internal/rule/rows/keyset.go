package rows

import (
	"cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// KeySet is a fact about keys of configuration files or of Helm values that are there.
type KeySet struct {
	Case rule.Case
	// In are the kinds of files to look at. Pointers of this row are below their settings; of an image, below the image.
	In []estate.Kind
	// Chart is the chart whose values are meant, where In has Helm values.
	Chart string
	// Charts are the first versions of that chart with the change. They count, instead of the releases of Case, where the
	// version of the chart is known: several versions of a chart install one release.
	Charts version.Change
	// Keys are JSON pointers. Each key that is there, and is not null, is a finding of its own.
	Keys []string
	// If is asked of the value of a key; nil: that it is there is enough.
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
func (k KeySet) About() rule.Case { return k.Case }

// InChart returns the chart and its first versions with the change.
func (k KeySet) InChart() (chart string, first version.Change) { return k.Chart, k.Charts }

func (k KeySet) file() file {
	return file{
		about: k.Case, in: k.In, chart: k.Chart, charts: k.Charts, writtenByChart: k.WrittenByChart, severity: k.Severity, says: k.Says,
		steps: k.Steps,
	}
}

// Watch looks at every file of the kinds.
func (k KeySet) Watch(p *rule.Pass) {
	k.file().watch(p, func(r *estate.Resource, all estate.Value) {
		for _, key := range k.Keys {
			truth := cond.Set(key, k.If)(all)
			k.file().report(p, r, truth, cmp.Or(truth.At(), key))
		}
	})
}

// Flaws returns what is wrong with the row.
func (k KeySet) Flaws() []string {
	f := k.file().flaws()
	f.Add(len(k.Keys) == 0, "Keys: none, so that it asks for nothing")
	for _, key := range k.Keys {
		f.Add(key == "" || key[0] != '/', "Keys: %q, want a JSON pointer below the settings", key)
	}
	return f
}
