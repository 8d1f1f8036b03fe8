package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// row is one row of a relational table. It is valid during the call that hands it out.
type row struct {
	body   []byte // a JSON object with the concept's field names
	damage string // why the row cannot be read
	values map[string]string
}

// selection is the list of columns to read of one table.
type selection struct {
	fields  []field
	columns []column
	exprs   []string
	formats []int16
}

func (s *selection) add(f field, c column, expr string) {
	format := int16(0)
	if c.typ == "bytea" {
		format = 1
	}
	s.fields, s.columns = append(s.fields, f), append(s.columns, c)
	s.exprs, s.formats = append(s.exprs, expr), append(s.formats, format)
}

// selection lists what to read of a place; the row's size comes last.
func (p *place) selection() selection {
	var s selection
	var sizes []string
	for _, f := range p.concept.fields {
		c, ok := p.columns[f.name]
		switch {
		case !ok:
			continue
		case f.shape == moment:
			s.add(f, c, utcExpr(c))
			s.add(field{name: "heartbeat_age_seconds", shape: number}, c, ageExpr(c))
			continue
		}
		s.add(f, c, boundedExpr(c))
		if c.isText() || c.category == 'A' {
			sizes = append(sizes, sizeExpr(c))
		}
	}
	size := "0"
	if len(sizes) > 0 {
		size = "(" + strings.Join(sizes, ")::int8 + (") + ")"
	}
	s.exprs, s.formats = append(s.exprs, size), append(s.formats, 0)
	return s
}

// rows reads every row of a recognised table, the values named in keep also as text.
func (s *session) tableRows(ctx context.Context, p *place, keep []string, yield func(*row) error) error {
	sel := p.selection()
	q := query{
		what:    "table " + p.table.name,
		sql:     statement("rows", "columns", strings.Join(sel.exprs, ",\n       "), "table", p.table.sql()),
		formats: sel.formats,
	}
	kept := make(map[string]bool, len(keep))
	for _, name := range keep {
		kept[name] = true
	}
	r := &row{values: make(map[string]string, len(keep))}
	return s.rows(ctx, q, func(v [][]byte) error {
		sel.read(r, v, kept)
		return yield(r)
	})
}

// read fills r from the values of one row.
func (s *selection) read(r *row, v [][]byte, kept map[string]bool) {
	r.body, r.damage = append(r.body[:0], '{'), ""
	clear(r.values)
	for i, f := range s.fields {
		if kept[f.name] {
			r.values[f.name] = string(v[i])
		}
		if len(r.body) > 1 {
			r.body = append(r.body, ',')
		}
		r.body = append(r.body, '"')
		r.body = append(r.body, f.name...)
		r.body = append(r.body, '"', ':')
		var damage string
		if r.body, damage = appendValue(r.body, f, s.columns[i], v[i]); damage != "" && r.damage == "" {
			r.damage = fmt.Sprintf("column %s %s", s.columns[i].name, damage)
		}
	}
	r.body = append(r.body, '}')
	if size, _ := strconv.ParseInt(string(v[len(v)-1]), 10, 64); size > maxRow {
		r.damage = tooLong(size)
	}
}

func tooLong(size int64) string {
	return fmt.Sprintf("the row has %d bytes and was not fetched: more than %d are no configuration", size, maxRow)
}

// readGroups reads the gateway groups into groups. They are few.
func (s *session) readGroups(ctx context.Context, p *place, groups *groupIndex, each func(*row, estate.Group) error) error {
	keep := []string{"id", "short_id", "name", "config"}
	return s.tableRows(ctx, p, keep, func(r *row) error {
		g := estate.Group{ID: r.values["id"], ShortID: r.values["short_id"], Name: r.values["name"]}
		groups.add(g)
		return each(r, g)
	})
}

// groupIndex finds gateway groups by what rows and keys call them.
type groupIndex struct{ byID, byShortID map[string]estate.Group }

func (x *groupIndex) add(g estate.Group) {
	if x.byID == nil {
		x.byID, x.byShortID = map[string]estate.Group{}, map[string]estate.Group{}
	}
	x.byID[g.ID], x.byShortID[g.ShortID] = g, g
}

// id returns the group that a row names. A group that is not listed keeps the id as its short id, so that objects of
// different groups stay apart.
func (x *groupIndex) id(id string) estate.Group {
	if g, ok := x.byID[id]; ok {
		return g
	}
	if g, ok := x.byShortID[id]; ok {
		return g
	}
	return estate.Group{ID: id, ShortID: id}
}

// shortID returns the group that a key names.
func (x *groupIndex) shortID(short string) estate.Group {
	if g, ok := x.byShortID[short]; ok {
		return g
	}
	g := estate.Group{ShortID: strings.Clone(short)}
	x.addShort(g)
	return g
}

func (x *groupIndex) addShort(g estate.Group) {
	if x.byShortID == nil {
		x.byShortID = map[string]estate.Group{}
	}
	x.byShortID[g.ShortID] = g
}
