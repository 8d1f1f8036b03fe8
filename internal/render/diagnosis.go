package render

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
)

// lead returns the beginning of a line: a word of at most ten letters, padded so that the texts line up. Parts of a
// source are indented.
func lead(indent, word string) string { return fmt.Sprintf("%s%-11s", indent, word) }

// The indents of leads.
const (
	outer = ""
	inner = "  "
	arrow = "             → " // a next step, below what is missing
)

// Diagnosis writes the diagnosis of a source. Empty parts write nothing.
func (s *Sheet) Diagnosis(about estate.Info, d *estate.Diagnosis) {
	s.Gap()
	s.Row(about.Kind + "  " + about.Name)
	s.Gap()
	s.facts(outer, d.Facts)
	if d.Estimate != nil {
		s.Prose(lead(outer, "to read"), Estimate(*d.Estimate))
	}
	s.files(d.Files)
	s.concepts(d.Concepts)
	s.keys(d.Keys)
	s.tables(d.Tables)
	s.addresses(d.Addresses)
	for _, from := range d.Sources {
		s.Gap()
		s.Prose(lead(outer, "taken from"), from.Kind+" "+from.Name)
		s.kinds(from.Kinds)
	}
	s.Gap()
	if len(d.Kinds) > 0 {
		s.Row("kinds that the rules need")
	}
	s.kinds(d.Kinds)
	s.gaps(d.Gaps)
	for _, n := range d.Notes {
		s.Prose(lead(outer, "note"), n.What+": "+n.Why)
	}
	var elsewhere []string
	for _, k := range d.Elsewhere {
		elsewhere = append(elsewhere, k.String())
	}
	s.List(lead(outer, "elsewhere"), elsewhere)
	s.Gap()
	s.conclude(d)
}

// Estimate puts an estimate into words.
func Estimate(e estate.Estimate) string {
	if e.Rows < 0 {
		return "unknown: the server gives the size of no table"
	}
	text := "about " + count(e.Rows, "row", "rows") + " in " + size(e.Bytes) + ", " + duration(e.Seconds)
	if len(e.Guessed) > 0 {
		text += "; guessed from sizes, not analysed yet: " + few.Of(e.Guessed...).String()
	}
	if len(e.Unknown) > 0 {
		text += "; of unknown size and not counted: " + few.Of(e.Unknown...).String()
	}
	return text
}

// size writes a number of bytes.
func size(bytes int64) string {
	const kilo, mega, giga = 1 << 10, 1 << 20, 1 << 30
	switch {
	case bytes < mega:
		return thousands((bytes+kilo-1)/kilo) + " KiB"
	case bytes < giga:
		return thousands(bytes/mega) + " MiB"
	}
	return fmt.Sprintf("%.1f GiB", float64(bytes)/giga)
}

// IsDiagnosis reports whether a file holds what [Sheet.Diagnosis] wrote, or the same as JSON; its end may be missing.
func IsDiagnosis(content []byte) bool {
	has := func(texts ...string) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return !bytes.Contains(content, []byte(text)) })
	}
	if bytes.HasPrefix(bytes.TrimLeft(content, " \r\n"), []byte("{")) {
		return has(`"complete"`, `"sources"`, `"facts"`, `"missing"`, `"other_tables"`)
	}
	head, _, _ := bytes.Cut(content, []byte("\n\n"))
	return diagnosed.Match(head) && (has("\nelsewhere  ") || has("\nkinds that the rules need\n"))
}

// diagnosed is the first line of a diagnosis: the kind of the source, and its name.
var diagnosed = regexp.MustCompile(`^[a-z-]+  \S[^\n]*$`)

// conclude says whether everything needed can be read.
func (s *Sheet) conclude(d *estate.Diagnosis) {
	switch {
	case d.Complete():
		s.Prose(lead(outer, "complete"), "everything the rules need that this source can hold is recognised and readable")
	case len(d.Missing) > 0:
		s.List(lead(outer, "INCOMPLETE"), append([]string{"the rules need more than could be read: " + d.Missing[0]}, d.Missing[1:]...))
		if beyondTokens(d) {
			s.Prose(lead(outer, ""), "no token can read what is missing; this one reads the rest")
		}
	default:
		s.Prose(lead(outer, "INCOMPLETE"), "some of what this source should hold could not be read or understood, see above")
	}
}

// beyondTokens reports whether all that is missing is what the Admin API returns to no token.
func beyondTokens(d *estate.Diagnosis) bool {
	return len(d.Addresses) > 0 && len(d.Gaps) == 0 && !slices.ContainsFunc(d.Kinds, func(k estate.KindDiagnosis) bool {
		return k.Damaged > 0 || slices.ContainsFunc(k.Gaps, func(g estate.Gap) bool { return g.ID != estate.APILimits })
	})
}

func (s *Sheet) facts(indent string, facts []estate.Fact) {
	for _, f := range facts {
		s.Prose(lead(indent, f.Label), f.Value)
	}
}

