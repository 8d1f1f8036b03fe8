package pgdump

import (
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
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
		for _, p := range s.layout.Places() {
			if t := p.Table(); t != nil && f.Touches(t.Name) {
				return refused(s.backup.Refusal(f, t.Name))
			}
		}
	}
	return nil
}

// maxForeignNotes is the number of foreign statements that are listed one by one.
const maxForeignNotes = 5

// foreignNotes returns notes about what else pg_dump does not write, and is read over.
func (s *Source) foreignNotes() []estate.Note {
	var notes []estate.Note
	all := s.backup.Foreign()
	for i, f := range all {
		if i == maxForeignNotes {
			notes = append(notes, estate.Note{What: s.name, Why: fmt.Sprintf("%d more kinds of statements that pg_dump does not write; none names a table of the control plane", len(all)-i)})
			break
		}
		notes = append(notes, estate.Note{What: s.name, Why: fmt.Sprintf("%spg_dump does not write this; it names no table of the control plane, and is read over", foreignPlace(f.Line, f.Words))})
	}
	return notes
}

func foreignPlace(line int64, words string) string {
	place := ""
	if line > 0 {
		place = fmt.Sprintf("line %d: ", line)
	}
	if words != "" {
		place += words + ": "
	}
	return place
}
