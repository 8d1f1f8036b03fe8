package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// kineScan is what the scan of table kine found.
type kineScan struct {
	read       bool
	gap        *estate.Gap
	superseded idSet
	kinds      map[string]estate.Kind // of collections
	objects    [256]identity          // by kind
	keys       int64                  // live keys of gateway configuration
	tables     map[estate.Kind]*tally // what the control plane's own tables say is published
	ungrouped  int64                  // live keys that look like it and name no gateway group
	outside    int64                  // live keys of anything else
	unknown    map[string]*stranger   // by collection
}

// stranger counts keys of a collection or shape that is not known.
type stranger struct{ keys, plugins int64 }

// kine reads the published configuration: of each key the row with the highest id, unless that is a deletion. The
// table is scanned once for keys that have several rows and once for what is needed of it, from front to end.
func (r *reading) kine(ctx context.Context) error {
	p := r.src.layout.of(kine)
	k := &r.store
	k.kinds, k.unknown = collections(), map[string]*stranger{}
	var wanted []string
	for _, name := range slices.Sorted(maps.Keys(k.kinds)) {
		kind := k.kinds[name]
		if r.need.Wants(kind) || kind == estate.Consumer && r.need.Wants(estate.Credential) {
			wanted = append(wanted, name)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	k.tables = r.publishedTables()
	gap, err := r.src.attempt(ctx, p, func() error {
		if err := r.findSuperseded(ctx, p); err != nil {
			return err
		}
		return r.scanKine(ctx, p, wanted)
	})
	if err != nil {
		return err
	}
	k.read, k.gap = gap == nil && p.table != nil, gap
	if k.read {
		r.reportStrangers(p)
	}
	return nil
}

// publishedTables returns the tables to compare kine with.
func (r *reading) publishedTables() map[estate.Kind]*tally {
	tables := map[estate.Kind]*tally{}
	for _, p := range r.src.layout.places {
		if t := r.tallies[p.concept.name]; t != nil && t.read && slices.Contains(kineKinds(), p.concept.kind) {
			tables[p.concept.kind] = t
		}
	}
	return tables
}

// findSuperseded notes the rows that are not the newest of their key. A stream of hashes shows which keys can have
// several rows; mostly none has, because kine compacts. Asking the server for the newest rows outright would make it
// sort every key, or walk the whole index.
func (r *reading) findSuperseded(ctx context.Context, p *place) error {
	what := "table " + p.table.name
	name, table := p.columns["name"].sql(), p.table.sql()
	repeated := newRepeats(p.table.rows)
	q := query{what: what, sql: statement("kine_names", "name", name, "table", table), formats: []int16{1}}
	err := r.src.session.rows(ctx, q, func(v [][]byte) error {
		repeated.add(rowID(v[0]))
		return nil
	})
	if err != nil || len(repeated.candidates) == 0 && !repeated.overflow {
		return err
	}
	q = query{
		what:    what,
		sql:     statement("kine_superseded", "id", p.columns["id"].sql(), "name", name, "table", table),
		args:    []string{numberArray(repeated.candidates)},
		formats: []int16{1},
	}
	if repeated.overflow {
		q.sql, q.args = statement("kine_superseded_all", "id", p.columns["id"].sql(), "name", name, "table", table), nil
	}
	err = r.src.session.rows(ctx, q, func(v [][]byte) error {
		r.store.superseded.add(rowID(v[0]))
		return nil
	})
	r.store.superseded.seal()
	return err
}

func numberArray(set map[int64]struct{}) string {
	array := []byte{'{'}
	for n := range set {
		if len(array) > 1 {
			array = append(array, ',')
		}
		array = strconv.AppendInt(array, n, 10)
	}
	return string(append(array, '}'))
}

func rowID(v []byte) int64 {
	if len(v) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(v)) //nolint:gosec // the bits of an int8
}

func (r *reading) scanKine(ctx context.Context, p *place, wanted []string) error {
	value := p.columns["value"]
	q := query{
		what: "table " + p.table.name,
		sql: statement(
			"kine_rows", "id", p.columns["id"].sql(), "name", p.columns["name"].sql(), "deleted", p.columns["deleted"].sql(),
			"size", sizeExpr(value), "value", textExpr(value), "plugins", containsPlugins(value),
			"limit", strconv.Itoa(maxRow), "table", p.table.sql(),
		),
		args:    []string{textArray(wanted), textArray(slices.Sorted(maps.Keys(r.store.kinds)))},
		formats: []int16{1, 1, 1, 1, 1, 1},
	}
	label := p.label(r.src.schema)
	return r.src.session.rows(ctx, q, func(v [][]byte) error {
		if r.store.superseded.has(rowID(v[0])) || v[2][0] != 0 {
			return nil
		}
		return r.kineRow(label, string(v[1]), rowID(v[3]), v[4], v[5])
	})
}

// textArray writes names, which are constants of ours, as an array parameter.
func textArray(names []string) string { return "{" + strings.Join(names, ",") + "}" }

// kineRow hands out what one live key holds.
func (r *reading) kineRow(table, name string, size int64, value, plugins []byte) error {
	k := &r.store
	key, class := parseKey(name, k.kinds)
	switch class {
	case keyOutside:
		k.stray(name)
		return nil
	case keyUnknown:
		k.strange(key, len(plugins) == 1 && plugins[0] != 0)
		return nil
	case keyResource:
	}
	k.keys++
	if !r.need.Wants(key.kind) {
		return nil
	}
	k.objects[key.kind].add(key.group, key.id)
	if t := k.tables[key.kind]; t != nil {
		t.meet(key.group, key.id)
	}
	body, damage := value, ""
	switch {
	case size > maxRow:
		damage = tooLong(size)
	case value == nil:
		damage = "the key has no value"
	case key.kind == estate.PluginList:
		key.id, body = "plugins", asObject(value)
	}
	origin := estate.Origin{Source: kindName, Table: table, Key: name, Running: true}
	return r.emit(key.kind, r.groups.shortID(key.group), key.id, origin, body, damage)
}

// stray counts a live key that is under no gateway group. Kine's own keys are none: its compaction state, the probe of
// its health, and what it writes to fill gaps in its revisions.
func (k *kineScan) stray(name string) {
	switch {
	case name == "compact_rev_key", name == "compact_rev_key_apiserver", name == "/registry/health", strings.HasPrefix(name, "gap-"):
		return
	}
	collection, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(name, "/apisix"), "/"), "/")
	if k.kinds[collection] != 0 {
		k.ungrouped++
		return
	}
	k.outside++
}

