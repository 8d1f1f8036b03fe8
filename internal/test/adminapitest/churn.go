package adminapitest

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Disturbance changes lists while they are read: after each page, up to so many random objects are moved, as an edit
// or a heartbeat moves them, deleted and created.
type Disturbance struct {
	Prefix, Suffix          string // of the paths of the lists; empty: all
	Seed                    uint64
	Moves, Deletes, Creates int
	Keep                    func(id string) bool // objects that are not deleted; nil: none
}

// Disturb disturbs the server's lists from now on, beginning with the installation as it was. It replaces an earlier
// disturbance.
func (s *Server) Disturb(d Disturbance) {
	s.site.churn.mu.Lock()
	defer s.site.churn.mu.Unlock()
	s.site.churn.Disturbance, s.site.churn.on = d, true
	s.site.churn.rand = rand.New(rand.NewPCG(d.Seed, 0))
	s.site.churn.lists, s.site.churn.deleted = map[string]*changing{}, map[string]bool{}
}

// Deleted reports whether an object was deleted since the last call of Disturb.
func (s *Server) Deleted(id string) bool {
	s.site.churn.mu.Lock()
	defer s.site.churn.mu.Unlock()
	return s.site.churn.deleted[id]
}

// churn is a disturbance at work.
type churn struct {
	Disturbance

	mu      sync.Mutex
	on      bool
	rand    *rand.Rand
	lists   map[string]*changing // by path and query, without the page
	deleted map[string]bool
}

// changing is a list that changes.
type changing struct {
	entries []*entry
	clock   int
}

// entry is one object of a list, and when it was created and changed.
type entry struct {
	fields           fields
	created, updated int
}

// ordered are the addresses whose order a client can choose, according to the vendor's OpenAPI document 0.11.0. The
// others come with the last change first, as these do by default.
var ordered = []string{
	"/api/gateway_groups", "/api/instances", "/instances", "/apisix/admin/services", "/services", "/apisix/admin/routes", "/apisix/admin/ssls",
	"/apisix/admin/consumers", "/apisix/admin/global_rules", "/api/settings/tokens", "/versions",
}

// chosen reports whether the client asks for the order of creation, and may.
func chosen(r *http.Request) bool {
	query := r.URL.Query()
	if by := query.Get("order_by"); by != "created_at" && by != "publish_time" || query.Get("direction") != "asc" {
		return false
	}
	path := r.URL.Path
	if strings.HasPrefix(path, "/api/service_versions/") {
		return strings.HasSuffix(path, "/routes")
	}
	return slices.ContainsFunc(ordered, func(end string) bool {
		return path == end || strings.HasPrefix(path, "/api/gateway_groups/") && strings.HasSuffix(path, end)
	})
}

// arrange returns a list in the order in which it is answered, as it is now, and a function that changes it. of returns
// the list as it was.
func (c *churn) arrange(r *http.Request, of func(*http.Request) []fields) (now []fields, change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	byID := func(a, b fields) int { return cmp.Compare(text(a, "id"), text(b, "id")) }
	if !c.on || !strings.HasPrefix(r.URL.Path, c.Prefix) || !strings.HasSuffix(r.URL.Path, c.Suffix) {
		return slices.SortedStableFunc(slices.Values(of(r)), byID), func() {}
	}
	query := r.URL.Query()
	query.Del("page")
	key := r.URL.Path + "?" + query.Encode()
	l := c.lists[key]
	if l == nil {
		l = &changing{}
		for i, f := range slices.SortedStableFunc(slices.Values(of(r)), byID) {
			l.entries = append(l.entries, &entry{f, i, i})
			l.clock = i
		}
		c.lists[key] = l
	}
	asc := chosen(r)
	slices.SortFunc(l.entries, func(a, b *entry) int {
		if asc {
			return cmp.Compare(a.created, b.created)
		}
		return cmp.Compare(b.updated, a.updated)
	})
	for _, e := range l.entries {
		now = append(now, e.fields)
	}
	return now, func() { c.change(l) }
}

// change moves, deletes and creates objects.
func (c *churn) change(l *changing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range c.rand.IntN(c.Moves + 1) {
		l.clock++
		l.entries[c.rand.IntN(len(l.entries))].updated = l.clock
	}
	for range c.rand.IntN(c.Deletes + 1) {
		i := c.rand.IntN(len(l.entries))
		if id := text(l.entries[i].fields, "id"); c.Keep == nil || !c.Keep(id) {
			c.deleted[id] = true
			l.entries = slices.Delete(l.entries, i, i+1)
		}
	}
	for range c.rand.IntN(c.Creates + 1) {
		l.clock++
		made := maps.Clone(l.entries[c.rand.IntN(len(l.entries))].fields)
		for _, key := range []string{"id", "username"} {
			if made[key] != nil {
				made[key] = fmt.Sprintf("created-%d", l.clock)
			}
		}
		l.entries = append(l.entries, &entry{made, l.clock, l.clock})
	}
}
