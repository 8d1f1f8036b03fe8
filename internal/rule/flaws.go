package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Checked is a fact that knows what its own fields may hold.
type Checked interface {
	Fact
	// Flaws returns what is wrong with them, each as "Field: what is wrong".
	Flaws() []string
}

// flaws are gathered sentences.
type flaws []string

func (f *flaws) add(wrong bool, format string, args ...any) {
	if wrong {
		*f = append(*f, fmt.Sprintf(format, args...))
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)

// Flaws returns what is wrong with the value of a rule, a sentence each that names row and field. A rule with flaws would
// panic, or say nothing, in some installations only: it is refused before it judges any.
func (r *Rule) Flaws() []string {
	var f flaws
	f.add(!idForm.MatchString(r.ID), "ID: %q, want lower-case words joined by hyphens", r.ID)
	f.add(r.Title == "" || strings.Contains(r.Title, "\n"), "Title: %q, want one line", r.Title)
	f.add(r.Severity == 0 || r.Severity > Breaking, "Severity: want Notice, Warning or Breaking")
	f.add(r.Applies == 0 || r.Applies > Always, "Applies: want Crossing, Reaching or Always")
	f.add(!slices.Contains([]When{Before, During, After}, r.Timing), "Timing: %q, want Before, During or After", r.Timing)
	f.add(r.Confidence == "" || !known(r.Confidence), "Confidence: %q, want Confirmed or Inferred", r.Confidence)
	f.add((r.Start == nil && len(r.Facts) == 0) == (len(r.Manual) == 0), "Start, Facts, Manual: want either Start and Facts, or Manual steps")
	f.add(r.ownCase() && r.Applies != Always && r.Change.IsZero(), "Change: names no release, and the rule does not apply always")
	f.add(!r.Change.IsZero() && (!r.ownCase() || r.Applies == Always), "Change: nothing is judged by it: rows have a change each in their Case, and a rule that applies always has none")
	f.add(slices.Contains(r.Catalogue, ""), "Catalogue: an id is empty")
	f.add(len(r.Catalogue) == 0 && len(r.Facts) == 0, "Catalogue: names no entry of rules/catalogue.yaml")
	if len(r.Manual) > 0 {
		f = append(f, stepFlaws("Manual", r.Manual)...)
	}
	for i, fact := range r.Facts {
		if fact == nil {
			f.add(true, "row %d: is nil", i+1)
			continue
		}
		for _, flaw := range append(fact.About().flaws(r.Applies), own(fact)...) {
			f.add(true, "row %d (%s): %s", i+1, fact.About().Entry, flaw)
		}
	}
	return f
}

// own returns what a fact knows to be wrong with itself.
func own(f Fact) []string {
	if checked, ok := f.(Checked); ok {
		return checked.Flaws()
	}
	return nil
}

func known(c Confidence) bool { return c == "" || c == Confirmed || c == Inferred }

func (c Case) flaws(a Applies) flaws {
	var f flaws
	f.add(c.Entry == "", "Case.Entry: names no entry of rules/catalogue.yaml")
	f.add(c.Change.IsZero() && a != Always, "Case.Change: names no release, and the rule does not apply always")
	f.add(c.Change.IsZero() && !c.Until.IsZero(), "Case.Until: ends a change that has no beginning")
	window := version.Window{In: c.Change, Out: c.Until}
	f.add(!c.Change.IsZero() && !slices.ContainsFunc(version.Releases(), func(r version.Release) bool { return window.Contains(r.Version) }),
		"Case.Change, Case.Until: no known release has the change")
	f.add(!known(c.Confidence), "Case.Confidence: %q, want Confirmed, Inferred or the rule's", c.Confidence)
	return f
}

// stepFlaws demands that there is something to do, and when.
func stepFlaws(field string, steps []Step) flaws {
	var f flaws
	f.add(len(steps) == 0, "%s: none, so that nobody is told what to do", field)
	for i, s := range steps {
		f.add(s.Text == "", "%s: step %d has no text", field, i+1)
		f.add(!slices.Contains([]When{Before, During, After}, s.When), "%s: step %d is for %q, want Before, During or After", field, i+1, s.When)
	}
	return f
}

// foundFlaws demands what every finding of a row needs.
func foundFlaws(severity Severity, says string, steps []Step) flaws {
	var f flaws
	f.add(severity > Breaking, "Severity: want Notice, Warning, Breaking or the rule's")
	f.add(says == "", "Says: nothing, so that nobody is told what is wrong")
	return append(f, stepFlaws("Steps", steps)...)
}

// Flaws returns what is wrong with the row.
func (a Attached) Flaws() []string {
	f := foundFlaws(a.Severity, a.Says, a.Steps)
	f.add(len(a.Plugins) == 0, "Plugins: none, so that it looks for nothing")
	for i, name := range a.Plugins {
		f.add(name == "", "Plugins: a name is empty")
		f.add(slices.Contains(a.Plugins[:i], name), "Plugins: %s is there twice", name)
	}
	for _, k := range a.On {
		f.add(!slices.Contains(estate.PluginKinds(), k), "On: no %s can carry a plugin", k)
	}
	f.add(len(a.Patch) > 0 && len(a.Steps) == 0, "Patch: there is no step to show it as the command of the first")
	for i, op := range a.Patch {
		f.add(!slices.Contains([]string{"add", "remove", "replace"}, op.Op), "Patch: operation %d is %q, want add, remove or replace", i+1, op.Op)
		f.add(op.Path != "" && op.Path[0] != '/', "Patch: operation %d has the path %q, want a JSON pointer below the configuration", i+1, op.Path)
		f.add((op.Op == "remove") != (op.Value == nil), "Patch: operation %d wants a value, or removes one", i+1)
	}
	return f
}

// Flaws returns what is wrong with the row.
func (c Configured) Flaws() []string {
	f := foundFlaws(c.Severity, c.Says, c.Steps)
	f.add(len(c.In) == 0, "In: no kind of file, so that it looks at nothing")
	for i, k := range c.In {
		f.add(!k.InFiles(), "In: %s is no kind of file", k)
		f.add(slices.Contains(c.In[:i], k), "In: %s is there twice", k)
	}
	helm := slices.Contains(c.In, estate.HelmValues)
	f.add(helm && version.Charts(c.Chart) == nil, "Chart: %q is none of the vendor's, and In has Helm values", c.Chart)
	f.add(!helm && (c.Chart != "" || !c.Charts.IsZero()), "Chart, Charts: In has no Helm values")
	f.add(len(c.Keys) > 0 && c.Absent != "", "Keys, Absent: a row looks either for keys that are there or for one that is not")
	f.add(len(c.Keys) == 0 && c.Absent == "" && c.If == nil, "Keys, Absent, If: none, so that it asks for nothing")
	for _, key := range append(slices.Clone(c.Keys), c.Absent) {
		f.add(key != "" && key[0] != '/', "Keys, Absent: %q, want a JSON pointer below the settings", key)
	}
	f.add(slices.Contains(c.Keys, ""), "Keys: a pointer is empty")
	f.add(c.Absent == "" && c.Default != Default{}, "Default: stands for a key that is absent, and Absent names none")
	return f
}

// Flaws returns what is wrong with the row.
func (m Reminder) Flaws() []string {
	f := stepFlaws("Steps", m.Steps)
	f.add(m.Title == "" || strings.Contains(m.Title, "\n"), "Title: %q, want one line", m.Title)
	f.add(m.Why == "", "Why: nothing, so that nobody is told why to check")
	for i, s := range m.If {
		f.add(len(s.Plugins) == 0 && s.Kind == 0, "If: sign %d has neither Plugins nor a Kind, so that nothing shows it", i+1)
		f.add(len(s.Plugins) == 0 && s.Conf != nil, "If: sign %d has Conf, and no Plugins to ask it of", i+1)
		f.add(s.Kind == 0 && s.Body != nil, "If: sign %d has Body, and no Kind to ask it of", i+1)
	}
	return f
}
