package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

func (a *app) coverage() *cobra.Command {
	var from, to string
	var targets []target
	cmd := &cobra.Command{
		Use: "coverage", Short: "Which known vendor changes of a path are checked, and how", Args: noArgs,
		Long: "Lists every vendor change of the catalogue for each release line that an upgrade crosses, and whether rules check it,\n" +
			"a person has to, or nobody does and why. Without --from and --to it lists all of them.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, remarks, err := coveragePath(from, to)
			if err != nil {
				return err
			}
			return a.writeCoverage(cmd, p, remarks, targets)
		},
	}
	flags := flagsOf(cmd)
	flags.text(&from, "from", "installed version (default "+version.Oldest().String()+", the oldest known)")
	flags.text(&to, "to", "version to install: a release, a line such as 3.8, lts or latest (default "+version.Newest().String()+", the newest known)")
	flags.completes("from", releaseNames())
	flags.completes("to", goalNames())
	flags.formats(&targets, documents, false)
	return cmd
}

// coveragePath returns the path between two versions, and what a reader has to know about how they were taken. Without them
// it begins with the oldest release or ends with the newest.
func coveragePath(from, to string) (p version.Path, remarks []string, err error) {
	if v, err := version.Parse(from); err == nil && to == "" {
		switch v.Compare(version.Newest()) {
		case 0:
			return p, nil, usage(newerProgram, "--from: %s is the newest release that this program knows", v)
		case 1:
			return p, nil, unknownRelease("--from", v)
		}
	}
	target, source, err := versions(cmp.Or(to, version.Newest().String()), cmp.Or(from, version.Oldest().String()))
	if err != nil {
		return p, nil, err
	}
	if told := target.told(); told != "" {
		remarks = append(remarks, told)
	}
	if _, known := version.Known(source.Release()); source.Less(version.Oldest()) {
		remarks = append(remarks, "what changed before "+version.Oldest().String()+" is not known")
	} else if !known {
		remarks = append(remarks, source.String()+" is not in the release table: judged by its number")
	}
	return version.Path{From: source, To: target.to}, remarks, nil
}

func (a *app) writeCoverage(cmd *cobra.Command, p version.Path, remarks []string, targets []target) error {
	known, err := catalogue.Parse(rules.Catalogue())
	if err != nil {
		return cannotRun("this is a bug in api7-preflight", "%v", err)
	}
	byID := map[string]*rule.Rule{}
	for _, r := range rules.All() {
		byID[r.ID] = r
	}
	lines := catalogue.Cover(known.Changes, p, func(id string) bool { return byID[id].ByHand() })
	doc := coverageDocument(p, lines, byID)
	return a.list(cmd, targets, func() string { return coverageText(doc, lines, remarks) }, doc)
}

// covered is the JSON form of the coverage of a path.
type covered struct {
	From       string        `json:"from"`
	To         string        `json:"to"`
	Known      int           `json:"known"`
	Automatic  int           `json:"automatic"`
	ByHand     int           `json:"by_hand"`
	NotCovered int           `json:"not_covered"`
	Lines      []coveredLine `json:"lines"`
}

type coveredLine struct {
	Line       string          `json:"line"`
	Known      int             `json:"known"`
	Automatic  int             `json:"automatic"`
	ByHand     int             `json:"by_hand"`
	NotCovered int             `json:"not_covered"`
	Newest     string          `json:"newest_notes"` // release; empty: none
	Date       string          `json:"newest_notes_date"`
	Silent     []string        `json:"without_notes"`
	Changes    []coveredChange `json:"changes"`
}

type coveredChange struct {
	Entry      string   `json:"entry"`
	Also       []string `json:"also"` // other ids for the same change
	Versions   []string `json:"versions"`
	Until      []string `json:"until"`
	Kind       string   `json:"kind"`
	Summary    string   `json:"summary"`
	Affects    string   `json:"affects"`
	Confidence string   `json:"confidence"`
	How        string   `json:"how"` // automatic, by hand, not covered
	Rules      []string `json:"rules"`
	When       string   `json:"when"`    // upgrades on which the rules judge it
	Judged     bool     `json:"judged"`  // whether they judge it on this path
	Why        string   `json:"why"`     // why it is not covered
	Passing    bool     `json:"passing"` // only releases between the two ends have it
	Sources    []string `json:"sources"`
}

