package controlplane

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// kineScan is what the live keys of table kine are.
type kineScan struct {
	read      bool
	gap       *estate.Gap
	objects   [256]identity                 // by kind
	keys      int64                         // live keys of gateway configuration
	tables    map[estate.Kind]*tally        // what the control plane's own tables say is published
	ungrouped int64                         // live keys that look like it and name no gateway group
	outside   int64                         // live keys of anything else
	unknown   map[string]*unknownCollection // by collection
}

// unknownCollection counts keys of a collection or shape that is not known.
type unknownCollection struct{ keys, plugins int64 }

// KineRow is the newest row of a key that is not deleted.
type KineRow struct {
	Name  string // used during the call only
	Size  int64  // of the value, in bytes
	Value []byte // nil where there is none, where it is longer than MaxRow or where the collection is not wanted
	// Plugins tells of a key of no known collection whether its value speaks of plugins, as [SpeaksOfPlugins] does.
	Plugins bool
	// Skipped is true of a row that was looked at, and that no rule can say anything about: it is counted and not handed out.
	Skipped bool
}

// SpeaksOfPlugins reports whether a value may have a member "plugins": the word stands there, or letters are escaped that
// could spell it.
func SpeaksOfPlugins(value []byte) bool {
	return slices.ContainsFunc(PluginMarks(), func(mark string) bool { return bytes.Contains(value, []byte(mark)) })
}

// PluginMarks returns the texts of which a value must hold one to speak of plugins: the name, and what an escaped small
// letter begins with.
func PluginMarks() []string { return []string{`"plugins"`, `\u006`, `\u007`} }

// Collections returns the collections of kine whose values are wanted, sorted.
func (a *Assembler) Collections() []string {
	var wanted []string
	for _, name := range KnownCollections() {
		kind := collections[name]
		if a.need.Wants(kind) || kind == estate.Consumer && a.need.Wants(estate.Credential) {
			wanted = append(wanted, name)
		}
	}
	return wanted
}

// Look says what of a value is needed.
type Look uint8

// How to look at the value of a key.
const (
	LookAway    Look = iota // the key alone counts
	LookPlugins             // whether it speaks of plugins: [KineRow.Plugins]
	LookInside              // it is a resource that is wanted
)

// Look says what of a key's value is needed and, of a resource that is wanted, what kind it is. The name is used during
// the call only.
func (a *Assembler) Look(name string) (Look, estate.Kind) {
	key, class := parseKey(name)
	switch {
	case class == keyResource && a.need.Wants(key.kind):
		return LookInside, key.kind
	case class == keyUnknown && collections[key.collection] == 0:
		return LookPlugins, 0
	}
	return LookAway, 0
}

// Kine takes the newest row of one key, if it is not a deletion. The error is that of yield.
func (a *Assembler) Kine(r KineRow) error {
	k := &a.store
	if k.tables == nil {
		k.tables = a.publishedTables()
	}
	key, class := parseKey(r.Name)
	switch class {
	case keyOutside:
		k.countOutside(r.Name)
		return nil
	case keyUnknown:
		k.countUnknown(key, r.Plugins || r.Size > MaxRow) // what is too long was not looked at
		return nil
	case keyResource:
	}
	k.keys++
	if !a.counts(key.kind) {
		return nil
	}
	k.objects[key.kind].add(key.group, key.id)
	if t := k.tables[key.kind]; t != nil {
		t.meet(key.group, key.id)
	}
	if r.Skipped || !a.need.Wants(key.kind) {
		return nil
	}
	name := strings.Clone(r.Name)
	key, _ = parseKey(name)
	id, body, damage := key.published(r.Value, r.Size)
	origin := estate.Origin{Source: a.source, Table: a.layout.Kine().label(), Key: name, Running: true}
	return a.emit(key.kind, a.groups.shortID(key.group), id, origin, body, damage)
}

// counts reports whether objects of a kind are compared with the control plane's tables: publications must cover all
// services that gateways run.
func (a *Assembler) counts(k estate.Kind) bool {
	return a.need.Wants(k) || k == estate.Service && a.need.Wants(estate.Publication)
}

