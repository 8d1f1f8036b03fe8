package adminapitest

import (
	"net/http"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// organisation serves what belongs to no gateway group, with secrets and addresses where a control plane may have them.
func (s *site) organisation() {
	tokens := "GET /api/tokens"
	if !has(s.release, "3.2.13.0") {
		tokens = "GET /api/settings/tokens"
	}
	s.list(tokens, func(*http.Request) []fields { return s.each(s.lists[estate.Token][""], s.token) })
	if has(s.release, "3.2.14.0") {
		s.list("GET /api/permission_policies", func(*http.Request) []fields { return s.lists[estate.PermissionPolicy][""] })
	}
	if !has(s.release, "3.3.0") {
		return
	}
	s.list("GET /api/api_products", func(r *http.Request) []fields { return s.ofPortal(estate.APIProduct, r) })
	s.list("GET /api/developers", func(r *http.Request) []fields {
		return s.each(s.ofPortal(estate.Developer, r), func(f fields) {
			f["name"], f["email"] = "CANARY-PERSON-name", "CANARY-PERSON-address@example.org"
		})
	})
	if has(s.release, "3.8.18") {
		s.list("GET /api/portals", func(*http.Request) []fields { return []fields{{"id": "default", "name": "default"}} })
	}
}

// ofPortal returns what belongs to the portal in the query. What names no portal belongs to the default one, as after
// an upgrade to 3.8.18.
func (s *site) ofPortal(k estate.Kind, r *http.Request) []fields {
	list := s.lists[k][""]
	if !has(s.release, "3.8.18") {
		return list
	}
	list = s.each(list, func(f fields) {
		if text(f, "portal_id") == "" {
			f["portal_id"] = "default"
		}
	})
	return where(list, "portal_id", r.URL.Query().Get("portal_id"))
}

// token writes when a token expires as a time in seconds, 0 for never, and adds secrets.
func (s *site) token(f fields) {
	expired, expires := f["expired_seconds"].(float64)
	delete(f, "expired_seconds")
	f["expires_at"] = int64(0)
	if expires {
		f["expires_at"] = s.now.Unix() - int64(expired)
	}
	f["token"], f["salt"] = "CANARY-SECRET-listed-token", "CANARY-SECRET-listed-salt"
}
