package snapshot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// manifestStart is the beginning of a manifest; no resource begins like this.
const manifestStart = `{"manifest":`

// checkEvery is the number of lines between two checks of the context.
const checkEvery = 1024

// Versions returns the versions that the sources showed when the snapshot was taken.
func (s *Source) Versions(context.Context) ([]estate.VersionEvidence, error) { return s.versions, nil }

// Stream yields the resources as they were when the snapshot was taken, with their original places. The coverage is
// that of the original sources.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	p := player{src: s, need: need, yield: yield, damaged: map[estate.Kind]int64{}}
	n := 0
	err := s.scan(func(line []byte) error {
		if n++; n%checkEvery == 0 && ctx.Err() != nil {
			return fmt.Errorf("streaming: %w", ctx.Err())
		}
		return p.play(line)
	})
	if err != nil {
		return estate.Coverage{}, err
	}
	for _, k := range slices.Sorted(maps.Keys(s.kinds)) {
		if m := s.kinds[k]; m.damaged != p.damaged[k] {
			return estate.Coverage{}, s.refuse(fmt.Sprintf("damaged rows of kind %s: %d, but its manifest says %d", k, p.damaged[k], m.damaged))
		}
	}
	return s.coverage(need), nil
}

// scan reads all lines and checks that they are the ones that were written. The first scan reads the manifest; later
// ones compare with it, so that a change of the file during the run is noticed.
func (s *Source) scan(resource func(line []byte) error) error {
	z, err := zstd.NewReader(s.stream(), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(window), zstd.WithDecoderLowmem(true))
	if err != nil {
		return s.refuse("it cannot be decompressed: " + err.Error())
	}
	defer z.Close()
	lines := newLineReader(z)
	sum := sha256.New()
	header, err := lines.next()
	if err != nil {
		return s.broken(err)
	}
	if err := s.readHeader(header); err != nil {
		return err
	}
	sum.Write(header)
	var before []byte
	for n := int64(0); ; n++ {
		line, err := lines.next()
		if err != nil {
			return s.broken(err)
		}
		if bytes.HasPrefix(line, []byte(manifestStart)) {
			return s.manifest(line, lines, n, hex.EncodeToString(sum.Sum(nil)))
		}
		if bytes.Compare(before, line) > 0 {
			return s.refuse("its lines are out of order")
		}
		before = append(before[:0], line...)
		sum.Write(line)
		if resource == nil {
			continue
		}
		if err := resource(line); err != nil {
			return err
		}
	}
}

// broken says why the lines ended early.
func (s *Source) broken(err error) error {
	if errors.Is(err, io.EOF) {
		return s.refuse("it ends before its manifest")
	}
	return s.refuse(err.Error())
}

// manifest reads the last line and compares it with what came before.
func (s *Source) manifest(line []byte, rest *lineReader, n int64, sum string) error {
	var m Manifest
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return s.refuse("its manifest cannot be read: " + err.Error())
	}
	if int(dec.InputOffset()) != len(line)-1 {
		return s.refuse("something follows its manifest")
	}
	if _, err := rest.next(); !errors.Is(err, io.EOF) {
		return s.refuse("something follows its manifest")
	}
	if m.Manifest.Resources != n {
		return s.refuse(fmt.Sprintf("resources: %d, but its manifest says %d", n, m.Manifest.Resources))
	}
	if m.Manifest.SHA256 != sum {
		return s.refuse("its lines are not those of its manifest")
	}
	if s.contents.SHA256 != "" && s.contents.SHA256 != sum {
		return s.refuse("it changed while it was read")
	}
	s.contents = m.Manifest
	return nil
}

// player yields the resources of one run.
type player struct {
	src     *Source
	need    estate.Need
	yield   func(*estate.Resource) error
	damaged map[estate.Kind]int64
	line    Resource
	res     estate.Resource // reused for every line
}

func (p *player) play(text []byte) error {
	p.line = Resource{Body: p.line.Body[:0]}
	if err := json.Unmarshal(text, &p.line); err != nil {
		return p.src.refuse("a line is not a resource: " + err.Error())
	}
	kind, err := estate.ParseKind(p.line.Kind)
	if err != nil || p.src.kinds[kind] == nil || (p.line.Damage == "") != (len(p.line.Body) > 0) {
		return p.src.refuse(fmt.Sprintf("a line of kind %q does not fit its manifest", p.line.Kind))
	}
	if p.line.Damage != "" {
		p.damaged[kind]++
		if p.src.kinds[kind].complete { // another source has the undamaged row
			return nil
		}
	}
	if !p.need.Wants(kind) {
		return nil
	}
	o := p.line.Origin
	p.res.Kind, p.res.Group, p.res.ID, p.res.Body, p.res.Damage = kind, p.line.Group, p.line.ID, p.line.Body, p.line.Damage
	p.res.Origin = estate.Origin{Source: o.Source, Table: o.Table, Key: o.Key, Running: o.Running, Locate: estate.Locator(o.Positions)}
	return p.yield(&p.res)
}