// asObject wraps the plugin list, the one value that is a list, into an object.
func asObject(list []byte) []byte {
	if len(list) == 0 || list[0] != '[' {
		return list
	}
	return slices.Concat([]byte(`{"plugins":`), list, []byte{'}'})
}

// maxStrangers bounds how many unknown collections are told apart.
const maxStrangers = 20

func (k *kineScan) strange(key kineKey, plugins bool) {
	k.keys++
	name := key.collection
	if !isWord(name) || k.unknown[name] == nil && len(k.unknown) >= maxStrangers {
		name = "(other)"
	}
	s := k.unknown[name]
	if s == nil {
		s = &stranger{}
		k.unknown[strings.Clone(name)] = s
	}
	s.keys++
	if kind := k.kinds[key.collection]; plugins || slices.Contains(estate.PluginKinds(), kind) {
		s.plugins++
	}
}

// isWord reports whether a part of a key looks like the name of a collection; ids stay unsaid.
func isWord(s string) bool {
	return s != "" && len(s) < 40 && !strings.ContainsFunc(s, func(c rune) bool { return (c < 'a' || c > 'z') && c != '_' })
}

// reportStrangers says what keys were not understood: a note, or a gap where they speak of plugins.
func (r *reading) reportStrangers(p *place) {
	k := &r.store
	if k.keys == 0 {
		k.read, k.gap = false, &estate.Gap{
			What: fmt.Sprintf("table %q", p.table.name),
			Why:  "no live key begins with " + keyPrefix + ": the published configuration is not here",
			Next: "check that this is the database of the control plane",
		}
	}
	if k.outside > 0 {
		r.note(fmt.Sprintf("table %q", p.table.name), "%d keys are not under %s and were not read", k.outside, keyPrefix)
	}
	for _, name := range slices.Sorted(maps.Keys(k.unknown)) {
		if s := k.unknown[name]; s.plugins == 0 {
			r.note(fmt.Sprintf("table %q", p.table.name), "%d keys of unknown kind %s were not read", s.keys, name)
		}
	}
}

// strangeGaps returns the unknown collections that speak of plugins.
func (k *kineScan) strangeGaps(table string) []estate.Gap {
	var gaps []estate.Gap
	if k.ungrouped > 0 {
		gaps = append(gaps, estate.Gap{
			What: fmt.Sprintf("%d keys in table %q that name no gateway group", k.ungrouped, table),
			Why:  "they look like gateway configuration and are not understood",
			Next: "tell the makers of api7-preflight how these keys are built",
		})
	}
	for _, name := range slices.Sorted(maps.Keys(k.unknown)) {
		if s := k.unknown[name]; s.plugins > 0 {
			gaps = append(gaps, estate.Gap{
				What: fmt.Sprintf("%d keys of unknown kind %s in table %q", s.keys, name, table),
				Why:  "they can hold plugins and are not understood",
				Next: "tell the makers of api7-preflight what these keys are; `api7-preflight doctor` lists them without values",
			})
		}
	}
	return gaps
}
