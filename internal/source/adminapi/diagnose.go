package adminapi

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Diagnosis is what can be said of a control plane without telling a single value from its answers.
type Diagnosis struct {
	URL      string `json:"url"`
	Version  string `json:"version"`     // empty: not known
	Why      string `json:"version_why"` // why it is not known, and what it is taken for
	TLS      bool   `json:"tls"`
	Verified bool   `json:"tls_verified"` // whether the certificate was
	// Resources are the addresses that were asked for, with {id} for what differs, in the order of their names.
	Resources []ResourceReport `json:"resources"`
	// Kinds are the needed ones that the Admin API can tell of.
	Kinds []KindReport `json:"kinds"`
	// CannotHold are the kinds that it does not tell of.
	CannotHold []string `json:"cannot_hold"`
}

// ResourceReport counts how requests for an address were answered in the end: those that were sent again count once.
type ResourceReport struct {
	Path     string `json:"path"`
	Answered int64  `json:"answered"`
	Refused  int64  `json:"refused"`   // 401 and 403
	NotFound int64  `json:"not_found"` // 404, which some releases answer for what they do not have
	Failed   int64  `json:"failed"`    // anything else
}

// KindReport says how completely a kind was read.
type KindReport struct {
	Kind    string   `json:"kind"`
	Count   int64    `json:"count"`
	Damaged int64    `json:"damaged"`
	Missing []string `json:"missing"` // why something was not read, each reason once
	Next    []string `json:"next"`    // what to do about it
}

// Complete reports whether every needed kind was read completely. What the Admin API does not tell of is not missing.
func (d *Diagnosis) Complete() bool {
	return !slices.ContainsFunc(d.Kinds, func(k KindReport) bool { return len(k.Missing) > 0 || k.Damaged > 0 })
}

// Diagnose asks for all that an assessment would ask for and tells how it was answered.
func (s *Source) Diagnose(ctx context.Context, need estate.Need) (Diagnosis, error) {
	d := Diagnosis{
		URL: s.client.base.String(), TLS: !s.plain, Verified: !s.plain && !s.insecure, Why: s.release.note.Why,
		Resources: []ResourceReport{}, Kinds: []KindReport{}, CannotHold: []string{},
	}
	if !s.release.version.IsZero() {
		d.Version = s.release.version.String()
	}
	damaged := map[estate.Kind]int64{}
	coverage, err := s.Stream(ctx, need, func(r *estate.Resource) error {
		if r.Damage != "" {
			damaged[r.Kind]++
		}
		return nil
	})
	if err != nil {
		return d, err
	}
	for _, k := range coverage.Kinds {
		d.Kinds = append(d.Kinds, reportOf(k, damaged[k.Kind]))
	}
	for _, k := range estate.Kinds() {
		if need.Wants(k) && !s.Holds(k) {
			d.CannotHold = append(d.CannotHold, k.String())
		}
	}
	d.Resources = s.client.log.sorted()
	return d, nil
}

// reportOf leaves out what names objects by their ids.
func reportOf(k estate.KindCoverage, damaged int64) KindReport {
	r := KindReport{Kind: k.Kind.String(), Count: k.Count, Damaged: damaged, Missing: []string{}, Next: []string{}}
	for _, g := range k.Gaps {
		if !slices.Contains(r.Missing, g.Why) {
			r.Missing = append(r.Missing, g.Why)
		}
		if g.Next != "" && !slices.Contains(r.Next, g.Next) {
			r.Next = append(r.Next, g.Next)
		}
	}
	return r
}

// requestLog counts answers by address.
type requestLog struct {
	mu    sync.Mutex
	paths map[string]*ResourceReport
}

// note counts how one request was answered.
func (l *requestLog) note(path string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	path = pattern(path)
	r := l.paths[path]
	if r == nil {
		if l.paths == nil {
			l.paths = map[string]*ResourceReport{}
		}
		r = &ResourceReport{Path: path}
		l.paths[path] = r
	}
	status := 0
	if no := refused(err); no != nil {
		status = no.status
	}
	switch {
	case err == nil:
		r.Answered++
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		r.Refused++
	case status == http.StatusNotFound:
		r.NotFound++
	default:
		r.Failed++
	}
}

func (l *requestLog) sorted() []ResourceReport {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]ResourceReport, 0, len(l.paths))
	for _, path := range slices.SortedFunc(maps.Keys(l.paths), cmp.Compare) {
		all = append(all, *l.paths[path])
	}
	return all
}

// pattern replaces the ids in a path: whatever is no word of the Admin API.
func pattern(path string) string {
	words := strings.Fields("api apisix admin version gateway_groups instances services template routes stream_routes versions " +
		"service_versions upstreams consumers credentials global_rules plugin_metadata ssls protos custom_plugins")
	steps := strings.Split(path, "/")
	for i, step := range steps {
		if step != "" && !slices.Contains(words, step) {
			steps[i] = "{id}"
		}
	}
	return strings.Join(steps, "/")
}
