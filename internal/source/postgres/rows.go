package postgres

import (
	"context"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

// tableRows calls row for every row of a recognised table, with the values of its fields and its size in bytes.
func (s *session) tableRows(ctx context.Context, p *controlplane.Place, row func(values [][]byte, size int64) error) error {
	var exprs, sizes []string
	var formats []int16
	for _, f := range p.Fields() {
		format := int16(0)
		if f.Column.Type == "bytea" {
			format = 1
		}
		exprs, formats = append(exprs, fieldExpr(f)), append(formats, format)
		if f.As == controlplane.AsText && f.Column.IsSized() {
			sizes = append(sizes, sizeExpr(f.Column))
		}
	}
	size := "0"
	if len(sizes) > 0 {
		size = "(" + strings.Join(sizes, ")::int8 + (") + ")"
	}
	q := query{
		what:    "table " + p.Table().Name,
		sql:     statement("rows", "columns", strings.Join(append(exprs, size), ",\n       "), "table", tableSQL(p.Table())),
		columns: len(exprs) + 1,
		formats: append(formats, 0),
		many:    true,
	}
	return s.rows(ctx, q, func(v [][]byte) error {
		last := len(exprs)
		size, err := strconv.ParseInt(string(v[last]), 10, 64)
		if err != nil && v[last] != nil {
			return s.strange(q.what)
		}
		return row(v[:last], size)
	})
}

func fieldExpr(f controlplane.Field) string {
	switch f.As {
	case controlplane.AsTime:
		return utcExpr(f.Column)
	case controlplane.AsAge:
		return ageExpr(f.Column)
	case controlplane.AsText:
	}
	return boundedExpr(f.Column)
}

// countRepeats counts the keys that several rows share, and the rows beyond the first of each, for the assembler. If
// the server refuses, the assembler records that.
func (s *Source) countRepeats(ctx context.Context, p *controlplane.Place, a *controlplane.Assembler) error {
	var objects, extra int64
	var columns []string
	for _, c := range p.Key() {
		columns = append(columns, columnSQL(c))
	}
	q := query{
		what: "table " + p.Table().Name,
		sql:  statement("duplicates", "table", tableSQL(p.Table()), "key", strings.Join(columns, ", ")), columns: 2,
	}
	gap, err := s.attempt(ctx, p, func() error {
		return s.session.rows(ctx, q, func(v [][]byte) error {
			objects, _ = strconv.ParseInt(string(v[0]), 10, 64)
			extra, _ = strconv.ParseInt(string(v[1]), 10, 64)
			return nil
		})
	})
	switch {
	case err != nil:
		return err
	case gap != nil:
		a.Uncounted(p, gap)
	default:
		a.Repeats(p, objects, extra)
	}
	return nil
}