func coverageDocument(p version.Path, lines []catalogue.Line, byID map[string]*rule.Rule) covered {
	doc := covered{From: p.From.String(), To: p.To.String(), Lines: []coveredLine{}}
	for i := range lines {
		l := &lines[i]
		out := coveredLine{
			Line: l.Name, Known: len(l.Changes), Automatic: l.Count(catalogue.Automatic), ByHand: l.Count(catalogue.ByHand),
			NotCovered: l.Count(catalogue.NotCovered), Date: l.Notes.Date, Silent: []string{}, Changes: []coveredChange{},
		}
		if !l.Notes.Version.IsZero() {
			out.Newest = l.Notes.Version.String()
		}
		for _, r := range l.Silent {
			out.Silent = append(out.Silent, r.Version.String())
		}
		for _, c := range l.Changes {
			e := c.Entry
			out.Changes = append(out.Changes, coveredChange{
				Entry: e.ID, Also: append([]string{}, e.Also...), Versions: append([]string{}, e.Versions...), Until: append([]string{}, e.Until...), Kind: string(e.Kind),
				Summary: e.Summary, Affects: e.Affects, Confidence: string(e.Confidence), How: string(c.How),
				Rules: append([]string{}, e.Handled.Rules...), Why: e.Handled.Not, Passing: c.Passing, Sources: e.Sources,
				When:   judgedOn(e, byID),
				Judged: slices.ContainsFunc(e.Handled.Rules, func(id string) bool { return byID[id].Judges(e.ID, p) }),
			})
		}
		doc.Known, doc.Automatic = doc.Known+out.Known, doc.Automatic+out.Automatic
		doc.ByHand, doc.NotCovered = doc.ByHand+out.ByHand, doc.NotCovered+out.NotCovered
		doc.Lines = append(doc.Lines, out)
	}
	return doc
}

// coverageText returns the coverage as text for people.
func coverageText(doc covered, lines []catalogue.Line, remarks []string) string {
	sheet := render.NewSheet()
	sheet.Row(fmt.Sprintf("%s → %s: %s", doc.From, doc.To, plural.Of(doc.Known, "publicly known vendor change", "publicly known vendor changes")))
	for _, remark := range remarks {
		sheet.Prose("", remark)
	}
	sheet.Row(fmt.Sprintf("%d automatic, %d by hand, %d not covered", doc.Automatic, doc.ByHand, doc.NotCovered))
	for i, l := range doc.Lines {
		sheet.Gap()
		sheet.Row(fmt.Sprintf("%s: %d automatic, %d by hand, %d not covered", l.Line, l.Automatic, l.ByHand, l.NotCovered))
		sheet.Prose("  ", sourcesOf(&lines[i]))
		for _, c := range l.Changes {
			sheet.Gap()
			sheet.List(fmt.Sprintf("  %-12s%-13s ", c.How, c.Entry), answers(c))
			sheet.Prose("              ", c.Summary)
			if len(c.Also) > 0 {
				sheet.Prose("              ", "Also called "+strings.Join(c.Also, ", ")+".")
			}
			switch {
			case c.Passing:
				sheet.Prose("              ", "Only releases along the path have it; "+doc.To+" does not.")
			case !c.Judged && len(c.Rules) > 0:
				sheet.Prose("              ", "Does not apply to this path: it is about "+c.When+".")
			}
			if c.Why != "" {
				sheet.Prose("              ", "Not covered: "+c.Why)
			}
		}
	}
	return sheet.String()
}

// judgedOn says on which upgrades rules judge an entry.
func judgedOn(e catalogue.Entry, byID map[string]*rule.Rule) string {
	var all []string
	add := func(text string) {
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	for _, id := range e.Handled.Rules {
		r := byID[id]
		if slices.Contains(r.Catalogue, e.ID) {
			add(r.When())
		}
		for _, row := range r.Rows() {
			if row.Entry == e.ID {
				add(row.When)
			}
		}
	}
	return strings.Join(all, "; ")
}

// answers returns the names of the rules that cover a change.
func answers(c coveredChange) []string {
	if len(c.Rules) == 0 {
		return []string{"no rule"}
	}
	return c.Rules
}

// sourcesOf says up to which release of a line there are public release notes.
func sourcesOf(l *catalogue.Line) string {
	var parts []string
	if !l.Notes.Version.IsZero() {
		parts = append(parts, fmt.Sprintf("newest public release notes on this path: %s of %s", l.Notes.Version, l.Notes.Date))
	}
	if len(l.Silent) > 0 {
		parts = append(parts, catalogue.Span(l.Silent)+": no public release notes, known from the history of the Helm chart and from code only")
	}
	return strings.Join(parts, "; ")
}
