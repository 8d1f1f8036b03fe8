package archive

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// reading is one call of Read, with its buffers.
type reading struct {
	stop   func() error // returns why to stop; nil: go on
	tables []Table
	wanted []bool
	row    func(t *Table, values [][]byte, offset int64) error
	since  int // rows since the last call of stop

	win    window // the rows
	coders coders
	ahead  ahead
	text   copyText
	insert insertText

	set       *charset // of the values
	converted []byte   // those of a row
}

// close ends what runs in the background.
func (r *reading) close() {
	r.ahead.stop()
	r.coders.close()
}

// give passes a row on.
func (r *reading) give(t *Table, values [][]byte, offset int64) error {
	if r.since++; r.since == stopEvery {
		r.since = 0
		if err := r.stop(); err != nil {
			return own{err}
		}
	}
	if err := r.row(t, r.decoded(values), offset); err != nil {
		return own{err}
	}
	return nil
}

const stopEvery = 256

// copies passes on the rows of a COPY, up to its end mark.
func (r *reading) copies(t *Table) error {
	c := &r.text
	c.win = &r.win
	columns := len(t.Columns)
	for {
		err := c.next(columns)
		switch {
		case err == io.EOF: //nolint:errorlint // never wrapped
			return nil
		case err != nil:
			return inTable(err, t)
		}
		t.TooLong = c.long
		if err := r.give(t, c.values, c.offset); err != nil {
			return err
		}
	}
}

// insertRun says where the INSERT statements of one table are.
type insertRun struct {
	table   int
	until   int64 // the offset after them; -1 means the end of the source
	escapes bool  // a backslash escapes in every string
}

// inserts passes on the rows of INSERT statements.
func (r *reading) inserts(t *Table, cat *catalog, run insertRun) error {
	x := &r.insert
	x.win, x.head, x.backslash = &r.win, x.head[:0], run.escapes
	var shape insertShape
	for end := endOfInserts; ; end = endOfStatement + endOfInserts {
		lines := x.spaces()
		more, err := x.between(func([]byte) {})
		switch {
		case err != nil:
			return inTable(err, t)
		case run.until >= 0 && x.win.offset() >= run.until:
			return nil
		case !more && run.until < 0 && lines >= end:
			return nil
		case !more:
			return inTable(broken(nil, x.win.offset(), "between two INSERT statements"), t)
		}
		if err := r.insertion(t, cat, run.table, &shape); err != nil {
			return inTable(err, t)
		}
	}
}

// insertShape is the form of the rows of an INSERT statement.
type insertShape struct {
	count int    // of values
	skip  []bool // which values are of generated columns; nil if none are
}

// The number of line ends that pg_dump writes in an archive after all INSERT statements of a table, and after each.
// If there are fewer, statements are missing.
const (
	endOfInserts   = 2
	endOfStatement = 1
)

// insertion passes on the rows of one INSERT statement. shape is that of the previous statement.
func (r *reading) insertion(t *Table, cat *catalog, table int, shape *insertShape) error {
	x := &r.insert
	h, changed, rows, err := x.begin()
	if err != nil {
		return err
	}
	if changed {
		if h.name != t.Name || h.schema != "" && h.schema != t.Schema {
			return bad(x.win.offset(), "", "an INSERT into table %s stands in the data of table %s", h.name, t.Name)
		}
		t.Uncertain = h.columns == nil && cat.disordered(table)
		t.Columns, shape.skip = cat.columns(table, h)
		shape.count = max(len(t.Columns), len(shape.skip))
	}
	if !rows { // DEFAULT VALUES: a row of a table without columns
		if err := r.give(t, nil, x.win.offset()); err != nil {
			return err
		}
		return x.statement(false)
	}
	for more := true; more; {
		if more, err = x.row(shape.count, shape.skip); err != nil {
			return err
		}
		t.TooLong = x.long
		if err := r.give(t, x.values, x.offset); err != nil {
			return err
		}
	}
	return nil
}

// inTable adds to an error the table whose rows are wrong.
func inTable(err error, t *Table) error {
	var e *Error
	if errors.As(err, &e) && e.table == "" {
		e.table = t.Schema + "." + t.Name
	}
	return err
}

// rows passes on the rows of an entry, whose data the window reads, and checks that nothing follows.
func (r *reading) rows(t *toc, e *entry) error {
	table := r.tables[e.table]
	r.set = t.set
	if e.head == nil {
		return r.inserts(&table, &t.cat, insertRun{table: e.table, until: -1, escapes: t.escapes})
	}
	table.Columns, _ = t.cat.columns(e.table, *e.head)
	if err := r.copies(&table); err != nil {
		return err
	}
	for {
		c, ok := r.win.peek()
		switch {
		case !ok && r.win.err != io.EOF: //nolint:errorlint // a reader's end is never wrapped
			return broken(r.win.err, r.win.offset(), "after the rows")
		case !ok:
			return nil
		case c != '\n':
			return bad(r.win.offset(), hintDamaged, "something follows the rows")
		}
		r.win.r++
	}
}

// unwanted consumes the data of an entry, which the window reads, and checks that it ends as pg_dump would end it.
func (r *reading) unwanted(e *entry) error {
	mark := "\n\\.\n" // of COPY; it may be all there is
	if e.head == nil {
		mark = strings.Repeat("\n", endOfInserts)
	}
	tail := []byte("\n")
	for {
		if _, ok := r.win.peek(); !ok {
			break
		}
		if err := r.stop(); err != nil {
			return own{err}
		}
		b := r.win.pending()
		tail = append(tail, b[max(0, len(b)-longestTail):]...)
		tail = tail[max(0, len(tail)-longestTail):]
		r.win.r += len(b)
	}
	if r.win.err != io.EOF { //nolint:errorlint // a reader's end is never wrapped
		return broken(r.win.err, r.win.offset(), "in the rows")
	}
	if e.head != nil {
		tail = append(bytes.TrimRight(tail, "\n"), '\n')
	}
	if !bytes.HasSuffix(tail, []byte(mark)) {
		return broken(nil, r.win.offset(), "before the end of the rows")
	}
	return nil
}

const longestTail = 8 // an end mark and the empty lines after it

// inData marks an offset in an error as one in uncompressed data, and adds the one in the file.
func inData(err error, offset int64) error {
	var e *Error
	if errors.As(err, &e) && e.data == 0 {
		e.data, e.Offset = e.Offset+1, offset
	}
	return err
}
