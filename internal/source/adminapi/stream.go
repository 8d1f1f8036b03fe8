package adminapi

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Stream reads the needed kinds page by page, one gateway group after the other.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	r := s.reading(need, yield)
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

func (s *Source) reading(need estate.Need, yield func(*estate.Resource) error) *reading {
	return &reading{
		src: s, need: need, yield: yield, tallies: map[estate.Kind]*tally{}, circuits: map[*endpoint]*circuit{},
		versions: map[string]bool{},
	}
}

// reading is one run of Stream.
type reading struct {
	src       *Source
	need      estate.Need
	yield     func(*estate.Resource) error
	res       estate.Resource // reused for every object
	tallies   map[estate.Kind]*tally
	circuits  map[*endpoint]*circuit
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
}

const maxGaps = 20 // more are only counted

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

// gap records that something of these kinds was not read.
func (r *reading) gap(kinds []estate.Kind, g estate.Gap) {
	for _, k := range kinds {
		r.tally(k).add(g)
	}
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
	if g.ID != "" && path != groupsAt.path {
		key = g.ID + "/" + id
	}
	r.tally(k).count++
	r.res.Kind, r.res.Group, r.res.ID = k, g, id
	r.res.Origin = estate.Origin{Source: kindName, Table: path, Key: key}
	r.res.Body, r.res.Damage = body, damage
	return r.yield(&r.res)
}

func (r *reading) gatewayGroups(context.Context) error {
	for _, g := range r.src.groups {
		if g.guessed {
			r.note("gateway group "+g.Label(), "its short id is unknown: other sources may know its objects by another id")
		}
		if err := r.emit(estate.GatewayGroup, g.Group, g.ID, groupsAt.path, g.body, g.damage); err != nil {
			return err
		}
	}
	return nil
}

// groups returns the gateway groups that can be asked for.
func (r *reading) groups() []estate.Group {
	var all []estate.Group
	for _, g := range r.src.groups {
		if g.damage == "" {
			all = append(all, g.Group)
		}
	}
	return all
}

func (r *reading) note(what, format string, args ...any) {
	r.notes = append(r.notes, estate.Note{What: what, Why: fmt.Sprintf(format, args...)})
}

// refused returns err as a refusal; nil if it is none.
func refused(err error) *refusal {
	no, _ := errors.AsType[*refusal](err)
	return no
}
