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
		layout, err := s.layoutOf(database, tables, m)
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
		s.database = found[0]
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

// layoutOf recognises the tables of one database.
func (s *Source) layoutOf(database string, tables []archive.Table, m controlplane.SchemaMap) (*controlplane.Layout, error) {
	db := s.databaseOf(database, tables)
	layout, err := controlplane.Recognise(db, m)
	if err == nil && db.Partial == "" && isSubset(layout, db.Tables) {
		db.Partial = "it holds no other tables than the recognised ones, and a control plane has many"
		layout, err = controlplane.Recognise(db, m)
	}
	return layout, err
}

// isSubset reports whether a database has nothing but tables that are recognised, and not all that every control plane
// has: the backup was taken with --table.
func isSubset(layout *controlplane.Layout, tables []*controlplane.Table) bool {
	recognised, missing := map[*controlplane.Table]bool{}, 0
	for _, p := range layout.Places() {
		switch {
		case p.Table() != nil:
			recognised[p.Table()] = true
		case p.Gap() != nil && !p.IsDenied():
			missing++
		}
	}
	return missing > 1 && len(tables) == len(recognised)
}

func isDefined(t archive.Table) bool {
	return slices.ContainsFunc(t.Columns, func(c archive.Column) bool { return c.Type != "" })
}

// databaseOf returns the tables of one database, and records where each is in the backup. Partitions are parts of their
// table.
func (s *Source) databaseOf(name string, tables []archive.Table) controlplane.Database {
	db := controlplane.Database{Name: name, Choose: "--schema-map, whose first line is then schema: "}
	if name == "" {
		db.Name = s.name
	}
	known := s.types(name)
	models := make([]*controlplane.Table, len(tables))
	for i, t := range tables {
		if t.Database != name || t.Partition || len(t.Columns) > 0 && !isDefined(t) && s.backup.HasExtensions() {
			continue // the last: an extension defines it
		}
		table := &controlplane.Table{
			Schema: t.Schema, Name: t.Name, Kind: t.Kind, Rows: -1, Usage: true,
			RowSecurity: t.RowSecurity, Filter: s.filter(tables, i),
		}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, known.column(c))
		}
		models[i] = table
		db.Tables = append(db.Tables, table)
		s.tables[table], s.parts[table] = t, parts(tables, i)
	}
	for i, t := range tables {
		for _, parent := range t.Parents {
			if models[i] != nil && models[parent] != nil {
				models[i].Parents = append(models[i].Parents, models[parent])
			}
		}
	}
	db.Partial = s.partial(name, tables)
	return db
}

// parts returns the tables whose rows are those of tables[i] too.
func parts(tables []archive.Table, i int) []archive.Table {
	var all []archive.Table
	seen := map[int]bool{i: true}
	for grown := true; grown; {
		grown = false
		for j, t := range tables {
			if !seen[j] && slices.ContainsFunc(t.Parents, func(parent int) bool { return seen[parent] }) {
				seen[j], grown = true, true
				all = append(all, t)
			}
		}
	}
	return all
}

// filter says whether row level security may have hidden rows of tables[i] from pg_dump.
func (s *Source) filter(tables []archive.Table, i int) controlplane.Filter {
	secured := func(t archive.Table) bool { return t.RowSecurity }
	switch said := s.backup.Info().RowSecurity; {
	case said == "off", !secured(tables[i]) && !slices.ContainsFunc(parts(tables, i), secured):
		return controlplane.Unfiltered
	case said == "":
		return controlplane.FilterUnsaid
	}
	return controlplane.FiltersBackup
}

// partial returns what shows that the backup holds only chosen tables of a database; "" if nothing does.
func (s *Source) partial(database string, tables []archive.Table) string {
	for _, t := range s.backup.Lacks() {
		if t.Database == database && slices.ContainsFunc(tables, func(o archive.Table) bool { return o.Database == database && o.Schema == t.Schema }) {
			return fmt.Sprintf("a definition in it refers to table %q, which it lacks", t.Name)
		}
	}
	for _, t := range tables {
		if t.Database == database && t.Schema != "public" && isDefined(t) && !s.backup.CreatesSchema(database, t.Schema) {
			return fmt.Sprintf("it does not create schema %q, in which its tables are", t.Schema)
		}
	}
	return ""
}
