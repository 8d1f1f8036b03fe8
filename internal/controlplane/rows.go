package controlplane

import (
	"fmt"
	"math"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// MaxRow is the size in bytes of the largest document that is read. A larger one is damage: no configuration object
// is that large, and fetching it would take the memory of thousands.
const MaxRow = 8 << 20

// Endless is the size of a row that is larger than MaxRow by an unknown amount.
const Endless = math.MaxInt64

// row is one row of a relational table. It is valid until the next one is read.
type row struct {
	body   []byte // a JSON object with the concept's field names
	damage string // why the row cannot be read
	values map[string]string
}

// rowReader turns the values of a place's fields into rows.
type rowReader struct {
	fields []Field
	kept   []bool // by field: the value is also wanted as text
	// references are the indices of fields that refer to a concept that an installation may lack.
	references []int
	row        row
}

func newRowReader(p *Place) *rowReader {
	r := &rowReader{fields: p.Fields(), row: row{values: map[string]string{}}}
	for i, f := range r.fields {
		r.kept = append(r.kept, isKept(f.field.name))
		if mayLack(f.field.name) != "" {
			r.references = append(r.references, i)
		}
	}
	return r
}

// isKept reports whether a field says what a row is, besides being part of it.
func isKept(name string) bool {
	switch name {
	case "id", "short_id", "gateway_group_id", "service_id", "version", "name", "hostname", "config", "last_heartbeat", "heartbeat_age_seconds":
		return true
	}
	return false
}

// read returns the row with these values and this size.
func (r *rowReader) read(values [][]byte, size int64) *row {
	out := &r.row
	out.body, out.damage = append(out.body[:0], '{'), ""
	clear(out.values)
	for i, f := range r.fields {
		if r.kept[i] {
			out.values[f.field.name] = string(values[i])
		}
		if len(out.body) > 1 {
			out.body = append(out.body, ',')
		}
		out.body = append(out.body, '"')
		out.body = append(out.body, f.field.name...)
		out.body = append(out.body, '"', ':')
		var damage string
		if out.body, damage = appendValue(out.body, f.field, f.Column, values[i]); damage != "" && out.damage == "" {
			out.damage = fmt.Sprintf("column %s %s", f.Column.Name, damage)
		}
	}
	out.body = append(out.body, '}')
	if fault := heartbeatFault(out); fault != "" && out.damage == "" {
		out.damage = fault
	}
	if size > MaxRow {
		out.damage = tooLong(size)
	}
	return out
}

func tooLong(size int64) string {
	if size == Endless {
		return fmt.Sprintf("the row was not fetched: it is larger than %d bytes, the limit for configuration", MaxRow)
	}
	return fmt.Sprintf("the row was not fetched: it has %d bytes, and the limit for configuration is %d", size, MaxRow)
}

// groupOf returns the gateway group in a row of the groups' table.
func groupOf(r *row) estate.Group {
	return estate.Group{ID: r.values["id"], ShortID: r.values["short_id"], Name: r.values["name"]}
}

// groupIndex finds gateway groups by their names in rows and keys.
type groupIndex struct{ byID, byShortID map[string]estate.Group }

func newGroupIndex() groupIndex {
	return groupIndex{byID: map[string]estate.Group{}, byShortID: map[string]estate.Group{}}
}

func (x *groupIndex) add(g estate.Group) { x.byID[g.ID], x.byShortID[g.ShortID] = g, g }

// id returns the group that a row names by its id. For a group that is not listed the id becomes the short id, so
// that objects of different groups stay apart.
func (x *groupIndex) id(id string) estate.Group {
	if g, ok := x.byID[id]; ok {
		return g
	}
	if g, ok := x.byShortID[id]; ok {
		return g
	}
	return estate.Group{ID: id, ShortID: id}
}

// shortID returns the group that a key names by its short id.
func (x *groupIndex) shortID(short string) estate.Group {
	if g, ok := x.byShortID[short]; ok {
		return g
	}
	g := estate.Group{ShortID: strings.Clone(short)}
	x.byShortID[g.ShortID] = g
	return g
}
