package adminapi

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Diagnose requests everything that an assessment would, and returns how it was answered.
func (s *Source) Diagnose(ctx context.Context, need estate.Need) (estate.Diagnosis, error) {
	d := estate.Diagnosis{Facts: s.facts()}
	kinds, err := estate.Survey(ctx, s, need)
	if err != nil {
		return d, err
	}
	for i := range kinds {
		kinds[i].Gaps = nameless(kinds[i].Gaps)
	}
	d.Kinds, d.Missing, d.Addresses = kinds, estate.Incomplete(kinds), s.client.log.sorted()
	return d, nil
}

func (s *Source) facts() []estate.Fact {
	known := "not known"
	if !s.release.version.IsZero() {
		known = s.release.version.String()
	}
	if why := s.release.note.Why; why != "" {
		known += ": " + why
	}
	encryption := "verified"
	switch {
	case s.plain:
		encryption = "none: the token and the answers were sent in clear text"
	case s.insecure:
		encryption = "NOT VERIFIED: anyone in between could read the token and change the answers"
	}
	return []estate.Fact{{Label: "URL", Value: s.client.base.String()}, {Label: "version", Value: known}, {Label: "TLS", Value: encryption}}
}

// nameless returns the gaps without What, which contains ids of objects, and without the duplicates that this leaves.
func nameless(gaps []estate.Gap) []estate.Gap {
	all := estate.Nameless(gaps)
	for i := range all {
		all[i].What = ""
	}
	return estate.Nameless(all)
}

// requestLog counts answers by address.
type requestLog struct {
	mu    sync.Mutex
	paths map[string]*estate.AddressDiagnosis
}

// note counts the answer to one request to an address.
func (l *requestLog) note(path string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.paths[path]
	if r == nil {
		if l.paths == nil {
			l.paths = map[string]*estate.AddressDiagnosis{}
		}
		r = &estate.AddressDiagnosis{Path: path}
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

func (l *requestLog) sorted() []estate.AddressDiagnosis {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]estate.AddressDiagnosis, 0, len(l.paths))
	for _, path := range slices.SortedFunc(maps.Keys(l.paths), cmp.Compare) {
		all = append(all, *l.paths[path])
	}
	return all
}
