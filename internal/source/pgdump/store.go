package pgdump

import (
	"context"
	"fmt"
	"strconv"
	"unsafe"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// store keeps the rows of kine until it is known which is the newest of each key, because decompressing a backup
// twice would take too long. It keeps all keys, about a hundred bytes each, and the values that a rule may need. Both
// are in temporary files that are read in order, so that memory does not grow with the backup.
type store struct {
	assembler *controlplane.Assembler
	skimmer   *estate.Skimmer
	value     controlplane.Column
	at        struct{ id, name, deleted, value int }
	rows      *batches
	keys      *ledger
	facts     *spill // for each key what it is, and the size of its value
	bodies    *spill // values of the keys that have a body
	source    *Source
}

// What is kept of a key besides its name.
const (
	factDeleted = 1 << iota
	factPlugins // the value mentions plugins
	factSkipped // the value was looked at, and no rule needs it
	factBody    // the value is kept, or what rules look at of it
)

func newStore(s *Source, a *controlplane.Assembler, need estate.Need) *store {
	p := s.layout.Kine()
	k := &store{
		assembler: a, skimmer: estate.NewSkimmer(need), source: s, value: p.Column("value"),
		keys: newLedger(s.tempDir), facts: &spill{dir: s.tempDir}, bodies: &spill{dir: s.tempDir},
	}
	k.keys.filter = controlplane.NewRepeats(0) // costs little while reading
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

// row takes one row: it copies the name and, if needed, the decoded value.
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

// keep writes down what is needed of a row. Only this goroutine writes to the spills.
func (k *store) keep(b *batch, r *kineRow) error {
	k.keys.add(b.name(r), r.id)
	facts, body := k.judge(b, r)
	k.facts.number(facts)
	switch {
	case r.deleted:
	case r.tooLong:
		k.facts.number(controlplane.Endless)
	default:
		k.facts.number(uint64(len(b.value(r))))
	}
	if facts&factBody != 0 {
		k.bodies.bytes(body)
	}
	for _, s := range []*spill{&k.keys.spill, k.facts, k.bodies} {
		if s.err != nil {
			return unkept(s.err)
		}
	}
	return nil
}

// judge decides what to keep of a row. body is what factBody stands for.
func (k *store) judge(b *batch, r *kineRow) (facts uint64, body []byte) {
	value := b.value(r)
	switch {
	case r.deleted:
		return factDeleted, nil
	case r.null, len(value) > controlplane.MaxRow:
		return 0, nil
	case r.look == controlplane.LookPlugins && controlplane.SpeaksOfPlugins(value):
		return factPlugins, nil
	case r.look != controlplane.LookInside:
		return 0, nil
	}
	if body = k.skimmer.Skim(r.kind, borrowed(b.name(r)), value); body == nil {
		return factSkipped, nil
	}
	return factBody, body
}

// replayEvery is the number of rows between two checks of the context.
const replayEvery = 4096

// replay passes the newest row of each key on, unless it is a deletion.
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

// keptRows reads what was kept of the rows.
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

// borrowed returns b as a string without copying it. The string must not be used after b changes. For a million keys,
// copying would mean a million allocations, and the garbage would double the memory.
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
