package controlplane

import (
	"encoding/json"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// Assembler turns the rows of one reading into resources, and reports at the end how completely everything was read.
// The caller must read gateway groups before anything that belongs to one, and kine last.
type Assembler struct {
	layout    *Layout
	source    string
	need      estate.Need
	yield     func(*estate.Resource) error
	groups    groupIndex
	readers   map[*Place]*rowReader
	res       estate.Resource   // reused for every row
	tallies   map[string]*tally // by concept name
	store     kineScan
	notes     []estate.Note
	databases int64 // number of calls of [Assembler.Database]
	auditLogs int64 // number of calls of [Assembler.AuditLog]

	heartbeats estate.Heartbeats

	refers    map[string]bool // concepts that rows refer to and that an installation may lack
	groupsGap *estate.Gap     // why the groups' table was not read to its end
	unmatched bool            // a row named a group before any group was known
}

// NewAssembler returns an assembler that passes the needed resources to yield. Their origin names source, the kind of
// source.
func NewAssembler(l *Layout, source string, need estate.Need, yield func(*estate.Resource) error) *Assembler {
	a := &Assembler{
		layout: l, source: source, need: need, yield: yield, groups: newGroupIndex(),
		readers: map[*Place]*rowReader{}, tallies: map[string]*tally{}, refers: map[string]bool{},
	}
	a.store.unknown = map[string]*unknownCollection{}
	return a
}

// Note adds a fact about the source that a person should know and that hides nothing.
func (a *Assembler) Note(what, format string, args ...any) {
	a.notes = append(a.notes, estate.Note{What: what, Why: fmt.Sprintf(format, args...)})
}

// Wants reports whether a place must be read.
func (a *Assembler) Wants(p *Place) bool {
	switch p.concept.name {
	case gatewayGroups:
		return true
	case kine:
		return len(a.Collections()) > 0 || a.need.Wants(estate.Publication)
	case publishedService:
		return a.need.Wants(estate.Service) || a.need.Wants(estate.Publication)
	}
	return a.need.Wants(p.concept.kind)
}

// Row takes one row of a place other than kine: the values of [Place.Fields] and the total number of bytes in its
// sized columns. A row larger than [MaxRow] needs only the values that identify it. The error is that of yield.
func (a *Assembler) Row(p *Place, values [][]byte, size int64) error {
	t, reader := a.tallies[p.concept.name], a.readers[p]
	if reader == nil {
		t, reader = &tally{}, newRowReader(p)
		a.tallies[p.concept.name], a.readers[p] = t, reader
	}
	for _, i := range reader.references {
		if len(values[i]) > 0 {
			a.refers[mayLack(reader.fields[i].field.name)] = true
		}
	}
	r := reader.read(values, size)
	if p.concept.name == gatewayGroups {
		return a.group(p, t, r)
	}
	return a.relational(p, t, r)
}

// group takes a row of the gateway groups, to which every published object refers.
func (a *Assembler) group(p *Place, t *tally, r *row) error {
	g := groupOf(r)
	a.groups.add(g)
	t.add(g.ShortID, g.ID)
	if !a.need.Wants(estate.GatewayGroup) {
		return nil
	}
	return a.emit(estate.GatewayGroup, g, g.ID, a.origin(p, g.ID), r.body, r.damage)
}

func (a *Assembler) relational(p *Place, t *tally, r *row) error {
	id, key, group := r.values["id"], r.values["id"], estate.Group{}
	if groupID, grouped := r.values["gateway_group_id"]; grouped {
		group = a.groups.id(groupID)
		a.unmatched = a.unmatched || len(a.groups.byID) == 0
		if p.concept.name != instances {
			key = groupID + "/" + id
		}
	}
	if p.concept.name == instances {
		a.heartbeats.Add(heartbeatAge(r.values["heartbeat_age_seconds"]))
	}
	origin := a.origin(p, key)
	t.add(group.ShortID, id)
	if p.concept.name == publishedService && a.need.Wants(estate.Publication) {
		if err := a.publication(t, r, group, id, origin); err != nil {
			return err
		}
	}
	if !a.need.Wants(p.concept.kind) || a.withheld(p) {
		return nil
	}
	return a.emit(p.concept.kind, group, id, origin, r.body, r.damage)
}

// publication emits which template a service was published from. A service created on its gateway group has none.
func (a *Assembler) publication(t *tally, r *row, group estate.Group, id string, origin estate.Origin) error {
	template := r.values["service_id"]
	if template == "" {
		return nil
	}
	t.published++
	body := []byte(`{"template_id":`)
	for _, part := range []struct{ lead, value string }{
		{"", template}, {`,"service_id":`, id}, {`,"version":`, r.values["version"]},
	} {
		body, _ = appendText(append(body, part.lead...), []byte(part.value))
	}
	return a.emit(estate.Publication, group, id, origin, append(body, '}'), "")
}

func (a *Assembler) origin(p *Place, key string) estate.Origin {
	return estate.Origin{Source: a.source, Table: p.label(), Key: key}
}

// emit yields one resource.
func (a *Assembler) emit(k estate.Kind, g estate.Group, id string, origin estate.Origin, body []byte, damage string) error {
	a.res.Kind, a.res.Group, a.res.ID, a.res.Origin = k, g, id, origin
	a.res.Body, a.res.Damage = body, damage
	return a.yield(&a.res)
}

// Engine is what a source knows about the database server. Unknown fields are empty.
type Engine struct {
	Name     string `json:"engine,omitempty"`
	Version  string `json:"server_version,omitempty"`
	TimeZone string `json:"timezone,omitempty"` // under the server's name
}

// Database yields the database itself as a resource, if it is needed. Every control plane has exactly one.
func (a *Assembler) Database(e Engine) error {
	if !a.need.Wants(estate.Database) {
		return nil
	}
	body, err := json.Marshal(struct {
		ID     string `json:"id"`
		Schema string `json:"schema"`
		Engine
	}{"database", a.layout.schema, e})
	if err != nil { // never happens for strings
		return fmt.Errorf("describing the database: %w", err)
	}
	a.databases++
	return a.emit(estate.Database, estate.Group{}, "database", estate.Origin{Source: a.source, Table: "database"}, body, "")
}

// Finish ends a place: it was read to its end or, if gap is not nil, it was not. Call it once for every place that
// [Assembler.Wants], but for one of which only the oldest time is read.
func (a *Assembler) Finish(p *Place, gap *estate.Gap) {
	if p.concept.name == kine {
		a.finishKine(p, gap)
		return
	}
	t := a.tallies[p.concept.name]
	if t == nil {
		t = &tally{}
		a.tallies[p.concept.name] = t
	}
	t.read = gap == nil && p.table != nil
	t.gaps = append(t.gaps, p.doubts...)
	if gap != nil {
		t.gaps = append(t.gaps, *gap)
	} else if p.table == nil && p.none {
		a.Note("a table for "+p.concept.name, "not looked for: %s", p.why)
	}
	if silent := a.heartbeats.Gap(); p.concept.name == instances && silent != nil {
		t.gaps = append(t.gaps, *silent)
	}
	if p.concept.name == gatewayGroups && gap != nil {
		a.groupsGap = gap
		a.Note("gateway groups", "not read (%s): groups are shown by the short id in the keys", gap.Why)
	}
}

// CountsRepeats reports whether the caller should count rows of a place with the same key: the place was read, its
// key is known, and no unique index rules repeats out. The vendor's release notes mention such rows.
func (a *Assembler) CountsRepeats(p *Place) bool {
	t := a.tallies[p.concept.name]
	if p.concept.name == gatewayGroups || p.concept.name == kine || t == nil || !t.read {
		return false
	}
	var names []string
	for _, c := range p.Key() {
		names = append(names, c.Name)
	}
	return names != nil && !p.table.unique(names...)
}

// Uncounted records why the repeated rows of a place could not be counted.
func (a *Assembler) Uncounted(p *Place, gap *estate.Gap) {
	a.Note(fmt.Sprintf("table %q", p.table.Name), "whether several rows share %s was not counted: %s", commas(p.keyFields()), gap.Why)
}

// Repeats records how many objects of a place have several rows, and how many rows there are beyond the first of
// each.
func (a *Assembler) Repeats(p *Place, objects, extra int64) {
	if objects == 0 {
		return
	}
	a.Note(fmt.Sprintf("table %q", p.table.Name), "%s several rows with the same %s: %s",
		plural.Of(objects, "object has", "objects have"), commas(p.keyFields()), plural.Of(extra, "extra row", "extra rows"))
	if p.concept.name != instances {
		a.tallies[p.concept.name].extra = extra
	}
}

// publishedTables returns the tables to compare kine with.
func (a *Assembler) publishedTables() map[estate.Kind]*tally {
	tables := map[estate.Kind]*tally{}
	for _, p := range a.layout.places {
		if t := a.tallies[p.concept.name]; t != nil && t.read && p.concept.isPublished() {
			tables[p.concept.kind] = t
		}
	}
	return tables
}
