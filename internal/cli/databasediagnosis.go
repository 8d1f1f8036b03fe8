package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/source/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
)

func writeDatabase(sheet *render.Sheet, d *postgres.Diagnosis) {
	sheet.Prose("server     ", d.Server+", time zone "+d.TimeZone+when(d.Standby, ", standby")+when(d.TLS, ", TLS"))
	sheet.Prose("user       ", d.User+when(d.Superuser, " (superuser: `api7-preflight grants` prints a role that can only read)")+" in database "+d.Database)
	sheet.Prose("schema     ", d.Schema+": "+d.SchemaWhy)
	writeConcepts(sheet, d.Concepts, "about ")
	writeKeys(sheet, "keys in kine, deleted ones included", d.Keys, d.KeysWhy)
	writeOthers(sheet, d.Others, "about ")
}

func writeBackup(sheet *render.Sheet, d *pgdump.Diagnosis) {
	sheet.Prose("format     ", d.Format+when(d.ArchiveVersion != "", ", archive version "+d.ArchiveVersion))
	sheet.Row("compressed " + d.Compression)
	const unsaid = "the backup does not say"
	sheet.Prose("pg_dump    ", cmp.Or(d.Dumped, unsaid))
	sheet.Prose("server     ", cmp.Or(d.Server, unsaid))
	sheet.Prose("database   ", cmp.Or(d.Database, unsaid))
	taken := unsaid
	if !d.Created.IsZero() {
		taken = d.Created.Format("2006-01-02 15:04:05") + " by the clock of the host that took it, whose time zone is not recorded"
	}
	sheet.Prose("taken      ", taken)
	sheet.Prose("encoding   ", cmp.Or(d.Encoding, unsaid+", read as UTF8"))
	if d.LargeObjects {
		sheet.Prose("note       ", "the backup holds large objects; they are not read")
	}
	sheet.Prose("schema     ", d.Schema+": "+d.SchemaWhy)
	writeConcepts(sheet, d.Concepts, "")
	writeKeys(sheet, "rows of kine by their keys, with older ones of the same key", d.Keys, d.KeysWhy)
	writeOthers(sheet, d.Others, "")
}

// writeConcepts says of each concept where it was found. Roughly stands before numbers of rows.
func writeConcepts(sheet *render.Sheet, concepts []controlplane.ConceptReport, roughly string) {
	for i := range concepts {
		c := &concepts[i]
		sheet.Gap()
		sheet.Row(c.Concept)
		if c.Table == "" {
			sheet.Prose("  no table   ", cmp.Or(c.Why, "none is recognised"))
		} else {
			sheet.Prose("  table      ", fmt.Sprintf("%s.%s%s; score %d of 100: %s", c.Schema, c.Table, rows(", ", roughly, c.Rows), c.Score, c.Why))
		}
		if c.RowSecurity {
			sheet.Row("  note       row level security is on")
		}
		writeColumns(sheet, c.Columns)
		sheet.List("  not chosen ", c.Candidates)
		for _, g := range c.Gaps {
			gap(sheet, g.What, g.Why, g.Next)
		}
	}
}

func writeColumns(sheet *render.Sheet, columns []controlplane.ColumnReport) {
	byState := map[string][]string{}
	for _, column := range columns {
		name := column.Name
		if column.Column != "" && column.Column != column.Name {
			name += " from " + column.Column
		}
		byState[column.State] = append(byState[column.State], strings.TrimSpace(name+" "+column.Type))
	}
	for _, state := range []string{controlplane.ColumnRead, controlplane.ColumnAbsent, controlplane.ColumnNotGranted} {
		sheet.List(fmt.Sprintf("  %-11s", state), byState[state])
	}
}

func writeKeys(sheet *render.Sheet, title string, keys []controlplane.KeyShape, why string) {
	sheet.Gap()
	sheet.Row(title)
	if why != "" {
		sheet.Prose(inside, why)
	}
	for _, k := range keys {
		sheet.Row(fmt.Sprintf("  %8d  %s%s%s", k.Count, when(k.Nested, "apisix/"), k.Collection, when(!k.Known, "  (not known: check looks whether they hold plugins)")))
	}
}

func writeOthers(sheet *render.Sheet, others []controlplane.TableReport, roughly string) {
	sheet.Gap()
	sheet.Row("other tables of the schema")
	for _, t := range others {
		sheet.Row(inside + t.Name + " (" + t.Kind + rows(", ", roughly, t.Rows) + ")")
		sheet.List(inside+inside, t.Columns)
	}
	if len(others) == 0 {
		sheet.Row(inside + "none")
	}
}

func when(on bool, text string) string {
	if on {
		return text
	}
	return ""
}

// rows says how many rows there are behind a separator; nothing where a count was not meant to be there.
func rows(separator, roughly string, n int64) string {
	switch {
	case n >= 0:
		return fmt.Sprintf("%s%s%d rows", separator, roughly, n)
	case roughly != "":
		return separator + "rows not counted yet"
	}
	return ""
}
