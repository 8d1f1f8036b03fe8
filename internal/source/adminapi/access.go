package adminapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// What belongs to an organisation and no gateway group: permissions, and the Developer Portal.
const (
	policiesSince = "3.2.14.0" // permission policies replaced the permissions of roles
	ownersSince   = "3.2.10.0" // API tokens belong to users
	portalSince   = "3.3.0"
	portalsSince  = "3.8.18" // several portals, each with its own products and developers
)

// tokens reads API tokens, without what could be used to log in. Older releases keep them elsewhere.
func (r *reading) tokens(ctx context.Context) error {
	if !r.need.Wants(estate.Token) {
		return nil
	}
	kinds := []estate.Kind{estate.Token}
	old, l := oldTokensAt.with(), tokensAt.with()
	l.or = &old
	err := r.each(ctx, kinds, []list{l}, func(_ int, l list, item json.RawMessage) error {
		body, id, damage := r.src.readToken(item)
		return r.emit(estate.Token, estate.Group{}, id, l.path, body, damage)
	})
	if err == nil && r.src.release.has(ownersSince) {
		const why = "tokens belong to users, and no public source says that any token can read those of other users"
		r.gap(kinds, l.gap(estate.APILimits, why, ""))
	}
	return err
}

// readToken returns a token with the fields that it has in every source.
func (s *Source) readToken(item json.RawMessage) (body []byte, id, damage string) {
	o, ok := take(item)
	if !ok {
		return nil, "", "not an object"
	}
	out := object{}
	for _, key := range []string{"id", "name", "org_id", "user_id"} {
		out = out.add(key, o.get(key))
	}
	expires := o.get("expires_at")
	switch at, never, ok := pointInTime(expires); {
	case never:
	case ok:
		age := int64(s.now().Sub(at) / time.Second)
		out = out.set("expires_at", at.UTC().Format(time.RFC3339)).add("expired_seconds", estate.NewValue(strconv.AppendInt(nil, age, 10)))
	default:
		out = out.add("expired_seconds", expires) // a rule reports that it cannot be read
	}
	return out.json(), o.word("id"), ""
}

// pointInTime reads a time in seconds, in milliseconds or as RFC 3339. An absent value and zero mean never.
func pointInTime(v estate.Value) (at time.Time, never, ok bool) {
	text := v.Word()
	if v.Empty() || text == "0" {
		return time.Time{}, true, true
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		if n > latest {
			return time.UnixMilli(n), false, true
		}
		return time.Unix(n, 0), false, true
	}
	at, err := time.Parse(time.RFC3339, text)
	return at, false, err == nil
}

// policies reads permission policies. Releases before them have none, which is a complete answer.
func (r *reading) policies(ctx context.Context) error {
	if !r.src.release.has(policiesSince) {
		if r.need.Wants(estate.PermissionPolicy) {
			r.note("permission policies", "the control plane is older than %s and has none", policiesSince)
		}
		return nil
	}
	return r.shared(ctx, estate.PermissionPolicy, []list{policiesAt.with()}, statements)
}

// statements returns a policy whose statement is a list. The control plane is a Go program, which writes a list of none
// as null: the policy permits nothing.
func statements(o object) object {
	if s := o.get("statement"); s.Raw() != nil && s.Absent() {
		return o.without("statement").add("statement", estate.NewValue([]byte("[]")))
	}
	return o
}

// shared reads lists that belong to no gateway group, and applies keep to each object.
func (r *reading) shared(ctx context.Context, k estate.Kind, lists []list, keep func(object) object) error {
	if !r.need.Wants(k) {
		return nil
	}
	return r.each(ctx, []estate.Kind{k}, lists, func(_ int, l list, item json.RawMessage) error {
		o, ok := take(item)
		damage := ""
		if !ok {
			damage = "not an object"
		}
		return r.emit(k, estate.Group{}, o.word("id"), l.path, keep(o).json(), damage)
	})
}

// portal reads the products and developers of the Developer Portal. It keeps no address and no name of a developer. A
// release known to be older than the portal has none.
func (r *reading) portal(ctx context.Context) error {
	if !r.wants(estate.APIProduct, estate.Developer) {
		return nil
	}
	if !r.src.release.has(portalSince) {
		r.note("the Developer Portal", "the control plane is older than %s and has none", portalSince)
		return nil
	}
	portals, err := r.portals(ctx)
	if err != nil {
		return err
	}
	of := func(at *endpoint) []list {
		var lists []list
		for _, id := range portals {
			l := at.with()
			if id != "" {
				l = l.only("portal_id", id)
			}
			lists = append(lists, l)
		}
		return lists
	}
	err = r.shared(ctx, estate.APIProduct, of(productsAt), func(o object) object { return kept(o, "id", "name", "status", "portal_id") })
	if err != nil {
		return err
	}
	return r.shared(ctx, estate.Developer, of(devsAt), func(o object) object { return kept(o, "id", "status", "portal_id") })
}

// portals returns the ids of the portals to ask for; "" is the only one in releases with a single portal.
func (r *reading) portals(ctx context.Context) ([]string, error) {
	one := []string{""}
	if !r.src.release.has(portalsSince) {
		return one, nil
	}
	var ids []string
	l, first, err := r.src.client.begin(ctx, portalsAt.with())
	if no := refused(err); no != nil && no.status == http.StatusNotFound && r.src.release.version.IsZero() {
		return one, nil // an older release than it was thought to be
	}
	c := r.circuit(portalsAt)
	c.kinds = []estate.Kind{estate.APIProduct, estate.Developer}
	if err == nil {
		err = r.whole(ctx, c.kinds, l, first, func(item json.RawMessage) error {
			_, id := identify(item, "id")
			ids = append(ids, id)
			return nil
		})
	}
	return ids, r.spoilt(c, l, err)
}

// kept returns only the given fields.
func kept(o object, keys ...string) object {
	out := object{}
	for _, key := range keys {
		out = out.add(key, o.get(key))
	}
	return out
}