func (s *Sheet) files(files []estate.FileDiagnosis) {
	s.Gap()
	for i := range files {
		f := &files[i]
		if len(f.Kinds) > 0 {
			s.Gap()
		}
		s.Prose(lead(outer, "file"), f.Path)
		if f.Why != "" {
			s.Prose(lead(inner, "not read"), f.Why)
		}
		s.facts(inner, f.Facts)
		for _, d := range f.Documents {
			s.document(&d)
		}
		s.kinds(f.Kinds)
	}
}

func (s *Sheet) document(d *estate.DocumentDiagnosis) {
	word, text := "found", d.Recognised+": "+d.Why
	if !d.Used {
		word = "not used"
	}
	switch {
	case d.Count > 1:
		text = fmt.Sprintf("%d times, from line %d: %s", d.Count, d.Line, text)
	case d.Line > 1:
		text = fmt.Sprintf("line %d: %s", d.Line, text)
	}
	s.Prose(lead(inner, word), text)
}

func (s *Sheet) kinds(kinds []estate.KindDiagnosis) {
	for i := range kinds {
		k := &kinds[i]
		line := fmt.Sprintf("  %8d  %s", k.Count, k.Kind)
		if k.Damaged > 0 {
			line += fmt.Sprintf("  (%d DAMAGED)", k.Damaged)
		}
		if k.Partial {
			line += "  (of some gateway groups)"
		}
		s.Row(line)
		s.gaps(k.Gaps)
	}
}

// gaps writes what cannot be read and what to do about it, each text once.
func (s *Sheet) gaps(gaps []estate.Gap) {
	for i := range gaps {
		same := func(g estate.Gap) bool { return g.What == gaps[i].What && g.Why == gaps[i].Why }
		if slices.ContainsFunc(gaps[:i], same) {
			continue
		}
		what := gaps[i].What
		if what != "" {
			what += ": "
		}
		s.Prose(lead(inner, "missing"), what+gaps[i].Why)
		for _, g := range gaps[i:] {
			if same(g) && g.Next != "" {
				s.Prose(arrow, g.Next)
			}
		}
	}
}

// concepts writes where each concept was found.
func (s *Sheet) concepts(concepts []estate.ConceptDiagnosis) {
	for i := range concepts {
		c := &concepts[i]
		s.Gap()
		s.Row(c.Concept)
		if c.Table == "" {
			s.Prose(lead(inner, "no table"), cmp.Or(c.Why, "none is recognised"))
		} else {
			s.Prose(lead(inner, "table"), fmt.Sprintf("%s.%s%s; score %d of 100: %s", c.Schema, c.Table, rowCount(c.Rows, c.Estimated), c.Score, c.Why))
		}
		if c.RowSecurity {
			s.Row(lead(inner, "note") + "row level security is on")
		}
		for _, state := range []estate.ColumnState{estate.ColumnRead, estate.ColumnAbsent, estate.ColumnNotGranted} {
			s.List(lead(inner, string(state)), inState(c.Columns, state))
		}
		s.List(lead(inner, "not chosen"), c.Candidates)
		s.gaps(c.Gaps)
	}
}

// inState names the columns in a state, with their types.
func inState(all []estate.ColumnDiagnosis, state estate.ColumnState) []string {
	var names []string
	for _, c := range all {
		if c.State != state {
			continue
		}
		name := c.Name
		if c.Column != "" && c.Column != c.Name {
			name += " from " + c.Column
		}
		names = append(names, strings.TrimSpace(name+" "+c.Type))
	}
	return names
}

func (s *Sheet) keys(keys []estate.KeyShape) {
	if len(keys) == 0 { // the concept kine says why
		return
	}
	s.Gap()
	s.Row("keys in kine, including deleted ones; in a backup every row of a key counts")
	for _, k := range keys {
		line := k.Collection
		if k.Nested {
			line = "apisix/" + line
		}
		if !k.Known {
			line += "  (unknown: check looks for plugins in them)"
		}
		s.Row(fmt.Sprintf("  %8d  %s", k.Count, line))
	}
}

func (s *Sheet) tables(tables []estate.TableDiagnosis) {
	if len(tables) == 0 {
		return
	}
	s.Gap()
	s.Row("other tables of the schema")
	for i := range tables {
		t := &tables[i]
		s.Row(inner + t.Name + " (" + t.Kind + rowCount(t.Rows, t.Estimated) + ")")
		s.List(inner+inner, t.Columns)
	}
}

// rowCount returns the number of rows after a comma; "" if it is unknown.
func rowCount(n int64, estimated bool) string {
	switch {
	case n >= 0 && estimated:
		return ", about " + count(n, "row", "rows")
	case n >= 0:
		return ", " + count(n, "row", "rows")
	case estimated:
		return ", rows not counted yet"
	}
	return ""
}

func (s *Sheet) addresses(addresses []estate.AddressDiagnosis) {
	if len(addresses) == 0 {
		return
	}
	s.Gap()
	s.Row("answered refused absent failed  resource")
	for _, a := range addresses {
		s.Row(fmt.Sprintf("%8d %7d %6d %6d  %s", a.Answered, a.Refused, a.NotFound, a.Failed, a.Path))
	}
}
