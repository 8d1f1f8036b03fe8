package runbook

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Options configures a plan.
type Options struct {
	Times    Times
	Parallel bool        // gateway groups are upgraded at the same time
	Starts   []time.Time // of the windows, in order; windows without one have times after their start
	// Hops are the reports on the upgrades that the path consists of, all of them on what is installed today; empty: it is one.
	Hops []*report.Report
	// Sources are the flags that name the sources of this run, for commands that read them again; empty: not known.
	Sources string
	// Copies are the files among them that do not show the installation as it is now, but as it was.
	Copies []Copy
	// Out is the folder with acceptance.sh, the runbook itself and the scripts, as it was named; empty: there is none.
	Out string
	// Does is what before.sh and after.sh of that folder do; empty: there are no scripts.
	Does map[Task]bool
	// Could is what they would do, where there is no folder.
	Could map[Task]bool
	// Left says why they leave something that they might have done.
	Left map[Task]string
}

// The owners of steps that belong to no object.
const (
	manager        = "change manager"
	databases      = "database administrator"
	controlPlane   = "control plane operator"
	gateways       = "gateway operator"
	objectOwners   = "owners of the services"
	administrators = "administrators of the Dashboard"
	testers        = "acceptance testers"
	developers     = "developers of custom plugins"
)

// Make plans the upgrade of a report. It does not change the report or the facts.
func Make(r *report.Report, f *Facts, o Options) *Runbook {
	p := &plan{
		r: r, f: f, o: o, passed: map[string]bool{}, blanks: map[string]*Blank{}, ownerLabel: ownerKey(r),
		book: &Runbook{
			SchemaVersion: report.SchemaVersion, Tool: r.Tool, Run: r.Run, Path: r.Path, Verdict: r.Verdict, Summary: r.Summary, Advice: r.Target.Advice,
			Folder: o.Out, Terms: r.Terms(), Sources: r.Sources, GatewayGroups: r.GatewayGroups, Files: f.starting(), Notes: []string{},
		},
	}
	for _, u := range r.Unexamined {
		if !u.Accepted {
			p.book.Unexamined = append(p.book.Unexamined, u)
		}
	}
	if len(p.book.Unexamined) > 0 || r.Summary.Unknown > 0 {
		p.book.ExitCode = report.ExitIncomplete
	}
	p.groups = Groups(r, f)
	if text := p.contradiction(); text != "" {
		p.book.Notes = append(p.book.Notes, text)
	}
	for i, one := range p.reports() {
		p.hop = hopOf(i, one)
		p.window()
		p.pass()
	}
	p.close()
	redact.Everything(p.book)
	return p.book
}

// plan is a runbook in the making.
type plan struct {
	r      *report.Report
	f      *Facts
	o      Options
	book   *Runbook
	groups []Group
	hop    hop
	passed map[string]bool // what earlier hops have found, by fingerprint
	blanks map[string]*Blank
	phase  Phase

	ownerLabel string // the label that tells whose objects are
}

// window plans one change window, with what comes before and after it.
func (p *plan) window() {
	p.book.Windows = append(p.book.Windows, Window{
		Number: p.hop.number, From: p.hop.path.From.String(), To: p.hop.path.To.String(), Verdict: p.hop.r.Verdict, Advice: p.hop.r.Target.Advice, Parallel: p.o.Parallel,
	})
	p.book.Components = append(p.book.Components, p.components()...)
	p.preparation()
	p.validation()
	p.freeze()
	p.backup()
	p.upgradeControlPlane()
	p.upgradeDataPlane()
	p.acceptance()
	p.after()
	p.wayBack()
	p.lay()
	p.setPatience()
	p.pointsOfNoReturn()
}

// id returns the id of a step in the window that is planned.
func (p *plan) id(name string) string {
	if p.hop.number > 1 {
		return fmt.Sprintf("w%d-%s", p.hop.number, name)
	}
	return name
}

// add adds a step to the phase that is planned. Its ids are those without the window.
func (p *plan) add(s Step) {
	s.ID, s.Window, s.Phase = p.unique(p.id(s.ID)), p.hop.number, p.phase
	if s.GoTo != "" {
		s.GoTo = p.id(s.GoTo)
	}
	if s.When == "" {
		s.When = map[Phase]string{Preparation: "before", Validation: "before", Aftercare: "after"}[p.phase]
	}
	if s.When == "" {
		s.When = "during"
	}
	if s.Status == "" {
		s.Status, s.Why = Unseen, "no source shows whether it was done"
	}
	s.Fits = true
	p.book.Steps = append(p.book.Steps, s)
}

func (p *plan) unique(id string) string {
	name := id
	for n := 2; p.book.Step(name) != nil; n++ {
		name = fmt.Sprintf("%s-%d", id, n)
	}
	return name
}

