package pgdump

import (
	"cmp"
	"context"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// Diagnose returns what the backup is and what was recognised in it. It reads the backup once to count, so a cut or
// damaged backup is an error here as in Stream. A concept without data has a gap.
func (s *Source) Diagnose(ctx context.Context, need estate.Need) (estate.Diagnosis, error) {
	d := s.layout.Diagnose()
	info := s.backup.Info()
	d.Facts = append(facts(info), d.Facts...)
	if info.LargeObjects {
		d.Notes = append(d.Notes, estate.Note{What: s.name, Why: "the backup holds large objects; they are not read"})
	}
	d.Notes = append(d.Notes, s.foreignNotes()...)
	c := counting{Source: s, rows: map[*controlplane.Place]int64{}, refers: map[*controlplane.Place]bool{}, keys: controlplane.NewKeyShapes()}
	if err := c.run(ctx); err != nil {
		return d, err
	}
	d.Keys = c.keys.Sorted()
	for i := range d.Tables {
		d.Tables[i].Estimated = false
	}
	for i, p := range s.layout.Places() {
		concept := &d.Concepts[i]
		concept.Estimated = false
		if n, counted := c.rows[p]; counted {
			concept.Rows = n
		}
		gap := s.gap(p)
		if c.refers[p] {
			gap = s.layout.Dangling(p)
		}
		if p == s.layout.Kine() && gap == nil && p.Table() != nil && len(d.Keys) == 0 {
			gap = controlplane.NoKeys()
		}
		s.layout.Lack(&d, p, gap)
	}
	if err := s.layout.LackLife(ctx, &d, s.Stream); err != nil {
		return d, err
	}
	d.Missing = s.layout.Incomplete(&d, need)
	return d, nil
}

// facts returns what the backup says about itself.
func facts(info archive.Info) []estate.Fact {
	const unsaid = "the backup does not say"
	format, taken := string(info.Format), unsaid
	if info.ArchiveVersion != "" {
		format += ", archive version " + info.ArchiveVersion
	}
	switch at := info.Created.Format("2006-01-02 15:04:05"); {
	case info.InUTC:
		taken = at + " UTC"
	case !info.Created.IsZero():
		taken = at + " by the clock of the host that took it, whose time zone is not recorded"
	}
	return []estate.Fact{
		{Label: "format", Value: format},
		{Label: "compressed", Value: info.Compression},
		{Label: "pg_dump", Value: cmp.Or(info.DumpVersion, unsaid)},
		{Label: "server", Value: cmp.Or(info.ServerVersion, unsaid)},
		{Label: "database", Value: cmp.Or(info.Database, unsaid)},
		{Label: "taken", Value: taken},
		{Label: "encoding", Value: cmp.Or(info.Encoding, unsaid+", read as UTF8")},
	}
}

// counting is one pass over all rows of a backup that looks only at keys.
type counting struct {
	*Source

	rows   map[*controlplane.Place]int64
	refers map[*controlplane.Place]bool // places without a table to which rows refer
	keys   *controlplane.KeyShapes
}

func (c *counting) run(ctx context.Context) error {
	sinks := map[*controlplane.Place]func([][]byte, bool) error{}
	for _, p := range c.layout.Places() {
		if c.readable(p) && !p.OnlyOldest() { // the rows of the audit log are not worth the time
			c.rows[p], sinks[p] = 0, c.counter(p)
		}
	}
	if len(sinks) == 0 {
		return nil
	}
	return c.read(ctx, sinks)
}

func (c *counting) counter(p *controlplane.Place) func([][]byte, bool) error {
	t := c.tables[p.Table()]
	name := columnIndex(t, p.Column("name").Name)
	references := map[int]*controlplane.Place{}
	for referred, column := range c.layout.References(p) {
		references[columnIndex(t, column.Name)] = referred
	}
	return func(values [][]byte, _ bool) error {
		c.rows[p]++
		if p == c.layout.Kine() {
			c.keys.Key(string(values[name]))
		}
		for i, referred := range references {
			if len(values[i]) > 0 {
				c.refers[referred] = true
			}
		}
		return nil
	}
}
