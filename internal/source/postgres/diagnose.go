package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"

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
)

// The states of a column.
const (
	ColumnRead       = controlplane.ColumnRead
	ColumnNotGranted = controlplane.ColumnNotGranted
	ColumnAbsent     = controlplane.ColumnAbsent
)

// KeyShape counts the keys of one collection in kine, deleted ones included.
type KeyShape struct {
	Collection string `json:"collection"` // as in the key; "(other)" where it does not look like a collection's name
	Nested     bool   `json:"nested"`     // whether /apisix stands before it
	Known      bool   `json:"known"`
	Count      int64  `json:"count"`
}

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

// keyShapes counts the collections in kine.
func (s *Source) keyShapes(ctx context.Context, d *Diagnosis) error {
	p := s.layout.Kine()
	known := controlplane.KnownCollections()
	gap, err := s.attempt(ctx, p, func() error {
		q := query{
			what: "table " + p.Table().Name,
			sql:  statement("kine_shapes", "name", columnSQL(p.Column("name")), "table", tableSQL(p.Table())),
		}
		return s.session.rows(ctx, q, func(v [][]byte) error {
			n, _ := strconv.ParseInt(string(v[2]), 10, 64)
			name := string(v[1])
			shape := KeyShape{Collection: controlplane.CollectionName(name), Nested: isTrue(v[0]), Known: slices.Contains(known, name), Count: n}
			if shape.Collection != name {
				if last := len(d.Keys) - 1; last >= 0 && d.Keys[last].Collection == shape.Collection && d.Keys[last].Nested == shape.Nested {
					d.Keys[last].Count += n
					return nil
				}
			}
			d.Keys = append(d.Keys, shape)
			return nil
		})
	})
	switch {
	case gap != nil:
		d.KeysWhy = fmt.Sprintf("%s: %s", gap.What, gap.Why)
	case p.Table() == nil:
		d.KeysWhy = p.Why()
	case len(d.Keys) == 0 && err == nil:
		d.KeysWhy = "no key begins with " + controlplane.KeyPrefix
	}
	return err
}
