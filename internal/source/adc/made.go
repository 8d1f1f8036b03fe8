package adc

import (
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

// MadeBy sets which ADC made the dumps and which control plane they are from, to tell what may be missing in them; see
// [estate.Gap.Judge]. Zero means unknown. The content of a dump counts as well.
func (s *Source) MadeBy(adc, control version.Version) { s.adc, s.control = adc, control }

// omitted returns the gaps of one kind for what may be missing from the files, and notes on what is assumed not to
// be.
func (s *Source) omitted(k estate.Kind) (gaps []estate.Gap, notes []estate.Note) {
	for _, lack := range s.lacks(k) {
		g, note, left := lack.Judge(s.adc, s.control)
		switch {
		case left:
			gaps = append(gaps, g)
		case note != estate.Note{}:
			notes = append(notes, note)
		}
	}
	return gaps, notes
}

// lacks returns what may be missing of one kind, by what the files show.
func (s *Source) lacks(k estate.Kind) (all []estate.Gap) {
	for _, o := range omissions() {
		for _, f := range s.files {
			if o.kind == k && s.has(f, o.where) && f.sign.Less(o.adc) {
				all = append(all, gapOf(f, estate.OldDump, o.of, &estate.Lack{Says: o.says, ADC: o.adc, Told: s.adc, Since: o.since}))
			}
		}
	}
	if k == estate.SSL {
		for _, f := range s.files {
			all = append(all, unshown(f))
		}
	}
	return all
}

// unshown returns the gap for mutual TLS. From 3.4.0 on it is set on SNIs, which no ADC dumps, and no public source
// says whether the SSL objects that it dumps show it.
func unshown(f *file) estate.Gap {
	g := gapOf(f, estate.APILimits, "client", &estate.Lack{Says: "mutual TLS", Since: version.Since("3.4.0")})
	g.Why = "from 3.4.0 on mutual TLS is set on SNIs, which ADC does not dump, and no public source says that SSL objects show it"
	return g
}

func (s *Source) has(f *file, k estate.Kind) bool {
	return slices.ContainsFunc(s.records, func(r *record) bool { return r.file == f && r.kind == k })
}

func gapOf(f *file, id, of string, lack *estate.Lack) estate.Gap {
	return estate.Gap{ID: id, Of: of, What: f.path, At: estate.Place{Source: kindName, Position: estate.Position{File: f.path}}, Lack: lack}
}
