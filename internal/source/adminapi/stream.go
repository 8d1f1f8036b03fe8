package adminapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// Stream reads the needed kinds page by page, one gateway group after the other.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	r := &reading{src: s, need: need, yield: yield, tallies: map[estate.Kind]*tally{}, versions: map[string]bool{}}
	err := s.within(ctx, func(ctx context.Context) error {
		for _, step := range []func(context.Context) error{
			r.gatewayGroups, r.instances, r.templates, r.services, r.consumers, r.globalRules, r.pluginMetadata,
			r.certificates, r.protos, r.customPlugins, r.tokens, r.policies, r.portal,
		} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return estate.Coverage{}, err
	}
	return r.coverage(), nil
}

// reading is one run of Stream.
type reading struct {
	src       *Source
	need      estate.Need
	yield     func(*estate.Resource) error
	res       estate.Resource // reused for every object
	tallies   map[estate.Kind]*tally
	versions  map[string]bool // historic versions that were yielded
	once      []string        // templates that were ever published
	promised  map[string]int  // template to the number of gateway groups on which it says that it is published
	published map[string]map[string]bool
	notes     []estate.Note
}

// tally is what was read of one kind.
type tally struct {
	count  int64
	gaps   []estate.Gap
	hidden int // gaps that are only counted
	sick   int // consecutive answers after which the next is likely to fail too
}

const (
	maxGaps = 20 // more are only counted
	maxSick = 3  // after this many, a kind is not requested any more
)

func (r *reading) tally(k estate.Kind) *tally {
	t := r.tallies[k]
	if t == nil {
		t = &tally{}
		r.tallies[k] = t
	}
	return t
}

func (t *tally) add(g estate.Gap) {
	if slices.ContainsFunc(t.gaps, func(known estate.Gap) bool { return known.What == g.What && known.Why == g.Why }) {
		return
	}
	if len(t.gaps) < maxGaps {
		t.gaps = append(t.gaps, g)
		return
	}
	t.hidden++
}

// wants reports whether at least one of the kinds is needed.
func (r *reading) wants(kinds ...estate.Kind) bool {
	return slices.ContainsFunc(kinds, r.need.Wants)
}

// about says what a list contains.
type about struct {
	kinds  []estate.Kind // kinds that are incomplete without it
	action string        // what a permission policy must allow
	group  estate.Group
}

// gap records that something was not read.
func (r *reading) gap(a about, g estate.Gap) {
	for _, k := range a.kinds {
		r.tally(k).add(g)
	}
}

// spoilt records a refusal as a gap, and returns any other error, which ends the run.
func (r *reading) spoilt(a about, l list, err error) error {
	no := refused(err)
	if no == nil {
		return err
	}
	for _, k := range a.kinds {
		if t := r.tally(k); no.sick() {
			t.sick++
		}
	}
	r.gap(a, l.gap(a.group, no.cause(), no.why, no.next(a.action)))
	return nil
}

// gap returns the gap for a list of objects in a gateway group that was not read.
func (l list) gap(g estate.Group, cause, why, next string) estate.Gap {
	gap := estate.Gap{ID: cause, What: l.path, Why: why, Next: next, Names: ids(l.path), Plain: why}
	if service := l.query.Get("service_id"); service != "" {
		gap.What += " of service " + service
		gap.Names = append(gap.Names, service)
	}
	if label := g.Label(); label != "" {
		gap.What += " in gateway group " + label
		gap.Names = append(gap.Names, label)
	}
	return gap
}

func (r *reading) healthy(a about) bool {
	for _, k := range a.kinds {
		if r.tally(k).sick >= maxSick {
			return false
		}
	}
	return true
}

// each reads lists with the same contents, requesting the first pages of several at a time, and calls item for every
// object.
func (r *reading) each(ctx context.Context, a about, lists []list, item func(i int, o json.RawMessage) error) error {
	stop := errors.New("not asked for any more")
	err := r.src.client.ahead(ctx, lists, func(i int, first page, err error) error {
		if err == nil {
			err = r.rest(ctx, a, lists[i], first, func(o json.RawMessage) error { return item(i, o) })
		}
		if err = r.spoilt(a, lists[i], err); err != nil {
			return err
		}
		if left := len(lists) - i - 1; left > 0 && !r.healthy(a) {
			why := fmt.Sprintf("not requested: the control plane failed %d times in a row", maxSick)
			r.gap(a, estate.Gap{
				ID: estate.Refused, What: plural.Of(left, "more list", "more lists") + " like " + lists[i].path, Why: why,
				Next: "see the control plane's log, and run again", Names: ids(lists[i].path), Plain: why,
			})
			return stop
		}
		return nil
	})
	if errors.Is(err, stop) {
		return nil
	}
	return err
}

// rest reads a list, starting with its first page.
func (r *reading) rest(ctx context.Context, a about, l list, first page, item func(json.RawMessage) error) error {
	short, err := r.src.client.walk(ctx, l, first, item)
	if err == nil {
		for _, k := range a.kinds {
			r.tally(k).sick = 0
		}
	}
	if err == nil && short != "" {
		r.gap(a, l.gap(a.group, estate.Refused, short, againHint))
	}
	return err
}

// emit yields one resource and counts it.
func (r *reading) emit(k estate.Kind, g estate.Group, id, path string, body []byte, damage string) error {
	if !r.need.Wants(k) {
		return nil
	}
	if id == "" && damage == "" {
		damage = "the object has no id"
	}
	key := id
	if g.ID != "" && path != groupsPath {
		key = g.ID + "/" + id
	}
	r.tally(k).count++
	r.res.Kind, r.res.Group, r.res.ID = k, g, id
	r.res.Origin = estate.Origin{Source: kindName, Table: path, Key: key}
	r.res.Body, r.res.Damage = body, damage
	return r.yield(&r.res)
}

// inGroup returns a list of the objects of a gateway group.
func inGroup(path string, g estate.Group, more ...string) list {
	query := url.Values{"gateway_group_id": {g.ID}}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return list{path: path, query: query}
}

// below returns each owner's list with that name.
func below(path string, owners []owner, name string, g estate.Group) []list {
	lists := make([]list, len(owners))
	for i, o := range owners {
		lists[i] = inGroup(path+"/"+url.PathEscape(o.id)+"/"+name, g)
	}
	return lists
}

func (r *reading) gatewayGroups(context.Context) error {
	for _, g := range r.src.groups {
		if g.guessed {
			r.note("gateway group "+g.Label(), "its short id is unknown: other sources may know its objects by another id")
		}
		if err := r.emit(estate.GatewayGroup, g.Group, g.ID, groupsPath, g.body, g.damage); err != nil {
			return err
		}
	}
	return nil
}

// grouped calls f for every gateway group that can be requested.
func (r *reading) grouped(f func(estate.Group) error) error {
	for _, g := range r.src.groups {
		if g.damage != "" {
			continue
		}
		if err := f(g.Group); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) note(what, format string, args ...any) {
	r.notes = append(r.notes, estate.Note{What: what, Why: fmt.Sprintf(format, args...)})
}

// refused returns err as a refusal; nil if it is none.
func refused(err error) *refusal {
	no, _ := errors.AsType[*refusal](err)
	return no
}
