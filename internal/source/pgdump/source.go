// Package pgdump reads an API7 Enterprise control plane from a pg_dump backup of its database: the same content that
// package postgres reads from a live one, with the same recognition and the same findings. It needs no PostgreSQL.
package pgdump

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// Config says what to open.
type Config struct {
	// Name is a file or, in the directory format, a folder.
	Name string
	// Input says how it is read.
	Input infile.Options
	// SchemaMap names tables and columns that are not recognised; zero: everything is recognised.
	SchemaMap controlplane.SchemaMap
	// TempDir is the folder for rows that are kept until the newest of each key is known; empty: the system's.
	TempDir string
}

// Source is an open backup. Its content is from the moment at which the backup was taken.
type Source struct {
	backup   *archive.Archive
	name     string
	tempDir  string
	tables   map[*controlplane.Table]archive.Table
	parts    map[*controlplane.Table][]archive.Table // partitions, and what inherits: their rows are the table's too
	layout   *controlplane.Layout
	database string // that was recognised
	empty    bool   // the backup holds no rows at all
	early    *early // nil until read
}

// kindName is the name of this kind of source in reports.
const kindName = "backup"

// Open reads the table of contents and recognises the tables. The error is an [*estate.OpenError] or the context's.
func Open(ctx context.Context, cfg Config) (*Source, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("opening the backup: %w", err)
	}
	backup, err := archive.Open(ctx, cfg.Name, cfg.Input)
	if err != nil {
		return nil, refused(err)
	}
	s := &Source{backup: backup, name: shown(cfg.Name), tempDir: cfg.TempDir, tables: map[*controlplane.Table]archive.Table{}, parts: map[*controlplane.Table][]archive.Table{}}
	if err := s.recognise(cfg.SchemaMap); err != nil {
		_ = backup.Close()
		return nil, err
	}
	return s, nil
}

func shown(name string) string {
	if name == "-" {
		return "standard input"
	}
	return filepath.Base(filepath.Clean(name))
}

// Info returns the kind of source, the last part of the backup's name and its format.
func (s *Source) Info() estate.Info {
	info := s.backup.Info()
	if info.Cluster {
		return estate.Info{Kind: kindName, Name: fmt.Sprintf("%s (database %s of a whole server, by pg_dumpall)", s.name, s.database)}
	}
	return estate.Info{Kind: kindName, Name: fmt.Sprintf("%s (%s format)", s.name, info.Format)}
}

// Holds reports whether a backup of API7's database can hold resources of kind k: every kind but those of
// configuration files.
func (*Source) Holds(k estate.Kind) bool { return controlplane.Holds(k) }

// Close closes the backup and removes temporary files.
func (s *Source) Close() error {
	if s.early != nil {
		s.early.close()
	}
	if err := s.backup.Close(); err != nil {
		return fmt.Errorf("closing %s: %w", s.name, err)
	}
	return nil
}

