package controlplane

import (
	"fmt"
	"slices"
	"strings"
)

// A table that shows the rows of another, or keeps old ones, causes no doubt: its content is read elsewhere, or is no
// longer current.

// explained is an unclaimed table that causes no doubt, and why.
type explained struct {
	table *Table
	why   string
}

// copies returns the unclaimed tables that are copies of a claimed one.
func (r *recogniser) copies(others []*Table) []explained {
	var found []explained
	for _, t := range others {
		if r.isRead(t) {
			continue
		}
		if t.isStore() {
			found = append(found, explained{t, "has the columns of kine and was not read"})
			continue
		}
		for _, claimed := range r.tables {
			if why := t.copyOf(claimed); why != "" && r.claimed[claimed] != nil {
				found = append(found, explained{t, why})
				break
			}
		}
	}
	return found
}

// copyOf says in which way t is a copy of another table, or of what a view shows; "" if it is not.
func (t *Table) copyOf(other *Table) string {
	switch {
	case !t.hasColumnsOf(other):
	case other.Kind == 'v' || other.Kind == 'm':
		return fmt.Sprintf("was not read by itself: view %q shows its columns", other.Name)
	case isCopyName(t.Name) && other.hasColumnsOf(t):
		return fmt.Sprintf("was not read: its name looks like a copy's, and it has the columns of table %q", other.Name)
	}
	return ""
}

// isStore reports whether t has the columns of kine.
func (t *Table) isStore() bool { return t.has("id", "name", "deleted", "prev_revision", "value") }

func (t *Table) hasColumnsOf(other *Table) bool {
	return !slices.ContainsFunc(other.Columns, func(c Column) bool { return !t.has(c.Name) })
}

// isCopyName reports whether a table's name ends like the name of a copy: service_backup, service_old2,
// service_2026_01_31.
func isCopyName(name string) bool {
	name = strings.ToLower(name)
	stem := strings.TrimRight(name, "0123456789_")
	digits := strings.ReplaceAll(name[len(stem):], "_", "")
	const shortestDate = len("202601")
	return len(digits) >= shortestDate || slices.ContainsFunc([]string{"_backup", "_bak", "_old", "_copy"}, func(suffix string) bool {
		return strings.HasSuffix(stem, suffix)
	})
}
