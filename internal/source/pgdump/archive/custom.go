package archive

import (
	"bufio"
	"io"
	"maps"

	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// custom is an archive in the custom format.
type custom struct {
	*toc
	file  *input
	whole bool // the file was found to contain the data of every entry, to its last byte
}

func openCustom(in *input) (*Archive, error) {
	var c coders
	defer c.close()
	r, err := in.open(0, &c)
	if err != nil {
		return nil, err
	}
	var win window
	win.reset(r, 0)
	t, err := readTOC(&win)
	if err != nil {
		return nil, err
	}
	if t.layout != layoutCustom {
		return nil, bad(int64(len(magic)), "name its folder", "is the toc.dat of a directory or tar backup")
	}
	t.info.Format = Custom
	if in.codec != codecNone {
		t.info.Compression += " in " + in.codec.String()
	}
	return &Archive{info: t.info, tables: t.cat.tables, catalog: &t.cat, foreign: t.foreign.list, backend: &custom{toc: t, file: in}}, nil
}

func (a *custom) close() error { return a.file.close() }

// read passes on the rows of the wanted tables: directly from their places if these are known, else by walking over
// all blocks. The first call also checks that nothing is cut off, even of unwanted tables.
func (a *custom) read(r *reading) error {
	defer r.close()
	b := &blocks{custom: a, fields: fields{win: &window{}, intSize: a.in.intSize}, reading: r}
	seek := a.file.codec == codecNone && (a.last > 0 || len(a.data) == 0)
	wanted := map[int64]*entry{}
	for i := range a.entries {
		if e := &a.entries[i]; r.wanted[e.table] {
			wanted[e.id] = e
			seek = seek && e.state == placeKnown
		}
	}
	var err error
	if seek {
		err = b.seek()
	} else {
		err = b.walk(wanted)
	}
	return inFile(err, a.file.name)
}

// blocks reads the data blocks of a custom archive.
type blocks struct {
	*custom
	fields
	*reading

	chunks chunks
	buffer *bufio.Reader // over chunks: decoders read byte by byte
}

// The types of blocks.
const (
	blockData  = 1
	blockBlobs = 3
)

// seek reads the wanted blocks at their places in the table of contents.
func (b *blocks) seek() error {
	for i := range b.entries {
		e := &b.entries[i]
		if !b.wanted[e.table] {
			continue
		}
		if e.place >= b.file.file.Size {
			return inTable(bad(b.file.file.Size, hintCut, "the file ends before the rows, which are at byte %d", e.place), &b.tables[e.table])
		}
		src, err := b.file.open(e.place, nil)
		if err != nil {
			return err
		}
		b.fields.win.reset(src, e.place)
		kind, id, err := b.start()
		if err != nil {
			return inTable(err, &b.tables[e.table])
		}
		if kind != blockData || id != e.id {
			return inTable(bad(e.place, hintDamaged, "the rows are not where the table of contents has them"), &b.tables[e.table])
		}
		if err := b.table(e); err != nil {
			return inTable(err, &b.tables[e.table])
		}
	}
	return b.ending()
}

// ending checks, only once, that the last block is complete and that nothing follows it.
func (b *blocks) ending() error {
	if b.whole || b.last == 0 {
		return nil
	}
	if b.last >= b.file.file.Size {
		return bad(b.file.file.Size, hintCut, "the file ends before its last data, which is at byte %d", b.last)
	}
	src, err := b.file.open(b.last, nil)
	if err != nil {
		return err
	}
	b.fields.win.reset(src, b.last)
	kind, id, err := b.start()
	switch {
	case err != nil:
		return err
	case !b.data[id]:
		return bad(b.last, hintDamaged, "the last data is not where the table of contents has it")
	case kind == blockBlobs:
		err = b.skipBlobs()
	default:
		err = b.skipChunks()
	}
	if err != nil {
		return err
	}
	if _, more := b.fields.win.peek(); more {
		return bad(b.fields.win.offset(), hintDamaged, "something follows the last data")
	}
	b.whole = true
	return nil
}

// walk goes over all blocks until it has read the wanted ones; the first time, to the end of the file.
func (b *blocks) walk(wanted map[int64]*entry) error {
	var c coders
	defer c.close()
	src, err := b.file.open(b.end, &c)
	if err != nil {
		return err
	}
	b.fields.win.reset(src, b.end)
	left := maps.Clone(b.data)
	for len(wanted) > 0 || !b.whole {
		if err := b.stop(); err != nil {
			return own{err}
		}
		if _, ok := b.fields.win.peek(); !ok {
			return b.ended(left)
		}
		at := b.fields.win.offset()
		kind, id, err := b.start()
		if err != nil {
			return err
		}
		if !left[id] {
			return bad(at, hintDamaged, "data that the table of contents does not have")
		}
		delete(left, id)
		switch e := wanted[id]; {
		case kind == blockBlobs:
			err = b.skipBlobs()
		case e != nil:
			delete(wanted, id)
			err = inTable(b.table(e), &b.tables[e.table])
		default:
			err = b.skipChunks()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ended returns, at the end of the file, an error about what it does not contain.
func (b *blocks) ended(left map[int64]bool) error {
	err, at := b.fields.win.err, b.fields.win.offset()
	for i := range b.entries {
		if e := &b.entries[i]; left[e.id] {
			return inTable(broken(err, at, "before the rows"), &b.tables[e.table])
		}
	}
	if len(left) > 0 || err != io.EOF { //nolint:errorlint // a reader's end is never wrapped
		return broken(err, at, "after the rows")
	}
	b.whole = true
	return nil
}

// start reads the head of a block.
func (b *blocks) start() (kind byte, id int64, err error) {
	at := b.fields.win.offset()
	if kind, err = b.byte(); err != nil {
		return 0, 0, err
	}
	if kind != blockData && kind != blockBlobs {
		return 0, 0, bad(at, hintDamaged, "a block of type %d", kind)
	}
	id, err = b.int()
	return kind, id, err
}

// skipChunks consumes all chunks of a block and their end.
func (b *blocks) skipChunks() error {
	for {
		at := b.fields.win.offset()
		n, err := b.int()
		switch {
		case err != nil, n == 0:
			return err
		case n < 0:
			return bad(at, hintDamaged, "a chunk of %d bytes", n)
		}
		if err := b.stop(); err != nil {
			return own{err}
		}
		b.skip(n)
	}
}

// skipBlobs consumes all large objects of a block and their end.
func (b *blocks) skipBlobs() error {
	for {
		oid, err := b.int()
		if err != nil || oid == 0 {
			return err
		}
		if err := b.skipChunks(); err != nil {
			return err
		}
	}
}

// table passes on the rows of the block whose head was read.
func (b *blocks) table(e *entry) error {
	b.chunks = chunks{in: &b.fields}
	var src io.Reader = &b.chunks
	if b.codec != codecNone {
		if b.buffer == nil {
			b.buffer = bufio.NewReaderSize(nil, readSize)
		}
		b.buffer.Reset(src)
		dec, err := b.coders.decoder(b.codec, b.buffer)
		if err != nil {
			return b.blame(err)
		}
		src = b.ahead.start(dec)
	}
	b.reading.win.reset(src, 0)
	err := b.rows(b.toc, e)
	b.ahead.stop()
	if err != nil {
		return b.blame(err)
	}
	if err := b.chunks.drain(b.left()); err != nil {
		return b.blame(err)
	}
	return nil
}

// left returns the number of bytes of the block that the decoder took and did not need.
func (b *blocks) left() int64 {
	if b.codec == codecNone {
		return 0
	}
	return int64(b.buffer.Buffered())
}

// blame returns the file's error, if there is one, instead of what a decoder made of it, with the place in the file.
func (b *blocks) blame(err error) error {
	b.ahead.stop()
	if b.chunks.err != nil && b.chunks.err != io.EOF { //nolint:errorlint // never wrapped
		return b.chunks.err
	}
	return inData(err, b.fields.win.offset())
}

// chunks reads the chunks of a block as one stream.
type chunks struct {
	in   *fields
	left int64 // of the chunk
	err  error
}

// Read ends with [io.EOF] after the last chunk, and never where the file is cut.
func (c *chunks) Read(p []byte) (int, error) {
	for c.left == 0 && c.err == nil {
		at := c.in.win.offset()
		n, err := c.in.int()
		switch {
		case err != nil:
			c.err = err
		case n < 0:
			c.err = bad(at, hintDamaged, "a chunk of %d bytes", n)
		case n == 0:
			c.err = io.EOF
		}
		c.left = n
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.in.win.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if n == 0 {
		c.err = broken(err, c.in.win.offset(), "inside a chunk")
	}
	return n, c.err
}

// drain consumes what the decoder did not take. left is the number of bytes that it took and did not need.
func (c *chunks) drain(left int64) error {
	n, err := io.Copy(io.Discard, c)
	if n += left; err == nil && n > 0 {
		err = bad(c.in.win.offset(), hintDamaged, "%s too many", plural.Of(n, "byte", "bytes"))
	}
	return err
}
