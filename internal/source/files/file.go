package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// OpenError says why files cannot be used and what to do next, one line each and without any value of them.
type OpenError = estate.OpenError

const (
	fixHint   = "fix the file at this place"
	namesHint = "name configuration files of API7, Helm values, docker-compose files or rendered manifests, or a folder with them"
)

func refuse(message, hint string) error { return &OpenError{Message: message, Hint: hint} }

// misplaced is an error about a place in a file.
type misplaced struct {
	at           place
	reason, hint string
}

func (e *misplaced) Error() string { return e.at.String() + ": " + e.reason }

// Unwrap returns the error as users see it.
func (e *misplaced) Unwrap() error { return refuse(e.Error(), e.hint) }

// maxFile bounds a file: configuration has kilobytes, rendered manifests with their CRDs a few megabytes.
const maxFile = 8 << 20

var errTooLarge = errors.New("too large")

// load reads a file and makes sure that it is text.
func load(path string) ([]byte, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return decode(path, data)
}

// read reads a file. With errTooLarge it returns the beginning.
func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, unreadable(path, err)
	case len(data) > maxFile:
		return data, errTooLarge
	}
	return data, nil
}

func unreadable(path string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return refuse(fmt.Sprintf("cannot read %s: %v", path, err), namesHint)
}

// decode refuses what is not UTF-8, and takes off a byte order mark.
func decode(path string, data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, refuse(path+" is UTF-16", "save it as UTF-8")
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return nil, fault(path, data, at, "a NUL byte: this is not text", fixHint)
	}
	if utf8.Valid(data) {
		return data, nil
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size <= 1 {
			return nil, fault(path, data, at, "not UTF-8", "save the file as UTF-8")
		}
		at += size
	}
}

// fault returns the error for what is wrong with the byte at an offset.
func fault(path string, data []byte, offset int, reason, hint string) error {
	line, column := yamlfile.Position(data, offset)
	return &misplaced{place{file: path, line: line, column: column}, reason, hint}
}

// parse reads every document of a file.
func parse(path string, data []byte) ([]yamlfile.Node, error) {
	docs, err := yamlfile.ParseAll(path, data)
	if err == nil {
		return docs, nil
	}
	e, ok := errors.AsType[*yamlfile.Error](err)
	if !ok {
		return nil, refuse(path+": broken YAML", fixHint)
	}
	if !e.Near && e.Line > 0 {
		return nil, &misplaced{place{file: path, line: e.Line, column: max(e.Column, 1)}, e.Reason, fixHint}
	}
	return nil, explain(path, data, e)
}

// explain looks for the exact place where the parser only knows about where it gave up.
func explain(path string, data []byte, e *yamlfile.Error) error {
	lines := bytes.Split(data, []byte("\n"))
	if at := bytes.IndexFunc(data, forbidden); at >= 0 {
		return fault(path, data, at, "a control character", fixHint)
	}
	for i := min(e.Line, len(lines)-1); i >= max(e.Line-around, 0); i-- {
		text := bytes.TrimLeft(lines[i], " ")
		at := place{file: path, line: i + 1, column: len(lines[i]) - len(text) + 1}
		switch {
		case bytes.HasPrefix(text, []byte("//")):
			return &misplaced{
				at, "not valid YAML: // begins no comment",
				"comments in YAML begin with #; examples with // have to be cleaned before they are used",
			}
		case bytes.HasPrefix(text, []byte("\t")) && len(bytes.TrimSpace(text)) > 0:
			return &misplaced{at, "a tab indents the line; YAML wants spaces", "replace the tabs at the beginnings of lines by spaces"}
		}
	}
	line := max(e.Line, 1)
	column := 1
	if line <= len(lines) {
		column += len(lines[line-1]) - len(bytes.TrimLeft(lines[line-1], " "))
	}
	hint := fixHint
	if isTemplate(data) {
		hint = "it looks like a template: render it first, and give what comes out"
	}
	return &misplaced{place{file: path, line: line, column: column}, "not valid YAML at about this line: " + e.Reason, hint}
}

// around is how many lines before the one where the parser gave up may be to blame.
const around = 3

// forbidden reports whether YAML does not allow a character.
func forbidden(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || 0x7f <= r && r < 0xa0 && r != 0x85 || r == 0xfeff || r == 0xfffe || r == 0xffff
}

// isTemplate reports whether a text is one that makes YAML, and none itself.
func isTemplate(data []byte) bool {
	for line := range bytes.Lines(data) {
		text := strings.TrimSpace(string(line))
		if strings.HasPrefix(text, "{{") || strings.HasPrefix(text, "{%") || strings.Contains(text, "{{-") || strings.Contains(text, ": {{ ") {
			return true
		}
	}
	return false
}

// block returns what parses the text of a scalar: where its lines stand in the file. ok is false for texts whose lines
// are not lines of the file.
func block(n *node, lines [][]byte) (frame, bool) {
	if !n.literal {
		return frame{}, false
	}
	for i, text := range strings.Split(n.text, "\n") {
		at := n.value + i // the line behind that of the indicator, counted from 0
		if strings.TrimSpace(text) == "" || at >= len(lines) {
			continue
		}
		columns := strings.Index(string(lines[at]), strings.TrimRight(text, "\r"))
		return frame{file: n.at.file, lines: n.value, columns: max(columns, 0)}, true
	}
	return frame{}, false
}

// slashes notes what looks like a comment of another language and is none in YAML.
func (c *collection) slashes(n *node) {
	for i, kid := range n.kids {
		if kid.plain && strings.Contains(kid.text, " // ") || n.isMap() && strings.HasPrefix(n.keys[i], "//") {
			c.note(kid.at.String(), "// begins no comment in YAML: the text behind it is read as a part of this setting")
		}
		c.slashes(kid)
	}
}
