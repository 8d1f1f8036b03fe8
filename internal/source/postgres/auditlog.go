package postgres

import (
	"bytes"
	"context"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

// auditLog asks for the oldest time of the audit log. The table may be the largest of all and have no index on that
// column, so the statement has only a tenth of the time of others; reading goes on without the answer.
func (s *Source) auditLog(ctx context.Context, p *controlplane.Place, a *controlplane.Assembler) error {
	var oldest controlplane.Oldest
	gap, err := s.read(ctx, p, func() error {
		return s.session.hurried(ctx, s.session.deadline/10, func() error {
			return s.session.rows(ctx, oldestOf(p), func(v [][]byte) error {
				oldest = controlplane.Oldest{Rows: string(v[0]) != "0", Time: bytes.Clone(v[1]), Age: bytes.Clone(v[2])}
				return nil
			})
		})
	})
	if err != nil {
		return err
	}
	return a.AuditLog(p, oldest, gap)
}

// oldestOf returns the query for the number of rows, up to one, and the values of the place's fields in the oldest. A
// time that stands for none is left out.
func oldestOf(p *controlplane.Place) query {
	var exprs []string
	var column controlplane.Column
	for _, f := range p.Fields() {
		column = f.Column
		exprs = append(exprs, fieldExpr(f))
	}
	set := "> '-infinity'"
	if column.Category == 'N' {
		set = ">= 1"
	}
	return query{what: "table " + p.Table().Name, sql: statement("oldest", "columns", strings.Join(exprs, ",\n       "),
		"column", columnSQL(column), "table", tableSQL(p.Table()), "set", set), columns: 1 + len(exprs)}
}
