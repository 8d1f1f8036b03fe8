package adc

import (
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// omission is something that older versions of ADC never dump, according to its history (github.com/api7/adc,
// libs/backend-api7/src). A dump without it may come from one of them.
type omission struct {
	kind  estate.Kind     // what is missing, or what it is missing from
	of    string          // the missing field; empty: whole resources
	where estate.Kind     // a dump without any of these has nothing that could be missing
	says  string          // what is missing, in words
	adc   version.Version // the first version that dumps it
	since version.Change  // the control planes that have it
}

func omissions() []omission {
	return []omission{
		{ // 2ac582c
			kind: estate.StreamRoute, of: estate.OfPlugins, where: estate.StreamRoute, says: "the plugins of stream routes",
			adc: version.MustParse("0.27.0"), since: version.Since("3.2.8.1"),
		},
		{ // c958716
			kind: estate.Upstream, where: estate.Service, says: "the upstreams of a service beside its own",
			adc: version.MustParse("0.19.0"), since: version.Since("3.5.0"),
		},
		{ // fed76ee
			kind: estate.Route, of: "vars", where: estate.Route, says: "the conditions (vars) of routes",
			adc: version.MustParse("0.17.0"), since: version.Since("3.2.16.0"),
		},
		{ // aceb7fe
			kind: estate.Credential, where: estate.Consumer, says: "the credentials of consumers",
			adc: version.MustParse("0.14.0"), since: version.Since("3.2.15.0"),
		},
	}
}

// shows records that a file contains something that ADC dumps only from some version on.
func (f *file) shows(kind estate.Kind) {
	for _, o := range omissions() {
		if o.kind == kind && f.sign.Less(o.adc) {
			f.sign = o.adc
		}
	}
}

// MadeBy sets which ADC made the dumps and which control plane they are from, to tell what may be missing in them.
// Zero means unknown, and then any version is possible.
//
// The content of a dump counts as well. If the version of ADC is unknown and the control plane refuses ADC below
// 0.18.0, as those from 3.6.0 on do, ADC is assumed to be at least 0.19.0, which followed a week later; a note says
// so.
func (s *Source) MadeBy(adc, control version.Version) { s.adc, s.control = adc, control }

// younger reports whether ADC v or a later version made a file; assumed is true if that is only an assumption.
func (s *Source) younger(f *file, v version.Version) (is, assumed bool) {
	untold := s.adc.IsZero() && version.Since("3.6.0").In(s.control.Release())
	oldest := s.adc.Release()
	if untold {
		oldest = version.MustParse("0.18.0")
	}
	if !f.sign.Less(v) || !oldest.Less(v) {
		return true, false
	}
	assumed = untold && !version.MustParse("0.19.0").Less(v)
	return assumed, assumed
}

// omitted returns the gaps of one kind for what may be missing from the files, and notes on what is assumed not to
// be.
func (s *Source) omitted(k estate.Kind) (gaps []estate.Gap, notes []estate.Note) {
	for _, o := range omissions() {
		if o.kind != k || !s.control.IsZero() && !o.since.In(s.control.Release()) {
			continue
		}
		for _, f := range s.files {
			younger, assumed := s.younger(f, o.adc)
			switch {
			case !s.has(f, o.where):
			case assumed:
				notes = append(notes, estate.Note{
					What: f.path, Why: fmt.Sprintf("taken to be made by ADC %s or later, which dumps %s; --adc-version VERSION tells it", o.adc, o.says),
				})
			case !younger:
				gaps = append(gaps, s.gapOf(f, o))
			}
		}
	}
	return gaps, notes
}

// unshown returns the gaps for mutual TLS. From 3.4.0 on it is set on SNIs, which no ADC dumps, and no public source
// says whether the SSL objects that it dumps show it.
func (s *Source) unshown(k estate.Kind) []estate.Gap {
	if k != estate.SSL || !s.control.IsZero() && !version.Since("3.4.0").In(s.control.Release()) {
		return nil
	}
	var gaps []estate.Gap
	for _, f := range s.files {
		gaps = append(gaps, estate.Gap{
			ID: estate.APILimits, Of: "client", What: f.path,
			Why: "from 3.4.0 on mutual TLS is set on SNIs, which ADC does not dump, and no public source says that SSL objects show it",
			At:  estate.Place{Source: kindName, Position: estate.Position{File: f.path}},
		})
	}
	return gaps
}

func (s *Source) has(f *file, k estate.Kind) bool {
	return slices.ContainsFunc(s.records, func(r *record) bool { return r.file == f && r.kind == k })
}

func (s *Source) gapOf(f *file, o omission) estate.Gap {
	made := "which ADC made the file is not told"
	if !s.adc.IsZero() {
		made = "the file was made by " + s.adc.String()
	}
	return estate.Gap{
		ID: estate.OldDump, Of: o.of, What: f.path, Why: fmt.Sprintf("ADC below %s does not dump %s, and %s", o.adc, o.says, made),
		Next: fmt.Sprintf("dump with ADC %s or later, and give its version: --adc-version %s", o.adc, o.adc),
		At:   estate.Place{Source: kindName, Position: estate.Position{File: f.path}},
	}
}
