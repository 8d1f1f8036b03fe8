package snapshot

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Source is a snapshot that was checked completely.
type Source struct {
	name     string
	in       io.ReaderAt
	size     int64
	file     io.Closer
	tool     string
	contents Contents
	kinds    map[estate.Kind]*merged // the kinds that were needed
	versions []estate.VersionEvidence
	// Set by [Source.MadeBy].
	adc, control version.Version
}

// MadeBy sets which ADC made the dumps of which the snapshot was taken, and which control plane it is of, to tell what may
// be missing in them; see [estate.Gap.Judge]. Zero means unknown.
func (s *Source) MadeBy(adc, control version.Version) {
	s.adc, s.control = adc, control
	for _, name := range s.contents.Kinds {
		if k, err := estate.ParseKind(name); err == nil {
			s.kinds[k] = s.merge(name)
		}
	}
}

// Open opens a snapshot and reads it once from beginning to end, so that nothing of a damaged, cut or changed one is
// ever yielded. What a pipe gives is copied to a temporary file. The error is an [estate.OpenError] or the context's.
func Open(ctx context.Context, name string, o infile.Options) (*Source, error) {
	file, err := onDisk(ctx, name, o)
	if err != nil {
		return nil, err
	}
	s, err := Read(name, file, file.Size)
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	s.file = file
	return s, nil
}

// onDisk returns the file, if it begins like a snapshot.
func onDisk(ctx context.Context, name string, o infile.Options) (*infile.OnDisk, error) {
	f, err := infile.Open(ctx, name, o)
	if err == nil {
		var file *infile.OnDisk
		if file, err = f.OnDisk(infile.Judge{Begins: func(start []byte) error {
			if !bytes.HasPrefix(start, []byte(compressed)) {
				return foreign(name)
			}
			return nil
		}, Goes: func(start *infile.OnDisk) error {
			content := make([]byte, Beginning)
			if n, _ := start.ReadAt(content, 0); n == Beginning && !Is(content) {
				return foreign(name)
			}
			return nil
		}}); err == nil {
			return file, nil
		}
	}
	if _, told := errors.AsType[*estate.OpenError](err); told || ctx.Err() != nil {
		return nil, fmt.Errorf("opening the snapshot: %w", err)
	}
	return nil, &estate.OpenError{Message: "cannot open snapshot " + name + ": " + cause(err), Hint: "name a file written by api7-preflight snapshot"}
}

// cause returns the system's error without the file name.
func cause(err error) string {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err.Error()
	}
	return err.Error()
}

// Read is [Open] for a snapshot that is not in a file; name is its name in reports.
func Read(name string, in io.ReaderAt, size int64) (*Source, error) {
	s := &Source{name: name, in: in, size: size}
	if err := s.sealed(); err != nil {
		return nil, err
	}
	if err := s.scan(nil); err != nil {
		return nil, err
	}
	if err := s.understand(); err != nil {
		return nil, s.refuse("its manifest cannot be understood: " + err.Error())
	}
	return s, nil
}

// refuse returns an error about what is wrong with the file.
func (s *Source) refuse(why string) error {
	return &estate.OpenError{
		Message: s.name + " is not a complete snapshot: " + why,
		Hint:    "copy the file again, or take the snapshot again; a part of one is never assessed",
	}
}

// foreign returns the error for a file that never was a snapshot.
func foreign(name string) error {
	return &estate.OpenError{Message: name + " is not a snapshot", Hint: "name a file written by api7-preflight snapshot"}
}

// compressed is the beginning of a zstd stream.
const compressed = "\x28\xb5\x2f\xfd"

// Is reports whether a file is a snapshot, complete or not. content is the file's first [Beginning] bytes.
func Is(content []byte) bool {
	if !bytes.HasPrefix(content, []byte(compressed)) {
		return false
	}
	z, err := zstd.NewReader(bytes.NewReader(content), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(window))
	if err != nil {
		return false
	}
	defer z.Close()
	const longest = 4 << 10
	line, _ := bufio.NewReader(io.LimitReader(z, longest)).ReadBytes('\n') // the end of the stream is not needed
	var h Header
	return json.Unmarshal(line, &h) == nil && h.Format == Format
}

// Beginning is the number of bytes that [Is] needs: a compressed block and what comes before it.
const Beginning = 256 << 10

// sealed checks the digest of the whole file.
func (s *Source) sealed() error {
	magic := make([]byte, len(compressed))
	if _, err := s.in.ReadAt(magic, 0); err != nil || string(magic) != compressed {
		return foreign(s.name)
	}
	end, outer := make([]byte, sealSize), sha256.New()
	if s.size < int64(sealSize) {
		return s.refuse("it is truncated")
	}
	if _, err := s.in.ReadAt(end, s.size-int64(sealSize)); err != nil && !errors.Is(err, io.EOF) {
		return s.refuse("it cannot be read: " + cause(err))
	}
	if _, err := io.Copy(outer, s.stream()); err != nil {
		return s.refuse("it cannot be read: " + cause(err))
	}
	if string(end) != string(seal(outer)) {
		return s.refuse("it is truncated, or its content was changed")
	}
	return nil
}

// stream returns the file without its seal.
func (s *Source) stream() io.Reader { return io.NewSectionReader(s.in, 0, s.size-int64(sealSize)) }

// understand derives from the manifest what the source answers.
func (s *Source) understand() error {
	s.kinds = map[estate.Kind]*merged{}
	for _, name := range s.contents.Kinds {
		k, err := estate.ParseKind(name)
		if err != nil {
			return err
		}
		s.kinds[k] = s.merge(name)
	}
	for _, src := range s.contents.Sources {
		for _, c := range src.Coverage {
			if !slices.Contains(s.contents.Kinds, c.Kind) || c.Count < 0 || c.Damaged < 0 {
				return fmt.Errorf("its entry for kind %q is inconsistent", c.Kind)
			}
		}
		if err := s.learn(src.Versions); err != nil {
			return err
		}
	}
	return nil
}

// learn records the versions that a source showed. An unknown version is the zero one.
func (s *Source) learn(versions []Version) error {
	for _, v := range versions {
		evidence := estate.VersionEvidence{Component: estate.Component(v.Component), Where: v.Where, Chart: v.Chart}
		var err error
		if evidence.Version, err = version.Parse(v.Version); err != nil && v.Version != (version.Version{}).String() {
			return err
		}
		s.versions = append(s.versions, evidence)
	}
	return nil
}

// readHeader reads the first line.
func (s *Source) readHeader(line []byte) error {
	var h Header
	if json.Unmarshal(line, &h) != nil || h.Format != Format {
		return foreign(s.name)
	}
	if h.SchemaVersion != SchemaVersion {
		return &estate.OpenError{
			Message: fmt.Sprintf("%s was written by api7-preflight %s in version %s of the format; this program reads version %s", s.name, h.Tool, h.SchemaVersion, SchemaVersion),
			Hint:    "assess it with the program that wrote it, or take the snapshot again with this one",
		}
	}
	s.tool = h.Tool
	return nil
}

// Info returns the kind of source, the file and the sources that it was taken from.
func (s *Source) Info() estate.Info {
	names := make([]string, len(s.contents.Sources))
	for i, src := range s.contents.Sources {
		names[i] = src.Kind + " " + src.Name
	}
	return estate.Info{Kind: "snapshot", Name: filepath.Base(s.name) + " (" + strings.Join(names, ", ") + ")"}
}

// Close closes the file.
func (s *Source) Close() error {
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	return file.Close() //nolint:wrapcheck // names the file
}
