package cli

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/source/config"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
)

// write writes what is said of one source: names, types and counts.
func (d *diagnosed) write(sheet *render.Sheet) {
	sheet.Gap()
	sheet.Row(d.Kind + "  " + d.Name)
	sheet.Gap()
	switch {
	case d.Database != nil:
		writeDatabase(sheet, d.Database)
	case d.Backup != nil:
		writeBackup(sheet, d.Backup)
	case d.AdminAPI != nil:
		writeAdminAPI(sheet, d.AdminAPI)
	case d.ADC != nil:
		writeADC(sheet, d.ADC)
	case d.Config != nil:
		writeConfig(sheet, d.Config)
	case d.Snapshot != nil:
		writeSnapshot(sheet, d.Snapshot)
	}
	sheet.Gap()
	switch {
	case d.Complete:
		sheet.Prose("complete   ", "all that the rules need and this source can hold is recognised and can be read")
	case len(d.Missing) > 0:
		sheet.List("INCOMPLETE ", append([]string{"the rules need more than can be read of " + d.Missing[0]}, d.Missing[1:]...))
	default:
		sheet.Prose("INCOMPLETE ", "not all that this source should hold could be read or understood, see above")
	}
}

// Leads of lines: a word of at most ten letters, or none.
const (
	noLead  = "           "
	inside  = "  "
	arrow   = "             → "
	missing = "  missing    "
)

// gap writes what cannot be read and what to do about it.
func gap(sheet *render.Sheet, what, why, next string) {
	if what != "" {
		why = what + ": " + why
	}
	sheet.Prose(missing, why)
	if next != "" {
		sheet.Prose(arrow, next)
	}
}

func writeAdminAPI(sheet *render.Sheet, d *adminapi.Diagnosis) {
	sheet.Row("URL        " + d.URL)
	version := d.Version
	if version == "" {
		version = "not known"
	}
	if d.Why != "" {
		version += ": " + d.Why
	}
	sheet.Prose("version    ", version)
	switch {
	case !d.TLS:
		sheet.Prose("TLS        ", "none: the token and the answers were sent in clear text")
	case !d.Verified:
		sheet.Prose("TLS        ", "NOT VERIFIED: whoever stood between could read the token and change the answers")
	default:
		sheet.Row("TLS        verified")
	}
	sheet.Gap()
	sheet.Row("answered refused absent failed  resource")
	for _, r := range d.Resources {
		sheet.Row(fmt.Sprintf("%8d %7d %6d %6d  %s", r.Answered, r.Refused, r.NotFound, r.Failed, r.Path))
	}
	sheet.Gap()
	sheet.Row("kinds that the rules need")
	for _, k := range d.Kinds {
		sheet.Row(counted(k.Kind, k.Count, k.Damaged))
		for _, why := range k.Missing {
			sheet.Prose(missing, why)
		}
		for _, next := range k.Next {
			sheet.Prose(arrow, next)
		}
	}
	sheet.List("not told of by the Admin API: ", d.CannotHold)
}

func writeADC(sheet *render.Sheet, d *adc.Diagnosis) {
	for _, f := range d.Files {
		sheet.Prose("file       ", f.Path)
		sheet.Prose("group      ", f.Group+" (as --adc GROUP=FILE says: the file does not name it)")
		sheet.Row(fmt.Sprintf("format     %s, %d bytes", strings.ToUpper(f.Format), f.Bytes))
		for _, k := range f.Kinds {
			sheet.Row(counted(k.Kind, k.Count, k.Damaged))
		}
		if len(f.Kinds) == 0 {
			sheet.Row(inside + "no object")
		}
		sheet.Gap()
	}
	for _, g := range d.Gaps {
		gap(sheet, g.What, g.Why, g.Next)
	}
	for _, n := range d.Notes {
		sheet.Prose("note       ", n.What+": "+n.Why)
	}
	sheet.List("never held ", d.CannotHold)
}

func writeConfig(sheet *render.Sheet, d *config.Diagnosis) {
	for _, f := range d.Files {
		sheet.Prose("file       ", f.Path)
		if f.Why != "" {
			sheet.Prose("  not read   ", f.Why)
		}
		for _, doc := range f.Documents {
			lead, text := "  found      ", doc.Recognised+": "+doc.Why
			if !doc.Used {
				lead = "  not used   "
			}
			switch {
			case doc.Count > 1:
				text = fmt.Sprintf("%d times, from line %d: %s", doc.Count, doc.Line, text)
			case doc.Line > 1:
				text = fmt.Sprintf("line %d: %s", doc.Line, text)
			}
			sheet.Prose(lead, text)
		}
	}
	sheet.Gap()
	for _, k := range d.Kinds {
		sheet.Row(counted(k.Kind, k.Count, 0))
	}
	for _, v := range d.Versions {
		sheet.Prose("version    ", fmt.Sprintf("%s %s: %s", v.Component, v.Version, v.Where))
	}
	for _, g := range d.Gaps {
		gap(sheet, g.What, g.Why, g.Next)
	}
	for _, n := range d.Notes {
		sheet.Prose("note       ", n.What+": "+n.Why)
	}
}

func writeSnapshot(sheet *render.Sheet, d *snapshot.Diagnosis) {
	sheet.Row("written by api7-preflight " + d.Tool + ", format " + d.SchemaVersion)
	sheet.Row(fmt.Sprintf("resources  %d", d.Resources))
	sheet.Row("digests    the seal over the file and the SHA-256 of its lines are right:")
	sheet.Row(noLead + d.SHA256)
	for _, src := range d.Sources {
		sheet.Gap()
		sheet.Prose("taken from ", src.Kind+" "+src.Name)
		for _, k := range src.Kinds {
			line := counted(k.Kind, k.Count, k.Damaged)
			if k.Partial {
				line += "  (of some gateway groups)"
			}
			sheet.Row(line)
			for _, g := range k.Gaps {
				gap(sheet, g.What, g.Why, g.Next)
			}
		}
	}
	sheet.Gap()
	sheet.List("incomplete ", d.Incomplete)
	if len(d.NotAsked) > 0 {
		sheet.List("not asked  ", d.NotAsked)
		sheet.Prose(noLead, "when the snapshot was taken: take it again with this version")
	}
}

func counted(kind string, n, damaged int64) string {
	line := fmt.Sprintf("  %8d  %s", n, kind)
	if damaged > 0 {
		line += fmt.Sprintf("  (%d DAMAGED)", damaged)
	}
	return line
}
