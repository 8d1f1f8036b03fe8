package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// read reads the documents of one input. It is of no concern where its bytes show that nothing of API7 is there; then it was
// not parsed, unless it was named, or the whole is wanted.
func (s *scanner) read(in input, buffer *tree.Buffer, whole bool) (out result, concerned bool) {
	out.report.Path = in.name()
	if len(in.layers) > 1 {
		d, err := s.layered(in)
		if out.err = err; err == nil {
			out.docs = []*document{d}
		}
		return out, true
	}
	text, err := s.content(in.layers[0], in.asked, buffer)
	in.layers = []string{called(in.layers[0])}
	if err != nil && !errors.Is(err, tree.ErrTooLarge) {
		return in.unopened(out, err), true
	}
	if in.sort == foreign && (binary(text) || bytes.HasPrefix(text, []byte("#!"))) {
		return out, false
	}
	if bytes.HasPrefix(text, []byte("$ANSIBLE_VAULT;")) {
		return in.encrypted(out)
	}
	concerned = recognise.Concerns(in.layers[0], plainBytes(text))
	if concerned || !utf8.Valid(text) {
		if what := s.own(text); what != "" {
			out.report.Why = what + " that this program wrote: not read"
			out.notes = []estate.Note{{What: in.layers[0], Why: out.report.Why}}
			return out, true
		}
	}
	switch {
	case err != nil:
		return in.large(out)
	case !concerned && !whole && !in.asked:
		out.report.Why = nothing
		return out, false
	}
	return in.parsed(out, text, concerned)
}

// unopened says that the system refuses a file.
func (in input) unopened(out result, err error) result {
	if in.asked {
		out.err = err
	} else {
		out.refuse(estate.Position{File: in.layers[0]}, err.Error(), "let this program read it, or leave it out with --exclude")
	}
	return out
}

// parsed reads the documents of a text.
func (in input) parsed(out result, text []byte, concerned bool) (result, bool) {
	docs, err := parse(in.layers[0], text)
	if in.sort == foreign && err == nil && !recognised(docs, in.layers[0], text) {
		err = errForeign
	}
	if err != nil {
		return in.unreadable(out, text, err)
	}
	for i, root := range docs {
		if !root.Null() {
			out.docs = append(out.docs, in.document(i, root, concerned))
		}
	}
	if len(out.docs) == 0 {
		out.report.Why = "it is empty"
	}
	return out, true
}

