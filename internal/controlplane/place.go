package controlplane

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Layout says where each concept was found, or why it was not.
type Layout struct {
	schema, schemaWhy string
	places            []*Place // in the order of concepts
	others            []*Table // tables of the schema that belong to no concept
	copies            []explained
	whole             bool
	partial           string
}

// Place is one concept, such as published services, and the table that holds it.
type Place struct {
	concept *concept
	schema  string            // the layout's schema
	table   *Table            // nil: none
	found   map[string]Column // by field name
	columns map[string]Column // the columns in found that may be read
	score   int
	why     string       // why this table, or why none is needed
	gap     *estate.Gap  // why nothing of it can be read; nil: it can
	doubts  []estate.Gap // columns that cannot be read
	rivals  []string     // other tables that were considered
	none    bool         // the schema map says that there is no table
}

// Field is a value to read from each row.
type Field struct {
	Column Column
	// As is the form in which to give the value.
	As Form

	field field
}

// Name returns the field's name in a schema map.
func (f Field) Name() string { return f.field.name }

// IsDocument reports whether the column holds JSON, whatever its type.
func (f Field) IsDocument() bool { return f.field.shape == object || f.field.shape == tagged }

// Form is the form in which an [Assembler] is given a value. NULL is always nil.
type Form uint8

// The forms.
const (
	AsText Form = iota // the server's cast to text; arrays as JSON; the bytes of bytea
	AsTime             // a point in time, as RFC 3339 in UTC to the second
	AsAge              // the same point in time, as its age in seconds
)

// Places returns the places in the order in which to read them: gateway groups first, kine last.
func (l *Layout) Places() []*Place { return slices.Clone(l.places) }

// Instances returns the place of gateway instances, which report versions.
func (l *Layout) Instances() *Place { return l.of(instances) }

// Groups returns the place of gateway groups, to which published objects refer.
func (l *Layout) Groups() *Place { return l.of(gatewayGroups) }

// Kine returns the place of the store that gateways run.
func (l *Layout) Kine() *Place { return l.of(kine) }

// of returns the place of the named concept.
func (l *Layout) of(name string) *Place {
	return l.places[slices.IndexFunc(l.places, func(p *Place) bool { return p.concept.name == name })]
}

// Name returns the concept's name in a schema map.
func (p *Place) Name() string { return p.concept.name }

// Table returns the table; nil if there is none.
func (p *Place) Table() *Table { return p.table }

// Gap returns why nothing can be read; nil if rows can be read or no table is needed.
func (p *Place) Gap() *estate.Gap { return p.gap }

// Readable reports whether rows can be read.
func (p *Place) Readable() bool { return p.table != nil && p.gap == nil }

// IsDenied reports whether the schema map says that there is no table.
func (p *Place) IsDenied() bool { return p.none }

// Column returns the readable column of a field; the zero Column if there is none.
func (p *Place) Column(field string) Column { return p.columns[field] }

// Fields returns the values of a row that [Assembler.Row] takes, in its order.
func (p *Place) Fields() []Field {
	var fields []Field
	for _, f := range p.concept.fields {
		c, ok := p.columns[f.name]
		switch {
		case !ok:
		case f.shape == moment:
			fields = append(fields,
				Field{Column: c, As: AsTime, field: f},
				Field{Column: c, As: AsAge, field: field{name: f.age, shape: number}})
		default:
			fields = append(fields, Field{Column: c, field: f})
		}
	}
	return fields
}

// Found returns the table's own columns that hold fields, whether or not they may be read.
func (p *Place) Found() []Field {
	var fields []Field
	for _, f := range p.concept.fields {
		c, ok := p.found[f.name]
		if !ok {
			continue
		}
		i := slices.IndexFunc(p.table.OwnColumns(), func(own Column) bool { return own.Name == c.Name })
		fields = append(fields, Field{Column: p.table.OwnColumns()[i], field: f})
	}
	return fields
}

// Kind returns the kind of the rows; zero for kine, which holds many kinds.
func (p *Place) Kind() estate.Kind { return p.concept.kind }

// Key returns the columns that identify an object; nil if they cannot be read.
func (p *Place) Key() []Column {
	var columns []Column
	for _, name := range p.keyFields() {
		c, ok := p.columns[name]
		if !ok {
			return nil
		}
		columns = append(columns, c)
	}
	return columns
}

func (p *Place) keyFields() []string {
	switch p.concept.name {
	case instances:
		return []string{"hostname", "gateway_group_id"}
	case publishedService, publishedRoute, publishedStreamRoute:
		return []string{"gateway_group_id", "id"}
	}
	return []string{"id"}
}

// label returns the table's name in findings, with its schema if that is not the chosen one.
func (p *Place) label() string {
	switch {
	case p.table == nil:
		return ""
	case p.table.Schema == p.schema:
		return p.table.Name
	}
	return p.table.Schema + "." + p.table.Name
}

// isPublished reports whether the concept's rows are objects of gateway groups that are also in kine.
func (c *concept) isPublished() bool {
	return slices.Contains([]string{publishedService, publishedRoute, publishedStreamRoute}, c.name)
}

// neededFor reports whether the concept is read for these kinds. Gateway groups always are, because published objects
// refer to them.
func (c *concept) neededFor(need estate.Need) bool {
	switch c.name {
	case gatewayGroups, instances: // also for versions
		return true
	case kine:
		return need.Wants(estate.Publication) || slices.ContainsFunc(kineKinds(), need.Wants)
	case publishedService:
		return need.Wants(estate.Publication) || need.Wants(estate.Service)
	}
	return need.Wants(c.kind)
}
