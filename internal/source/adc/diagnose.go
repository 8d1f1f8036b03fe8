package adc

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Diagnose returns what the files contain.
func (s *Source) Diagnose(context.Context, estate.Need) (estate.Diagnosis, error) {
	d := estate.Diagnosis{Gaps: estate.Nameless(s.gaps), Notes: s.notes}
	var kinds []estate.KindDiagnosis
	for _, f := range s.files {
		file := s.diagnose(f)
		kinds = append(kinds, file.Kinds...)
		d.Files = append(d.Files, file)
	}
	d.Missing = estate.Incomplete(kinds)
	return d, nil
}

func (s *Source) diagnose(f *file) estate.FileDiagnosis {
	format := "YAML"
	if f.json {
		format = "JSON"
	}
	d := estate.FileDiagnosis{Path: f.path, Facts: []estate.Fact{
		{Label: "group", Value: f.group + " (as --adc GROUP=FILE says: the file does not name it)"},
		{Label: "format", Value: fmt.Sprintf("%s, %d bytes", format, len(f.data))},
	}}
	for _, rec := range s.records {
		if rec.file != f {
			continue
		}
		i := slices.IndexFunc(d.Kinds, func(k estate.KindDiagnosis) bool { return k.Kind == rec.kind })
		if i < 0 {
			i = len(d.Kinds)
			d.Kinds = append(d.Kinds, estate.KindDiagnosis{Kind: rec.kind})
		}
		d.Kinds[i].Count++
		if rec.damage != "" {
			d.Kinds[i].Damaged++
		}
	}
	slices.SortFunc(d.Kinds, func(a, b estate.KindDiagnosis) int { return cmp.Compare(a.Kind, b.Kind) })
	return d
}
