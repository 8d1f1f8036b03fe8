package controlplane

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
)

// Database holds the tables to recognise, and names for the messages about them.
type Database struct {
	Name       string
	Tables     []*Table
	Whole      bool     // Tables are certainly all of the database's
	Partial    string   // what shows that they are not; else empty
	SearchPath []string // schemas to choose from; empty: all
	// Choose is how a person selects one of several schemas; the schema's name follows it.
	Choose string
}

// UnrecognisedError says why tables are not those of a control plane, and what to do next, each in one line.
type UnrecognisedError struct{ Message, Hint string }

// Error returns the message without the hint.
func (e *UnrecognisedError) Error() string { return e.Message }

// Recognise finds the table of each concept in a schema: first the table that the schema map names, then one with a
// known name and fitting columns, then one whose columns fit this concept alone. What fits twice is not recognised,
// because a guess could hide findings. The error is an [*UnrecognisedError].
func Recognise(db Database, m SchemaMap) (*Layout, error) {
	schema, why, err := chooseSchema(db, m)
	if err != nil {
		return nil, err
	}
	r := &recogniser{all: db.Tables, m: m, schema: schema, claimed: map[*Table]*concept{}}
	for _, t := range db.Tables {
		if t.Schema == schema {
			r.tables = append(r.tables, t)
		}
	}
	l := &Layout{schema: schema, schemaWhy: why, whole: db.Whole, partial: db.Partial}
	for _, c := range concepts {
		p := &Place{concept: c, schema: schema}
		l.places = append(l.places, p)
		if err := r.named(p); err != nil {
			return nil, err
		}
	}
	for _, p := range l.places {
		r.byName(p)
	}
	r.byColumns(l.places)
	for _, p := range l.places {
		r.contradicted(p)
	}
	for _, t := range r.tables {
		if r.claimed[t] == nil {
			l.others = append(l.others, t)
		}
	}
	l.copies = r.copies(l.others)
	for _, p := range l.places {
		r.judge(p, l)
	}
	return l, nil
}

type recogniser struct {
	all, tables []*Table
	m           SchemaMap
	schema      string
	claimed     map[*Table]*concept
}

func (p *Place) settled() bool { return p.table != nil || p.gap != nil || p.why != "" }

func (r *recogniser) claim(p *Place, f fit, score int, why string) {
	p.table, p.found, p.columns, p.score, p.why = f.table, f.columns, maps.Clone(f.columns), score, why
	r.claimed[f.table] = p.concept
}

// named claims the table that the schema map names.
func (r *recogniser) named(p *Place) error {
	entry := r.m.Tables[p.concept.name]
	switch entry.Table {
	case "":
		return nil
	case none:
		p.why, p.none = "the schema map says that there is no such table", true
		return nil
	}
	t := r.find(entry.Table)
	if t == nil {
		return &UnrecognisedError{
			Message: fmt.Sprintf("the schema map names table %q for %s, and there is no such table", entry.Table, p.concept.name),
			Hint:    "`api7-preflight doctor` lists the tables" + r.nearest(entry.Table),
		}
	}
	if t.isView() && len(t.Columns) == 0 {
		return &UnrecognisedError{
			Message: fmt.Sprintf("the schema map names view %q for %s, and a backup does not hold the rows of a view", t.Name, p.concept.name),
			Hint:    "name the table that the view shows, if it shows all of its rows",
		}
	}
	for _, name := range slices.Sorted(maps.Keys(entry.Columns)) {
		if column := entry.Columns[name]; column != none && !t.has(column) {
			return &UnrecognisedError{
				Message: fmt.Sprintf("the schema map names column %q of table %q, and there is no such column", column, t.Name),
				Hint:    "`api7-preflight doctor` lists the columns",
			}
		}
	}
	f := r.fit(p.concept, t)
	if len(f.missing) > 0 {
		return &UnrecognisedError{
			Message: fmt.Sprintf("table %q of the schema map has no column for %s of %s", t.Name, strings.Join(f.missing, ", "), p.concept.name),
			Hint:    "name the columns under tables." + p.concept.name + ".columns",
		}
	}
	r.claim(p, f, 100, "named by the schema map")
	return nil
}

func (r *recogniser) find(name string) *Table {
	schema, table, qualified := strings.Cut(name, ".")
	if !qualified {
		schema, table = r.schema, name
	}
	for _, t := range r.all {
		if t.Schema == schema && t.Name == table {
			return t
		}
	}
	return nil
}

func (r *recogniser) nearest(name string) string {
	var names []string
	for _, t := range r.tables {
		names = append(names, t.Name)
	}
	if nearest, ok := suggest.Nearest(name, names); ok {
		return fmt.Sprintf("; did you mean %q?", nearest)
	}
	return ""
}

