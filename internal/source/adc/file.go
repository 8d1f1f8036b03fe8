package adc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// The limits in bytes of a file, and of a part that is parsed as a whole.
const (
	maxFile = 256 << 20
	maxPart = 16 << 20
)

const (
	dumpHint  = "give what `adc dump --backend api7ee --gateway-group GROUP --with-id -o FILE` wrote"
	againHint = "dump the gateway group again, or fix the file there"
)

// file is the text of a dump.
type file struct {
	path  string
	group string
	data  []byte
	json  bool
	parts []part
	sign  version.Version // the oldest ADC that dumps what is in it
	// The tree of the part parsed last. Positions are mostly asked for one object after the other.
	parsed int
	trees  []yamlfile.Node
	text   *yamlfile.Text
}

// part is a piece of a file that can be parsed on its own: an item of a top-level list, or everything.
type part struct {
	key          string // the top-level key that it belongs to; empty: it contains top-level keys itself
	item         bool   // it is one element of the list under key
	start, end   int
	line, column int // where it starts
}

// load reads a file. It returns an error if the file is not text.
func load(ctx context.Context, f File, o infile.Options) (*file, error) {
	data, path, err := slurp(ctx, f.Path, o)
	if err != nil {
		return nil, err
	}
	l := &file{path: path, group: f.Group, data: data, parsed: -1}
	if err := l.encoding(); err != nil {
		return nil, err
	}
	first := bytes.TrimLeft(l.data, " \t\r\n")
	if len(first) == 0 {
		return nil, refuse(path+" is empty", dumpHint)
	}
	l.json = first[0] == '{' || first[0] == '['
	return l, nil
}

// slurp reads a whole file, and returns what it is called.
func slurp(ctx context.Context, path string, o infile.Options) (data []byte, name string, err error) {
	if path == "" {
		return nil, "", refuse("no file is named", "write --adc GROUP=FILE")
	}
	in, err := infile.Open(ctx, path, o)
	if err != nil {
		return nil, path, unreadable(ctx, path, err)
	}
	defer in.Close() //nolint:errcheck // it was only read
	name = in.Name()
	_, size, ok := in.Regular()
	if !ok { // a pipe has no size
		data, err = read(ctx, in, name)
		return data, name, err
	}
	if size > maxFile {
		return nil, name, tooLarge(name)
	}
	var b bytes.Buffer
	b.Grow(int(size) + bytes.MinRead)
	switch _, err := b.ReadFrom(io.LimitReader(in, maxFile+1)); {
	case err != nil:
		return nil, name, unreadable(ctx, name, err)
	case b.Len() > maxFile: // it grew
		return nil, name, tooLarge(name)
	}
	return b.Bytes(), name, nil
}

// read reads a stream of unknown size in pieces, so that nothing is copied before it is known to be small enough.
func read(ctx context.Context, in io.Reader, path string) ([]byte, error) {
	const piece = 4 << 20
	var pieces [][]byte
	for size := 0; ; {
		p := make([]byte, piece)
		n, err := io.ReadFull(in, p)
		pieces = append(pieces, p[:n])
		switch size += n; {
		case size > maxFile:
			return nil, tooLarge(path)
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return slices.Concat(pieces...), nil
		case err != nil:
			return nil, unreadable(ctx, path, err)
		}
	}
}

func tooLarge(path string) error {
	return refuse(fmt.Sprintf("%s is larger than %d MiB", path, maxFile>>20),
		"dump with --label-selector or --include-resource-type into several files, and give each")
}

func unreadable(ctx context.Context, path string, err error) error {
	if _, told := errors.AsType[*infile.Error](err); told || ctx.Err() != nil {
		return err
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return refuse(fmt.Sprintf("cannot read %s: %v", path, err), dumpHint)
}

// encoding removes a byte order mark, and returns an error if the file is not UTF-8.
func (f *file) encoding() error {
	f.data = bytes.TrimPrefix(f.data, []byte("\xef\xbb\xbf"))
	start := f.data[:min(len(f.data), 4)]
	if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) ||
		len(start) == 4 && bytes.Count(start, []byte{0}) >= 2 {
		return refuse(f.path+" is UTF-16 or UTF-32", "save it as UTF-8")
	}
	if at := bytes.IndexByte(f.data, 0); at >= 0 {
		return f.fault(at, "a NUL byte: this is not text", againHint)
	}
	if utf8.Valid(f.data) {
		return nil
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(f.data[at:])
		if r == utf8.RuneError && size <= 1 {
			return f.fault(at, "not UTF-8", "save the file as UTF-8")
		}
		at += size
	}
}

