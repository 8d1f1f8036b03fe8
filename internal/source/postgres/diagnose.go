package postgres

import (
	"context"
	"slices"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/controlplane"
)

// Diagnosis is what can be said of a database without telling a single value from its rows.
type Diagnosis struct {
	Server    string          `json:"server"` // "PostgreSQL 15.4"
	Database  string          `json:"database"`
	User      string          `json:"user"`
	TimeZone  string          `json:"time_zone"`
	Standby   bool            `json:"standby"`
	Superuser bool            `json:"superuser"`
	TLS       bool            `json:"tls"`
	Schema    string          `json:"schema"`
	SchemaWhy string          `json:"schema_why"`
	Concepts  []ConceptReport `json:"concepts"`
	// Others are the tables of the schema that no concept claims.
	Others []TableReport `json:"other_tables"`
	// Keys are the collections in table kine.
	Keys []KeyShape `json:"keys"`
	// KeysWhy says why Keys is empty; empty if it is not.
	KeysWhy string `json:"keys_why"`
}

type (
	// ConceptReport says where one concept was found.
	ConceptReport = controlplane.ConceptReport
	// ColumnReport says where one column of a concept was found.
	ColumnReport = controlplane.ColumnReport
	// GapReport is something that cannot be read.
	GapReport = controlplane.GapReport
	// TableReport is a table by its columns' names and types.
	TableReport = controlplane.TableReport
	// KeyShape counts the keys of one collection in kine.
	KeyShape = controlplane.KeyShape
)

// The states of a column.
const (
	ColumnRead       = controlplane.ColumnRead
	ColumnNotGranted = controlplane.ColumnNotGranted
	ColumnAbsent     = controlplane.ColumnAbsent
)

// Diagnose tells what the role can see and what was recognised. It reads no values but counts keys.
func (s *Source) Diagnose(ctx context.Context) (Diagnosis, error) {
	d := Diagnosis{
		Server: s.server.version, Database: s.server.database, User: s.server.user, TimeZone: s.server.timeZone,
		Standby: s.server.standby, Superuser: s.server.superuser, TLS: s.server.encrypted,
		Keys: []KeyShape{},
	}
	d.Schema, d.SchemaWhy = s.layout.Schema()
	d.Concepts, d.Others = s.layout.Report()
	err := s.keyShapes(ctx, &d)
	return d, err
}

// keyShapes counts the collections in kine. A kine that the server refuses to read is a gap like one that is not granted.
func (s *Source) keyShapes(ctx context.Context, d *Diagnosis) error {
	p := s.layout.Kine()
	shapes := controlplane.NewKeyShapes()
	gap, err := s.attempt(ctx, p, func() error {
		q := query{
			what: "table " + p.Table().Name,
			sql:  statement("kine_shapes", "name", columnSQL(p.Column("name")), "table", tableSQL(p.Table())),
		}
		return s.session.rows(ctx, q, func(v [][]byte) error {
			n, _ := strconv.ParseInt(string(v[2]), 10, 64)
			shapes.Add(isTrue(v[0]), string(v[1]), n)
			return nil
		})
	})
	d.Keys = shapes.Sorted()
	none := estate.Gap{What: "published configuration", Why: "no key begins with " + controlplane.KeyPrefix, Next: "check that this is the database of the control plane"}
	switch {
	case err != nil:
		return err
	case p.Table() == nil:
		d.KeysWhy = p.Why()
		return nil
	case gap == nil && len(d.Keys) == 0:
		d.KeysWhy, gap = none.Why, &none
	case gap != nil:
		d.KeysWhy = gap.What + ": " + gap.Why
	}
	if i := slices.IndexFunc(d.Concepts, func(c ConceptReport) bool { return c.Concept == p.Name() }); i >= 0 && gap != nil && gap != p.Gap() {
		d.Concepts[i].Gaps = append(d.Concepts[i].Gaps, GapReport(*gap))
	}
	return nil
}
