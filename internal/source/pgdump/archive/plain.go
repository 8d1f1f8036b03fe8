package archive

import (
	"bytes"
	"errors"
	"io"
)

// plain is a dump as SQL text.
type plain struct {
	in     *input
	cat    catalog
	blocks []block
}

// block is a sequence of rows of one table: of a COPY, or of INSERT statements.
type block struct {
	table    int
	head     dataHead
	at       int64 // of the first statement
	from, to int64 // for COPY from the first row to after the end mark; for INSERT from the first statement to after the last
	copies   bool
	escapes  bool // for INSERT: a backslash escapes in every string
	set      *charset
	rows     []byte // of COPY in a compressed dump, with the end mark; nil if they were not kept
}

// words are the first words of its statements.
func (b *block) words() string {
	if b.copies {
		return "COPY"
	}
	return "INSERT INTO"
}

// In a compressed dump, the rows of small tables are kept in the first pass. Otherwise finding them would mean
// decompressing everything before them again.
const (
	keptRows  = 1 << 20 // bytes of a table
	keptTotal = 4 << 20
)

// plainScan is the first pass over a plain dump.
type plainScan struct {
	script
	*plain
	info     Info
	database string
	path     string            // the schema of unqualified names
	data     []tableKey        // tables that have data according to comments
	filled   map[tableKey]bool // those of them whose COPY was seen
	copies   map[string]bool   // databases with a COPY: in these, pg_dump writes one for a table without rows too
	last     []byte            // the head of the previous INSERT
	lastFrom int64             // where the current statement starts
	open     map[string]bool   // dumps whose end was not seen yet
	complete bool              // the end of a dump was seen, and no statement after it
	set      *charset          // of what follows
	spare    int               // number of bytes of rows that may still be kept

	heading heading // of the object to which statements belong
	headed  bool    // tables have headings
	created bool    // a table of the database was created
	start   []byte  // a buffer for the text of a statement
	signs   signs
	foreign foreigners
	strays  []stray
}

// newPlainScan returns a scan that is yet to run.
func newPlainScan(in *input) *plainScan {
	return &plainScan{
		script: script{win: &window{}}, plain: &plain{in: in}, info: Info{Format: Plain, Compression: in.codec.String()},
		open: map[string]bool{}, filled: map[tableKey]bool{}, copies: map[string]bool{},
	}
}

// openPlain reads a plain dump once and records where its rows are.
func openPlain(in *input) (*Archive, error) {
	s := newPlainScan(in)
	p := s.plain
	if in.codec != codecNone {
		s.spare = keptTotal
	}
	if err := s.scan(); err != nil {
		endless := s.win.err == errLimit //nolint:errorlint // the window's own
		if endless {
			err = s.endless()
		}
		if !endless && s.info.DumpVersion == "" && len(s.open) == 0 && !s.complete {
			err = bad(0, hintPostgres, "is not a pg_dump file: its header is missing")
		} else if f := s.foreign.firstAny(); f != nil && s.signs.seen { // what it broke is said by nothing that follows
			err = errors.Join(s.foreign.number(in), f.refusal(""))
		}
		return nil, err
	}
	s.finish()
	if err := s.foreign.number(in); err != nil {
		return nil, err
	}
	return &Archive{info: s.info, tables: p.cat.tables, catalog: &p.cat, foreign: s.foreign.list, backend: p}, nil
}

// scan reads the text from its beginning.
func (s *plainScan) scan() error {
	var c coders
	defer c.close()
	r, err := s.in.open(0, &c)
	if err != nil {
		return err
	}
	var a ahead
	defer a.stop()
	s.win.reset(a.start(r), 0)
	s.win.limit = maxUnsigned
	if bytes.HasPrefix(s.win.ahead(3), []byte("\xef\xbb\xbf")) {
		s.win.r += 3
	}
	return s.run()
}

// run reads the whole dump.
func (s *plainScan) run() error {
	for {
		ok, err := s.between(s.note)
		if err != nil {
			return err
		}
		if s.signs.enough() {
			return nil
		}
		if !ok {
			return s.ended()
		}
		s.complete = false
		s.lastFrom = s.win.offset()
		s.signs.foreign = false
		s.goOn(s.lastFrom + maxOne)
		if err := s.one(); err != nil {
			return err
		}
		if err := s.went(); err != nil {
			return err
		}
	}
}

// ended checks that the dump is complete.
func (s *plainScan) ended() error {
	if len(s.open) > 0 || !s.complete {
		return bad(s.win.offset(), hintCut, `the file ends without "PostgreSQL database dump complete"`)
	}
	return nil
}

// finish determines the columns, which tables have data although there are no rows, and what does not fit together.
func (s *plainScan) finish() {
	for _, f := range s.strays {
		if f.defines && s.headed || !f.defines && len(s.data) > 0 {
			s.foreign.add(f.Foreign)
		}
	}
	for i := range s.blocks {
		if b := &s.blocks[i]; !s.cat.agrees(b.table, b.head) {
			t := &s.cat.tables[b.table]
			s.foreign.add(Foreign{Database: t.Database, Words: b.words(), Names: []string{t.Name}, offset: b.at})
		}
	}
	for _, k := range s.data {
		if i, ok := s.cat.index[k]; ok && (s.filled[k] || !s.copies[k.database]) {
			s.cat.tables[i].HasData = true
		}
	}
	s.cat.finish()
}

