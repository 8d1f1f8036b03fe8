package pgdump

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// recognise finds the control plane's tables. A dump of a whole cluster contains several databases, of which one must
// be API7's.
func (s *Source) recognise(m controlplane.SchemaMap) error {
	tables := s.backup.Tables()
	if !slices.ContainsFunc(tables, isDefined) && slices.ContainsFunc(tables, func(t archive.Table) bool { return t.HasData }) {
		return &estate.OpenError{Message: s.name + " holds rows but no table definitions", Hint: "take a backup without --data-only and --no-schema"}
	}
	var databases []string
	for _, t := range tables {
		if !slices.Contains(databases, t.Database) {
			databases = append(databases, t.Database)
		}
	}
	if len(databases) == 0 {
		return &estate.OpenError{Message: s.name + " holds no table", Hint: "take a backup of the control plane's database"}
	}
	var found []string
	var first error
	for _, database := range databases {
		layout, err := controlplane.Recognise(s.database(database, tables), m)
		switch {
		case err == nil:
			s.layout, found = layout, append(found, database)
		case first == nil:
			first = err
		}
	}
	if err := s.altered(found); err != nil {
		return err
	}
	switch len(found) {
	case 0:
		unknown, ok := errors.AsType[*controlplane.UnrecognisedError](first)
		if !ok {
			return first
		}
		return &estate.OpenError{Message: unknown.Message, Hint: unknown.Hint}
	case 1:
		s.empty = !slices.ContainsFunc(tables, func(t archive.Table) bool { return t.Database == found[0] && t.HasData })
		return nil
	}
	return &estate.OpenError{
		Message: fmt.Sprintf("%s holds several API7 databases: %s", s.name, strings.Join(found, ", ")),
		Hint:    "take a backup of only the right one with pg_dump",
	}
}

func isDefined(t archive.Table) bool {
	return slices.ContainsFunc(t.Columns, func(c archive.Column) bool { return c.Type != "" })
}

// database returns the tables of one database, and records where each is in the backup.
func (s *Source) database(name string, tables []archive.Table) controlplane.Database {
	db := controlplane.Database{Name: name, Choose: "--schema-map, whose first line is then schema: "}
	if name == "" {
		db.Name = s.name
	}
	known := typeNames
	for _, t := range tables {
		if t.Database != name {
			continue
		}
		table := &controlplane.Table{Schema: t.Schema, Name: t.Name, Kind: 'r', Rows: -1, Usage: true}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, columnOf(c, known))
		}
		db.Tables = append(db.Tables, table)
		s.tables[table] = t
	}
	return db
}
