package pgdump

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unsafe"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// store holds the rows of kine back until it is known which is the newest of its key: a backup can be decompressed only
// once in reasonable time. All keys are kept, some hundred bytes each, and of the values those that concern somebody;
// both in temporary files that are read in order, so that memory does not grow with the backup.
type store struct {
	assembler *controlplane.Assembler
	need      estate.Need
	reader    *estate.Reader
	value     controlplane.Column
	at        struct{ id, name, deleted, value int }
	rows      *batches
	keys      *ledger
	facts     *spill // of each key: what it is, and the size of its value
	bodies    *spill // values of the keys that have a body
	res       estate.Resource
	source    *Source
}

// What is kept of a key beside its name.
const (
	factDeleted = 1 << iota
	factPlugins // the value speaks of plugins
	factSkipped // the value was looked at and concerns nobody
	factBody    // the value is kept
)

func newStore(s *Source, a *controlplane.Assembler, need estate.Need) *store {
	p := s.layout.Kine()
	k := &store{
		assembler: a, need: need, source: s, value: p.Column("value"),
		reader: estate.NewReader(slices.Sorted(maps.Keys(need.Plugins))),
		keys:   newLedger(s.tempDir), facts: &spill{dir: s.tempDir}, bodies: &spill{dir: s.tempDir},
	}
	k.keys.filter = controlplane.NewRepeats(0) // beside reading, it costs little
	k.rows = newBatches(k.keep)
	t := s.tables[p.Table()]
	k.at.id, k.at.name = columnIndex(t, p.Column("id").Name), columnIndex(t, p.Column("name").Name)
	k.at.deleted, k.at.value = columnIndex(t, p.Column("deleted").Name), columnIndex(t, k.value.Name)
	return k
}

func (k *store) close() {
	_ = k.rows.finish()
	k.keys.close()
	k.facts.close()
	k.bodies.close()
}

// row takes one row: it copies the name and, if it is needed, the value, decoded.
func (k *store) row(values [][]byte, tooLong bool) error {
	table := k.source.layout.Kine().Table().Name
	id, err := strconv.ParseInt(string(values[k.at.id]), 10, 64)
	if err != nil {
		return k.source.corrupt(fmt.Errorf("table %q: an id is not a number", table))
	}
	r := kineRow{id: id, deleted: isDeleted(values[k.at.deleted])}
	b, name, value := k.rows.open, values[k.at.name], values[k.at.value]
	if !r.deleted {
		r.look, r.kind = k.assembler.Look(borrowed(name))
	}
	r.start = len(b.data)
	b.data = append(b.data, name...)
	r.middle, r.null, r.tooLong = len(b.data), value == nil, value == nil && tooLong
	if !r.null && r.look != controlplane.LookAway {
		var ok bool
		if b.data, ok = appendText(b.data, k.value, value); !ok {
			return k.source.corrupt(fmt.Errorf("table %q: a value is not a valid %s", table, k.value.Type))
		}
	}
	r.end = len(b.data)
	k.rows.add(r)
	return nil
}

func isDeleted(v []byte) bool {
	switch string(v) {
	case "", "0", "f", "false":
		return false
	}
	return true
}

// keep notes what is needed of a row. Nobody else writes to what is kept.
func (k *store) keep(b *batch, r *kineRow) error {
	k.keys.add(b.name(r), r.id)
	facts := k.judge(b, r)
	k.facts.number(facts)
	switch {
	case r.deleted:
	case r.tooLong:
		k.facts.number(controlplane.Endless)
	default:
		k.facts.number(uint64(len(b.value(r))))
	}
	if facts&factBody != 0 {
		k.bodies.bytes(b.value(r))
	}
	for _, s := range []*spill{&k.keys.spill, k.facts, k.bodies} {
		if s.err != nil {
			return fmt.Errorf("keeping rows in a temporary file: %w", s.err)
		}
	}
	return nil
}

// judge decides what of a row is kept.
func (k *store) judge(b *batch, r *kineRow) (facts uint64) {
	value := b.value(r)
	switch {
	case r.deleted:
		return factDeleted
	case r.null, len(value) > controlplane.MaxRow:
		return 0
	case r.look == controlplane.LookPlugins && controlplane.SpeaksOfPlugins(value):
		return factPlugins
	case r.look != controlplane.LookInside:
		return 0
	case k.passes(r.kind, b.name(r), value):
		return factSkipped
	}
	return factBody
}

// passes reports whether the value concerns nobody: it can be read and carries no plugin that somebody looks at.
func (k *store) passes(kind estate.Kind, key, value []byte) bool {
	if !k.need.Skippable(kind, borrowed(key), value) {
		return false
	}
	k.res.Kind, k.res.Body = kind, value
	return k.reader.Read(&k.res) == nil && len(k.res.Plugins()) == 0
}

// replayEvery is after how many rows the context is asked.
const replayEvery = 4096

// replay hands out the newest row of each key that is not deleted.
func (k *store) replay(ctx context.Context) error {
	if err := k.rows.finish(); err != nil {
		return err
	}
	found, err := k.keys.repeats()
	if err != nil {
		return err
	}
	kept := keptRows{keys: k.keys.reader(), facts: k.facts.reader(), bodies: k.bodies.reader()}
	for i := 0; kept.next(); i++ {
		if i%replayEvery == 0 && ctx.Err() != nil {
			return fmt.Errorf("reading %s: %w", k.source.name, ctx.Err())
		}
		if kept.deleted || found.isStale(i) {
			continue
		}
		if err := k.assembler.Kine(kept.row()); err != nil {
			return err
		}
	}
	return kept.failed()
}

// keptRows reads what is kept of rows.
type keptRows struct {
	keys, facts, bodies *spillReader

	is      uint64
	size    int64
	name    []byte
	body    []byte
	deleted bool
}

// next reads a row; false at the end or after an error.
func (k *keptRows) next() bool {
	if !k.keys.more() {
		return false
	}
	k.keys.number()
	k.name, k.is = k.keys.bytes(), k.facts.number()
	if k.deleted = k.is&factDeleted != 0; !k.deleted {
		k.size = int64(k.facts.number()) //nolint:gosec // the size of a value
	}
	if k.body = nil; k.is&factBody != 0 {
		k.body = k.bodies.bytes()
	}
	return k.failed() == nil
}

// borrowed is b as a string that must not be used any more when b changes. A million keys would be as many allocations,
// and what they leave would double the memory.
func borrowed(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b)) //nolint:gosec // who gets it uses it during the call only
}

func (k *keptRows) row() controlplane.KineRow {
	return controlplane.KineRow{
		Name: borrowed(k.name), Size: k.size, Value: k.body,
		Plugins: k.is&factPlugins != 0, Skipped: k.is&factSkipped != 0,
	}
}

func (k *keptRows) failed() error {
	for _, r := range []*spillReader{k.keys, k.facts, k.bodies} {
		if r.err != nil {
			return r.failed()
		}
	}
	return nil
}
