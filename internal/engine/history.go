package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unique"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// history knows which service template each historic version belongs to, so that what a rule finds in dozens of
// versions of one service is one finding. It keeps a few words for each version, because there may be very many.
type history struct {
	wanted   bool
	names    map[string]string // of service templates, by id
	versions map[string]edition
}

// edition is a version of a service template.
type edition struct {
	service unique.Handle[string]
	number  string // as people call it; empty if unknown
}

// withHistory adds what tells about history. A route of it says only which version it belongs to, so where rules look at
// such routes the versions are needed as well.
func withHistory(need estate.Need) {
	if need.Kinds[estate.RouteVersion] {
		need.Kinds[estate.ServiceVersion] = true
	}
}

// want prepares for what will be read.
func (h *history) want(need estate.Need) {
	if h.wanted = need.Kinds[estate.ServiceVersion]; h.wanted {
		h.names, h.versions = map[string]string{}, map[string]edition{}
	}
}

// learn takes what r says about history. If two sources differ, their order does not matter.
func (h *history) learn(r *estate.Resource) {
	switch {
	case !h.wanted:
	case r.Kind == estate.ServiceTemplate:
		s := r.Subject()
		if known, ok := h.names[s.Ref.ID]; !ok || s.Name < known {
			h.names[s.Ref.ID] = s.Name
		}
	case r.Kind == estate.ServiceVersion:
		service, number := r.Parent(), r.Field("version").Word()
		known, ok := h.versions[r.ID]
		if service != "" && (!ok || cmp.Or(cmp.Compare(service, known.service.Value()), -cmp.Compare(number, known.number)) < 0) {
			h.versions[strings.Clone(r.ID)] = edition{unique.Make(service), number}
		}
	}
}

// held is an object of history with the findings of one rule on it.
type held struct {
	key

	version string
	seen    []seen
	sights  []rule.Finding // the same, best first, once opened
}

// owner returns what identifies the one finding to which the findings on an object of history belong, and the version
// that holds it. ok is false if the object is none of history, or its service is unknown.
func (h *history) owner(k key, sights []rule.Finding) (owner key, version string, ok bool) {
	if k.ref.Kind == 0 || k.ref.Kind.State() != estate.History {
		return key{}, "", false
	}
	var service string
	for _, s := range sights {
		version = cmp.Or(version, s.Subject.Version)
		service = cmp.Or(service, s.Subject.Parent)
	}
	if e, known := h.versions[version]; known {
		service = e.service.Value()
	}
	owner = key{estate.Ref{Kind: estate.ServiceVersion, Group: k.ref.Group, ID: service}, k.part}
	return owner, cmp.Or(version, k.ref.ID), service != ""
}

// export merges the findings of rule r on the versions of one service, routes included. The gravest is shown.
func (h *history) export(r *rule.Rule, p version.Path, owner key, all []held, g *groups) report.Finding {
	slices.SortFunc(all, func(a, b held) int {
		return cmp.Or(
			-cmp.Compare(severity(r, a.sights[0]), severity(r, b.sights[0])),
			cmp.Compare(a.ref.Kind, b.ref.Kind),
			cmp.Compare(a.ref.ID, b.ref.ID),
		)
	})
	best := all[0].sights[0]
	var versions, routes, others few.Names
	seen, said := map[string]bool{}, map[string]bool{best.Message: true}
	for _, v := range all {
		if !seen[v.version] {
			seen[v.version] = true
			versions.Add(called(h.versions[v.version].number, v.version))
		}
		if v.ref.Kind == estate.RouteVersion {
			routes.Add(called(v.sights[0].Subject.Name, v.ref.ID))
		}
		if m := v.sights[0].Message; !said[m] {
			said[m] = true
			others.Add(m)
		}
	}
	out := export(r, p, all[0].key, all[0].sights, g)
	out.Fingerprint = fingerprint(r.ID, owner, best.Subject.Group, p)
	out.Object.Kind, out.Object.ID, out.Object.Name = owner.ref.Kind.String(), owner.ref.ID, cmp.Or(h.names[owner.ref.ID], owner.ref.ID)
	where := "in 1 historic version"
	if n := versions.Len(); n > 1 {
		where = fmt.Sprintf("in %d historic versions", n)
	}
	if others.Len() > 0 {
		where += ", for example"
	}
	out.Message = where + ": " + best.Message
	for _, e := range []struct {
		name string
		of   *few.Names
	}{{"versions", &versions}, {"routes of versions", &routes}, {"also found in versions", &others}} {
		if e.of.Len() > 0 {
			out.Evidence = add(out.Evidence, []rule.Evidence{{Name: e.name, Value: e.of.String()}})
		}
	}
	return out
}

// called returns the name of something with its id, or only the id if that is its name.
func called(name, id string) string {
	if name == "" || name == id {
		return id
	}
	return name + " (" + id + ")"
}
