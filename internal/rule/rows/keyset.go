package rows

import (
	"cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// KeySet is a fact about keys that are set in configuration files or Helm values.
type KeySet struct {
	Case rule.Case
	// In are the kinds of files to look at. Pointers in this row are relative to their settings, or to the image
	// itself.
	In []estate.Kind
	// Chart is the chart whose values are meant, if In has Helm values.
	Chart string
	// Charts are the first versions of that chart with the change. If the version of the chart is known, they count
	// instead of the releases of Case, because several versions of a chart install the same release.
	Charts version.Change
	// Keys are JSON pointers. Each key that is set, and not to null, is a finding of its own.
	Keys []string
	// If is asked about the value of a key; nil: it is enough that the key is set.
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
func (k KeySet) About() rule.Case { return k.Case }

// InChart returns the chart and its first versions with the change.
func (k KeySet) InChart() (chart string, first version.Change) { return k.Chart, k.Charts }

func (k KeySet) file() file {
	return file{
		about: k.Case, in: k.In, chart: k.Chart, charts: k.Charts, writtenByChart: k.WrittenByChart, severity: k.Severity, says: k.Says,
		action: k.Action, steps: k.Steps,
	}
}

// Watch looks at every file of the kinds.
func (k KeySet) Watch(p *rule.Pass) {
	k.file().watch(p, func(f file, r *estate.Resource, all estate.Value) {
		for _, key := range k.Keys {
			truth := cond.Set(key, k.If)(all)
			f.report(p, r, truth, cmp.Or(truth.At(), key))
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
