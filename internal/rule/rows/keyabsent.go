package rows

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// KeyAbsent is a fact about a key that is missing from configuration files or Helm values, so that a default applies,
// and the upgrade changes the default.
type KeyAbsent struct {
	Case rule.Case
	// In are the kinds of files to look at. Pointers in this row are relative to their settings, or to the image
	// itself.
	In []estate.Kind
	// Chart is the chart whose values are meant, if In has Helm values.
	Chart string
	// Charts are the first versions of that chart with the change. If the version of the chart is known, they count
	// instead of the releases of Case, because several versions of a chart install the same release.
	Charts version.Change
	// Key is a JSON pointer.
	Key string
	// Default is the default that applies before the change.
	Default Default
	// If is asked about the settings as well; nil: the absent key is enough.
	If cond.Condition
	// Severity is the severity if the upgrade brings the change; zero: the rule's. If the installed release already
	// has the change, it is a notice at most.
	Severity rule.Severity
	// Weigh makes a finding as grave as the rest of the installation makes it; nil: it is as grave as Severity says. It
	// registers handlers for the kinds that it looks at, declares them with [rule.Pass.Uses], and returns what is
	// asked at the end, if there is a finding.
	Weigh func(p *rule.Pass) func() Weight
	// Says is what is wrong. The message puts the key's path and a colon before it.
	Says string
	// Action is what to do first, in one line; empty: the rule's.
	Action string
	// Steps are the things to do.
	Steps []rule.Step
}

// About returns the case.
func (k KeyAbsent) About() rule.Case { return k.Case }

// InChart returns the chart and its first versions with the change.
func (k KeyAbsent) InChart() (chart string, first version.Change) { return k.Chart, k.Charts }

func (k KeyAbsent) file() file {
	return file{
		about: k.Case, in: k.In, chart: k.Chart, charts: k.Charts, severity: k.Severity, says: k.Says,
		action: k.Action, steps: k.Steps, ofDefault: true,
	}
}

// Watch looks at every file of the kinds. An absent key is reported at the nearest place above it that exists.
func (k KeyAbsent) Watch(p *rule.Pass) {
	f := k.file()
	if k.Weigh != nil {
		f.tell = weighed(p, k.In, k.Weigh(p))
	}
	f.watch(p, func(on file, r *estate.Resource, all estate.Value) {
		truth := cond.Lacks(k.Key)(all)
		if k.If != nil {
			truth = cond.All(cond.Lacks(k.Key), k.If)(all)
		}
		if open := r.Field("open").TextOrEmpty(); truth.Yes() && open != "" {
			truth = cond.Unclear(k.Key, "not set in what was read, and there are "+open)
		}
		on.report(p, r, truth, k.Key, k.Default.evidence(r, all.At(k.Key)))
	})
}

// Flaws returns what is wrong with the row.
func (k KeyAbsent) Flaws() []string {
	f := k.file().flaws()
	f.Add(k.Key == "" || k.Key[0] != '/', "Key: %q, want a JSON pointer below the settings", k.Key)
	return f
}

// Default is the default for an absent key. A field is empty if it is not publicly known.
type Default struct {
	Chart   string // what the Helm chart writes into the file
	Empty   string // what follows where the chart writes nothing, in place of Chart
	Program string // what the program does without the key
}

// evidence says which default applies and whose it is. A null in Helm values removes the chart's default.
func (d Default) evidence(r *estate.Resource, v estate.Value) rule.Evidence {
	whose, value := "the program that reads the file", d.Program
	switch {
	case r.Field("found").TextOrEmpty() == "helm" && v.Raw() == nil && d.Empty != "":
		return rule.Evidence{Name: "chart default", Value: "empty, so " + d.Empty}
	case r.Field("found").TextOrEmpty() == "helm" && v.Raw() == nil:
		whose, value = "the chart", d.Chart
	case settings.MadeByChart(r) && d.Chart != "":
		whose, value = "the chart, which creates the ConfigMap again", d.Chart
	}
	if value == "" {
		value = "not documented"
	}
	return rule.Evidence{Name: "default", Value: value + " (from " + whose + ")"}
}
