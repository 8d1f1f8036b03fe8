package archive

import (
	"bytes"
	"io"
	"strings"
)

// script walks over SQL text statement by statement, as psql does.
type script struct {
	win       *window
	backslash bool   // standard_conforming_strings is off: a backslash escapes in every string
	keep      bool   // collect the text of the statement
	text      []byte // the text of the statement that was collected
	copied    []byte // copied rows, while there is room for them
	room      int    // 0: rows are not copied
	last      [2]byte
	command   bool // a psql command stood in the statement
	many      bool // the statement holds rows, so it may go on as long as each value ends
}

const (
	maxStatement = 4 << 20 // of a statement whose text is needed
	maxComment   = 64 << 10
	maxTag       = 66 // of a dollar quote
)

// eat consumes n pending bytes.
func (s *script) eat(n int) error {
	b := s.win.buf[s.win.r : s.win.r+n]
	s.win.r += n
	switch {
	case n >= 2:
		s.last = [2]byte(b[n-2:])
	case n == 1:
		s.last = [2]byte{s.last[1], b[0]}
	}
	if s.room -= n; s.room > 0 {
		s.copied = append(s.copied, b...)
	} else {
		s.room = 0
	}
	if s.keep {
		if len(s.text)+n > maxStatement {
			return bad(s.win.offset(), "", "a statement is longer than %d bytes", maxStatement)
		}
		s.text = append(s.text, b...)
	}
	return nil
}

// between consumes what is between statements. It passes comments and psql's backslash commands, without their end,
// to note. It returns false at the end of the text.
func (s *script) between(note func(line []byte)) (bool, error) {
	for {
		c, ok := s.win.peek()
		switch {
		case !ok:
			return false, s.failed()
		case isSpace(c) || c == ';':
			s.win.r++
		case c == '\\' || s.next("--"):
			line, err := s.lineOfText()
			if err != nil {
				return false, err
			}
			note(bytes.TrimRight(line, "\r\n"))
		case s.next("/*"):
			if err := s.blockComment(); err != nil {
				return false, err
			}
		default:
			s.last = [2]byte{}
			return true, nil
		}
	}
}

// next reports whether text is next.
func (s *script) next(text string) bool { return bytes.HasPrefix(s.win.ahead(len(text)), []byte(text)) }

// failed returns the error that ended the text; nil if it ended normally.
func (s *script) failed() error {
	if s.win.err == nil || s.win.err == io.EOF { //nolint:errorlint // a reader's end is never wrapped
		return nil
	}
	return broken(s.win.err, s.win.offset(), "between two statements")
}

// lineOfText consumes a line and returns it; only its start if it is long.
func (s *script) lineOfText() ([]byte, error) {
	s.win.ahead(maxComment)
	b := s.win.pending()
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = b[:i+1]
		s.win.r += len(b)
		return b, nil
	}
	start := bytes.Clone(b[:min(len(b), maxComment)])
	for {
		b := s.win.pending()
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			s.win.r += i + 1
			return start, nil
		}
		s.win.r += len(b)
		if _, ok := s.win.peek(); !ok {
			return start, s.failed()
		}
	}
}

// statement consumes a statement with its semicolon. If keep is set, its text is then in s.text.
func (s *script) statement(keep bool) error {
	s.keep, s.text, s.command = keep, s.text[:0], false
	routine := isRoutine(s.win.ahead(maxTag))
	depth, blocks := 0, 0
	for {
		c, err := s.toSpecial(routine)
		if err != nil {
			return err
		}
		if s.many && s.win.limit > maxUnsigned { // behind a sign
			s.win.limit = s.win.offset() + maxOne
		}
		switch c {
		case '(', ')', ';':
			if c == ';' && depth <= 0 && blocks == 0 {
				return s.eat(1)
			}
			depth += parentheses(c)
			err = s.eat(1)
		case 0: // a word, in the definition of a routine
			word := s.word()
			blocks = nested(blocks, strings.ToLower(string(word)))
			err = s.eat(len(word))
		default:
			err = s.quoted(c)
		}
		if err != nil {
			return err
		}
	}
}

func parentheses(c byte) int {
	switch c {
	case '(':
		return 1
	case ')':
		return -1
	}
	return 0
}

// nested tracks BEGIN ATOMIC … END in the body of a routine, in which semicolons do not end the statement. It returns
// the depth after word.
func nested(blocks int, word string) int {
	switch {
	case word == "begin", word == "case" && blocks > 0:
		return blocks + 1
	case word == "end" && blocks > 0:
		return blocks - 1
	}
	return blocks
}

