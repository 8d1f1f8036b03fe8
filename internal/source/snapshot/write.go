package snapshot

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// Options says what to take a snapshot of.
type Options struct {
	Tool    string // version of this program
	Sources []estate.Source
	Need    estate.Need // of all rules, on any path
	// Scratch is the folder for a temporary file that is needed to sort many resources; empty: the system's.
	Scratch string
}

// Summary says what was written.
type Summary struct {
	Resources int64
	Damaged   int64        // number of rows among them that could not be read
	Gaps      []estate.Gap // what else was not read
	SHA256    string       // of the lines; the same for the same installation
	// Open is how long transactions in live databases were open.
	Open time.Duration
}

// Write reads every source once and writes the snapshot. The same resources give the same bytes, in whatever order
// they are read. Memory is limited, however many there are. If Write returns an error, what it has written is not a
// valid snapshot.
func Write(ctx context.Context, w io.Writer, o Options) (Summary, error) {
	return writeHolding(ctx, w, held, o)
}

func writeHolding(ctx context.Context, w io.Writer, limit int, o Options) (Summary, error) {
	t := taker{need: o.Need, reader: estate.NewReader(nil), spool: spool{dir: o.Scratch, limit: limit}}
	defer t.spool.close()
	t.contents.Kinds = []string{}
	for _, k := range estate.Kinds() {
		if o.Need.Wants(k) {
			t.contents.Kinds = append(t.contents.Kinds, k.String())
		}
	}
	t.contents.Sources = make([]SourceInfo, len(o.Sources))
	for i, src := range o.Sources {
		var err error
		if t.contents.Sources[i], err = t.read(ctx, src); err != nil {
			return Summary{}, fmt.Errorf("reading %s: %w", src.Info().Name, err)
		}
	}
	if err := t.write(w, Header{Format: Format, SchemaVersion: SchemaVersion, Tool: o.Tool}); err != nil {
		return Summary{}, fmt.Errorf("writing the snapshot: %w", err)
	}
	return t.summary(), nil
}

// taker takes one snapshot.
type taker struct {
	need     estate.Need
	reader   *estate.Reader
	spool    spool
	unnamed  unnamed
	line     bytes.Buffer
	damaged  map[estate.Kind]int64 // of the current source
	contents Contents
	open     time.Duration
}

func (t *taker) read(ctx context.Context, src estate.Source) (SourceInfo, error) {
	info := src.Info()
	out := SourceInfo{Kind: info.Kind, Name: info.Name, Notes: []Note{}, Versions: []Version{}}
	versions, err := src.Versions(ctx)
	if err != nil {
		return out, fmt.Errorf("asking for versions: %w", err)
	}
	for _, v := range versions {
		out.Versions = append(out.Versions, Version{Component: string(v.Component), Version: v.Version.String(), Where: v.Where, Chart: v.Chart})
	}
	t.damaged = map[estate.Kind]int64{}
	coverage, err := src.Stream(ctx, t.need, estate.Telling(ctx, src.Info().Kind, t.add))
	if err != nil {
		return out, err
	}
	if err := t.unnamed.flush(t.keep); err != nil {
		return out, err
	}
	if err := ctx.Err(); err != nil { // a source may return early, and without an error, when the context is done
		return out, fmt.Errorf("interrupted: %w", err)
	}
	if held, ok := src.(estate.Holder); ok {
		t.open += held.Release()
	}
	for _, n := range coverage.Notes {
		out.Notes = append(out.Notes, Note(n))
	}
	out.Coverage = t.coverage(src, coverage)
	return out, nil
}

// add keeps one resource. What the engine would find damaged is marked as damaged here already, because the engine
// will see a redacted body.
func (t *taker) add(r *estate.Resource) error {
	if !t.need.Wants(r.Kind) {
		return nil
	}
	line := Resource{Kind: r.Kind.String(), Group: r.Group, ID: redact.Text(r.ID), Damage: redact.Text(r.Damage)}
	line.Group = estate.Group{ID: redact.Text(r.Group.ID), ShortID: redact.Text(r.Group.ShortID), Name: redact.Text(r.Group.Name)}
	if line.Damage == "" {
		if err := t.reader.Read(r); err != nil && !errors.Is(err, estate.ErrHidden) { // as a snapshot of a snapshot has it
			line.Damage = redact.Text(err.Error())
		}
	}
	if line.Damage == "" {
		line.Body = redact.Body(r.Kind, r.ID, r.Body)
	}
	line.Origin = origin(r, line.Body)
	if hides(r, line) {
		return t.unnamed.add(r, line, t.keep)
	}
	return t.keep(r.Kind, line)
}

