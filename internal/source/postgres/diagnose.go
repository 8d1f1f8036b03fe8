package postgres

import (
	"context"
	"fmt"
	"strconv"
)

// Diagnosis is what can be said of a database without telling a single value from its rows.
type Diagnosis struct {
	Server    string          `json:"server"` // "PostgreSQL 15.4"
	Database  string          `json:"database"`
	User      string          `json:"user"`
	TimeZone  string          `json:"time_zone"`
	Standby   bool            `json:"standby"`
	Superuser bool            `json:"superuser"`
	TLS       bool            `json:"tls"`
	Schema    string          `json:"schema"`
	SchemaWhy string          `json:"schema_why"`
	Concepts  []ConceptReport `json:"concepts"`
	// Others are the tables of the schema that no concept claims.
	Others []TableReport `json:"other_tables"`
	// Keys are the collections in table kine.
	Keys []KeyShape `json:"keys"`
	// KeysWhy says why Keys is empty; empty if it is not.
	KeysWhy string `json:"keys_why"`
}

// ConceptReport says where one concept was found.
type ConceptReport struct {
	Concept    string         `json:"concept"`
	Table      string         `json:"table"` // "" where none is recognised or needed
	Schema     string         `json:"schema"`
	Score      int            `json:"score"` // 0 to 100; 100 is named by the schema map
	Why        string         `json:"why"`   // why this table, or why none is needed
	Rows       int64          `json:"rows"`  // the planner's estimate, -1 if it has none
	Columns    []ColumnReport `json:"columns"`
	Candidates []string       `json:"candidates"` // tables whose name matches and that were not chosen
	Gaps       []GapReport    `json:"gaps"`       // what cannot be read of it
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
	Rows    int64    `json:"rows"` // the planner's estimate, -1 if it has none
	Columns []string `json:"columns"`
}

// KeyShape counts the keys of one collection in kine, deleted ones included.
type KeyShape struct {
	Collection string `json:"collection"` // as in the key; "(other)" where it does not look like a collection's name
	Nested     bool   `json:"nested"`     // whether /apisix stands before it
	Known      bool   `json:"known"`
	Count      int64  `json:"count"`
}

// Diagnose tells what the role can see and what was recognised. It reads no values but counts keys.
func (s *Source) Diagnose(ctx context.Context) (Diagnosis, error) {
	d := Diagnosis{
		Server: s.server.version, Database: s.server.database, User: s.server.user, TimeZone: s.server.timeZone,
		Standby: s.server.standby, Superuser: s.server.superuser, TLS: s.server.encrypted,
		Schema: s.schema, SchemaWhy: s.schemaWhy,
		Concepts: []ConceptReport{}, Others: []TableReport{}, Keys: []KeyShape{},
	}
	for _, p := range s.layout.places {
		d.Concepts = append(d.Concepts, p.report())
	}
	for _, t := range s.layout.others {
		d.Others = append(d.Others, t.report())
	}
	err := s.keyShapes(ctx, &d)
	return d, err
}

func (p *place) report() ConceptReport {
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
	c.Table, c.Schema, c.Rows = p.table.name, p.table.schema, p.table.rows
	for _, f := range p.concept.fields {
		r := ColumnReport{Name: f.name, State: ColumnAbsent}
		if column, ok := p.found[f.name]; ok {
			r.Column, r.Type, r.State = column.name, column.typ, ColumnRead
			if !column.granted {
				r.State = ColumnNotGranted
			}
		}
		c.Columns = append(c.Columns, r)
	}
	return c
}

func (t *table) report() TableReport {
	r := TableReport{Name: t.name, Rows: t.rows, Kind: "table", Columns: []string{}}
	switch t.kind {
	case 'v':
		r.Kind = "view"
	case 'm':
		r.Kind = "materialised view"
	case 'p':
		r.Kind = "partitioned table"
	case 'f':
		r.Kind = "foreign table"
	}
	for _, c := range t.columns {
		r.Columns = append(r.Columns, c.name+" "+c.typ)
	}
	return r
}

// keyShapes counts the collections in kine.
func (s *Source) keyShapes(ctx context.Context, d *Diagnosis) error {
	p := s.layout.of(kine)
	known := collections()
	gap, err := s.attempt(ctx, p, func() error {
		q := query{
			what: "table " + p.table.name,
			sql:  statement("kine_shapes", "name", p.columns["name"].sql(), "table", p.table.sql()),
		}
		return s.session.rows(ctx, q, func(v [][]byte) error {
			n, _ := strconv.ParseInt(string(v[2]), 10, 64)
			shape := KeyShape{Collection: string(v[1]), Nested: isTrue(v[0]), Known: known[string(v[1])] != 0, Count: n}
			if !isWord(shape.Collection) {
				shape.Collection = "(other)"
				if last := len(d.Keys) - 1; last >= 0 && d.Keys[last].Collection == shape.Collection && d.Keys[last].Nested == shape.Nested {
					d.Keys[last].Count += n
					return nil
				}
			}
			d.Keys = append(d.Keys, shape)
			return nil
		})
	})
	switch {
	case gap != nil:
		d.KeysWhy = fmt.Sprintf("%s: %s", gap.What, gap.Why)
	case p.table == nil:
		d.KeysWhy = p.why
	case len(d.Keys) == 0 && err == nil:
		d.KeysWhy = "no key begins with " + keyPrefix
	}
	return err
}
