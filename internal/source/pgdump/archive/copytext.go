package archive

import (
	"bytes"
	"io"
)

// copyText reads the rows of COPY's text format. Values are slices of the window, decoded in place.
type copyText struct {
	win    *window
	values [][]byte
	arena  []byte // a row that is longer than the window
	ends   []int  // of its fields in arena
	long   []int  // fields that were left out
	offset int64  // of the row
}

// next reads a row into values. It returns [io.EOF] at the end mark, and nowhere else.
func (c *copyText) next(columns int) error {
	c.long = c.long[:0]
	c.offset = c.win.offset()
	line, err := c.win.line()
	if err != nil {
		if err == errLongLine { //nolint:errorlint // never wrapped
			return c.nextLong(columns)
		}
		return broken(err, c.win.offset(), `before the \. that ends the rows of a table`)
	}
	if n := len(line); n > 0 && line[n-1] == '\r' { // written on Windows; a \r in a value is escaped
		line = line[:n-1]
	}
	if len(line) == 2 && line[0] == '\\' && line[1] == '.' {
		return io.EOF
	}
	if columns == 0 && len(line) == 0 {
		c.values = c.values[:0]
		return nil
	}
	var ok bool
	if c.values, ok = splitCopy(line, c.values[:0], columns); !ok {
		return bad(c.offset, hintDamaged, "a row does not have one value for each column of its table (%d)", columns)
	}
	return nil
}

// splitCopy appends the decoded fields of a line to values, overwriting the line. It returns false if their number is
// not columns, or an escape is cut.
func splitCopy(line []byte, values [][]byte, columns int) ([][]byte, bool) {
	for n := 1; ; n++ {
		field, last := line, true
		if i := bytes.IndexByte(line, '\t'); i >= 0 {
			field, line, last = line[:i], line[i+1:], false
		}
		if n > columns {
			return values, false
		}
		value, ok := unescape(field)
		values = append(values, value)
		if !ok || last {
			return values, ok && n == columns
		}
	}
}

// unescape decodes a field in place; nil is NULL. It returns false for a lone backslash at the end.
func unescape(field []byte) ([]byte, bool) {
	if field == nil {
		field = []byte{}
	}
	from := bytes.IndexByte(field, '\\')
	if from < 0 {
		return field, true
	}
	if len(field) == 2 && field[1] == 'N' {
		return nil, true
	}
	if from == 0 && len(field) > 1 && field[1] == '\\' && bytes.IndexByte(field[2:], '\\') < 0 {
		return field[1:], true // a bytea, \\x…: skipping its only escape moves nothing
	}
	to := from
	for from < len(field) {
		if from+1 == len(field) {
			return field, false
		}
		b, n := escape(field[from+1:])
		field[to] = b
		to, from = to+1, from+1+n
		i := bytes.IndexByte(field[from:], '\\')
		if i < 0 {
			i = len(field) - from
		}
		if i > 0 {
			copy(field[to:], field[from:from+i])
		}
		to, from = to+i, from+i
	}
	return field[:to], true
}

// escape decodes what follows a backslash, at least one byte, and returns its length.
func escape(s []byte) (b byte, n int) {
	switch c := s[0]; c {
	case 'b':
		return '\b', 1
	case 'f':
		return '\f', 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	case 'v':
		return '\v', 1
	case 'x':
		b, n = digits(s[1:], 16, 2)
		if n == 0 {
			return c, 1
		}
		return b, n + 1
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return digits(s, 8, 3)
	default:
		return c, 1
	}
}

// digits reads up to limit digits of a base.
func digits(s []byte, base, limit int) (b byte, n int) {
	for n < limit && n < len(s) {
		d := digit(s[n])
		if d >= base {
			break
		}
		b = b*byte(base) + byte(d) //nolint:gosec // both are at most 16
		n++
	}
	return b, n
}

func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	default:
		return 16
	}
}

// nextLong reads a row that is longer than the window. It collects the fields in arena, except those that are too
// long.
func (c *copyText) nextLong(columns int) error {
	c.arena, c.ends = c.arena[:0], c.ends[:0]
	start, dropped := 0, false
	for {
		piece, end, err := c.piece()
		if err != nil {
			return err
		}
		if !dropped && len(c.arena)+len(piece) > MaxRow {
			c.arena, dropped = c.arena[:start], true
			c.long = append(c.long, len(c.ends))
		}
		if !dropped {
			c.arena = append(c.arena, piece...)
		}
		if end == 0 {
			continue
		}
		start, dropped = len(c.arena), false
		c.ends = append(c.ends, start)
		if end == '\n' || len(c.ends) > columns {
			return c.gathered(columns)
		}
	}
}

// piece consumes the pending part of a field and returns the byte that ends it; 0 if the field continues.
func (c *copyText) piece() (piece []byte, end byte, err error) {
	if _, ok := c.win.peek(); !ok {
		return nil, 0, broken(c.win.err, c.win.offset(), "inside a row")
	}
	piece = c.win.pending()
	if i := bytes.IndexByte(piece, '\n'); i >= 0 {
		piece, end = piece[:i], '\n'
	}
	if i := bytes.IndexByte(piece, '\t'); i >= 0 {
		piece, end = piece[:i], '\t'
	}
	c.win.r += len(piece)
	if end != 0 {
		c.win.r++
	}
	return piece, end, nil
}

// gathered decodes the fields in arena.
func (c *copyText) gathered(columns int) error {
	if len(c.ends) != columns {
		return bad(c.offset, hintDamaged, "a row does not have one value for each column of its table (%d)", columns)
	}
	c.values = c.values[:0]
	start := 0
	for i, end := range c.ends {
		field := c.arena[start:end]
		if i == columns-1 {
			field = bytes.TrimSuffix(field, []byte{'\r'})
		}
		value, ok := unescape(field)
		if !ok {
			return bad(c.offset, hintDamaged, "a value ends inside an escape")
		}
		c.values = append(c.values, value)
		start = end
	}
	for _, i := range c.long {
		c.values[i] = nil
	}
	return nil
}
