package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// MaxFile bounds a file, in bytes: configuration has kilobytes, rendered manifests with their CRDs a few megabytes.
const MaxFile = 8 << 20

// ErrTooLarge is the error for a file of more than [MaxFile] bytes.
var ErrTooLarge = errors.New("too large")

// WhatToName is what a user who named something else is told to name.
const WhatToName = "name configuration files of API7, Helm values of api7ee3 or gateway, docker-compose files or rendered manifests, or a folder with them"

// Load reads a file and makes sure that it is text. The error is [ErrTooLarge] or an [estate.OpenError].
func Load(path string) ([]byte, error) {
	data, err := Read(path)
	if err != nil {
		return nil, err
	}
	return Decode(path, data)
}

// Read reads a file. With [ErrTooLarge] it returns the beginning.
func Read(path string) ([]byte, error) { return new(Buffer).Read(path) }

// Buffer reads one file after the other into the same memory. The zero Buffer is ready.
type Buffer struct{ data []byte }

// kept bounds, in bytes, the memory that a [Buffer] keeps: one file in a thousand is larger.
const kept = 256 << 10

// Read is as [Read] is; what it returns is good until the next call.
func (b *Buffer) Read(path string) ([]byte, error) {
	f, err := infile.Regular(path)
	if err != nil {
		return nil, Unreadable(path, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	return b.From(path, f)
}

// From is as [Buffer.Read] is for a file that is open already, or no file.
func (b *Buffer) From(path string, r io.Reader) ([]byte, error) {
	data, err := b.all(r)
	switch {
	case err != nil:
		return nil, Unreadable(path, err)
	case len(data) > MaxFile:
		return data, ErrTooLarge
	}
	return data, nil
}

// all reads up to a byte more than [MaxFile].
func (b *Buffer) all(r io.Reader) ([]byte, error) {
	if cap(b.data) == 0 || cap(b.data) > kept {
		b.data = make([]byte, 0, 32<<10)
	}
	b.data = b.data[:0]
	for len(b.data) <= MaxFile {
		if len(b.data) == cap(b.data) {
			b.data = slices.Grow(b.data, cap(b.data))
		}
		n, err := r.Read(b.data[len(b.data):min(cap(b.data), MaxFile+1)])
		b.data = b.data[:len(b.data)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err //nolint:wrapcheck // who reads a file names it
		}
	}
	return b.data, nil
}

// Unreadable returns the error for a path that the system refuses. What package infile says of it stays as it is.
func Unreadable(path string, err error) error {
	if _, told := errors.AsType[*infile.Error](err); told {
		return err
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return &estate.OpenError{Message: fmt.Sprintf("cannot read %s: %v", path, err), Hint: WhatToName}
}

// Regular reports whether a path, or where it leads if it is a link, is a file.
func Regular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// Decode refuses what is not UTF-8, and takes off a byte order mark.
func Decode(path string, data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if wide(data) {
		return nil, &estate.OpenError{Message: path + " is UTF-32", Hint: "save it as UTF-8"}
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, &estate.OpenError{Message: path + " is UTF-16", Hint: "save it as UTF-8"}
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return nil, faultAt(path, data, at, "a NUL byte: this is not text", fixHint)
	}
	if utf8.Valid(data) {
		return data, nil
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size <= 1 {
			return nil, faultAt(path, data, at, "not UTF-8", "save the file as UTF-8")
		}
		at += size
	}
}

// wide reports whether a text is UTF-32: three of its first four bytes are zeros, or a byte order mark says so.
func wide(data []byte) bool {
	start := data[:min(len(data), 4)]
	return len(start) == 4 && (bytes.Count(start, []byte{0}) == 3 || string(start) == "\xff\xfe\x00\x00" || string(start) == "\x00\x00\xfe\xff")
}

// faultAt returns the error for what is wrong with the byte at an offset.
func faultAt(path string, data []byte, offset int, reason, hint string) *Error {
	line, column := yamlfile.Position(data, offset)
	return &Error{estate.Position{File: path, Line: line, Column: column}, reason, hint}
}

// IsTemplate reports whether a text is one that makes YAML, and none itself.
func IsTemplate(data []byte) bool {
	for line := range bytes.Lines(data) {
		text := strings.TrimSpace(string(line))
		if strings.HasPrefix(text, "{{") || strings.HasPrefix(text, "{%") || strings.Contains(text, "{{-") || strings.Contains(text, ": {{ ") {
			return true
		}
	}
	return false
}