// byName claims the only table with a known name and the columns of the concept.
func (r *recogniser) byName(p *Place) {
	if p.settled() {
		return
	}
	var fits []fit
	for _, t := range r.tables {
		if p.concept.matches(t.Name) < 0 || r.claimed[t] != nil {
			continue
		}
		p.rivals = append(p.rivals, t.Name)
		if f := r.fit(p.concept, t); f.ok() && !t.isView() {
			fits = append(fits, f)
		}
	}
	fits = topmost(fits)
	switch {
	case len(fits) == 1:
		f := fits[0]
		r.claim(p, f, 60-2*p.concept.matches(f.table.Name)+f.share(40), "its name and its columns fit: "+f.words())
	case len(fits) > 1:
		p.gap = ambiguous(p.concept, fits)
	}
}

// byColumns claims a table with an unknown name if its columns fit a concept fully, fit no other concept, and no
// other table fits.
func (r *recogniser) byColumns(places []*Place) {
	fits := map[*Place][]fit{}
	shared := map[*Table]int{}
	for _, p := range places {
		if p.settled() || len(p.concept.alone) == 0 {
			continue
		}
		fits[p] = r.fitting(p.concept)
		for _, f := range fits[p] {
			shared[f.table]++
		}
	}
	for _, p := range places {
		switch found := fits[p]; {
		case len(found) == 1 && shared[found[0].table] == 1:
			r.claim(p, found[0], 30+found[0].share(40), "no table has the name; its columns alone fit: "+found[0].words())
		case len(found) > 0:
			p.gap = ambiguous(p.concept, found)
		}
	}
}

// fitting returns the unclaimed tables whose columns fit the concept although their names do not.
func (r *recogniser) fitting(c *concept) []fit {
	var fits []fit
	for _, t := range r.tables {
		if r.claimed[t] != nil || isExplained(t.Name) || t.isView() || r.isRead(t) {
			continue
		}
		if f := r.fit(c, t); f.ok() && f.hasAll(c.alone) {
			fits = append(fits, f)
		}
	}
	return topmost(fits)
}

// topmost leaves out the tables whose rows are those of another that fits.
func topmost(fits []fit) []fit {
	return slices.DeleteFunc(slices.Clone(fits), func(f fit) bool {
		return slices.ContainsFunc(fits, func(other fit) bool { return f.table.inherits(other.table) })
	})
}

// contradicted drops a table recognised by its columns alone if another table has the concept's name.
func (r *recogniser) contradicted(p *Place) {
	if p.table == nil || p.concept.matches(p.table.Name) >= 0 || r.m.Tables[p.concept.name].Table != "" {
		return
	}
	for _, t := range r.tables {
		if p.concept.matches(t.Name) >= 0 && r.claimed[t] == nil && !t.inherits(p.table) {
			delete(r.claimed, p.table)
			why := fmt.Sprintf("%q has the name but not the columns, %q the columns but not the name", t.Name, p.table.Name)
			if t.isView() {
				why = fmt.Sprintf("view %q has the name and may not show all rows, %q has the columns but not the name", t.Name, p.table.Name)
			}
			p.gap = gap("a table for "+p.concept.name, why)
			p.table, p.found, p.columns, p.score, p.why = nil, nil, nil, 0, ""
			return
		}
	}
}

func ambiguous(c *concept, fits []fit) *estate.Gap {
	var names []string
	for _, f := range fits {
		names = append(names, fmt.Sprintf("%q", f.table.Name))
	}
	return gap("a table for "+c.name, "not clear which table holds it: "+strings.Join(names, " or "))
}

// gap returns a gap for a table that is not recognised; the next step is a schema map.
func gap(what, why string) *estate.Gap {
	return &estate.Gap{ID: estate.Schema, What: what, Why: why, Next: "name the table with --schema-map; `api7-preflight doctor` lists the tables"}
}

// fit is how well a table fits a concept.
type fit struct {
	concept *concept
	table   *Table
	columns map[string]Column
	missing []string // required fields without a column
	foreign string   // a column that shows that the table is another concept
}

func (f fit) ok() bool { return len(f.missing) == 0 && f.foreign == "" }

func (f fit) hasAll(fields []string) bool {
	return !slices.ContainsFunc(fields, func(name string) bool {
		_, mapped := f.columns[name]
		return !mapped && !f.table.has(name)
	})
}

// share returns the part of points that the matched columns earn.
func (f fit) share(points int) int { return points * len(f.columns) / len(f.concept.fields) }

func (f fit) words() string {
	return fmt.Sprintf("%d of %d known columns", len(f.columns), len(f.concept.fields))
}

func (r *recogniser) fit(c *concept, t *Table) fit {
	f := fit{concept: c, table: t, columns: map[string]Column{}}
	overrides := r.m.Tables[c.name].Columns
	for _, field := range c.fields {
		names := field.names()
		switch override := overrides[field.name]; override {
		case "":
		case none:
			continue
		default:
			names = []string{override}
		}
		if column, ok := t.column(names...); ok && field.accepts(column) {
			f.columns[field.name] = column
		} else if field.weight == required {
			f.missing = append(f.missing, field.name)
		}
	}
	for _, name := range c.without {
		if t.has(name) {
			f.foreign = name
			break
		}
	}
	return f
}
