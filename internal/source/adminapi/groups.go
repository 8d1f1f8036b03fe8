package adminapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// group is a gateway group as it is yielded.
type group struct {
	estate.Group
	body     []byte
	damage   string
	imageTag string
	guessed  bool // the short id is unknown, and the id is used in its place
}

// readRelease asks for the control plane's version. Releases before 3.2.13 have no address for it. installed is what
// the user says, which counts if the control plane does not tell.
func (s *Source) readRelease(ctx context.Context, installed version.Version) error {
	l := versionAt.with()
	body, err := s.client.get(ctx, l, nil)
	if r := refused(err); r != nil && (r.status == http.StatusNotFound || r.status == http.StatusForbidden || r.sick() && !installed.IsZero()) {
		s.release.note = estate.Note{What: l.path, Why: r.why + ": it does not give the control plane's version"}
		if s.release.assumed = installed; !installed.IsZero() {
			s.release.note.Why += ", and is read as " + installed.String()
		}
		return s.readAge(ctx)
	}
	if err != nil {
		return err
	}
	var answer struct {
		Value string `json:"value"`
	}
	if err := parse(body, &answer); err != nil {
		return err
	}
	v, err := version.Parse(answer.Value)
	if err != nil { // a development build, say
		s.release.note = estate.Note{What: l.path, Why: "the control plane does not give its release: it is read as a recent one, and its version is unknown"}
		if s.release.assumed = installed; !installed.IsZero() {
			s.release.note.Why = "the control plane does not give its release: it is read as " + installed.String()
		}
		return nil
	}
	s.release.version = v
	return nil
}

// readAge recognises a control plane older than 3.2.13.0 by an address that it lacks, whatever the user says. Treating
// it as a newer one would mean reading its templates as published services.
func (s *Source) readAge(ctx context.Context) error {
	_, err := s.client.page(ctx, templatesAt.with(), 1)
	no := refused(err)
	if s.release.old = no != nil && no.status == http.StatusNotFound; s.release.old {
		s.release.note.Why += "; it has no " + templatesAt.path + " either and is read as a release before 3.2.13.0"
	}
	if no != nil && no.status != http.StatusUnauthorized {
		return nil
	}
	return err
}

// readGroups reads the gateway groups, by which everything else is requested. There are few of them.
func (s *Source) readGroups(ctx context.Context) error {
	l, first, err := s.client.begin(ctx, groupsAt.with())
	if err != nil {
		return err
	}
	short, err := s.client.read(ctx, l, first, func(item json.RawMessage) error {
		s.groups = append(s.groups, readGroup(item))
		return nil
	})
	if short != "" {
		s.missing = []estate.Gap{l.gap(estate.Refused, short, againHint)}
	}
	return err
}

const againHint = "run again while nobody changes the configuration"

// readGroup keeps only what is known to contain no secret. The configuration of a group contains a password.
func readGroup(item json.RawMessage) group {
	o, ok := take(item)
	if !ok {
		return group{damage: "not an object"}
	}
	g := group{Group: estate.Group{ID: o.word("id"), ShortID: o.word("short_id"), Name: o.word("name")}}
	config := o.get("config")
	if g.ShortID == "" {
		prefix := config.Get("control_plane_key_prefix").Word()
		if after, found := strings.CutPrefix(prefix, "/gateway_groups/"); found {
			g.ShortID, _, _ = strings.Cut(after, "/")
		}
	}
	if g.guessed = g.ShortID == "" && g.ID != ""; g.guessed {
		g.ShortID = g.ID
	}
	g.imageTag = config.Get("image_tag").Word()
	if !plainID(g.ID) {
		g.damage = "the gateway group has no usable id"
	}
	body := object{}.set("id", g.ID).set("short_id", g.ShortID).set("name", g.Name)
	desc := o.get("description")
	if desc.Absent() {
		desc = o.get("desc")
	}
	body = body.add("desc", desc).add("labels", o.get("labels")).add("type", o.get("type"))
	body = append(body, estate.Member{Key: "config", Value: estate.NewValue(object{}.set("image_tag", g.imageTag).json())})
	g.body = body.add("enforce_service_publishing", o.get("enforce_service_publishing")).json()
	return g
}

// plainID reports whether an id can be a segment of a path without naming something else.
func plainID(id string) bool { return id != "" && id != "." && id != ".." }