// fault returns an error about the byte at an offset.
func (f *file) fault(offset int, reason, hint string) error {
	line, column := yamlfile.Position(f.data, offset)
	return refuse(fmt.Sprintf("%s:%d:%d: %s", f.path, line, column, reason), hint)
}

// tree parses a part and returns one tree for each document in it.
func (f *file) tree(i int) ([]yamlfile.Node, error) {
	if f.parsed == i {
		return f.trees, nil
	}
	f.parsed, f.trees = -1, nil
	p := f.parts[i]
	if p.end-p.start > maxPart {
		return nil, f.tooLong(p)
	}
	text := f.data[p.start:p.end]
	f.text = yamlfile.NewText(text)
	var err error
	if f.json {
		var n yamlfile.Node
		n, err = yamlfile.ParseCheckedJSON(f.path, text)
		f.trees = []yamlfile.Node{n}
	} else {
		f.trees, err = yamlfile.ParseAll(f.path, text)
	}
	if err != nil {
		return nil, f.unparsable(p, err)
	}
	f.parsed = i
	return f.trees, nil
}

// unparsable returns an error about a part with its position in the file.
func (f *file) unparsable(p part, err error) error {
	e, ok := errors.AsType[*yamlfile.Error](err)
	if !ok {
		return refuse(f.path+": broken text", againHint)
	}
	return f.explain(p, e)
}

// tooLong returns the error for a part that is too large to be parsed as a whole.
func (f *file) tooLong(p part) error {
	if p.item {
		return refuse(fmt.Sprintf("%s:%d:%d: an element of this list is larger than %d MiB", f.path, p.line, p.column, maxPart>>20),
			"dump the gateway group in parts, with --label-selector")
	}
	return refuse(fmt.Sprintf("%s is larger than %d MiB and not laid out as adc dump writes it, so it cannot be read in parts", f.path, maxPart>>20), dumpHint)
}

// explain finds the exact position, if the parser only knows roughly where it gave up.
func (f *file) explain(p part, e *yamlfile.Error) error {
	if e.Near || e.Line == 0 {
		if at := f.indentingTab(p); at >= 0 {
			return f.fault(at, "a tab indents the line; YAML needs spaces", "replace the tabs at the start of lines with spaces")
		}
		if at := bytes.IndexFunc(f.data[p.start:p.end], forbidden); at >= 0 {
			return f.fault(p.start+at, "a control character", againHint)
		}
		return refuse(fmt.Sprintf("%s:%d: broken YAML at about this line: %s", f.path, p.line+max(e.Line, 1)-1, e.Reason), againHint)
	}
	line, column := p.place(e.Line, e.Column)
	return refuse(fmt.Sprintf("%s:%d:%d: %s", f.path, line, column, e.Reason), againHint)
}

// indentingTab returns the offset of the first tab in the indentation of a line; -1 if there is none.
func (f *file) indentingTab(p part) int {
	for at := p.start; at < p.end; {
		i := at
		for i < p.end && f.data[i] == ' ' {
			i++
		}
		if i < p.end && f.data[i] == '\t' {
			return i
		}
		next := bytes.IndexByte(f.data[i:p.end], '\n')
		if next < 0 {
			break
		}
		at = i + next + 1
	}
	return -1
}

// forbidden reports whether a character is not allowed in YAML.
func forbidden(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || 0x7f <= r && r < 0xa0 && r != 0x85 || r == 0xfeff || r == 0xfffe || r == 0xffff
}

// place returns the position in the file of a position in a part.
func (p part) place(line, column int) (inLine, inColumn int) {
	if line == 1 {
		return p.line, p.column + column - 1
	}
	return p.line + line - 1, column
}

// parseError returns err as an error of the parser.
func parseError(err error) *yamlfile.Error {
	if e, ok := errors.AsType[*yamlfile.Error](err); ok {
		return e
	}
	return &yamlfile.Error{Reason: "broken text"}
}
