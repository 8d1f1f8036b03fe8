package files

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
)

// Diagnose tells what each file was taken for and why.
func (s *Source) Diagnose(context.Context, estate.Need) (estate.Diagnosis, error) {
	d := estate.Diagnosis{Files: s.files, Gaps: estate.Nameless(s.gaps), Notes: s.notes}
	for _, e := range s.seen {
		d.Facts = append(d.Facts, estate.Fact{Label: "version", Value: fmt.Sprintf("%s %s: %s", e.Component, e.Version, e.Where)})
	}
	for _, k := range estate.Kinds() {
		if s.counts[k] > 0 {
			d.Kinds = append(d.Kinds, estate.KindDiagnosis{Kind: k, Count: s.counts[k]})
		}
	}
	return d, nil
}

// diagnose lists documents in the reports of their files.
func diagnose(reports []estate.FileDiagnosis, docs []*document) {
	byFile := map[string]*estate.FileDiagnosis{}
	for i := range reports {
		byFile[reports[i].Path] = &reports[i]
	}
	for _, d := range docs {
		if r := byFile[strings.Join(d.Layers, ",")]; r != nil {
			list(r, d)
		}
	}
}

// list adds a document to those of its file of which the same is to be said.
func list(f *estate.FileDiagnosis, d *document) {
	r := estate.DocumentDiagnosis{Line: d.Root.At().Line, Count: 1, Recognised: d.is.Form.String(), Why: d.is.Why, Used: d.used}
	if d.is.Form == recognise.Manifest && !r.Used {
		r.Why += ", and nothing of API7 in it"
	}
	for i := range f.Documents {
		if same := &f.Documents[i]; same.Recognised == r.Recognised && same.Why == r.Why && same.Used == r.Used {
			same.Count++
			return
		}
	}
	f.Documents = append(f.Documents, r)
}

// unknown notes the files of which no document was used and that are in no gap, beside those that have nothing of API7.
func unknown(reports []estate.FileDiagnosis, others *few.Names, gaps []estate.Gap) []estate.Note {
	doubted := map[string]bool{}
	for _, g := range gaps {
		doubted[g.At.File] = true
	}
	for _, r := range reports {
		if len(r.Documents) > 0 && !doubted[r.Path] && !slices.ContainsFunc(r.Documents, func(d estate.DocumentDiagnosis) bool { return d.Used }) {
			others.Add(r.Path)
		}
	}
	if others.Len() == 0 {
		return nil
	}
	return []estate.Note{{What: "files that are no configuration of API7", Why: others.String() + "; api7-preflight doctor says of each why"}}
}

// versionsOf returns the versions that containers tell, and says of those that tell none why.
func versionsOf(containers []*image.Container) (seen []estate.VersionEvidence, untold []estate.Note) {
	for _, c := range containers {
		e, known, note := c.Evidence()
		if known {
			seen = append(seen, e)
		}
		if note != "" {
			untold = append(untold, estate.Note{What: fmt.Sprintf("image %s at %s", c.Name, c.At), Why: note})
		}
	}
	return seen, untold
}

// sorted returns notes, each once, in an order that does not depend on how files were read.
func sorted(notes []estate.Note) []estate.Note {
	slices.SortStableFunc(notes, func(a, b estate.Note) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why)) })
	return slices.Compact(notes)
}
