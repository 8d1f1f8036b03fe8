package pgdump

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// converter converts the rows of one table to the values that an assembler wants.
type converter struct {
	place  *controlplane.Place
	fields []controlplane.Field
	index  []int // for each field, the index of its column in the table's rows
	now    time.Time
	values [][]byte
	arena  []byte
}

func newConverter(p *controlplane.Place, t archive.Table, now time.Time) *converter {
	c := &converter{place: p, fields: p.Fields(), now: now, arena: make([]byte, 0, 4096)}
	for _, f := range c.fields {
		c.index = append(c.index, columnIndex(t, f.Column.Name))
	}
	c.values = make([][]byte, len(c.fields))
	return c
}

func columnIndex(t archive.Table, name string) int {
	return slices.IndexFunc(t.Columns, func(c archive.Column) bool { return c.Name == name })
}

// row returns the values of the fields and the size of the row, both valid until the next row.
func (c *converter) row(values [][]byte) (out [][]byte, size int64, err error) {
	c.arena = c.arena[:0]
	for i, f := range c.fields {
		start := len(c.arena)
		v := values[c.index[i]]
		switch {
		case v == nil:
			c.values[i] = nil
			continue
		case f.As != controlplane.AsText:
			c.values[i] = c.time(f, v)
			continue
		}
		var ok bool
		if c.arena, ok = appendText(c.arena, f.Column, v); !ok {
			return nil, 0, fmt.Errorf("table %q: a value of column %q is not a valid %s", c.place.Table().Name, f.Column.Name, f.Column.Type)
		}
		c.values[i] = c.arena[start:len(c.arena):len(c.arena)]
		if f.Column.IsSized() {
			size += int64(len(c.values[i]))
		}
	}
	return c.values, size, nil
}

func (c *converter) time(f controlplane.Field, v []byte) []byte {
	t, ok := moment(f.Column, v)
	start := len(c.arena)
	switch {
	case !ok, f.As == controlplane.AsAge && c.now.IsZero(): // its age is unknown
		return nil
	case f.As == controlplane.AsAge:
		c.arena = appendAge(c.arena, t, c.now)
	default:
		c.arena = appendTime(c.arena, t)
	}
	return c.arena[start:len(c.arena):len(c.arena)]
}

// appendText appends a value as the server casts it to text; bytea as its bytes, arrays as JSON.
func appendText(dst []byte, c controlplane.Column, v []byte) ([]byte, bool) {
	switch {
	case c.Type == "bytea":
		return appendBytea(dst, v)
	case c.Type == "bool":
		return append(dst, truth(v)...), true
	case c.Type == "bpchar":
		v = bytes.TrimRight(v, " ")
	case c.Category == 'A':
		return appendArray(dst, v, strings.TrimPrefix(c.Type, "_"))
	}
	return append(dst, v...), true
}