// blank returns a blank as it stands in a command or a text. find says how to fill it in. What it is called means nothing to
// a shell, whatever names are in it.
func (p *plan) blank(what, find string) string {
	what = harmless(what)
	if p.blanks[what] == nil {
		p.blanks[what] = &Blank{What: what, Find: find}
	}
	return opening + what + ">"
}

// opening begins every blank.
const opening = "<FILL IN: "

// harmless returns a text as one line in which no character means anything to a shell.
func harmless(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("-_./:@%+,=", c) {
			return c
		}
		return ' '
	}, text)), " ")
}

// comment returns a comment for a shell: one line, whatever is in the text.
func comment(text string) string { return "# " + strings.Join(strings.Fields(text), " ") }

// or returns a text that is known, quoted for a shell, else a blank.
func (p *plan) or(text, what, find string) string {
	if text == "" {
		return p.blank(what, find)
	}
	return word(text)
}

// word returns a text as one word of a shell: as it is if it has no character that means anything there.
func word(text string) string {
	if text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,") == "" && !strings.HasPrefix(text, "-") {
		return text
	}
	return remedy.Quote(text)
}

// lines joins lines of a command; empty ones are left out.
func lines(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(line string) bool { return line == "" }), "\n")
}

// close fills in what depends on all steps.
func (p *plan) close() {
	b := p.book
	for i := range b.Steps {
		s := &b.Steps[i]
		s.Command = block(s.Command)
		s.Variables = variablesOf(s.Command + "\n" + s.Check)
		for _, blank := range p.blanks {
			if strings.Contains(s.Command+s.Text+s.Check, "<FILL IN: "+blank.What+">") {
				blank.Steps = append(blank.Steps, s.ID)
			}
		}
		p.duty(s)
	}
	for _, blank := range p.blanks {
		if len(blank.Steps) > 0 {
			b.Blanks = append(b.Blanks, *blank)
		}
	}
	slices.SortFunc(b.Blanks, func(x, y Blank) int { return strings.Compare(x.What, y.What) })
	b.Variables = p.variables()
	p.support()
	b.observe(p.reports(), p.f)
}

// duty adds a step to what its owners have to do: each owner of an object has a part of it.
func (p *plan) duty(s *Step) {
	if s.Phase == Rollback {
		return
	}
	owners := []string{s.Owner}
	if s.Owner == ownersOf(s.Objects) {
		owners = nil
		for i := range s.Objects {
			owners = append(owners, s.Objects[i].Owner)
		}
	}
	d := &p.book.Duties
	for _, owner := range sorted(owners) {
		at := slices.IndexFunc(*d, func(one Duty) bool { return one.Owner == owner })
		if at < 0 {
			at = len(*d)
			*d = append(*d, Duty{Owner: owner})
		}
		(*d)[at].Steps = append((*d)[at].Steps, s.ID)
	}
}

// Groups returns the gateway groups that are upgraded: those of the facts, and those that only the report names.
func Groups(r *report.Report, f *Facts) []Group {
	groups := slices.Clone(f.Groups)
	for _, g := range r.GatewayGroups {
		same := func(one Group) bool {
			return one.ShortID != "" && one.ShortID == g.ShortID || one.ID != "" && one.ID == g.ID
		}
		if !slices.ContainsFunc(groups, same) {
			groups = append(groups, Group{ID: g.ID, ShortID: g.ShortID, Name: g.Name})
		}
	}
	return groups
}

// hop is one upgrade of the path, with the report on it.
type hop struct {
	number int
	path   version.Path
	r      *report.Report
}

func hopOf(index int, r *report.Report) hop {
	from, _ := version.Parse(r.Path.From) // unknown: the zero version
	to, _ := version.Parse(r.Path.To)
	return hop{index + 1, version.Path{From: from, To: to}, r}
}

// reports returns the reports on the hops, in order.
func (p *plan) reports() []*report.Report {
	if len(p.o.Hops) > 0 {
		return p.o.Hops
	}
	return []*report.Report{p.r}
}

// due returns the findings that nobody has waived and that have to be dealt with in this hop. After the first hop they are
// those that its path brings, and that no earlier hop has had: what is installed by then is not known.
func (p *plan) due() iter.Seq[*report.Finding] {
	return func(yield func(*report.Finding) bool) {
		for f := range p.hop.r.Findings.All() {
			late := p.hop.number > 1 && (f.Change == "" || p.passed[f.Fingerprint])
			if f.Waived == nil && !late && !yield(f) {
				return
			}
		}
	}
}

// pass keeps in mind what this hop has found, for those that follow.
func (p *plan) pass() {
	if p.hop.number == len(p.reports()) {
		return
	}
	for f := range p.hop.r.Findings.All() {
		p.passed[f.Fingerprint] = true
	}
	for i := range p.hop.r.ManualChecks {
		p.passed[p.hop.r.ManualChecks[i].Title] = true
	}
}