// content reads a file. One that was named may be a pipe, for which it waits.
func (s *scanner) content(path string, named bool, buffer *tree.Buffer) ([]byte, error) {
	if !named {
		return buffer.Read(path)
	}
	f, err := s.open(path)
	if err != nil {
		return nil, tree.Unreadable(path, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	return buffer.From(called(path), f)
}

// binary reports whether a file is no text in any encoding.
func binary(data []byte) bool {
	const beginning = 8 << 10
	return bytes.IndexByte(data[:min(len(data), beginning)], 0) >= 0 && !bytes.HasPrefix(data, []byte("\xff\xfe")) && !bytes.HasPrefix(data, []byte("\xfe\xff"))
}

// plainBytes returns a text without the zeros and the byte order mark that UTF-16 has.
func plainBytes(text []byte) []byte {
	if bytes.IndexByte(text, 0) < 0 {
		return text
	}
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		text = bytes.TrimPrefix(text, []byte(mark))
	}
	return bytes.ReplaceAll(text, []byte{0}, nil)
}

func parse(path string, data []byte) ([]*tree.Node, error) {
	text, err := tree.Decode(path, data)
	if err != nil {
		return nil, err
	}
	return tree.Parse(path, text)
}

// errForeign says that a text is neither YAML nor JSON that anybody reads as such.
var errForeign = errors.New("neither YAML nor JSON")

// recognised reports whether a file that is not called YAML is YAML all the same, and not what makes some.
func recognised(docs []*tree.Node, path string, text []byte) bool {
	return !tree.IsTemplate(text) && !bytes.Contains(text, []byte("${")) &&
		slices.ContainsFunc(docs, func(n *tree.Node) bool { return recognise.Document(n, path).Form != recognise.Other })
}

// refuse leaves a doubt about the file.
func (r *result) refuse(at estate.Position, why, next string) {
	gap := unread(at, why, next)
	r.report.Why, r.doubt = why, &gap
}

var dockerfile = regexp.MustCompile(`(?i)^(docker|container)file|\.(docker|container)file$`)

const renderNext = "render it and give what comes out (helm template … | api7-preflight check --config - …)"

// unreadable says of a file that cannot be parsed that it may be API7's, or that it has nothing of it. What was named is
// wanted: not to read it is an error.
func (in input) unreadable(out result, text []byte, err error) (result, bool) {
	if in.asked {
		out.err = err
		return out, true
	}
	at, why, next := reasons(in, text, err)
	named := recognise.Names(plainBytes(text))
	if named.Form == recognise.ADCFile {
		next = "render it and give what comes out with --adc GROUP=FILE"
	}
	switch {
	case named.What != "":
		out.refuse(at, why+"; it contains "+named.What, next+", or leave it out with --exclude")
	case in.sort == foreign:
		return out, false
	default:
		out.report.Why, out.broken = why, why
	}
	return out, true
}

// reasons says why a file is not read, where, and what to do about it.
func reasons(in input, text []byte, err error) (at estate.Position, why, next string) {
	at = estate.Position{File: in.layers[0]}
	fault, placed := errors.AsType[*tree.Error](err)
	open, other := errors.AsType[*estate.OpenError](err)
	switch {
	case tree.IsTemplate(text):
		return at, "a template, which is no YAML: not read", renderNext
	case dockerfile.MatchString(filepath.Base(in.layers[0])):
		return at, "a Dockerfile: which release is in what it builds is not known", "name the image that it builds as the vendor does, in a copy of what starts it"
	case in.sort == foreign:
		return at, "neither YAML nor JSON: not read", "give what is made of it, such as the output of helm template"
	case placed:
		return fault.At, fault.Reason + ": not read", fault.Hint
	case other:
		return at, open.Message + ": not read", open.Hint
	}
	return at, err.Error() + ": not read", "fix it"
}

// large says of a file that is too large to be parsed whether anything of API7 is in it.
func (in input) large(out result) (result, bool) {
	path := in.layers[0]
	why := fmt.Sprintf("larger than %d MiB: not read", tree.MaxFile>>20)
	if !in.asked && !concernsLarge(path) {
		out.report.Why = why
		return out, false
	}
	out.refuse(estate.Position{File: path}, why, "split the file, or leave it out with --exclude")
	return out, true
}

// maxSearched bounds how much of a large file is searched, in bytes: configuration is never so large.
const maxSearched = 256 << 20

// concernsLarge looks at the words of a large file, one part after the other. What cannot be read to its end concerns.
func concernsLarge(path string) bool {
	f, err := infile.Regular(path)
	if err != nil {
		return true
	}
	defer f.Close() //nolint:errcheck // it was only read
	var scan recognise.Scan
	part, kept := make([]byte, 1<<20), 0
	for searched := 0; ; {
		n, err := io.ReadFull(f, part[kept:])
		scan.Add(part[:kept+n])
		searched += n
		switch {
		case searched > maxSearched:
			return true
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return scan.Spells(path)
		case err != nil, scan.Spells(path):
			return true
		}
		kept = copy(part, part[len(part)-scan.Kept():])
	}
}

// document recognises one document of a file. What does not matter in it is not kept.
func (in input) document(i int, root *tree.Node, concerned bool) *document {
	path := in.layers[0]
	d := &document{Document: tree.Document{Layers: in.layers, Index: i, Root: root}, is: recognise.Document(root, path), asked: in.asked, bundled: in.bundled}
	if d.is.Form == recognise.Manifest || d.is.Form == recognise.Other {
		d.mention = recognise.Mentions(root, path)
	}
	d.controller = recognise.Controller(root)
	if d.is.Form == recognise.Other {
		d.layer = recognise.LayerOf(root)
	}
	if d.is.Form == recognise.Manifest && !concerned || d.is.Form == recognise.Other && !in.charts || d.is.Form == recognise.ADCFile {
		d.Root = root.Shell()
	}
	return d
}
