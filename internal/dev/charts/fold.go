package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// release is a published version of a chart, and the release of API7 that it installs.
type release struct {
	version.ChartRelease

	app version.Version
}

// since returns the versions of a chart from first on. Those name a release, unlike the earlier "dev".
func since(all []version.ChartRelease, first string) []release {
	var charts []release
	for _, r := range all[max(slices.IndexFunc(all, func(r version.ChartRelease) bool { return r.Chart == first }), 0):] {
		charts = append(charts, release{r, version.MustParse(r.Tag)})
	}
	return charts
}

// table holds the findings of one chart.
type table struct {
	charts   []release
	judged   map[string]*[2][]int // by form, for each target the indices of the charts that were judged
	rows     []*row
	breaking int
}

// row is one finding, in files of one form, with the versions of a chart that have it.
type row struct {
	form, rule, severity, key, message string

	seen [2][]int // for each target
}

// targets returns the targets of upgrades from version i of a chart: the next newer release that a later chart
// installs, and the newest known one. A zero version means no upgrade.
func (t *table) targets(i int) [2]version.Version {
	var next, newest version.Version
	for _, later := range t.charts[i+1:] {
		if next.IsZero() && t.charts[i].app.Less(later.app) {
			next = later.app
		}
	}
	if t.charts[i].app.Less(version.Newest()) {
		newest = version.Newest()
	}
	return [2]version.Version{next, newest}
}

// add adds the findings of version i of a chart in files of one form.
func (t *table) add(i, target int, form string, found []report.Finding) {
	if t.judged == nil {
		t.judged = map[string]*[2][]int{}
	}
	if t.judged[form] == nil {
		t.judged[form] = &[2][]int{}
	}
	t.judged[form][target] = append(t.judged[form][target], i)
	for _, f := range found {
		if f.Object.Kind == "path" {
			continue
		}
		if f.Severity == report.SeverityBreaking {
			t.breaking++
		}
		key, message := key(f)
		at := slices.IndexFunc(t.rows, func(r *row) bool {
			return r.form == form && r.rule == f.Rule && r.severity == f.Severity && r.key == key
		})
		if at < 0 {
			at = len(t.rows)
			t.rows = append(t.rows, &row{form: form, rule: f.Rule, severity: f.Severity, key: key, message: words(message, 10)})
		}
		if seen := &t.rows[at].seen[target]; !slices.Contains(*seen, i) {
			*seen = append(*seen, i)
		}
	}
}

// key returns the key that a finding is about, as in its component's file, and the rest of the message. Components
// whose values have the same form share a key. A finding that is not about a setting gets the name of its place.
func key(f report.Finding) (key, message string) {
	key, message, _ = strings.Cut(f.Message, ": ")
	if !strings.Contains(key, ".") || strings.Contains(key, " ") {
		return strings.TrimPrefix(f.Location.Pointer, "/"), f.Message
	}
	key = strings.TrimPrefix(key, alias+".")
	if tree, below, _ := strings.Cut(key, "."); strings.HasSuffix(tree, "_configuration") {
		key = below
	}
	return key, message
}

// words returns at most the given number of words from the beginning of a text.
func words(text string, most int) string {
	all := strings.Fields(text)
	if len(all) > most {
		return strings.Join(all[:most], " ") + " …"
	}
	return strings.Join(all, " ")
}

// ranges returns the versions in seen as ranges among those that were judged: "0.2.4 to 0.2.9, 0.2.11".
func (t *table) ranges(seen, judged []int) string {
	var parts []string
	for i := 0; i < len(judged); i++ {
		first := i
		for i < len(judged) && slices.Contains(seen, judged[i]) {
			i++
		}
		switch last := i - 1; {
		case last == first:
			parts = append(parts, t.charts[judged[first]].Chart)
		case last > first:
			parts = append(parts, t.charts[judged[first]].Chart+" to "+t.charts[judged[last]].Chart)
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "none")
}

// markdown returns the table. Forms in which the same versions have a finding share a row.
func (t *table) markdown() string {
	type line struct{ forms, cells []string }
	var lines []*line
	slices.SortStableFunc(t.rows, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.key, b.key), cmp.Compare(a.severity, b.severity), cmp.Compare(a.form, b.form))
	})
	for _, r := range t.rows {
		judged := t.judged[r.form]
		cells := []string{r.rule, r.severity, r.key, r.message, t.ranges(r.seen[0], judged[0]), t.ranges(r.seen[1], judged[1])}
		at := slices.IndexFunc(lines, func(l *line) bool { return slices.Equal(l.cells, cells) })
		if at < 0 {
			at = len(lines)
			lines = append(lines, &line{cells: cells})
		}
		lines[at].forms = append(lines[at].forms, r.form)
	}
	upgrades := 0
	for _, judged := range t.judged {
		upgrades += len(judged[0]) + len(judged[1])
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d versions, %d upgrades judged, %d breaking findings\n\n", len(t.charts), upgrades, t.breaking)
	fmt.Fprintf(&b, "| rule | severity | key | message | charts, to the next release | charts, to %s | files |\n|---|---|---|---|---|---|---|\n", version.Newest())
	for _, l := range lines {
		cells := append(slices.Clone(l.cells), strings.Join(l.forms, ", "))
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], "|", `\|`)
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return b.String()
}
