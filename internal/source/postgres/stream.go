package postgres

import (
	"context"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Stream reads every needed kind: gateway groups, the relational tables, then kine in one scan.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	r := &reading{src: s, need: need, yield: yield, tallies: map[string]*tally{}}
	if s.server.superuser {
		r.note("role "+s.server.user, "is a superuser; a role made by `api7-preflight grants` can read what is needed and nothing else")
	}
	steps := []func(context.Context) error{r.gatewayGroups}
	for _, p := range s.layout.places {
		if p.concept.name != gatewayGroups && p.concept.name != kine {
			steps = append(steps, func(ctx context.Context) error { return r.relational(ctx, p) })
		}
	}
	for _, step := range append(steps, r.kine) {
		if err := step(ctx); err != nil {
			return estate.Coverage{}, err
		}
	}
	r.crossCheck()
	return r.coverage(), nil
}

// reading is one run of Stream.
type reading struct {
	src     *Source
	need    estate.Need
	yield   func(*estate.Resource) error
	groups  groupIndex
	res     estate.Resource   // handed out for every row
	tallies map[string]*tally // by concept name
	store   kineScan
	notes   []estate.Note
}

func (r *reading) note(what, format string, args ...any) {
	r.notes = append(r.notes, estate.Note{What: what, Why: fmt.Sprintf(format, args...)})
}

// wants reports whether rows of a concept are needed.
func (r *reading) wants(c *concept) bool {
	return r.need.Wants(c.kind) || c.name == publishedService && r.need.Wants(estate.Publication)
}

// emit hands out one resource.
func (r *reading) emit(k estate.Kind, g estate.Group, id string, origin estate.Origin, body []byte, damage string) error {
	r.res.Kind, r.res.Group, r.res.ID, r.res.Origin = k, g, id, origin
	r.res.Body, r.res.Damage = body, damage
	return r.yield(&r.res)
}

// gatewayGroups reads the groups, which every published object refers to.
func (r *reading) gatewayGroups(ctx context.Context) error {
	p := r.src.layout.of(gatewayGroups)
	t := &tally{}
	r.tallies[p.concept.name] = t
	gap, err := r.src.attempt(ctx, p, func() error {
		return r.src.session.readGroups(ctx, p, &r.groups, func(row *row, g estate.Group) error {
			t.add(g.ShortID, g.ID)
			if !r.need.Wants(estate.GatewayGroup) {
				return nil
			}
			origin := estate.Origin{Source: kindName, Table: p.label(r.src.schema), Key: g.ID}
			return r.emit(estate.GatewayGroup, g, g.ID, origin, row.body, row.damage)
		})
	})
	r.finish(t, p, gap)
	if gap != nil {
		r.note("gateway groups", "not read (%s): groups are shown by the short id that stands in the keys", gap.Why)
	}
	return err
}

// finish notes what could not be read of a table, or on whose word there is none.
func (r *reading) finish(t *tally, p *place, gap *estate.Gap) {
	t.read = gap == nil && p.table != nil
	t.gaps = append(t.gaps, p.doubts...)
	if gap != nil {
		t.gaps = append(t.gaps, *gap)
	} else if p.table == nil && r.src.saidNone(p) {
		r.note("a table for "+p.concept.name, "not looked for: %s", p.why)
	}
}

// relational reads one table.
func (r *reading) relational(ctx context.Context, p *place) error {
	if !r.wants(p.concept) {
		return nil
	}
	t := &tally{}
	r.tallies[p.concept.name] = t
	gap, err := r.src.attempt(ctx, p, func() error {
		keep := []string{"id", "gateway_group_id", "service_id", "version"}
		return r.src.session.tableRows(ctx, p, keep, func(row *row) error { return r.relationalRow(p, t, row) })
	})
	if err != nil {
		return err
	}
	r.finish(t, p, gap)
	return r.duplicates(ctx, p, t)
}

func (r *reading) relationalRow(p *place, t *tally, row *row) error {
	id, key, group := row.values["id"], row.values["id"], estate.Group{}
	if groupID, grouped := row.values["gateway_group_id"]; grouped {
		group = r.groups.id(groupID)
		if p.concept.name != instances {
			key = groupID + "/" + id
		}
	}
	origin := estate.Origin{Source: kindName, Table: p.label(r.src.schema), Key: key}
	t.add(group.ShortID, id)
	if p.concept.name == publishedService && r.need.Wants(estate.Publication) {
		if err := r.publication(t, row, group, id, origin); err != nil {
			return err
		}
	}
	if !r.need.Wants(p.concept.kind) {
		return nil
	}
	return r.emit(p.concept.kind, group, id, origin, row.body, row.damage)
}

// publication tells which template a service was published from. A service that was made on its gateway group has none.
func (r *reading) publication(t *tally, row *row, group estate.Group, id string, origin estate.Origin) error {
	template := row.values["service_id"]
	if template == "" {
		return nil
	}
	t.published++
	body := []byte(`{"template_id":`)
	for _, part := range []struct{ lead, value string }{
		{"", template}, {`,"service_id":`, id}, {`,"version":`, row.values["version"]},
	} {
		body, _ = appendText(append(body, part.lead...), []byte(part.value))
	}
	return r.emit(estate.Publication, group, id, origin, append(body, '}'), "")
}

// duplicates counts rows that stand for the same object, where no unique index rules them out: the vendor's release
// notes tell of them.
func (r *reading) duplicates(ctx context.Context, p *place, t *tally) error {
	key := []string{"id"}
	switch p.concept.name {
	case instances:
		key = []string{"hostname", "gateway_group_id"}
	case publishedService, publishedRoute, publishedStreamRoute:
		key = []string{"gateway_group_id", "id"}
	}
	if !t.read {
		return nil
	}
	var names []string
	for _, field := range key {
		c, ok := p.columns[field]
		if !ok {
			return nil
		}
		names = append(names, c.name)
	}
	if p.table.unique(names...) {
		return nil
	}
	n, extra, err := r.src.countDuplicates(ctx, p.table, names)
	if err != nil || n == "0" {
		return err
	}
	r.note(fmt.Sprintf("table %q", p.table.name), "%s times several rows share %s, %d rows too many", n, commas(key), extra)
	if p.concept.name != instances {
		t.extra = extra
	}
	return nil
}
