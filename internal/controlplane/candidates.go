package controlplane

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/few"
)

// candidates returns the unexplained tables that could hold configuration under names that are not known.
func (r *recogniser) candidates(l *Layout) *few.Names {
	var names few.Names
	for _, t := range l.others {
		isCopy := slices.ContainsFunc(l.copies, func(e explained) bool { return e.table == t })
		if !isCopy && !isExplained(t.Name) && r.couldHold(t) {
			names.Add(fmt.Sprintf("%q", t.Name))
		}
	}
	return &names
}

// couldHold reports whether a table looks like one of the control plane's. It has an id, and a document whose name does
// not say what it is. Unless that is called like the document that tells all configuration, plugins, there is also a
// column for what a row refers to. Ids and references are of a type that ids have here. A view holds nothing.
func (r *recogniser) couldHold(t *Table) bool {
	if t.isView() {
		return false
	}
	for _, id := range t.Columns {
		if namesID(id.Name) && r.isReference(t, id) && slices.ContainsFunc(t.Columns, func(c Column) bool {
			return c.Name != id.Name && r.isOwnDocument(t, c) && (slices.Contains(plugins.names(), strings.ToLower(c.Name)) || r.refers(t, id, c))
		}) {
			return true
		}
	}
	return false
}

// isOwnDocument reports whether a column could hold configuration and is not read with those of a recognised table.
func (r *recogniser) isOwnDocument(t *Table, c Column) bool {
	read := slices.ContainsFunc(t.Parents, func(p *Table) bool { return p.has(c.Name) }) && r.isRead(t)
	return c.isText() && !c.Generated && !harmless(c.Name) && !read
}

// refers reports whether a column besides an id and a document could refer to a row of another table.
func (r *recogniser) refers(t *Table, id, document Column) bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool {
		return c.Name != id.Name && c.Name != document.Name && r.isReference(t, c)
	})
}

// isRead reports whether the rows of t are read with those of a recognised table.
func (r *recogniser) isRead(t *Table) bool {
	return slices.ContainsFunc(t.Parents, func(p *Table) bool { return r.claimed[p] != nil || r.isRead(p) })
}

// namesID reports whether a column has the name of an id.
func namesID(name string) bool {
	name = strings.ToLower(name)
	return slices.Contains([]string{"id", "uid", "uuid", "key"}, name) ||
		slices.ContainsFunc([]string{"_id", "_uid", "_uuid", "_key"}, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}

// isReference reports whether a column could hold an id of the recognised tables. It could if they have none.
func (r *recogniser) isReference(t *Table, c Column) bool {
	var ids []byte
	for table, concept := range r.claimed {
		if id, ok := table.column("id"); ok && concept.name != kine && concept.name != auditLog && table != t {
			ids = append(ids, id.Category)
		}
	}
	return len(ids) == 0 || slices.Contains(ids, c.Category)
}
