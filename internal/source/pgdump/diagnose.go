package pgdump

import (
	"context"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/controlplane"
)

// Diagnosis is what can be said of a backup without telling a single value from its rows.
type Diagnosis struct {
	Format         string    `json:"format"`          // plain, custom, directory
	ArchiveVersion string    `json:"archive_version"` // empty for plain
	Compression    string    `json:"compression"`     // "none", "zstd", "none in gzip"
	Dumped         string    `json:"pg_dump"`         // version of pg_dump; empty if the backup does not tell
	Server         string    `json:"server"`          // version of the server; empty if the backup does not tell
	Database       string    `json:"database"`
	Encoding       string    `json:"encoding"`         // empty if the backup does not tell
	LargeObjects   bool      `json:"large_objects"`    // there are some; they are not read
	Created        time.Time `json:"created,omitzero"` // by the dumping host's clock, whose zone is not recorded; zero if unknown
	Schema         string    `json:"schema"`
	SchemaWhy      string    `json:"schema_why"`

	// Concepts have counted rows: -1 where there is nothing to count.
	Concepts []controlplane.ConceptReport `json:"concepts"`
	// Others are the tables of the schema that no concept claims.
	Others []controlplane.TableReport `json:"other_tables"`
	// Keys are the collections in table kine, with every row of a key counted, not only the newest.
	Keys []controlplane.KeyShape `json:"keys"`
	// KeysWhy says why Keys is empty; empty if it is not.
	KeysWhy string `json:"keys_why"`
}

// Diagnose tells what the backup is and what was recognised in it, and reads it once to count: a backup that is cut or
// damaged is an error here as in Stream. A concept without data has a gap.
func (s *Source) Diagnose(ctx context.Context) (Diagnosis, error) {
	info := s.backup.Info()
	d := Diagnosis{
		Format: string(info.Format), ArchiveVersion: info.ArchiveVersion, Compression: info.Compression,
		Dumped: info.DumpVersion, Server: info.ServerVersion, Database: info.Database, Encoding: info.Encoding,
		LargeObjects: info.LargeObjects, Created: info.Created,
	}
	d.Schema, d.SchemaWhy = s.layout.Schema()
	d.Concepts, d.Others = s.layout.Report()
	c := counting{Source: s, rows: map[*controlplane.Place]int64{}, refers: map[string]bool{}, keys: controlplane.NewKeyShapes()}
	if err := c.run(ctx); err != nil {
		return d, err
	}
	d.Keys = c.keys.Sorted()
	for i, p := range s.layout.Places() {
		if n, counted := c.rows[p]; counted {
			d.Concepts[i].Rows = n
		}
		gap := s.missing(p, c.refers)
		if p == s.layout.Kine() && gap == nil {
			gap = d.explainKeys(p)
		}
		if gap != nil && gap != p.Gap() {
			d.Concepts[i].Gaps = append(d.Concepts[i].Gaps, controlplane.GapReport(*gap))
		}
	}
	return d, nil
}

// explainKeys says why kine, which can be read, holds no keys.
func (d *Diagnosis) explainKeys(kine *controlplane.Place) *estate.Gap {
	switch {
	case len(d.Keys) > 0:
		return nil
	case kine.Table() == nil:
		d.KeysWhy = kine.Why()
		return nil
	}
	d.KeysWhy = "no key begins with " + controlplane.KeyPrefix
	return &estate.Gap{What: "published configuration", Why: d.KeysWhy, Next: "check that this is the database of the control plane"}
}

// counting is one pass over all rows of a backup that looks at nothing but keys.
type counting struct {
	*Source

	rows   map[*controlplane.Place]int64
	refers map[string]bool // concepts that published rows refer to
	keys   *controlplane.KeyShapes
}

func (c *counting) run(ctx context.Context) error {
	sinks := map[*controlplane.Place]func([][]byte, bool) error{}
	for _, p := range c.layout.Places() {
		if c.readable(p) {
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
	references := map[int]string{}
	for _, f := range p.Fields() {
		if concept := mayLack(f.Name()); concept != "" {
			references[columnIndex(t, f.Column.Name)] = concept
		}
	}
	return func(values [][]byte, _ bool) error {
		c.rows[p]++
		if p == c.layout.Kine() {
			c.keys.Key(string(values[name]))
		}
		for i, concept := range references {
			if len(values[i]) > 0 {
				c.refers[concept] = true
			}
		}
		return nil
	}
}
