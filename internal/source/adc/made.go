package adc

import (
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// omission is something that older versions of ADC never dump, as its history tells (github.com/api7/adc,
// libs/backend-api7/src): a dump that lacks it may come from one of them.
type omission struct {
	kind  estate.Kind     // what is missing, or what it is missing from
	of    string          // the field that is missing; empty: resources are
	where estate.Kind     // a dump without any of these has nothing that could be missing
	says  string          // what is missing, in words
	adc   version.Version // the first that dumps it
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

// shows notes that a file has what ADC dumps from a version on.
func (f *file) shows(kind estate.Kind) {
	for _, o := range omissions() {
		if o.kind == kind && f.sign.Less(o.adc) {
			f.sign = o.adc
		}
	}
}

// MadeBy tells which ADC made the dumps, as far as that is known, and which control plane they are of: it says what may be
// missing in them. Both may be zero: then every ADC and every control plane is thought of.
//
// What a dump holds counts as well. Without a version, a control plane that refuses ADC below 0.18.0, as those from 3.6.0
// on do, is taken to have met 0.19.0, which followed a week later; that is noted.
func (s *Source) MadeBy(adc, control version.Version) { s.adc, s.control = adc, control }

// younger reports whether a file was made by version v of ADC or a later one; assumed, that this is taken to be so.
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

// omitted returns what may be missing from the files, of one kind, and the notes on what is taken not to be.
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