// isRoutine reports whether the statement defines a function or procedure.
func isRoutine(start []byte) bool {
	c := &cursor{b: start}
	if !c.words("CREATE") {
		return false
	}
	c.words("OR", "REPLACE")
	return c.words("FUNCTION") || c.words("PROCEDURE")
}

// toSpecial consumes everything up to a byte that has a meaning, and returns that; 0 means the first byte of a word.
func (s *script) toSpecial(words bool) (byte, error) {
	for {
		b := s.win.pending()
		i, before := 0, s.last[1]
		for i < len(b) && !special[b[i]] && (!words || isWord(before) || !startsWord(b[i])) {
			before = b[i]
			i++
		}
		if err := s.eat(i); err != nil {
			return 0, err
		}
		c, ok := s.win.peek()
		switch {
		case !ok:
			return 0, broken(s.win.err, s.win.offset(), "inside a statement")
		case i == len(b):
			continue
		case special[c]:
			return c, nil
		}
		return 0, nil
	}
}

func startsWord(c byte) bool { return isWord(c) && !isDigit(c) && c != '$' }

// word returns the next word without consuming it, and no more of it than a keyword has.
func (s *script) word() []byte {
	b := s.win.ahead(maxTag)
	return (&cursor{b: b[:min(len(b), maxTag)]}).bare()
}

// special are the bytes that start something that can contain a semicolon, the semicolon, and the backslash of a psql
// command.
var special = [256]bool{'\\': true, '\'': true, '"': true, '$': true, '-': true, '/': true, '(': true, ')': true, ';': true}

// quoted consumes what starts with c: a string, a quoted name, a comment; or c alone.
func (s *script) quoted(c byte) error {
	switch {
	case c == '\'' && (s.backslash || s.last[1]|0x20 == 'e' && !isWord(s.last[0])):
		return s.escaped()
	case c == '\'', c == '"':
		if err := s.eat(1); err != nil {
			return err
		}
		return s.through([]byte{c}) // a doubled quote is then an empty string
	case s.next("--"):
		return s.through([]byte{'\n'})
	case s.next("/*"):
		return s.blockComment()
	case c == '$' && !isWord(s.last[1]):
		return s.dollar()
	case c == '\\':
		s.command = true
	}
	return s.eat(1)
}

// through consumes everything up to and including the delimiter.
func (s *script) through(delimiter []byte) error {
	for {
		b := s.win.pending()
		if i := bytes.Index(b, delimiter); i >= 0 {
			return s.eat(i + len(delimiter))
		}
		if err := s.eat(max(0, len(b)-len(delimiter)+1)); err != nil {
			return err
		}
		if !s.win.more() {
			return broken(s.win.err, s.win.offset(), "inside a statement")
		}
	}
}

// escaped consumes a string in which a backslash escapes.
func (s *script) escaped() error {
	if err := s.eat(1); err != nil {
		return err
	}
	for {
		b := s.win.ahead(2)
		i := bytes.IndexAny(b, `'\`)
		switch {
		case len(b) == 0:
			return broken(s.win.err, s.win.offset(), "inside a string")
		case i < 0:
			i = len(b)
		case i > 0:
		case b[0] == '\'' && (len(b) == 1 || b[1] != '\''):
			return s.eat(1)
		case len(b) == 1:
			return broken(s.win.err, s.win.offset(), "inside a string")
		default: // a doubled quote, or a backslash and what it escapes
			i = 2
		}
		if err := s.eat(i); err != nil {
			return err
		}
	}
}

// dollar consumes a string in dollar quotes, or the dollar alone.
func (s *script) dollar() error {
	b := s.win.ahead(maxTag)
	n := 1
	for n < min(len(b), maxTag) && isWord(b[n]) && b[n] != '$' {
		n++
	}
	if n >= min(len(b), maxTag) || b[n] != '$' || isDigit(b[1]) {
		return s.eat(1)
	}
	tag := bytes.Clone(b[:n+1])
	if err := s.eat(n + 1); err != nil {
		return err
	}
	return s.through(tag)
}

// blockComment consumes a comment, which may contain others.
func (s *script) blockComment() error {
	for depth := 0; ; {
		b := s.win.ahead(2)
		n := 1
		switch {
		case len(b) < 2:
			return broken(s.win.err, s.win.offset(), "inside a comment")
		case b[0] == '/' && b[1] == '*':
			depth, n = depth+1, 2
		case b[0] == '*' && b[1] == '/':
			depth, n = depth-1, 2
		}
		if err := s.eat(n); err != nil || depth == 0 {
			return err
		}
	}
}
