package archive

import (
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// A text is taken for a dump once it shows a sign of one: the comment with which pg_dump and pg_dumpall begin, a heading
// of an object, or a whole COPY FROM stdin, INSERT or CREATE TABLE. What others may put in front of a dump (comments,
// settings, roles, DROP) is none, so it has some room.
//
// Behind a sign, the text may be of any length as long as it goes on as pg_dump writes: a hundred gigabytes of rows of
// other tables can stand before the wanted ones. Whatever else there is has an end: comments, empty lines and statements
// of others in a row, and a statement, or one value among the rows of an INSERT. A value has at most 1 GiB, which can
// double in quotes, and no server takes a longer statement. What a pipe gives behind a sign is copied before it is read.
const (
	maxUnsigned = 16 << 20 // bytes before the first sign
	maxAstray   = 64 << 20 // bytes between two statements that pg_dump writes
	maxOne      = 2 << 30  // bytes of a statement or a value
)

// signs is what shows that a text is a dump, or is none.
type signs struct {
	only      bool // nothing else is wanted
	seen      bool
	written   int64  // where what pg_dump writes ended last
	foreign   bool   // the current statement is not one that it writes
	statement bool   // there is a statement
	words     string // the first ones of the first statement, if they are known
}

// enough reports whether what is wanted was seen.
func (s *signs) enough() bool { return s.only && s.seen }

// sign records a sign.
func (s *plainScan) sign() {
	s.signs.seen, s.signs.written = true, s.win.offset()
	s.goOn(s.signs.written + maxAstray)
}

// goOn lets the text go on up to an offset, once there is a sign.
func (s *plainScan) goOn(limit int64) {
	if s.signs.seen {
		s.win.limit = limit
	}
}

// went takes the end of a statement. Behind too many of others it returns an error, as the window does at its limit.
func (s *plainScan) went() error {
	if !s.signs.foreign {
		s.signs.written = s.win.offset()
	}
	s.goOn(s.signs.written + maxAstray)
	if s.signs.seen && s.win.offset() >= s.win.limit {
		s.win.err = errLimit
		return errLimit
	}
	return nil
}

// endless returns the error for a text that has reached the limit.
func (s *plainScan) endless() error {
	switch at := s.win.offset(); {
	case s.signs.seen && at < s.signs.written+maxOne:
		return bad(at, hintDamaged, "%d MiB before this hold nothing that pg_dump writes", maxAstray>>20)
	case s.signs.seen:
		return bad(at, hintDamaged, "a statement or value is longer than %d GiB, which none is", maxOne>>30)
	}
	what := "only comments or empty lines"
	switch {
	case s.signs.words != "":
		what = fmt.Sprintf("other statements (%s)", s.signs.words)
	case s.signs.statement:
		what = "other text"
	}
	return bad(0, hintPostgres, "is not a pg_dump file: its first %d MiB hold %s, and no header, table or rows", maxUnsigned>>20, what)
}

// goesOn says why a file with such a beginning never becomes a backup in any format. So a stream without end, compressed
// or not, is not copied.
func goesOn(start *infile.OnDisk) error {
	in := &input{file: start}
	b, err := in.start()
	if err != nil {
		return err
	}
	if in.codec = codecOf(b); in.codec != codecNone {
		if b, err = in.start(); err != nil {
			return err
		}
	}
	if len(b) < infile.Begins || isArchive(b) { // or the rest of a compressed block is still to come
		return nil
	}
	if err := refuse(b); err != nil {
		return err
	}
	s := newPlainScan(in)
	s.signs.only = true
	err = s.scan()
	switch {
	case s.win.err == errLimit: //nolint:errorlint // the window's own
		return s.endless()
	case isEnd(s.win.err): // of the beginning
		return nil
	}
	return err
}
