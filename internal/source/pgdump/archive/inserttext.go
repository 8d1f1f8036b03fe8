package archive

import (
	"bytes"
	"strings"
)

// insertText reads the rows of INSERT statements.
type insertText struct {
	script
	values [][]byte
	arena  []byte // the values of a row
	spans  []span // of the values in arena
	long   []int  // the values that were left out
	offset int64  // of the row

	head []byte // the text of the last statement's head
}

// span is a value: NULL, DEFAULT, left out, or a part of the arena.
type span struct {
	kind       spanKind
	start, end int
}

type spanKind int

const (
	spanText spanKind = iota
	spanNull
	spanDefault
	spanLong
)

const maxHead = 128 << 10 // longer than 1,600 names can be

// begin consumes the head of a statement. changed is true if the head differs from the previous statement's, rows if
// rows follow.
func (x *insertText) begin() (h dataHead, changed, rows bool, err error) {
	if n := len(x.head); n > 0 {
		if b := x.win.ahead(n + 1); len(b) > n && bytes.HasPrefix(b, x.head) && !isWord(b[n]) {
			x.win.r += n
			return h, false, true, nil
		}
	}
	b := x.win.ahead(maxHead)
	h, n, rows, ok := parseInsert(b)
	if !ok {
		return h, false, false, bad(x.win.offset(), hintDamaged, "an INSERT statement of pg_dump was expected here")
	}
	x.head = x.head[:0]
	if rows {
		x.head = append(x.head, b[:n]...)
	}
	x.win.r += n
	return h, true, rows, nil
}

// row reads the next row of a statement. It must have count values, of which those in skip are dropped. more is true
// if another row follows.
func (x *insertText) row(count int, skip []bool) (more bool, err error) {
	if x.arena == nil { // a slice of nil would be NULL
		x.arena = make([]byte, 0, windowStart)
	}
	x.arena, x.spans, x.long = x.arena[:0], x.spans[:0], x.long[:0]
	x.spaces()
	x.offset = x.win.offset()
	if err := x.want('('); err != nil {
		return false, err
	}
	for {
		x.spaces()
		if err := x.value(); err != nil {
			return false, err
		}
		x.spaces()
		c, ok := x.win.peek()
		if len(x.spans) > count {
			return false, x.mismatch(count)
		}
		if !ok || c != ',' && c != ')' {
			return false, x.unexpected("a value is not what pg_dump writes")
		}
		x.win.r++
		if c == ')' {
			break
		}
	}
	if err := x.collect(count, skip); err != nil {
		return false, err
	}
	return x.another()
}

// another consumes what follows a row: a comma, or the rest of the statement. It returns whether a row follows.
func (x *insertText) another() (bool, error) {
	x.spaces()
	switch c, _ := x.win.peek(); c {
	case ',':
		x.win.r++
		return true, nil
	case ';':
		x.win.r++
		return false, nil
	}
	if !(&cursor{b: x.win.ahead(maxTag)}).words("ON", "CONFLICT", "DO", "NOTHING") {
		return false, x.unexpected("an INSERT statement continues in a way pg_dump does not write")
	}
	return false, x.statement(false)
}

// collect turns the spans into values.
func (x *insertText) collect(count int, skip []bool) error {
	if len(x.spans) != count {
		return x.mismatch(count)
	}
	x.values = x.values[:0]
	for i, s := range x.spans {
		if skip != nil && skip[i] {
			continue
		}
		switch s.kind {
		case spanText:
			x.values = append(x.values, x.arena[s.start:s.end:s.end])
		case spanNull:
			x.values = append(x.values, nil)
		case spanLong:
			x.long = append(x.long, len(x.values))
			x.values = append(x.values, nil)
		case spanDefault:
			return bad(x.offset, "take the backup with --column-inserts", "a value is DEFAULT")
		}
	}
	return nil
}

func (x *insertText) mismatch(count int) error {
	return bad(x.offset, "take the backup with --column-inserts", "a row does not have one value for each column of its table (%d)", count)
}

// spaces consumes white space and returns the number of line ends in it.
func (x *insertText) spaces() (lines int) {
	for {
		c, ok := x.win.peek()
		if !ok || !isSpace(c) {
			return lines
		}
		if c == '\n' {
			lines++
		}
		x.win.r++
	}
}

