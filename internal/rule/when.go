package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// When says in words on which upgrades the rule is judged: "upgrades over 3.5.0". Lists and explanations all use it,
// so that they agree.
func (r *Rule) When() string {
	var texts, entries []string
	for _, row := range r.Rows() {
		if !slices.Contains(texts, row.When) {
			texts = append(texts, row.When)
		}
		if !slices.Contains(entries, row.Entry) {
			entries = append(entries, row.Entry)
		}
	}
	if len(texts) == 1 && (r.Applies != Always || strings.HasPrefix(texts[0], everyUpgrade)) {
		return texts[0]
	}
	changes := "a change" + span(r.Cases())
	if len(entries) > 1 {
		changes = fmt.Sprintf("one of %d changes%s", len(entries), span(r.Cases()))
	}
	switch r.Applies {
	case Crossing:
		return "upgrades " + ofGateways(r.Cases()...) + "over " + changes
	case Reaching:
		return "targets with " + changes
	case Always:
	}
	return everyUpgrade
}

const everyUpgrade = "every upgrade"

// Row is one change that a rule answers for, in words.
type Row struct {
	Entry string // in rules/catalogue.yaml; empty for the rule's own change
	When  string // the upgrades on which it counts
}

// Rows returns the changes that the rule answers for, without duplicates, its own first.
func (r *Rule) Rows() []Row { return r.rows(func(Case) bool { return true }) }

// RowsOn returns those of [Rule.Rows] that count on path p. A row that is started on every path counts where the target has
// its change.
func (r *Rule) RowsOn(p version.Path) []Row {
	return r.rows(func(c Case) bool {
		window := version.Window{In: c.Change, Out: c.Until}
		return c.on(r.Applies, p) && (r.Applies != Always || c.Change.IsZero() || window.Contains(c.Path(p).To.Release()))
	})
}

func (r *Rule) rows(counts func(Case) bool) []Row {
	var rows []Row
	if own := (Case{Change: r.Change}); r.ownCase() && counts(own) {
		rows = append(rows, Row{When: own.when(r.Applies)})
	}
	for _, f := range r.Facts {
		if !counts(f.About()) {
			continue
		}
		row := Row{Entry: f.About().Entry, When: f.About().when(r.Applies) + inChart(f)}
		if !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// when says on which upgrades the case counts.
func (c Case) when(a Applies) string {
	releases := c.Change.String()
	if !c.Until.IsZero() {
		releases += " until " + c.Until.String()
	}
	text := everyUpgrade
	switch {
	case a == Crossing:
		text = "upgrades " + ofGateways(c) + "over " + releases
	case a == Reaching:
		text = "targets from " + releases
	case !c.Change.IsZero(): // the row is started on every path and decides for itself
		text = "releases from " + releases
	}
	switch {
	case c.FromAtLeast.IsZero():
	case c.Gateways:
		text += ", where gateways of " + c.FromAtLeast.String() + " or later are installed"
	default:
		text += ", where " + c.FromAtLeast.String() + " or later is installed"
	}
	return text
}

// ofGateways returns "of gateways " if every case is about the upgrade of the gateways, else "".
func ofGateways(cases ...Case) string {
	if slices.ContainsFunc(cases, func(c Case) bool { return !c.Gateways }) {
		return ""
	}
	return "of gateways "
}

// span says which releases bring the changes: the oldest and the newest.
func span(cases []Case) string {
	var first []version.Version
	for _, c := range cases {
		first = append(first, c.Change.First()...)
	}
	if len(first) == 0 {
		return "" // every release
	}
	oldest, newest := slices.MinFunc(first, version.Version.Compare), slices.MaxFunc(first, version.Version.Compare)
	if oldest.Compare(newest) == 0 {
		return " of " + oldest.String()
	}
	return fmt.Sprintf(" between %s and %s", oldest, newest)
}

// Packaged is a fact whose change comes with versions of a Helm chart. If the version of the chart is known, it
// counts instead of the release.
type Packaged interface {
	Fact
	// InChart returns the chart and its first versions with the change. An empty change means that only the release
	// counts.
	InChart() (chart string, first version.Change)
}

// inChart says which version of a chart brings a change.
func inChart(f Fact) string {
	if p, ok := f.(Packaged); ok {
		if chart, first := p.InChart(); !first.IsZero() {
			return " (chart " + chart + " " + first.String() + ")"
		}
	}
	return ""
}

// Judges reports whether the rule judges, on path p, the part that it covers of a catalogue entry.
func (r *Rule) Judges(entry string, p version.Path) bool {
	if slices.Contains(r.Catalogue, entry) && (!r.ownCase() && r.On(p) || r.ownOn(p)) {
		return true
	}
	return slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.About().Entry == entry && f.About().on(r.Applies, p) })
}
