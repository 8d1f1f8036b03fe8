package pgdump

import (
	"context"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Stream reads every needed kind in one pass over the backup. It yields rows of the relational tables as they come,
// and those of kine when all its keys are known, because only the newest row of a key counts.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	if err := s.readEarly(ctx); err != nil {
		return estate.Coverage{}, err
	}
	st := &streaming{
		Source: s, assembler: controlplane.NewAssembler(s.layout, kindName, need, yield),
		ledgers: map[*controlplane.Place]*ledger{},
	}
	defer st.close()
	if err := st.run(ctx, need); err != nil {
		return estate.Coverage{}, err
	}
	if s.early.doubt != "" && need.Wants(estate.Instance) {
		st.assembler.Note("gateway instances", "%s", s.early.doubt)
	}
	for _, note := range s.foreignNotes() {
		st.assembler.Note(note.What, "%s", note.Why)
	}
	return st.assembler.Coverage(), nil
}

// streaming is one run of Stream.
type streaming struct {
	*Source

	assembler *controlplane.Assembler
	ledgers   map[*controlplane.Place]*ledger // keys of the relational tables, to count repeats
	kine      *store
	audit     *oldest // of the audit log; nil: it is not read
}

func (st *streaming) close() {
	for _, l := range st.ledgers {
		l.close()
	}
	if st.kine != nil {
		st.kine.close()
	}
}

func (st *streaming) run(ctx context.Context, need estate.Need) error {
	if err := st.assembler.Database(controlplane.Engine{Name: "PostgreSQL", Version: st.serverVersion()}); err != nil {
		return err
	}
	sinks := map[*controlplane.Place]func([][]byte, bool) error{}
	var early []*controlplane.Place
	for _, p := range st.layout.Places() {
		switch {
		case !st.assembler.Wants(p), !st.readable(p):
		case p == st.layout.Kine():
			st.kine = newStore(st.Source, st.assembler, need)
			sinks[p] = st.kine.row
		case p.OnlyOldest():
			st.audit = newOldest(p, st.tables[p.Table()])
			sinks[p] = st.audit.row
		case st.early.rows[p] != nil:
			early = append(early, p)
		default:
			sinks[p] = st.relational(p)
		}
	}
	for _, p := range early {
		take := st.take(p)
		if err := st.early.replay(st.Source, p, take); err != nil {
			return err
		}
	}
	groups := st.layout.Groups() // how other rows are handled depends on whether these are known
	st.assembler.Finish(groups, st.gap(groups))
	if len(sinks) > 0 {
		if err := st.read(ctx, sinks); err != nil {
			return err
		}
	}
	return st.finish(ctx)
}

// serverVersion returns the server's version without the addition of a distribution; "" if the backup does not
// contain it. No backup contains the server's time zone.
func (st *streaming) serverVersion() string {
	version, _, _ := strings.Cut(st.backup.Info().ServerVersion, " ")
	return version
}

// relational returns a function that takes the rows of a table.
func (st *streaming) relational(p *controlplane.Place) func([][]byte, bool) error {
	c := newConverter(p, st.tables[p.Table()], st.early.now)
	take := st.take(p)
	return func(values [][]byte, tooLong bool) error {
		out, size, err := c.row(values)
		if err != nil {
			return st.corrupt(err)
		}
		if tooLong {
			size = controlplane.Endless
		}
		return take(out, size)
	}
}

// take returns a function that takes the converted rows of a table: it passes them on and records their keys.
func (st *streaming) take(p *controlplane.Place) func([][]byte, int64) error {
	l := newLedger(st.tempDir)
	st.ledgers[p] = l
	fields, keys := p.Fields(), p.Key()
	var key []byte
	return func(values [][]byte, size int64) error {
		key = key[:0]
		for i, f := range fields {
			if values[i] != nil && slices.Contains(keys, f.Column) {
				key = append(append(append(key, byte(i)), values[i]...), 0)
			}
		}
		if l.add(key, 0); l.err != nil {
			return unkept(l.err)
		}
		return st.assembler.Row(p, values, size)
	}
}

// finish reports how every other place was read, and yields what kine contains.
func (st *streaming) finish(ctx context.Context) error {
	a := st.assembler
	for _, p := range st.layout.Places() {
		if !a.Wants(p) || p == st.layout.Groups() {
			continue
		}
		if err := st.end(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// end reports how one place was read.
func (st *streaming) end(ctx context.Context, p *controlplane.Place) error {
	if p.OnlyOldest() {
		return st.auditLog(p)
	}
	if p == st.layout.Kine() && st.kine != nil {
		if err := st.kine.replay(ctx); err != nil {
			return err
		}
	}
	st.assembler.Finish(p, st.gap(p))
	return st.count(p)
}

// count counts the rows of a table with the same key.
func (st *streaming) count(p *controlplane.Place) error {
	l := st.ledgers[p]
	if l == nil || !st.assembler.CountsRepeats(p) {
		return nil
	}
	found, err := l.repeats()
	if err == nil {
		st.assembler.Repeats(p, found.objects, found.extra)
	}
	return err
}
