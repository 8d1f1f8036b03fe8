package postgres

import (
	"context"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

// kine reads the published configuration: for each key the row with the highest id, unless it is a deletion. It scans
// the table from front to end twice: once for keys with several rows, once for what is needed.
func (s *Source) kine(ctx context.Context, p *controlplane.Place, a *controlplane.Assembler) error {
	superseded, err := s.superseded(ctx, p)
	if err != nil {
		return err
	}
	value := p.Column("value")
	q := query{
		what: "table " + p.Table().Name,
		sql: statement(
			"kine_rows", "id", columnSQL(p.Column("id")), "name", columnSQL(p.Column("name")),
			"deleted", columnSQL(p.Column("deleted")),
			"size", sizeExpr(value), "value", textExpr(value), "plugins", containsPlugins(value),
			"limit", strconv.Itoa(controlplane.MaxRow), "table", tableSQL(p.Table()),
		),
		args:    []string{textArray(a.Collections()), textArray(controlplane.KnownCollections())},
		columns: 6,
		formats: []int16{1, 1, 1, 1, 1, 1},
		many:    true,
	}
	return s.session.rows(ctx, q, func(v [][]byte) error {
		const id, truth = 8, 1 // bytes
		if len(v[0]) != id || len(v[2]) != truth || v[3] != nil && len(v[3]) != id || v[5] != nil && len(v[5]) != truth {
			return s.session.strange(q.what)
		}
		if superseded.has(rowID(v[0])) || v[2][0] != 0 {
			return nil
		}
		return a.Kine(controlplane.KineRow{
			Name: string(v[1]), Size: rowID(v[3]), Value: v[4], Plugins: len(v[5]) == 1 && v[5][0] != 0,
		})
	})
}

// superseded returns the rows that are not the newest of their key. It looks for keys with several rows in a stream
// of hashes. There are usually none, because kine compacts. If asked for the newest rows directly, the server would
// sort every key or walk the whole index.
func (s *Source) superseded(ctx context.Context, p *controlplane.Place) (idSet, error) {
	var rows idSet
	what := "table " + p.Table().Name
	id, name, table := columnSQL(p.Column("id")), columnSQL(p.Column("name")), tableSQL(p.Table())
	repeats := controlplane.NewRepeats(p.Table().Rows)
	q := query{what: what, sql: statement("kine_names", "name", name, "table", table), columns: 1, formats: []int16{1}, many: true}
	err := s.session.rows(ctx, q, func(v [][]byte) error {
		repeats.Add(rowID(v[0]))
		return nil
	})
	candidates, tooMany := repeats.Candidates()
	if err != nil || len(candidates) == 0 && !tooMany {
		return rows, err
	}
	q = query{
		what:    what,
		sql:     statement("kine_superseded", "id", id, "name", name, "table", table),
		columns: 1,
		args:    []string{numberArray(candidates)},
		formats: []int16{1},
		many:    true,
	}
	if tooMany {
		q.sql, q.args = statement("kine_superseded_all", "id", id, "name", name, "table", table), nil
	}
	err = s.session.rows(ctx, q, func(v [][]byte) error {
		rows.add(rowID(v[0]))
		return nil
	})
	rows.seal()
	return rows, err
}

func numberArray(set map[int64]struct{}) string {
	array := []byte{'{'}
	for n := range set {
		if len(array) > 1 {
			array = append(array, ',')
		}
		array = strconv.AppendInt(array, n, 10)
	}
	return string(append(array, '}'))
}

func rowID(v []byte) int64 {
	if len(v) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(v)) //nolint:gosec // the bits of an int8
}

// textArray returns names, which must be constants of this program, as an array parameter.
func textArray(names []string) string { return "{" + strings.Join(names, ",") + "}" }