// published returns the resource that stands under the key.
func (key kineKey) published(value []byte, size int64) (id string, body []byte, damage string) {
	switch {
	case size > MaxRow:
		return key.id, value, tooLong(size)
	case value == nil:
		return key.id, value, "the key has no value"
	case key.kind == estate.PluginList:
		return "plugins", asObject(value), ""
	}
	return key.id, value, ""
}

// countOutside counts a live key that is under no gateway group. Kine's own keys are none: its compaction state, the probe of
// its health, and what it writes to fill gaps in its revisions.
func (k *kineScan) countOutside(name string) {
	switch {
	case name == "compact_rev_key", name == "compact_rev_key_apiserver", name == "/registry/health", strings.HasPrefix(name, "gap-"):
		return
	}
	if strings.Contains(name, strings.TrimPrefix(keyPrefix, "/")) {
		k.ungrouped++
		return
	}
	for segment := range strings.SplitSeq(name, "/") {
		if collections[segment] != 0 {
			k.ungrouped++
			return
		}
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

// maxUnknown bounds how many unknown collections are told apart.
const maxUnknown = 20

// countUnknown counts a key that looks like gateway configuration and is not understood.
func (k *kineScan) countUnknown(key kineKey, plugins bool) {
	k.keys++
	name := collectionName(key.collection)
	if k.unknown[name] == nil && len(k.unknown) >= maxUnknown {
		name = unnamed
	}
	s := k.unknown[name]
	if s == nil {
		s = &unknownCollection{}
		k.unknown[strings.Clone(name)] = s
	}
	s.keys++
	if kind := collections[key.collection]; plugins || slices.Contains(estate.PluginKinds(), kind) {
		s.plugins++
	}
}

// finishKine says what keys were not understood: a note, or a gap where they speak of plugins.
func (a *Assembler) finishKine(p *Place, gap *estate.Gap) {
	k := &a.store
	k.read, k.gap = gap == nil && p.table != nil, gap
	if !k.read {
		return
	}
	table := fmt.Sprintf("table %q", p.table.Name)
	if k.keys == 0 {
		k.read, k.gap = false, &estate.Gap{
			ID:   estate.PublishedElsewhere,
			What: table,
			Why:  "no live key begins with " + keyPrefix + ": the published configuration is not here",
			Next: "check that this is the control plane's database",
		}
	}
	if k.outside > 0 {
		a.Note(table, "skipped %s outside %s", plural.Of(k.outside, "key", "keys"), keyPrefix)
	}
	for _, name := range slices.Sorted(maps.Keys(k.unknown)) {
		if s := k.unknown[name]; s.plugins == 0 {
			a.Note(table, "skipped %s of unknown kind %s", plural.Of(s.keys, "key", "keys"), name)
		}
	}
}

// strangeGaps returns the unknown collections that speak of plugins.
func (k *kineScan) strangeGaps(table string) []estate.Gap {
	var gaps []estate.Gap
	if k.ungrouped > 0 {
		gaps = append(gaps, estate.Gap{
			ID:   estate.UnknownKeys,
			What: fmt.Sprintf("%s in table %q without a gateway group", plural.Of(k.ungrouped, "key", "keys"), table),
			Why:  "gateway configuration, it seems, in a form this program does not know",
			Next: "report to the api7-preflight maintainers how such keys are built",
		})
	}
	for _, name := range slices.Sorted(maps.Keys(k.unknown)) {
		if s := k.unknown[name]; s.plugins > 0 {
			gaps = append(gaps, estate.Gap{
				ID:   estate.UnknownKeys,
				What: fmt.Sprintf("%s of unknown kind %s in table %q", plural.Of(s.keys, "key", "keys"), name, table),
				Why:  "possible plugins, in a form this program does not know",
				Next: "report what such keys are to the api7-preflight maintainers; `api7-preflight doctor` lists them without values",
			})
		}
	}
	return gaps
}