func (x *insertText) want(c byte) error {
	if b, ok := x.win.peek(); !ok || b != c {
		return x.unexpected("a row is not what pg_dump writes")
	}
	x.win.r++
	return nil
}

// unexpected returns an error: the text ends here or, if it does not, what.
func (x *insertText) unexpected(what string) error {
	if _, ok := x.win.peek(); !ok {
		return broken(x.win.err, x.win.offset(), "inside an INSERT statement")
	}
	return bad(x.win.offset(), hintDamaged, "%s", what)
}

// value reads one value into the arena.
func (x *insertText) value() error {
	start := len(x.arena)
	b := x.win.ahead(2)
	switch {
	case len(b) < 2:
		return x.unexpected("a row is not what pg_dump writes")
	case b[0] == '\'':
		return x.text(start, x.backslash)
	case b[1] == '\'' && strings.IndexByte("EeBbXx", b[0]) >= 0:
		x.win.r++
		return x.text(start, b[0]|0x20 == 'e')
	}
	return x.bareValue(start)
}

// bareValue reads a number or a keyword.
func (x *insertText) bareValue(start int) error {
	const longest = 32 << 10 // longer than any numeric
	b := x.win.ahead(longest)
	n := bytes.IndexAny(b[:min(len(b), longest)], ",)")
	if n < 0 {
		x.win.r = x.win.w
		return x.unexpected("a number does not end")
	}
	word := bytes.TrimSpace(b[:n])
	x.win.r += n
	s := span{start: start}
	switch {
	case len(word) > 0 && (isDigit(word[0]) || strings.IndexByte("+-.", word[0]) >= 0):
		x.arena = append(x.arena, word...)
	case bytes.EqualFold(word, []byte("NULL")):
		s.kind = spanNull
	case bytes.EqualFold(word, []byte("DEFAULT")):
		s.kind = spanDefault
	case bytes.EqualFold(word, []byte("true")):
		x.arena = append(x.arena, 't')
	case bytes.EqualFold(word, []byte("false")):
		x.arena = append(x.arena, 'f')
	default:
		x.win.r -= n
		return x.unexpected("a value is not what pg_dump writes")
	}
	s.end = len(x.arena)
	x.spans = append(x.spans, s)
	return nil
}

// text reads a string whose opening quote is next.
func (x *insertText) text(start int, backslash bool) error {
	s := span{start: start}
	x.win.r++
	for {
		piece, done, err := x.piece(backslash)
		if err != nil {
			return err
		}
		if len(x.arena)+len(piece) > MaxRow {
			x.arena, s.kind = x.arena[:start], spanLong
		}
		if s.kind == spanText {
			x.arena = append(x.arena, piece...)
		}
		if done {
			s.end = len(x.arena)
			x.spans = append(x.spans, s)
			return nil
		}
	}
}

// piece consumes the next part of a string and returns whether it was the last.
func (x *insertText) piece(backslash bool) (piece []byte, done bool, err error) {
	b := x.win.ahead(2)
	if len(b) == 0 {
		return nil, false, x.unexpected("")
	}
	n := bytes.IndexByte(b, '\'')
	if n < 0 {
		n = len(b)
	}
	if backslash {
		if i := bytes.IndexByte(b[:n], '\\'); i == 0 {
			return x.escape()
		} else if i > 0 {
			n = i
		}
	}
	switch {
	case n > 0:
		x.win.r += n
		return b[:n], false, nil
	case len(b) > 1 && b[1] == '\'':
		x.win.r += 2
		return b[:1], false, nil
	}
	x.win.r++
	return nil, true, nil
}

// escape consumes a backslash and what it escapes.
func (x *insertText) escape() (piece []byte, done bool, err error) {
	const longest = 4
	b := x.win.ahead(longest)
	if len(b) < 2 {
		x.win.r = x.win.w
		return nil, false, x.unexpected("")
	}
	c, n := escape(b[1:min(len(b), longest)])
	x.win.r += 1 + n
	b[0] = c // consumed, so free to be overwritten
	return b[:1], false, nil
}
