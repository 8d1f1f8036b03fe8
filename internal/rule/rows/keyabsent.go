package rows

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// KeyAbsent is a fact about a key of configuration files or of Helm values that is not there, so that a default stands for it
// which the path changes.
type KeyAbsent struct {
	Case rule.Case
	// In are the kinds of files to look at. Pointers of this row are below their settings; of an image, below the image.
	In []estate.Kind
	// Chart is the chart whose values are meant, where In has Helm values.
	Chart string
	// Charts are the first versions of that chart with the change. They count, instead of the releases of Case, where the
	// version of the chart is known: several versions of a chart install one release.
	Charts version.Change
	// Key is a JSON pointer.
	Key string
	// Default is what stands for the key.
	Default Default
	// If is asked of the settings as well; nil: that the key is absent is enough.
	If cond.Condition
	// Severity is that of a file that the path changes; zero: the rule's. Where the installed release has the change already
	// it is a notice.
	Severity rule.Severity
	// Says is what is wrong. It follows the path of the key and a colon.
	Says string
	// Steps are what to do.
	Steps []rule.Step
}

// About returns the case.
func (k KeyAbsent) About() rule.Case { return k.Case }

// InChart returns the chart and its first versions with the change.
func (k KeyAbsent) InChart() (chart string, first version.Change) { return k.Chart, k.Charts }

func (k KeyAbsent) file() file {
	return file{
		about: k.Case, in: k.In, chart: k.Chart, charts: k.Charts, severity: k.Severity, says: k.Says,
		steps: k.Steps, ofDefault: true,
	}
}

// Watch looks at every file of the kinds. What is absent is reported at the nearest place above it that is there.
func (k KeyAbsent) Watch(p *rule.Pass) {
	k.file().watch(p, func(r *estate.Resource, all estate.Value) {
		truth := cond.Lacks(k.Key)(all)
		if k.If != nil {
			truth = cond.All(cond.Lacks(k.Key), k.If)(all)
		}
		if open := r.Field("open").TextOrEmpty(); truth.Yes() && open != "" {
			truth = cond.Unclear(k.Key, "not set in what was read, and there are "+open)
		}
		k.file().report(p, r, truth, k.Key, k.Default.evidence(r, all.At(k.Key)))
	})
}

// Flaws returns what is wrong with the row.
func (k KeyAbsent) Flaws() []string {
	f := k.file().flaws()
	f.Add(k.Key == "" || k.Key[0] != '/', "Key: %q, want a JSON pointer below the settings", k.Key)
	return f
}

// Default is what stands for an absent key; empty where that is not publicly known.
type Default struct {
	Chart   string // what the Helm chart writes into the file
	Program string // what the program does without the key
}

// evidence says what stands for the key, and whose default that is. A null in Helm values deletes the default of the
// chart.
func (d Default) evidence(r *estate.Resource, v estate.Value) rule.Evidence {
	whose, value := "of the program that reads the file", d.Program
	switch {
	case r.Field("found").TextOrEmpty() == "helm" && v.Raw() == nil:
		whose, value = "of the chart", d.Chart
	case settings.MadeByChart(r) && d.Chart != "":
		whose, value = "of the chart, which creates the ConfigMap again", d.Chart
	}
	if value == "" {
		return rule.Evidence{Name: "default", Value: "the one " + whose + ", which is not documented"}
	}
	return rule.Evidence{Name: "default", Value: value + ", the one " + whose}
}
