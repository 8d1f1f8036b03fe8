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
	case p.table != nil && p.table.Filter != Unfiltered:
		p.gap = filtered(p.table)
	case p.table != nil:
		r.judgeColumns(p)
		if p.concept.name == serviceTemplate {
			r.judgeTemplates(p, l.others)
		}
	case p.gap != nil || p.why != "":
	case len(p.rivals) > 0:
		p.gap = r.misfit(p)
	default:
		r.judgeAbsent(p, l)
	}
}

// judgeAbsent records why a concept without a table, and without one of its name, cannot be read; or that there is
// nothing to read.
func (r *recogniser) judgeAbsent(p *Place, l *Layout) {
	what := "a table for " + p.concept.name
	candidates, elsewhere := r.candidates(l), r.elsewhere(p.concept)
	switch {
	case elsewhere != nil:
		p.gap = gap(what, fmt.Sprintf("table %q of schema %q has its name and its columns, and schema %q is read", elsewhere.Name, elsewhere.Schema, r.schema))
	case candidates.Len() > 0 && p.concept.optional:
		p.gap = gap(what, "no table is recognised, and these could hold it: "+candidates.String())
	case candidates.Len() > 0:
		p.gap = gap(what, "no table is recognised; not understood: "+candidates.String())
	case l.partial != "":
		p.gap = &estate.Gap{ID: estate.BackupIncomplete, What: what, Why: "the backup holds chosen tables only: " + l.partial, Next: wholeBackup}
	case !p.concept.optional:
		p.gap = gap(what, fmt.Sprintf("schema %q holds no such table", r.schema))
	default:
		p.why = "no table could hold it: this installation stores none"
	}
}

const wholeBackup = "take a backup without --table and --exclude-table, or say in a --schema-map that there is no such table"

// elsewhere returns a table of another schema that would be recognised in this one by its name; nil if there is none.
func (r *recogniser) elsewhere(c *concept) *Table {
	for _, t := range r.all {
		if t.Schema != r.schema && !t.isView() && c.matches(t.Name) >= 0 && r.fit(c, t).ok() && r.isReference(t, r.fit(c, t).columns["id"]) {
			return t
		}
	}
	return nil
}

// filtered returns the gap of a table of which row level security hides rows, or may.
func filtered(t *Table) *estate.Gap {
	g := &estate.Gap{ID: estate.RowSecurity, What: fmt.Sprintf("table %q", t.Name), Next: "take a backup without --enable-row-security"}
	switch t.Filter {
	case Unfiltered:
	case FiltersRole:
		g.Why, g.Next = "row level security hides rows from this role", RowSecurityHint
	case FiltersBackup:
		g.Why = "row level security is on, and the backup was taken with --enable-row-security: it may lack rows"
	case FilterUnsaid:
		g.Why = "row level security is on, and an archive does not say whether it was taken with --enable-row-security, which leaves rows out"
		g.Next = "take the backup as plain SQL (pg_dump -Fp), which says so, or read the database with --dsn"
	}
	return g
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
			if t.isView() {
				reasons = append(reasons, fmt.Sprintf("view %q has the name of the table, and may not show all rows", name))
			} else if f.foreign != "" {
				reasons = append(reasons, fmt.Sprintf("table %q has a column %s, so it is something else", name, f.foreign))
			} else {
				reasons = append(reasons, fmt.Sprintf("table %q has no column for %s", name, strings.Join(f.missing, ", ")))
			}
		}
	}
	return gap("a table for "+p.concept.name, strings.Join(reasons, "; "))
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
const GrantsHint = "`api7-preflight grants --role ROLE --dsn … | psql …` as an administrator; ROLE is the one that reads"

// ViewsHint says how to renew the views without secrets.
const ViewsHint = "`api7-preflight grants --without-secrets` prints the SQL that makes the views anew"

// RowSecurityHint says how to read rows that row level security hides. A policy that shows all rows does not help,
// because nobody can tell from outside that it does.
const RowSecurityHint = "read as a role with BYPASSRLS, or as the table's owner where row level security is not forced on it"

func notGranted(t *Table) *estate.Gap {
	why := "SELECT is not granted"
	if !t.Usage {
		why = fmt.Sprintf("USAGE on schema %q is not granted", t.Schema)
	}
	if t.OutdatedView {
		return &estate.Gap{
			ID: estate.Privileges, What: fmt.Sprintf("table %q", t.Name), Next: ViewsHint,
			Why: why + ", and the view that shows it without secrets was made for other columns or by another release of this program",
		}
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
		if !claimed[c.Name] && !c.Generated && c.isText() && !harmless(c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}
