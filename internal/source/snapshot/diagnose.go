package snapshot

import (
	"context"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Diagnose returns what the manifest says about the kinds that are needed now. [Open] has read and checked
// everything.
func (s *Source) Diagnose(_ context.Context, need estate.Need) (estate.Diagnosis, error) {
	d := estate.Diagnosis{Facts: []estate.Fact{
		{Label: "written by", Value: "api7-preflight " + s.tool + ", format " + SchemaVersion},
		{Label: "resources", Value: strconv.FormatInt(s.contents.Resources, 10)},
		{Label: "digests", Value: "the seal of the file and the SHA-256 of its lines are correct"},
		{Label: "SHA-256", Value: s.contents.SHA256},
	}}
	var unasked []string
	for _, k := range estate.Kinds() {
		switch m := s.kinds[k]; {
		case !need.Wants(k):
		case m == nil:
			unasked = append(unasked, k.String())
		case m.held && (len(m.gaps) > 0 || m.damaged > 0 && !m.complete):
			d.Missing = append(d.Missing, k.String())
		}
	}
	if len(unasked) > 0 {
		d.Gaps = append(d.Gaps, estate.Gap{ID: estate.OldSnapshot, What: strings.Join(unasked, ", "), Why: "not asked for when the snapshot was taken", Next: "take the snapshot again with this version"})
	}
	for _, src := range s.contents.Sources {
		d.Sources = append(d.Sources, src.diagnose())
	}
	return d, nil
}

func (src *SourceInfo) diagnose() estate.SourceDiagnosis {
	d := estate.SourceDiagnosis{Kind: src.Kind, Name: src.Name}
	for _, c := range src.Coverage {
		kind, _ := estate.ParseKind(c.Kind) // Open refuses unknown kinds
		k := estate.KindDiagnosis{Kind: kind, Count: c.Count, Damaged: c.Damaged, Partial: c.Partial}
		for _, g := range c.Gaps {
			k.Gaps = append(k.Gaps, anonymous(g))
		}
		k.Gaps = estate.Nameless(k.Gaps)
		d.Kinds = append(d.Kinds, k)
	}
	return d
}

// anonymous returns a gap without names of objects. Gaps in older files do not say what they name, so nothing of them
// is shown.
func anonymous(g Gap) estate.Gap {
	if g.ID == "" {
		return estate.Gap{Why: "not shown: an earlier version of api7-preflight took the snapshot, and its text may name objects", Next: g.Next}
	}
	return g.of("").Anonymous()
}