// copy reads a COPY statement and skips its rows.
func (s *plainScan) copy() error {
	if err := s.statement(true); err != nil {
		return err
	}
	h, ok := parseCopy(s.text)
	if !ok {
		return bad(s.lastFrom, "if this is restore.sql of an extracted tar, name its folder instead", "a COPY statement does not read from stdin")
	}
	if s.sign(); s.signs.enough() {
		return nil
	}
	s.keep, s.win.limit = false, 0 // rows have no end that could be known
	for c, ok := s.win.peek(); c != '\n'; c, ok = s.win.peek() {
		if !ok || !isSpace(c) {
			return bad(s.win.offset(), hintCut, "the rows of a COPY statement do not follow it")
		}
		s.win.r++
	}
	if !s.belongs(h) || s.command {
		s.strays = append(s.strays, stray{Foreign: s.foreigner(reachNamed, "COPY", nil, s.misnamed(h.name))})
	}
	s.filled[tableKey{s.database, s.heading.schema, s.heading.name}], s.copies[s.database] = true, true
	b := block{head: h, at: s.lastFrom, from: s.win.offset() + 1, copies: true, set: s.set}
	s.copied, s.room = nil, min(keptRows, s.spare)
	err := s.rows()
	copied, whole := s.copied, s.room > 0
	s.copied, s.room = nil, 0
	if err != nil {
		return err
	}
	if whole {
		b.rows = append(copied[1:], '\n') // without the line break that ends the statement
		s.spare -= len(b.rows)
	}
	b.table, b.to = s.cat.data(s.database, s.path, h), s.win.offset()
	s.blocks = append(s.blocks, b)
	return nil
}

// rows skips the rows of a COPY and its end mark.
func (s *plainScan) rows() error {
	for {
		if err := s.through([]byte("\n\\.")); err != nil {
			return bad(s.win.offset(), hintCut, `the file ends before the \. that ends the rows of a table`)
		}
		end := s.win.ahead(2)
		switch {
		case len(end) > 0 && end[0] == '\n':
			s.win.r++
			return nil
		case string(end[:min(2, len(end))]) == "\r\n":
			s.win.r += 2
			return nil
		case len(end) == 0:
			return bad(s.win.offset(), hintCut, `the file ends at the \. that ends the rows of a table`)
		}
	}
}

// insert skips an INSERT statement. It joins the block of the previous one, if the table is the same.
func (s *plainScan) insert() error {
	same := false
	if n := len(s.last); n > 0 {
		b := s.win.ahead(n + 1)
		same = len(b) > n && bytes.HasPrefix(b, s.last) && !isWord(b[n])
	}
	s.many = true
	defer func() { s.many = false }()
	if same {
		if err := s.statement(false); err != nil {
			return err
		}
		s.blocks[len(s.blocks)-1].to = s.win.offset()
		if s.command {
			s.report(s.foreigner(reachAny, "INSERT INTO", nil, nil))
		}
		return nil
	}
	b := s.win.ahead(maxHead)
	h, n, _, ok := parseInsert(b)
	if !ok {
		s.last = s.last[:0]
		return s.other(reachNamed, firstWords(b[:min(len(b), maxStart)]))
	}
	s.last = append(s.last[:0], b[:n]...)
	if err := s.statement(false); err != nil {
		return err
	}
	if !s.belongs(h) {
		s.strays = append(s.strays, stray{Foreign: s.foreigner(reachNamed, "INSERT INTO", nil, s.misnamed(h.name))})
	}
	s.sign()
	table := s.cat.data(s.database, s.path, h)
	s.blocks = append(s.blocks, block{table: table, head: h, at: s.lastFrom, from: s.lastFrom, to: s.win.offset(), escapes: s.backslash, set: s.set})
	return nil
}

// read passes on the rows of the wanted tables. It decompresses a compressed dump once, up to the last of them,
// unless all rows were kept.
func (p *plain) read(r *reading) error {
	defer r.close()
	var src io.Reader
	for i := range p.blocks {
		b := &p.blocks[i]
		if r.wanted[b.table] && b.rows == nil && src == nil && p.in.codec != codecNone {
			var err error
			if src, err = p.in.open(0, &r.coders); err != nil {
				return err
			}
			r.win.reset(r.ahead.start(src), 0)
		}
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		if !r.wanted[b.table] {
			continue
		}
		switch {
		case src != nil:
		case b.rows != nil:
			r.win.reset(bytes.NewReader(b.rows), b.from)
		default:
			r.win.reset(r.ahead.start(io.NewSectionReader(p.in.file, b.from, b.to-b.from)), b.from)
		}
		if err := p.block(r, b); err != nil {
			return inFile(err, p.in.name)
		}
	}
	return nil
}

// block passes on the rows of one block.
func (p *plain) block(r *reading, b *block) error {
	if err := r.win.skipTo(b.from, r.stop); err != nil {
		return err
	}
	t := r.tables[b.table]
	r.set = b.set
	if b.copies {
		t.Columns, _ = p.cat.columns(b.table, b.head)
		return r.copies(&t)
	}
	return r.inserts(&t, &p.cat, insertRun{table: b.table, until: b.to, escapes: b.escapes})
}

func (p *plain) close() error { return p.in.close() }
