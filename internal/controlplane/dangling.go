package controlplane

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// mayLack returns the concept that a field of a published object refers to, if an installation may have no such
// table; else "".
func mayLack(field string) string {
	switch field {
	case "service_version_id", "route_version_id", "stream_route_version_id":
		return strings.TrimSuffix(field, "_id")
	case "route_id", "stream_route_id":
		return strings.TrimSuffix(field, "_id") + "_template"
	}
	return ""
}

// References returns the columns of a place that refer to a concept without a table, by the place of that. A row with
// a value in such a column makes it a gap: [Layout.Dangling].
func (l *Layout) References(p *Place) map[*Place]Column {
	found := map[*Place]Column{}
	for _, f := range p.Fields() {
		if name := mayLack(f.field.name); name != "" && l.of(name).isNone() {
			found[l.of(name)] = f.Column
		}
	}
	return found
}

// isNone reports whether no table is known or needed, so far as the catalogue tells.
func (p *Place) isNone() bool { return p.table == nil && p.gap == nil && !p.none }

// Dangling returns the gap of a place whose concept has no table, although rows of other tables refer to it. An
// installation without the table and a backup from which it was left out look the same.
func (l *Layout) Dangling(p *Place) *estate.Gap {
	switch what := "a table for " + p.concept.name; {
	case !p.isNone():
		return nil
	case l.whole:
		return &estate.Gap{
			ID: estate.Schema, What: what, Why: "published objects refer to it, and no table of the database is recognised as it",
			Next: "name the table with --schema-map, or say there that there is none",
		}
	default:
		return &estate.Gap{
			ID: estate.BackupIncomplete, What: what, Why: "published objects refer to it, and the backup does not hold it",
			Next: "if the backup was taken with --table or --exclude-table, take one of the whole database; if not, say in a --schema-map that there is no such table",
		}
	}
}

// dangle adds the gaps of concepts to which rows refer and which have no table.
func (a *Assembler) dangle() {
	for _, p := range a.layout.places {
		if t := a.tallies[p.concept.name]; t != nil && a.refers[p.concept.name] {
			if gap := a.layout.Dangling(p); gap != nil {
				t.gaps = append(t.gaps, *gap)
			}
		}
	}
}