// Versions returns the versions that gateway instances reported and those that gateway groups are meant to run. A
// backup does not show the control plane's own version. What it lacks is left out; Stream reports it as a gap of its
// kind.
func (s *Source) Versions(ctx context.Context) ([]estate.VersionEvidence, error) {
	if err := s.readEarly(ctx); err != nil {
		return nil, err
	}
	versions := controlplane.NewVersions(s.layout)
	for _, part := range []struct {
		place *controlplane.Place
		row   func(values [][]byte)
	}{{s.layout.Instances(), versions.Instance}, {s.layout.Groups(), versions.Group}} {
		err := s.early.replay(s, part.place, func(values [][]byte, _ int64) error {
			part.row(values)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return versions.Evidence(), nil
}

// refused puts an error of the archive into words.
func refused(err error) error {
	e, ok := errors.AsType[*archive.Error](err)
	_, told := errors.AsType[*estate.OpenError](err)
	switch {
	case told, errors.Is(err, context.Canceled):
		return err
	case !ok:
		return &estate.OpenError{Message: oneLine(err.Error()), Hint: "take a new backup"}
	}
	hint := e.Hint
	if hint == "" {
		hint = "take a new backup with pg_dump"
	}
	bare := *e
	bare.Hint = ""
	return &estate.OpenError{Message: oneLine(bare.Error()), Hint: oneLine(hint)}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// early is what must be known before anything else is read: the gateway groups, to which every published object
// refers, and the heartbeats, which show when the backup was taken.
type early struct {
	rows  map[*controlplane.Place]*spill
	now   time.Time
	doubt string // what now rests on, if that is uncertain
}

func (e *early) close() {
	for _, rows := range e.rows {
		rows.close()
	}
}

// readEarly reads the tables of gateway groups and instances, only once.
func (s *Source) readEarly(ctx context.Context) error {
	if s.early != nil {
		return nil
	}
	e := &early{rows: map[*controlplane.Place]*spill{}}
	rows := map[*controlplane.Place]func([][]byte, bool) error{}
	var beats []time.Time
	for _, p := range []*controlplane.Place{s.layout.Groups(), s.layout.Instances()} {
		if !s.readable(p) {
			continue
		}
		kept := &spill{dir: s.tempDir}
		e.rows[p] = kept
		beat := s.heartbeat(p)
		rows[p] = func(values [][]byte, tooLong bool) error {
			kept.row(values, tooLong)
			if beat != nil {
				beats = beat(values, beats)
			}
			return kept.err
		}
	}
	if len(rows) > 0 {
		if err := s.read(ctx, rows); err != nil {
			e.close()
			return err
		}
	}
	info := s.backup.Info()
	e.now, e.doubt = taken(info.Created, info.InUTC, beats)
	s.early = e
	return nil
}

// heartbeat returns a function that appends a row's heartbeat; nil if rows have no heartbeat.
func (s *Source) heartbeat(p *controlplane.Place) func(values [][]byte, beats []time.Time) []time.Time {
	for _, f := range p.Fields() {
		if f.As != controlplane.AsTime {
			continue
		}
		i := columnIndex(s.tables[p.Table()], f.Column.Name)
		return func(values [][]byte, beats []time.Time) []time.Time {
			if t, ok := moment(f.Column, values[i]); ok {
				return append(beats, t)
			}
			return beats
		}
	}
	return nil
}

// replay calls row again for the rows of a place, with the values that an assembler wants.
func (e *early) replay(s *Source, p *controlplane.Place, row func(values [][]byte, size int64) error) error {
	kept := e.rows[p]
	if kept == nil {
		return nil
	}
	t := s.tables[p.Table()]
	c := newConverter(p, t, e.now)
	r := kept.reader()
	values := make([][]byte, len(t.Columns))
	for r.more() {
		tooLong := r.row(values)
		if r.err != nil {
			break
		}
		out, size, err := c.row(values)
		if err != nil {
			return s.corrupt(err)
		}
		if tooLong {
			size = controlplane.Endless
		}
		if err := row(out, size); err != nil {
			return err
		}
	}
	return r.failed()
}

// corrupt returns the error for a value that is not of its column's type.
func (s *Source) corrupt(err error) error {
	return &estate.OpenError{Message: s.name + ": " + err.Error(), Hint: "the file is damaged: copy it again or take a new backup"}
}

// row writes the values of a row.
func (s *spill) row(values [][]byte, tooLong bool) {
	n := uint64(0)
	if tooLong {
		n = 1
	}
	s.number(n)
	for _, v := range values {
		s.bytes(v)
	}
}

// row reads the values of a row and copies them.
func (r *spillReader) row(values [][]byte) (tooLong bool) {
	tooLong = r.number() == 1
	for i := range values {
		v := r.bytes()
		if v == nil {
			values[i] = nil
			continue
		}
		values[i] = append(values[i][:0:0], v...)
		if values[i] == nil {
			values[i] = []byte{}
		}
	}
	return tooLong
}
