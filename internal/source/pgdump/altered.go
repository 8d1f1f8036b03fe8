package pgdump

import (
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// altered returns an error if the backup contains something that pg_dump does not write and that can change a table
// of the control plane: what the backup restores to is then not what its rows say. If no database was recognised,
// that may be why, and anything that can change any table counts.
func (s *Source) altered(found []string) error {
	for _, f := range s.backup.Foreign() {
		switch {
		case len(found) == 0 && f.Any:
			return refused(s.backup.Refusal(f, ""))
		case !slices.Contains(found, f.Database):
			continue
		}
		for _, name := range s.reached(f.Database) {
			if f.Touches(name) {
				return refused(s.backup.Refusal(f, name))
			}
		}
	}
	return nil
}

// reached returns the names through which a statement can change a recognised table: its own, those of the tables whose
// rows are its rows too or the other way round, every view, because it may be one of the table, and the catalogue.
func (s *Source) reached(database string) []string {
	names := []string{"pg_catalog", "pg_class", "pg_attribute", "pg_namespace"}
	tables := s.backup.Tables()
	for _, t := range tables {
		if t.Database == database && t.Kind == 'v' {
			names = append(names, t.Name)
		}
	}
	for _, p := range s.layout.Places() {
		if p.Table() == nil {
			continue
		}
		names = append(names, p.Table().Name)
		for _, t := range slices.Concat(s.parts[p.Table()], []archive.Table{s.tables[p.Table()]}) {
			names = append(names, t.Name)
			for _, parent := range t.Parents {
				names = append(names, tables[parent].Name)
			}
		}
	}
	return names
}

// maxForeignNotes is the number of foreign statements that are listed one by one.
const maxForeignNotes = 5

// foreignNotes returns notes about what else pg_dump does not write in the recognised database.
func (s *Source) foreignNotes() []estate.Note {
	all := slices.DeleteFunc(s.backup.Foreign(), func(f archive.Foreign) bool { return f.Database != s.database })
	var notes []estate.Note
	for i, f := range all {
		why := "pg_dump does not write this; it names no table of the control plane, and is read over"
		if i == maxForeignNotes {
			why = fmt.Sprintf("%d more kinds of statements that pg_dump does not write, of which none names a table of the control plane", len(all)-i)
			return append(notes, estate.Note{What: s.name, Why: why})
		}
		if f.Words != "" {
			why = f.Words + ": " + why
		}
		if f.Line > 0 {
			why = fmt.Sprintf("line %d: %s", f.Line, why)
		}
		notes = append(notes, estate.Note{What: s.name, Why: why})
	}
	return notes
}
