package controlplane

import (
	"context"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Diagnose returns where the tables are; it leaves out the rows of kine. Numbers of rows are the server's estimates.
func (l *Layout) Diagnose() estate.Diagnosis {
	d := estate.Diagnosis{Facts: []estate.Fact{{Label: "schema", Value: l.schema + ": " + l.schemaWhy}}}
	for _, p := range l.places {
		d.Concepts = append(d.Concepts, p.diagnose())
	}
	for _, t := range l.others {
		d.Tables = append(d.Tables, t.diagnose())
	}
	return d
}

func (p *Place) diagnose() estate.ConceptDiagnosis {
	c := estate.ConceptDiagnosis{
		Concept: p.concept.name, Score: p.score, Why: p.why, Rows: -1, Estimated: true,
		Candidates: p.rivals, Gaps: slices.Clone(p.doubts),
	}
	if p.gap != nil {
		c.Gaps = append(c.Gaps, *p.gap)
	}
	c.Gaps = estate.Nameless(c.Gaps)
	if p.table == nil {
		return c
	}
	c.Table, c.Schema, c.Rows = p.table.Name, p.table.Schema, p.table.Rows
	c.RowSecurity = p.table.RowSecurity
	for _, f := range p.concept.fields {
		r := estate.ColumnDiagnosis{Name: f.name, State: estate.ColumnAbsent}
		if column, ok := p.found[f.name]; ok {
			r.Column, r.Type, r.State = column.Name, column.Type, estate.ColumnRead
			if !column.Granted {
				r.State = estate.ColumnNotGranted
			}
		}
		c.Columns = append(c.Columns, r)
	}
	return c
}

func (t *Table) diagnose() estate.TableDiagnosis {
	r := estate.TableDiagnosis{Name: t.Name, Rows: t.Rows, Estimated: true, Kind: "table"}
	switch t.Kind {
	case 'v':
		r.Kind = "view"
	case 'm':
		r.Kind = "materialised view"
	case 'p':
		r.Kind = "partitioned table"
	case 'f':
		r.Kind = "foreign table"
	}
	for _, c := range t.Columns {
		r.Columns = append(r.Columns, c.Name+" "+c.Type)
	}
	return r
}

// NoKeys returns the gap for a table kine that can be read but holds nothing that gateways run.
func NoKeys() *estate.Gap {
	return &estate.Gap{
		ID: estate.PublishedElsewhere, What: "published configuration", Why: "no key begins with " + keyPrefix,
		Next: "check that this is the control plane's database",
	}
}

// Lack adds to the diagnosis of a place why its rows cannot be read. It does nothing if gap is nil or the layout's
// own.
func (l *Layout) Lack(d *estate.Diagnosis, p *Place, gap *estate.Gap) {
	if i := slices.Index(l.places, p); gap != nil && gap != p.gap {
		d.Concepts[i].Gaps = estate.Nameless(append(d.Concepts[i].Gaps, *gap))
	}
}

// Incomplete returns the concepts that are read for the needed kinds and cannot be read completely, by a diagnosis of
// this layout. If kine can be read, the tables of what is published only have to show what was published from
// templates: routes are only compared with kine. An audit log that is not read hides nothing: rules say what they make
// of that.
func (l *Layout) Incomplete(d *estate.Diagnosis, need estate.Need) []string {
	var names []string
	compared := len(d.Concepts[slices.Index(l.places, l.Kine())].Gaps) == 0
	for i, p := range l.places {
		gaps := len(d.Concepts[i].Gaps)
		if compared && p.concept.isPublished() {
			if gaps -= len(p.doubts); p.concept.name != publishedService {
				gaps = 0
			}
		}
		if gaps > 0 && p.concept.neededFor(need) && !p.OnlyOldest() {
			names = append(names, p.concept.name)
		}
	}
	return names
}

// Wanted is one concept with the names that its table and its columns can have.
type Wanted struct {
	Concept string
	Tables  []string
	Columns []string
}

// WantedFor returns what is read for the needed kinds. Gateway groups and instances are always read: published
// objects refer to groups, and both show versions.
func WantedFor(need estate.Need) []Wanted {
	var all []Wanted
	for _, c := range concepts {
		if !c.neededFor(need) {
			continue
		}
		w := Wanted{Concept: c.name}
		for _, alias := range c.aliases {
			plural := alias + "s"
			if stem, ok := strings.CutSuffix(alias, "y"); ok {
				plural = stem + "ies"
			}
			w.Tables = append(w.Tables, alias, plural)
		}
		for _, f := range c.fields {
			w.Columns = append(w.Columns, f.names()...)
		}
		all = append(all, w)
	}
	return all
}

// LackLife adds to the diagnosis that no gateway instance was alive, if that is so. stream is a source's Stream: it reads
// the instances once more, which are few.
func (l *Layout) LackLife(ctx context.Context, d *estate.Diagnosis, stream func(context.Context, estate.Need, func(*estate.Resource) error) (estate.Coverage, error)) error {
	coverage, err := stream(ctx, estate.Need{Kinds: map[estate.Kind]bool{estate.Instance: true}}, func(*estate.Resource) error { return nil })
	for _, k := range coverage.Kinds {
		for _, gap := range k.Gaps {
			if gap.ID == estate.SilentGateways {
				l.Lack(d, l.Instances(), &gap)
			}
		}
	}
	return err
}
