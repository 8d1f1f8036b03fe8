package pgdump

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// lacking says which rows of a recognised table the backup lacks; "" if it holds all of them.
func (s *Source) lacking(table *controlplane.Table) string {
	t := s.tables[table]
	leaves := 0
	if t.Kind != 'p' {
		if leaves++; !t.HasData {
			return "the backup holds the table but not its rows"
		}
	}
	for _, part := range s.parts[table] {
		if part.Kind == 'p' {
			continue
		}
		if leaves++; !part.HasData {
			return fmt.Sprintf("the backup does not hold the rows of table %q, which belong to it", part.Name)
		}
	}
	if leaves == 0 {
		return "it is partitioned, and the backup holds none of its partitions"
	}
	return ""
}

// readable reports whether the backup contains all rows of a place.
func (s *Source) readable(p *controlplane.Place) bool {
	return p.Readable() && s.lacking(p.Table()) == ""
}

// gap returns why rows of a place cannot be read; nil if they can, or if an installation needs no such table.
func (s *Source) gap(p *controlplane.Place) *estate.Gap {
	const next = "take a backup without --schema-only, --exclude-table and --exclude-table-data"
	if s.empty {
		return &estate.Gap{ID: estate.BackupIncomplete, What: "rows of " + strings.ReplaceAll(p.Name(), "_", " "), Why: "no data in this archive", Next: next}
	}
	if !p.Readable() {
		return p.Gap()
	}
	if why := s.lacking(p.Table()); why != "" {
		return &estate.Gap{ID: estate.BackupIncomplete, What: fmt.Sprintf("table %q", p.Table().Name), Why: why, Next: next}
	}
	return nil
}

// identity names a table of the backup.
type identity struct{ database, schema, name string }

func identityOf(t *archive.Table) identity { return identity{t.Database, t.Schema, t.Name} }

// sink takes the rows of one table.
type sink struct {
	row     func(values [][]byte, tooLong bool) error
	lenient bool             // rows whose values may be in other columns are no error: it takes them without values
	columns []archive.Column // of the table that the rows are for; nil: the same as of the rows
	values  [][]byte
	from    []int // for each of columns, the index in the rows; -1: none
}

// begin prepares for rows with the columns of t.
func (k *sink) begin(t *archive.Table) {
	k.from = k.from[:0]
	for _, c := range k.columns {
		k.from = append(k.from, columnIndex(*t, c.Name))
	}
}

// take takes a row.
func (k *sink) take(values [][]byte, tooLong bool) error {
	if k.columns == nil {
		return k.row(values, tooLong)
	}
	k.values = k.values[:0]
	for _, i := range k.from {
		var v []byte
		if i >= 0 {
			v = values[i]
		}
		k.values = append(k.values, v)
	}
	return k.row(k.values, tooLong)
}

// sinks pass rows of tables in the backup on. The rows of a table may be those of several others.
type sinks map[identity][]*sink

func (s *Source) sinks(rows map[*controlplane.Place]func(values [][]byte, tooLong bool) error) sinks {
	all := sinks{}
	for p, row := range rows {
		t := s.tables[p.Table()]
		all[identityOf(&t)] = append(all[identityOf(&t)], &sink{row: row, lenient: p.OnlyOldest()})
		for _, part := range s.parts[p.Table()] {
			all[identityOf(&part)] = append(all[identityOf(&part)], &sink{row: row, columns: t.Columns, lenient: p.OnlyOldest()})
		}
	}
	return all
}

// begin returns the sinks of a table whose rows follow.
func (all sinks) begin(t *archive.Table) []*sink {
	here := all[identityOf(t)]
	for _, k := range here {
		k.begin(t)
	}
	return here
}

// read streams the rows of places, with those of the parts of their tables. It returns errors of a row function
// unchanged.
func (s *Source) read(ctx context.Context, rows map[*controlplane.Place]func(values [][]byte, tooLong bool) error) error {
	all := s.sinks(rows)
	var stopped error
	var last identity
	var here []*sink
	err := s.backup.Read(ctx, func(t archive.Table) bool {
		return all[identityOf(&t)] != nil
	}, func(t *archive.Table, values [][]byte, _ int64) error {
		if id := identityOf(t); id != last || here == nil {
			last, here = id, all.begin(t)
			if stopped = s.certain(t, here); stopped != nil {
				return stopped
			}
		}
		if t.Uncertain {
			values = make([][]byte, len(values))
		}
		for _, k := range here {
			if stopped = k.take(values, len(t.TooLong) > 0 || t.Uncertain); stopped != nil {
				break
			}
		}
		return stopped
	})
	switch {
	case stopped != nil:
		return stopped
	case ctx.Err() != nil:
		return fmt.Errorf("reading %s: %w", s.name, ctx.Err())
	case err != nil:
		return refused(err)
	}
	return nil
}

// certain returns an error if it is not certain which value of a row is in which column, and one of the sinks minds.
func (s *Source) certain(t *archive.Table, here []*sink) error {
	if !t.Uncertain || !slices.ContainsFunc(here, func(k *sink) bool { return !k.lenient }) {
		return nil
	}
	return &estate.OpenError{
		Message: fmt.Sprintf("%s: table %q inherits columns, and its INSERT statements do not say in which order they are", s.name, t.Name),
		Hint:    "take the backup with --column-inserts",
	}
}
