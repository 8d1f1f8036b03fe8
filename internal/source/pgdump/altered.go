package pgdump

import (
	"fmt"
	"iter"
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
		for name := range s.reached(f.Database) {
			if f.Touches(name) {
				return refused(s.backup.Refusal(f, name))
			}
		}
	}
	return nil
}

// reached yields the names through which a statement can change a recognised table: its own, those of the tables whose
// rows are its rows too or the other way round, every view, because it may be one of the table, and the catalogue.
func (s *Source) reached(database string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var related []archive.Table
		for _, p := range s.layout.Places() {
			if p.Table() == nil {
				continue
			}
			if !yield(p.Table().Name) {
				return
			}
			related = append(append(related, s.tables[p.Table()]), s.parts[p.Table()]...)
		}
		tables := s.backup.Tables()
		for _, t := range related {
			for _, parent := range t.Parents {
				related = append(related, tables[parent])
			}
		}
		for _, t := range slices.Concat(related, slices.DeleteFunc(tables, func(t archive.Table) bool { return t.Database != database || t.Kind != 'v' })) {
			if !yield(t.Name) {
				return
			}
		}
		for _, name := range []string{"pg_catalog", "pg_class", "pg_attribute", "pg_namespace"} {
			if !yield(name) {
				return
			}
		}
	}
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
