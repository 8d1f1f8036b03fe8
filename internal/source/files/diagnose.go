package files

import (
	"context"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
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

// list adds a document to those of its file of which the same is to be said.
func list(f *estate.FileDiagnosis, d *document) {
	r := estate.DocumentDiagnosis{Line: d.root.at.line, Count: 1, Recognised: d.is.what.String(), Why: d.is.why, Used: d.count > 0}
	if d.is.what == manifest && !r.Used {
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
