package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// Error says why a backup cannot be read.
type Error struct {
	File   string
	Offset int64  // in File or, if File is compressed as a whole, in its content; -1 if there is no place
	Line   int64  // in the SQL text, from 1; 0 if there is only Offset
	What   string // what is wrong
	Hint   string // what to do; may be empty

	table string // whose rows were being read
	data  int64  // offset in the uncompressed data of that table, plus one; 0 if there is only Offset
	cause error
}

// Error names the file, the place, what is wrong and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, " at line %d", e.Line)
	}
	if e.Offset >= 0 {
		fmt.Fprintf(&b, " at byte %d", e.Offset)
	}
	b.WriteString(": ")
	if e.table != "" {
		fmt.Fprintf(&b, "table %s: ", e.table)
	}
	b.WriteString(e.What)
	if e.data > 0 {
		fmt.Fprintf(&b, " (byte %d of the uncompressed data)", e.data-1)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Unwrap returns the operating system's or the decompressor's error, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// own marks an error that belongs to the caller and is returned unchanged.
type own struct{ error }

func (o own) Unwrap() error { return o.error }

// told reports whether an error says what it has to: that of a context, or of an input that is none or gives nothing.
func told(err error) bool {
	_, input := errors.AsType[*infile.Error](err)
	return input || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// bad returns an Error. The outermost function fills in the file.
func bad(offset int64, hint, format string, args ...any) *Error {
	return &Error{Offset: offset, What: fmt.Sprintf(format, args...), Hint: hint}
}

// because returns an Error with a cause.
func because(cause error, offset int64, hint, what string) *Error {
	return &Error{Offset: offset, What: what, Hint: hint, cause: cause}
}

const (
	hintCut     = "the file is truncated or damaged: copy it again or take a new backup"
	hintDamaged = "the file is damaged: copy it again or take a new backup"
)

// broken returns an error about a reader that ended where more was expected.
func broken(err error, offset int64, what string) error {
	var e *Error
	var mine own
	switch {
	case errors.As(err, &e), errors.As(err, &mine):
		return err
	case told(err):
		return own{err}
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return bad(offset, hintCut, "the file ends %s", what)
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return because(err, offset, "compress it with a window of at most 256 MiB", "reading stopped "+what)
	default:
		return because(err, offset, hintDamaged, "reading stopped "+what)
	}
}

// inFile adds the file to an error that names none.
func inFile(err error, name string) error {
	var e *Error
	if errors.As(err, &e) && e.File == "" {
		e.File = shown(name)
	}
	return err
}

// outermost turns every error that is not the caller's own into an Error.
func outermost(err error, name string) error {
	if err == nil {
		return nil
	}
	if mine, ok := errors.AsType[own](err); ok {
		return mine.error
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = because(err, -1, "", "cannot be read")
	}
	_ = inFile(e, name)
	return e
}

func shown(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}
