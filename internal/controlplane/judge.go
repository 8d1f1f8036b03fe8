package controlplane

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// judge records what of a concept cannot be read, and why: it is missing, not recognised or not granted.
func (r *recogniser) judge(p *Place, l *Layout) {
	p.rivals = slices.DeleteFunc(p.rivals, func(name string) bool { // they belong to another concept
		return !slices.ContainsFunc(l.others, func(t *Table) bool { return t.Name == name })
	})
	switch {
	case p.table != nil && p.table.Filtered:
		p.gap = &estate.Gap{
			ID: estate.RowSecurity, What: fmt.Sprintf("table %q", p.table.Name), Why: "row level security hides rows from this role", Next: RowSecurityHint,
		}
	case p.table != nil:
		r.judgeColumns(p)
		if p.concept.name == serviceTemplate {
			r.judgeTemplates(p, l.others)
		}
	case p.gap != nil || p.why != "":
	case len(p.rivals) > 0:
		p.gap = r.misfit(p)
	case !p.concept.optional:
		p.gap = gap("a table for "+p.concept.name, r.unfound(l))
	default:
		if names := l.candidates(); len(names) > 0 {
			p.gap = gap("a table for "+p.concept.name, "no table is recognised, and these could hold it: "+strings.Join(names, ", "))
		} else {
			p.why = "no table could hold it: this installation stores none"
		}
	}
}

// misfit returns a gap for tables that have the name of a concept but not its columns; nil if there are none.
func (r *recogniser) misfit(p *Place) *estate.Gap {
	var reasons []string
	for _, name := range p.rivals {
		for _, t := range r.tables {
			if t.Name != name {
				continue
			}
			f := r.fit(p.concept, t)
			if f.foreign != "" {
				reasons = append(reasons, fmt.Sprintf("table %q has a column %s, so it is something else", name, f.foreign))
			} else {
				reasons = append(reasons, fmt.Sprintf("table %q has no column for %s", name, strings.Join(f.missing, ", ")))
			}
		}
	}
	return gap("a table for "+p.concept.name, strings.Join(reasons, "; "))
}

func (r *recogniser) unfound(l *Layout) string {
	if names := l.candidates(); len(names) > 0 {
		return "no table is recognised; not understood: " + strings.Join(names, ", ")
	}
	return fmt.Sprintf("schema %q holds no such table", r.schema)
}

// judgeColumns records which columns of a recognised table cannot be read, and drops those that are not granted.
func (r *recogniser) judgeColumns(p *Place) {
	var denied []string
	for _, f := range p.concept.fields {
		c, mapped := p.found[f.name]
		if !mapped || c.Granted {
			continue
		}
		delete(p.columns, f.name)
		if p.indispensable(f) {
			p.gap = notGranted(p.table)
			return
		}
		if f.weight != decoration {
			denied = append(denied, fmt.Sprintf("%q", c.Name))
		}
	}
	if len(denied) > 0 {
		p.doubts = append(p.doubts, estate.Gap{
			ID: estate.Privileges, What: fmt.Sprintf("column %s of table %q", strings.Join(denied, ", "), p.table.Name),
			Why: "SELECT is not granted", Next: GrantsHint,
		})
	}
	what := fmt.Sprintf("columns of table %q", p.table.Name)
	absent, misread := r.missed(p)
	if len(misread) > 0 {
		p.doubts = append(p.doubts, *gap(what, "of an unknown type: "+strings.Join(misread, ", ")))
	}
	if unknown := p.unclaimedColumns(); len(absent) > 0 && len(unknown) > 0 {
		p.doubts = append(p.doubts, *gap(what, fmt.Sprintf("%s not recognised; not understood: %s", strings.Join(absent, ", "), strings.Join(unknown, ", "))))
	}
}

// missed returns the content fields without a column, and the columns with the name of a field but not its type.
func (r *recogniser) missed(p *Place) (absent, misread []string) {
	for _, f := range p.concept.fields {
		if _, mapped := p.found[f.name]; mapped || f.weight != content || r.m.Tables[p.concept.name].Columns[f.name] == none {
			continue
		}
		absent = append(absent, f.name)
		if c, ok := p.table.column(f.names()...); ok {
			misread = append(misread, fmt.Sprintf("%s (%s)", c.Name, c.Type))
		}
	}
	return absent, misread
}

// indispensable reports whether nothing of the table can be read without the field. That holds for what identifies a
// row, and for every column of kine.
func (p *Place) indispensable(f field) bool {
	return f.weight == required && (f.shape != object || p.concept.name == kine)
}

// GrantsHint says how to get a missing right.
const GrantsHint = "`api7-preflight grants` prints the SQL that grants it"

// RowSecurityHint says how to read rows that row level security hides. A policy that shows all rows does not help,
// because nobody can tell from outside that it does.
const RowSecurityHint = "read as a role with BYPASSRLS, or as the table's owner where row level security is not forced on it"

func notGranted(t *Table) *estate.Gap {
	why := "SELECT is not granted"
	if !t.Usage {
		why = fmt.Sprintf("USAGE on schema %q is not granted", t.Schema)
	}
	return &estate.Gap{ID: estate.Privileges, What: fmt.Sprintf("table %q", t.Name), Why: why, Next: GrantsHint}
}

// unclaimedColumns returns the columns of a recognised table that belong to no field and could hold configuration.
// The columns of templates are judged more strictly elsewhere.
func (p *Place) unclaimedColumns() []string {
	if p.concept.name == serviceTemplate {
		return nil
	}
	claimed := map[string]bool{}
	for _, c := range p.found {
		claimed[c.Name] = true
	}
	var names []string
	for _, c := range p.table.Columns {
		if !claimed[c.Name] && c.isText() && !harmless(c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// candidates returns the unexplained tables that could hold configuration: they have a document column whose name
// does not say what it is.
func (l *Layout) candidates() []string {
	var names []string
	for _, t := range l.others {
		isCopy := slices.ContainsFunc(l.copies, func(e explained) bool { return e.table == t })
		if isCopy || isExplained(t.Name) {
			continue
		}
		if slices.ContainsFunc(t.Columns, func(c Column) bool { return c.isText() && !harmless(c.Name) }) {
			names = append(names, fmt.Sprintf("%q", t.Name))
		}
	}
	return names
}
