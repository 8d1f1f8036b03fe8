package render

import (
	"cmp"
	"iter"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// group is the findings of one rule, those that do not count apart. It has their places in the report's list and not the findings:
// a hundred thousand of them take less than a megabyte.
type group struct {
	rule  string
	apart apart
	at    []int32
}

// mostSorted is the largest group that is sorted by name. Nobody reads a larger one from its beginning to its end, and
// sorting needs all names at once.
const mostSorted = 10_000

// grouped returns the findings by rule, in the order of the report, each group with the gravest first and then in the order
// in which people look for names.
func grouped(r *report.Report) []*group {
	type key struct {
		rule  string
		apart apart
	}
	var list []*group
	index := map[key]*group{}
	grave := make([]uint8, len(r.Findings))
	i := 0
	for f := range r.Findings.All() {
		k := key{f.Rule, setApart(f)}
		if index[k] == nil {
			index[k] = &group{rule: k.rule, apart: k.apart}
			list = append(list, index[k])
		}
		grave[i] = uint8(max(slices.Index(severities, f.Severity), 0)) //nolint:gosec // one of three
		index[k].at = append(index[k].at, int32(i))                    //nolint:gosec // a report has far fewer
		i++
	}
	for _, g := range list {
		g.sort(r, grave)
	}
	return list
}

func (g *group) sort(r *report.Report, grave []uint8) {
	if len(g.at) > mostSorted {
		slices.SortStableFunc(g.at, func(a, b int32) int { return cmp.Compare(grave[a], grave[b]) })
		return
	}
	type named struct {
		at   int32
		key  ranked
		file string
		line int
	}
	list := make([]named, len(g.at))
	for i, at := range g.at {
		f := r.Findings[at].Open()
		list[i] = named{at, ranked{group: f.Object.GatewayGroup, kind: f.Object.Kind, name: cmp.Or(f.Object.Name, f.Object.ID), id: f.Object.ID}, f.Location.File, f.Location.Line}
	}
	slices.SortStableFunc(list, func(a, b named) int {
		return cmp.Or(
			cmp.Compare(grave[a.at], grave[b.at]), natural(a.key.group, b.key.group), cmp.Compare(a.key.kind, b.key.kind), natural(a.key.name, b.key.name),
			natural(a.key.id, b.key.id), natural(a.file, b.file), cmp.Compare(a.line, b.line),
		)
	})
	for i := range list {
		g.at[i] = list[i].at
	}
}

// all yields the findings, one at a time, with their places in the report's list.
func (g *group) all(r *report.Report) iter.Seq2[int32, *report.Finding] {
	return func(yield func(int32, *report.Finding) bool) {
		for _, at := range g.at {
			if !yield(at, r.Findings[at].Open()) {
				return
			}
		}
	}
}

// apart says why a finding does not count; nothing if it does.
type apart string

const (
	apartWaived apart = "waived"
	apartKnown  apart = "known"
)

func setApart(f *report.Finding) apart {
	switch {
	case f.Waived != nil:
		return apartWaived
	case f.Baseline == report.BaselineKnown:
		return apartKnown
	}
	return ""
}

// expiry says that the waiver of a finding has expired; nothing if that is not so.
func expiry(f *report.Finding) string {
	if f.Waiver == nil || !f.Waiver.Expired {
		return ""
	}
	return "its waiver expired: " + terms(f)
}

// decision says what was decided about a finding: why it is waived, or that a waiver has expired; nothing if neither.
func decision(f *report.Finding) string {
	switch {
	case f.Waived != nil:
		return "waived: " + terms(f)
	case expiry(f) != "":
		return expiry(f)
	case f.Baseline == report.BaselineKnown:
		return "known to the baseline"
	}
	return ""
}

// terms are those of the waiver of a finding: why, who decided, until when.
func terms(f *report.Finding) string {
	if w := f.Waiver; w != nil {
		return w.Reason + " (" + w.Owner + ", until " + w.Until + ")"
	}
	return *f.Waived
}

// everywhere says where everything is that a format has no room for.
func everywhere(o Options) string {
	if len(o.Beside) > 0 {
		return enumerate(o.Beside)
	}
	return "--format json=FILE"
}
