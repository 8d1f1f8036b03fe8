package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Checked is a fact that can check its own fields.
type Checked interface {
	Fact
	// Flaws returns what is wrong with the fields, each as "Field: what is wrong".
	Flaws() []string
}

// Flaws are texts about what is wrong with a value, each as "Field: what is wrong".
type Flaws []string

// Add adds a text if wrong is true.
func (f *Flaws) Add(wrong bool, format string, args ...any) {
	if wrong {
		*f = append(*f, fmt.Sprintf(format, args...))
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)

// Flaws returns what is wrong with the rule, one text each that names row and field. A rule with flaws could panic or
// find nothing, but only in some installations; so it is refused before it judges any.
func (r *Rule) Flaws() []string {
	var f Flaws
	f.Add(!idForm.MatchString(r.ID), "ID: %q, want lower-case words joined by hyphens", r.ID)
	f.Add(r.Title == "" || strings.Contains(r.Title, "\n"), "Title: %q, want one line", r.Title)
	f = append(f, r.actionFlaws()...)
	f.Add(r.Severity == 0 || r.Severity > Breaking, "Severity: want Notice, Warning or Breaking")
	f.Add(r.Applies == 0 || r.Applies > Always, "Applies: want Crossing, Reaching or Always")
	f.Add(!slices.Contains([]When{"", Before, During, After}, r.Timing), "Timing: %q, want Before, During or After", r.Timing)
	f.Add(r.Confidence == "" || !known(r.Confidence), "Confidence: %q, want Confirmed or Inferred", r.Confidence)
	f.Add((r.Start == nil && len(r.Facts) == 0) == (len(r.Manual) == 0), "Start, Facts, Manual: want either Start and Facts, or Manual steps")
	f.Add(r.ownCase() && r.Applies != Always && r.Change.IsZero(), "Change: names no release, and the rule does not apply always")
	f.Add(!r.Change.IsZero() && (!r.ownCase() || r.Applies == Always), "Change: nothing is judged by it: rows have a change each in their Case, and a rule that applies always has none")
	f.Add(slices.Contains(r.Catalogue, ""), "Catalogue: an id is empty")
	f.Add(len(r.Catalogue) == 0 && len(r.Facts) == 0, "Catalogue: names no entry of rules/catalogue.yaml")
	if len(r.Manual) > 0 {
		f = append(f, StepFlaws("Manual", r.Manual)...)
	}
	for i, fact := range r.Facts {
		if fact == nil {
			f.Add(true, "row %d: is nil", i+1)
			continue
		}
		for _, flaw := range append(fact.About().flaws(r.Applies), own(fact)...) {
			f.Add(true, "row %d (%s): %s", i+1, fact.About().Entry, flaw)
		}
	}
	return f
}

// own returns the flaws that a fact finds in itself.
func own(f Fact) []string {
	if checked, ok := f.(Checked); ok {
		return checked.Flaws()
	}
	return nil
}

func known(c Confidence) bool { return c == "" || c == Confirmed || c == Inferred }

func (c Case) flaws(a Applies) Flaws {
	var f Flaws
	f.Add(c.Entry == "", "Case.Entry: names no entry of rules/catalogue.yaml")
	f.Add(c.Change.IsZero() && a != Always, "Case.Change: names no release, and the rule does not apply always")
	f.Add(c.Change.IsZero() && !c.Until.IsZero(), "Case.Until: ends a change that has no beginning")
	window := version.Window{In: c.Change, Out: c.Until}
	f.Add(!c.Change.IsZero() && !slices.ContainsFunc(version.Releases(), func(r version.Release) bool { return window.Contains(r.Version) }),
		"Case.Change, Case.Until: no known release has the change")
	f.Add(!known(c.Confidence), "Case.Confidence: %q, want Confirmed, Inferred or the rule's", c.Confidence)
	return f
}

// StepFlaws returns the flaws of a list of steps: it must not be empty, and every step needs a text and a time.
func StepFlaws(field string, steps []Step) Flaws {
	var f Flaws
	f.Add(len(steps) == 0, "%s: none, so that nobody is told what to do", field)
	for i, s := range steps {
		f.Add(s.Text == "", "%s: step %d has no text", field, i+1)
		f.Add(!slices.Contains([]When{Before, During, After}, s.When), "%s: step %d is for %q, want Before, During or After", field, i+1, s.When)
	}
	return f
}
