package pgdump

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
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
		return s.noTable()
	}
	var found []string
	var first error
	for _, database := range databases {
		layout, err := controlplane.Recognise(s.databaseOf(database, tables), m)
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
		return s.unrecognised(first, databases)
	case 1:
		s.database, s.subset = found[0], s.isSubset(found[0], tables)
		s.empty = !slices.ContainsFunc(tables, func(t archive.Table) bool { return t.Database == found[0] && t.HasData })
		return nil
	}
	return &estate.OpenError{
		Message: fmt.Sprintf("%s is a backup by pg_dumpall and holds several API7 databases: %s", s.name, strings.Join(found, ", ")),
		Hint:    "take a backup of only the right one with pg_dump",
	}
}

// noTable returns the error for a backup without tables.
func (s *Source) noTable() error {
	what := " holds no table"
	if s.backup.Info().Cluster {
		what = " is a backup of roles and tablespaces by pg_dumpall --globals-only and holds no table"
	}
	return &estate.OpenError{Message: s.name + what, Hint: "take a backup of the control plane's database with pg_dump"}
}

// unrecognised returns the error for a backup in which no database was recognised. first is that of the first one.
func (s *Source) unrecognised(first error, databases []string) error {
	unknown, ok := errors.AsType[*controlplane.UnrecognisedError](first)
	if !ok {
		return first
	}
	if s.backup.Info().Cluster && len(databases) > 1 {
		return &estate.OpenError{
			Message: fmt.Sprintf("%s is a backup of a whole server by pg_dumpall, and none of its databases is an API7 Enterprise database: %s",
				s.name, few.Of(databases...)),
			Hint: "take a backup of the control plane's database with pg_dump; if its tables have other names, name them with --schema-map",
		}
	}
	return &estate.OpenError{Message: unknown.Message, Hint: unknown.Hint + "; a backup taken with --table or --schema may lack the tables that tell"}
}

// isSubset reports whether the backup holds nothing but tables that are recognised, and not all that every control
// plane has: it was taken with --table. The database of a control plane has many more tables than are recognised.
func (s *Source) isSubset(database string, tables []archive.Table) bool {
	recognised, missing, all := map[*controlplane.Table]bool{}, 0, 0
	for _, p := range s.layout.Places() {
		switch {
		case p.Table() != nil:
			recognised[p.Table()] = true
		case p.Gap() != nil && !p.IsDenied():
			missing++
		}
	}
	for _, t := range tables {
		if t.Database == database {
			all++
		}
	}
	return missing > 1 && all == len(recognised)
}

func isDefined(t archive.Table) bool {
	return slices.ContainsFunc(t.Columns, func(c archive.Column) bool { return c.Type != "" })
}

// databaseOf returns the tables of one database, and records where each is in the backup.
func (s *Source) databaseOf(name string, tables []archive.Table) controlplane.Database {
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
