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

// kineScan is what was seen of the live keys in kine.
type kineScan struct {
	read      bool
	gap       *estate.Gap
	objects   [256]identity                 // by kind
	keys      int64                         // live keys of gateway configuration
	tables    map[estate.Kind]*tally        // what is published according to the control plane's tables
	ungrouped int64                         // live keys that look like gateway configuration but name no gateway group
	outside   int64                         // all other live keys
	unknown   map[string]*unknownCollection // by collection
	named     []string                      // the collections in unknown that have a name, sorted
}

// unknownCollection counts keys of an unknown collection or shape.
type unknownCollection struct{ keys, plugins int64 }

// KineRow is the newest row of a key that was not deleted.
type KineRow struct {
	Name  string // used only during the call
	Size  int64  // of the value, in bytes
	Value []byte // nil if there is none, it is longer than MaxRow, or its collection is not wanted
	// Plugins is true if the key's collection is unknown and the value mentions plugins, as [SpeaksOfPlugins]
	// reports.
	Plugins bool
	// Skipped is true if the source looked at the row and no rule can say anything about it. It is counted but not
	// yielded.
	Skipped bool
}

// SpeaksOfPlugins reports whether a value may contain a member "plugins": it has the word, or escapes that could
// spell it.
func SpeaksOfPlugins(value []byte) bool {
	return slices.ContainsFunc(PluginMarks(), func(mark string) bool { return bytes.Contains(value, []byte(mark)) })
}

// PluginMarks returns the texts of which a value must contain at least one to mention plugins: the word itself, and
// the beginnings of an escaped lower-case letter.
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

// Look says what is needed of a value.
type Look uint8

// The ways to look at the value of a key.
const (
	LookAway    Look = iota // only the key counts
	LookPlugins             // only whether it mentions plugins: [KineRow.Plugins]
	LookInside              // it is a resource that is wanted
)

// Look returns what is needed of a key's value and, for a wanted resource, its kind. name is used only during the
// call.
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

// Kine takes the newest row of one key, unless that row deletes the key. The error is that of yield.
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
		k.countUnknown(key, r.Plugins || r.Size > MaxRow) // a value that is too long was not looked at
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

// counts reports whether objects of kind k are compared with the control plane's tables. Services are also compared
// for publications, which must cover all services that gateways run.
func (a *Assembler) counts(k estate.Kind) bool {
	return a.need.Wants(k) || k == estate.Service && a.need.Wants(estate.Publication)
}

// published returns the resource under the key.
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

// countOutside counts a live key that belongs to no gateway group. It ignores kine's own keys: its compaction state,
// its health probe, and the keys that fill gaps in its revisions.
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

// asObject wraps the plugin list into an object. It is the only value that is a list.
func asObject(list []byte) []byte {
	if len(list) == 0 || list[0] != '[' {
		return list
	}
	return slices.Concat([]byte(`{"plugins":`), list, []byte{'}'})
}

// maxUnknown limits the number of unknown collections that are counted separately: the alphabetically first ones, so
// that the order of the rows does not matter.
const maxUnknown = 20

// countUnknown counts a key that looks like gateway configuration but is not understood.
func (k *kineScan) countUnknown(key kineKey, plugins bool) {
	k.keys++
	s := k.collection(collectionName(key.collection))
	s.keys++
	if kind := collections[key.collection]; plugins || slices.Contains(estate.PluginKinds(), kind) {
		s.plugins++
	}
}

// collection returns the count of an unknown collection, or that of the nameless ones, which takes in those for which
// there is no room.
func (k *kineScan) collection(name string) *unknownCollection {
	if s := k.unknown[name]; s != nil {
		return s
	}
	if name == unnamed || len(k.named) < maxUnknown {
		return k.count(name)
	}
	last := k.named[maxUnknown-1]
	if name > last {
		return k.collection(unnamed)
	}
	rest := k.collection(unnamed)
	rest.keys, rest.plugins = rest.keys+k.unknown[last].keys, rest.plugins+k.unknown[last].plugins
	delete(k.unknown, last)
	k.named = k.named[:maxUnknown-1]
	return k.count(name)
}

// count begins to count an unknown collection.
func (k *kineScan) count(name string) *unknownCollection {
	s, name := &unknownCollection{}, strings.Clone(name)
	k.unknown[name] = s
	if name != unnamed {
		at, _ := slices.BinarySearch(k.named, name)
		k.named = slices.Insert(k.named, at, name)
	}
	return s
}

// finishKine reports the keys that were not understood: as a gap if they mention plugins, else as a note.
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

// unknownGaps returns the gaps for unknown collections that mention plugins and for keys without a gateway group.
func (k *kineScan) unknownGaps(table string) []estate.Gap {
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
