package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// byHandOnly selects the rules that are checks by hand.
const byHandOnly = "manual"

// filter selects rules of the list.
type filter struct {
	from, to       string
	severity, line string
}

func (a *app) ruleList() *cobra.Command {
	var f filter
	var targets []target
	cmd := &cobra.Command{
		Use: "list", Short: "List every rule, or those of a path, a severity or a release line", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all, head, err := f.rules()
			if err != nil {
				return err
			}
			return a.list(cmd, targets, func() string { return listText(all, head) }, all)
		},
	}
	flags := flagsOf(cmd)
	flags.text(&f.from, "from", "installed version: only rules that an upgrade from it concerns")
	flags.text(&f.to, "to", "version to install (a release, a line such as 3.8, lts or latest): only rules that an upgrade to it concerns")
	flags.completes("from", releaseNames())
	flags.completes("to", goalNames())
	flags.choice(&f.severity, "severity", []string{report.SeverityBreaking, report.SeverityWarning, report.SeverityNotice, byHandOnly},
		"only rules whose gravest finding is breaking, warning or notice, or checks by hand (manual)")
	line := flags.choice(&f.line, "line", lineNames(), "only rules about changes that a release of this line brings, such as 3.8")
	line.take = lineTaker(line.take)
	flags.formats(&targets, documents, false)
	return cmd
}

// lineTaker names the line where a release is given.
func lineTaker(take func(string) error) func(string) error {
	return func(text string) error {
		if v, err := version.Parse(text); err == nil && slices.Contains(lineNames(), v.Line().String()) {
			return &mistake{"takes a release line" + butNot(text), "did you mean " + v.Line().String() + "?"}
		}
		return take(text)
	}
}

func lineNames() []string {
	var names []string
	for _, l := range version.Lines() {
		names = append(names, l.String())
	}
	return names
}

// listed is a rule in the JSON list.
type listed struct {
	Rule       string         `json:"rule"`
	Title      string         `json:"title"`
	Severity   string         `json:"severity"`
	Applies    string         `json:"applies"`
	Manual     bool           `json:"manual"`
	Confidence string         `json:"confidence"`
	Catalogue  []string       `json:"catalogue"`
	Changes    []listedChange `json:"changes"` // those that the filters select
}

// listedChange is one change that a rule answers for.
type listedChange struct {
	Catalogue []string `json:"catalogue"`
	Applies   string   `json:"applies"`
}

// rules returns the selected rules, and lines that say what was asked for; none without a filter.
func (f filter) rules() (selected []listed, head []string, err error) {
	known, err := catalogue.Parse(rules.Catalogue())
	if err != nil {
		return nil, nil, cannotRun("this is a bug in api7-preflight", "%v", err)
	}
	var path *version.Path
	var remarks []string
	if f.from != "" || f.to != "" {
		p, told, err := coveragePath(f.from, f.to)
		if err != nil {
			return nil, nil, err
		}
		path, remarks = &p, told
	}
	out := []listed{}
	for _, r := range rules.All() {
		changes := f.changes(r, path, known.Changes)
		if len(changes) == 0 || !f.grave(r) {
			continue
		}
		out = append(out, listed{r.ID, r.Title, r.Severity.String(), r.When(), r.ByHand(), string(r.Confidence), r.Entries(), changes})
	}
	if head := f.head(path, len(out)); head != "" {
		return out, append([]string{head}, remarks...), nil
	}
	return out, nil, nil
}

// grave reports whether a rule has the severity that was asked for.
func (f filter) grave(r *rule.Rule) bool {
	switch f.severity {
	case "":
		return true
	case byHandOnly:
		return r.ByHand()
	}
	return !r.ByHand() && r.Severity.String() == f.severity
}

// changes returns the changes of a rule that are on the path and that the line brings.
func (f filter) changes(r *rule.Rule, path *version.Path, entries []catalogue.Entry) []listedChange {
	rows := r.Rows()
	if path != nil {
		rows = r.RowsOn(*path)
	}
	out := []listedChange{}
	for _, row := range rows {
		of := r.Catalogue
		if row.Entry != "" {
			of = []string{row.Entry}
		}
		of = slices.DeleteFunc(slices.Clone(of), func(id string) bool { return !f.brings(id, entries) })
		if len(of) > 0 {
			out = append(out, listedChange{of, row.When})
		}
	}
	return out
}

// brings reports whether the line that was asked for brings the change of an entry.
func (f filter) brings(id string, entries []catalogue.Entry) bool {
	if f.line == "" {
		return true
	}
	i := slices.IndexFunc(entries, func(e catalogue.Entry) bool { return e.ID == id })
	return i >= 0 && slices.ContainsFunc(version.Lines(), func(l version.Line) bool { return l.String() == f.line && entries[i].In(l) })
}

// head says what was asked for.
func (f filter) head(path *version.Path, n int) string {
	var asked []string
	if path != nil {
		asked = append(asked, fmt.Sprintf("%s → %s", path.From, path.To))
	}
	switch f.severity {
	case "":
	case byHandOnly:
		asked = append(asked, "by hand")
	default:
		asked = append(asked, f.severity)
	}
	if f.line != "" {
		asked = append(asked, "changes that "+f.line+" brings")
	}
	if len(asked) == 0 {
		return ""
	}
	return strings.Join(asked, ", ") + ": " + plural.Of(n, "rule", "rules") + " of " + strconv.Itoa(len(rules.All()))
}

// listText returns the list for people. With a filter it names the changes that it selects.
func listText(all []listed, head []string) string {
	sheet := render.NewSheet()
	for _, line := range head {
		sheet.Prose("", line)
	}
	sheet.Gap()
	for _, r := range all {
		how := r.Severity
		if r.Manual {
			how = "by hand"
		}
		sheet.Row(fmt.Sprintf("%-9s %s", how, r.Rule))
		sheet.Prose("          ", r.Title)
		if len(head) == 0 {
			sheet.Prose("          ", r.Applies)
			continue
		}
		var of []string
		for _, c := range r.Changes {
			for _, entry := range c.Catalogue {
				if !slices.Contains(of, entry) {
					of = append(of, entry)
				}
			}
		}
		sheet.List("          ", of)
	}
	return sheet.String()
}