// keep keeps a line of kind k. One that is too long keeps its place only.
func (t *taker) keep(k estate.Kind, line Resource) error {
	if err := encode(&t.line, line); err != nil {
		return err
	}
	if t.line.Len() > maxLine {
		line.Body, line.Origin.Positions = nil, whole(line.Origin.Positions)
		line.Damage = fmt.Sprintf("longer than %d bytes and left out of the snapshot", maxLine)
		if err := encode(&t.line, line); err != nil {
			return err
		}
	}
	if line.Damage != "" {
		t.damaged[k]++
	}
	t.contents.Resources++
	return t.spool.add(t.line.Bytes())
}

// coverage returns, for each kind that the source can hold, its coverage in the form of the manifest.
func (t *taker) coverage(src estate.Source, c estate.Coverage) []Coverage {
	said := map[estate.Kind]estate.KindCoverage{}
	for _, k := range c.Kinds {
		said[k.Kind] = k
	}
	out := []Coverage{}
	for _, k := range estate.Kinds() {
		if !t.need.Wants(k) || !src.Holds(k) {
			continue
		}
		was, ok := said[k]
		if !ok {
			was.Gaps = []estate.Gap{{What: k.String(), Why: "the source does not report reading any"}}
		}
		kind := Coverage{Kind: k.String(), Count: was.Count, Damaged: t.damaged[k], Partial: was.Partial, Assumed: was.Assumed, Gaps: []Gap{}}
		for _, g := range was.Gaps {
			g.ID = cmp.Or(g.ID, estate.CauseOf(k))
			kind.Gaps = append(kind.Gaps, gapOf(g))
		}
		out = append(out, kind)
	}
	return out
}

// write compresses header, resources and manifest, and seals the file.
func (t *taker) write(w io.Writer, header Header) error {
	outer := sha256.New()
	buffered := bufio.NewWriterSize(w, 64<<10)
	z, err := zstd.NewWriter(io.MultiWriter(buffered, outer), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window))
	if err != nil {
		return fmt.Errorf("starting the compression: %w", err)
	}
	if err := t.lines(z, header); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compressing: %w", err)
	}
	_, _ = buffered.Write(seal(outer)) // Flush returns the error
	return buffered.Flush()            //nolint:wrapcheck // Write names the activity
}

func (t *taker) lines(w io.Writer, header Header) error {
	inner := sha256.New()
	both := io.MultiWriter(w, inner)
	if err := encode(&t.line, header); err != nil {
		return err
	}
	if _, err := both.Write(t.line.Bytes()); err != nil {
		return fmt.Errorf("compressing: %w", err)
	}
	err := t.spool.each(func(line []byte) error {
		_, err := both.Write(line)
		return err //nolint:wrapcheck // Write names the activity
	})
	if err != nil {
		return err
	}
	redact.Everything(&t.contents)
	t.contents.SHA256 = hex.EncodeToString(inner.Sum(nil))
	if err := encode(&t.line, Manifest{t.contents}); err != nil {
		return err
	}
	if t.line.Len() > maxLine {
		return fmt.Errorf("the manifest would be longer than %d bytes: too much was not read", maxLine)
	}
	_, err = w.Write(t.line.Bytes())
	return err //nolint:wrapcheck // Write names the activity
}

// encode writes a value as one line of JSON.
func encode(to *bytes.Buffer, v any) error {
	to.Reset()
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encoding a line: %w", err)
	}
	return nil
}

// sealed is the header of a skippable zstd frame of 32 bytes.
const sealed = "\x57\x2a\x4d\x18\x20\x00\x00\x00"

// sealSize is the length of a seal in bytes.
const sealSize = len(sealed) + sha256.Size

// seal returns the frame that ends a snapshot.
func seal(h hash.Hash) []byte { return h.Sum([]byte(sealed)) }

func (t *taker) summary() Summary {
	s := Summary{Resources: t.contents.Resources, SHA256: t.contents.SHA256, Open: t.open}
	for _, src := range t.contents.Sources {
		for _, c := range src.Coverage {
			s.Damaged += c.Damaged
			for _, g := range c.Gaps {
				s.Gaps = append(s.Gaps, g.of(src.Kind))
			}
		}
	}
	return s
}

// origin returns an origin in the form of a line.
func origin(r *estate.Resource, body []byte) Origin {
	o := r.Origin
	locate := o.Locate
	if locate != nil {
		locate = func(pointer string) estate.Position {
			p := o.Locate(pointer)
			p.File = redact.Text(p.File)
			return p
		}
	}
	return Origin{
		Source: redact.Text(o.Source), Table: redact.Text(o.Table), Key: redact.Text(o.Key), Running: o.Running,
		Positions: estate.Positions(body, locate),
	}
}

// whole returns the position of a whole resource, of those of its parts.
func whole(parts map[string]estate.Position) map[string]estate.Position {
	if parts == nil {
		return nil
	}
	return map[string]estate.Position{"": parts[""]}
}
