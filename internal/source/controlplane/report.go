package controlplane

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// ConceptReport says where one concept was found.
type ConceptReport struct {
	Concept    string         `json:"concept"`
	Table      string         `json:"table"` // "" where none is recognised or needed
	Schema     string         `json:"schema"`
	Score      int            `json:"score"` // 0 to 100; 100 is named by the schema map
	Why        string         `json:"why"`   // why this table, or why none is needed
	Rows       int64          `json:"rows"`  // -1 if not known; an estimate where a live database says so, else counted
	Columns    []ColumnReport `json:"columns"`
	Candidates []string       `json:"candidates"` // tables whose name matches and that were not chosen
	Gaps       []GapReport    `json:"gaps"`       // what cannot be read of it
	// RowSecurity says that row level security is on; where it hides rows from the role, a gap says so.
	RowSecurity bool `json:"row_security"`
}

// GapReport is something that cannot be read.
type GapReport struct {
	What string `json:"what"`
	Why  string `json:"why"`
	Next string `json:"next"` // what to do about it
}

// ColumnReport says where one column of a concept was found.
type ColumnReport struct {
	Name   string `json:"name"`   // as a schema map writes it
	Column string `json:"column"` // in the table; "" where it has none
	Type   string `json:"type"`
	State  string `json:"state"` // read, not granted, absent
}

// The states of a column.
const (
	ColumnRead       = "read"
	ColumnNotGranted = "not granted"
	ColumnAbsent     = "absent"
)

// TableReport is a table by its columns' names and types.
type TableReport struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"` // table, view, …
	Rows    int64    `json:"rows"` // an estimate, -1 if there is none
	Columns []string `json:"columns"`
}

// Report tells of each concept where it was found, and lists the tables of the schema that no concept claims.
func (l *Layout) Report() (concepts []ConceptReport, others []TableReport) {
	concepts, others = []ConceptReport{}, []TableReport{}
	for _, p := range l.places {
		concepts = append(concepts, p.report())
	}
	for _, t := range l.others {
		others = append(others, t.report())
	}
	return concepts, others
}

func (p *Place) report() ConceptReport {
	c := ConceptReport{
		Concept: p.concept.name, Score: p.score, Why: p.why, Rows: -1,
		Columns: []ColumnReport{}, Candidates: append([]string{}, p.rivals...), Gaps: []GapReport{},
	}
	for _, gap := range p.doubts {
		c.Gaps = append(c.Gaps, GapReport(gap))
	}
	if p.gap != nil {
		c.Gaps = append(c.Gaps, GapReport(*p.gap))
	}
	if p.table == nil {
		return c
	}
	c.Table, c.Schema, c.Rows = p.table.Name, p.table.Schema, p.table.Rows
	c.RowSecurity = p.table.RowSecurity
	for _, f := range p.concept.fields {
		r := ColumnReport{Name: f.name, State: ColumnAbsent}
		if column, ok := p.found[f.name]; ok {
			r.Column, r.Type, r.State = column.Name, column.Type, ColumnRead
			if !column.Granted {
				r.State = ColumnNotGranted
			}
		}
		c.Columns = append(c.Columns, r)
	}
	return c
}

func (t *Table) report() TableReport {
	r := TableReport{Name: t.Name, Rows: t.Rows, Kind: "table", Columns: []string{}}
	switch t.Kind {
	case 'v':
		r.Kind = "view"
	case 'm':
		r.Kind = "materialised view"
	case 'p':
		r.Kind = "partitioned table"
	case 'f':
		r.Kind = "foreign table"
	}
	for _, c := range t.Columns {
		r.Columns = append(r.Columns, c.Name+" "+c.Type)
	}
	return r
}

// Incomplete returns the concepts that are read for the needed kinds and of which something cannot be read.
func Incomplete(reports []ConceptReport, need estate.Need) []string {
	names := []string{}
	for _, w := range WantedFor(need) {
		for _, r := range reports {
			if r.Concept == w.Concept && len(r.Gaps) > 0 {
				names = append(names, r.Concept)
			}
		}
	}
	return names
}

// Wanted is one concept by the names that its table and columns can have.
type Wanted struct {
	Concept string
	Tables  []string
	Columns []string
}

// WantedFor returns what is read for the needed kinds. Gateway groups and instances always are: published objects and
// versions are told by them.
func WantedFor(need estate.Need) []Wanted {
	var all []Wanted
	for _, c := range concepts() {
		if !c.neededFor(need) {
			continue
		}
		w := Wanted{Concept: c.name}
		for _, alias := range c.aliases {
			plural := alias + "s"
			if stem, ok := strings.CutSuffix(alias, "y"); ok {
				plural = stem + "ies"
			}
			w.Tables = append(w.Tables, alias, plural)
		}
		for _, f := range c.fields {
			w.Columns = append(w.Columns, f.names()...)
		}
		all = append(all, w)
	}
	return all
}
