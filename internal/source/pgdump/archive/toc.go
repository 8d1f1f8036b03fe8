package archive

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

const magic = "PGDMP"

// The versions of the archive format that can be read. 1.12 came with PostgreSQL 9.0, 1.16 with 17.
const (
	oldestMinor = 12
	newestMinor = 16
)

// The layout in the header. A tar file and the toc.dat of a folder have the same one.
const (
	layoutCustom = 1
	layoutTar    = 3
)

// toc is the table of contents of an archive.
type toc struct {
	in      *fields
	info    Info
	minor   int
	layout  byte
	codec   codec
	escapes bool // standard_conforming_strings is off
	set     *charset
	cat     catalog
	entries []entry
	end     int64 // the offset after the table of contents

	foreign foreigners
	data    map[int64]bool // the numbers of all entries with data, including large objects
	last    int64          // the place of the last data in a custom archive; 0 if no place is known
}

// entry is the data of one table.
type entry struct {
	id    int64
	table int
	head  *dataHead // of COPY; nil if the data is INSERT statements
	state byte      // of the place: see below
	place int64     // the offset of its block in a custom archive
	file  string    // in a directory
}

// The states of an entry's place.
const (
	placeUnknown = 1 // the archive was written to a pipe
	placeKnown   = 2
	placeNone    = 3 // no data
)

// readTOC reads the header and the table of contents.
func readTOC(win *window) (*toc, error) {
	t := &toc{in: &fields{win: win}, data: map[int64]bool{}}
	if err := t.header(); err != nil {
		return nil, err
	}
	count, err := t.in.int()
	if err != nil {
		return nil, err
	}
	const mostEntries = 50_000_000
	if count < 0 || count > mostEntries {
		return nil, bad(win.offset(), hintDamaged, "a table of contents with %d entries", count)
	}
	for range count {
		if err := t.entry(); err != nil {
			return nil, err
		}
	}
	t.end = win.offset()
	for i := range t.entries {
		if e := &t.entries[i]; e.head != nil && !t.cat.agrees(e.table, *e.head) {
			t.report("COPY", t.cat.tables[e.table].Name)
		}
	}
	t.cat.finish()
	return t, nil
}

// header reads everything before the entries.
func (t *toc) header() error {
	const length = len(magic) + 6
	b := t.in.win.ahead(length)
	if len(b) < length {
		return broken(t.in.win.err, 0, "in its header")
	}
	b = b[len(magic):length]
	if !bytes.HasPrefix(t.in.win.pending(), []byte(magic)) {
		return bad(0, hintDamaged, "not a pg_dump archive: it does not start with %s", magic)
	}
	t.in.win.r += length
	t.minor, t.layout = int(b[1]), b[5]
	t.in.intSize, t.in.offSize = int(b[3]), int(b[4])
	t.info.ArchiveVersion = fmt.Sprintf("%d.%d", b[0], b[1])
	const place = int64(len(magic))
	switch {
	case b[0] != 1 || t.minor > newestMinor:
		return bad(place, "take the backup as plain SQL (pg_dump -Fp), or use a newer api7-preflight",
			"archive version %s is newer than 1.%d", t.info.ArchiveVersion, newestMinor)
	case t.minor < oldestMinor:
		return bad(place, "take the backup with pg_dump 9.0 or newer", "archive version %s is older than 1.%d", t.info.ArchiveVersion, oldestMinor)
	case !fits(t.in.intSize) || !fits(t.in.offSize):
		return bad(place, hintDamaged, "numbers of %d and %d bytes", t.in.intSize, t.in.offSize)
	case t.layout != layoutCustom && t.layout != layoutTar:
		return bad(place, hintDamaged, "layout %d is unknown", t.layout)
	}
	if err := t.compression(); err != nil {
		return err
	}
	t.info.Compression = t.codec.String()
	return t.origin()
}

func fits(size int) bool { return size >= 1 && size <= 8 }

// compression reads how the data is compressed.
func (t *toc) compression() error {
	const level, algorithm = 14, 15
	if t.minor <= level {
		n, err := t.in.int()
		if n != 0 {
			t.codec = codecZlib
		}
		return err
	}
	at := t.in.win.offset()
	b, err := t.in.byte()
	if err != nil {
		return err
	}
	known := []codec{codecNone, codecZlib, codecLZ4, codecZstd}
	if int(b) >= len(known) {
		return bad(at, "use a newer api7-preflight", "compression %d is unknown", b)
	}
	t.codec = known[b]
	return nil
}

// origin reads when and from what the archive was made.
func (t *toc) origin() error {
	var v [7]int64 // second, minute, hour, day, month from 0, year from 1900, daylight saving
	for i := range v {
		n, err := t.in.int()
		if err != nil {
			return err
		}
		if n < 0 || n > 10000 {
			n = 0
		}
		v[i] = n
	}
	if v[3] > 0 {
		t.info.Created = time.Date(int(v[5])+1900, time.Month(v[4]+1), int(v[3]), int(v[2]), int(v[1]), int(v[0]), 0, time.UTC)
	}
	for _, text := range []*string{&t.info.Database, &t.info.ServerVersion, &t.info.DumpVersion} {
		b, err := t.in.text()
		if err != nil {
			return err
		}
		*text = string(b)
	}
	return nil
}

// item is the useful part of an entry in the file.
type item struct {
	id                                int64
	tag, desc, defn, copyStmt, schema []byte
}

// entry reads one entry.
func (t *toc) entry() error {
	at := t.in.win.offset()
	var e item
	var err error
	if e.id, err = t.in.int(); err != nil {
		return err
	}
	if e.id <= 0 {
		return bad(at, hintDamaged, "an entry has the number %d", e.id)
	}
	if err := t.item(&e); err != nil {
		return err
	}
	data := entry{id: e.id}
	if t.layout == layoutCustom {
		data.state, data.place, err = t.in.place()
	} else {
		var file []byte
		file, err = t.in.text()
		data.file = string(file)
		if data.state = placeKnown; file == nil {
			data.state = placeNone
		}
	}
	if err != nil {
		return err
	}
	if data.state != placeNone {
		t.data[e.id] = true
		t.last = max(t.last, data.place)
	}
	return t.add(&e, data, at)
}

// item reads the middle of an entry.
func (t *toc) item(e *item) error {
	const tableam, relkind = 14, 16
	in := t.in
	in.skipInt() // whether there is data
	in.skipText(2)
	e.tag = in.mustText()
	e.desc = in.mustText()
	in.skipInt() // section
	if useful(e.desc) {
		e.defn = in.mustText()
		in.skipText(1)
		e.copyStmt = in.mustText()
	} else {
		in.skipText(3)
	}
	e.schema = in.mustText()
	in.skipText(1) // tablespace
	if t.minor >= tableam {
		in.skipText(1)
	}
	if t.minor >= relkind {
		in.skipInt()
	}
	in.skipText(2) // owner, whether with oids
	for needs := true; needs; {
		needs = in.mustText() != nil
	}
	return in.err
}

func useful(desc []byte) bool {
	switch string(desc) {
	case "TABLE", "FOREIGN TABLE", "TABLE DATA", "ENCODING", "STDSTRINGS":
		return true
	}
	return teaches(desc)
}

// teaches reports whether the definition of an entry is something to learn from.
func teaches(desc []byte) bool {
	switch string(desc) {
	case "TABLE ATTACH", "ROW SECURITY", "FK CONSTRAINT", "VIEW", "MATERIALIZED VIEW", "RULE", "TYPE", "SHELL TYPE", "DOMAIN",
		"EXTENSION", "SCHEMA":
		return true
	}
	return false
}

// add records an entry.
func (t *toc) add(e *item, data entry, at int64) error {
	schema, database := string(e.schema), t.info.Database
	switch string(e.desc) {
	case "ENCODING":
		_, value := setting(e.defn)
		var err error
		t.info.Encoding, t.set, err = encodingOf(value, at)
		return err
	case "BLOB", "BLOBS", "BLOB METADATA":
		t.info.LargeObjects = true
	case "STDSTRINGS":
		_, value := setting(e.defn)
		t.escapes = value == "off"
	case "TABLE", "FOREIGN TABLE":
		d, ok := parseCreateTable(e.defn)
		if !ok || d.name != string(e.tag) || d.schema != "" && d.schema != schema {
			t.report("CREATE TABLE", d.name, string(e.tag))
		}
		if ok {
			t.cat.define(database, schema, d)
			t.attached(database, schema, e.defn[d.length:])
		}
	case "TABLE DATA":
		if data.state != placeNone {
			return t.rows(e, data, at)
		}
	default:
		switch {
		case teaches(e.desc):
			t.cat.learn(database, schema, e.defn)
		case !strings.Contains(kinds, "|"+string(e.desc)+"|"):
			t.report("", string(e.tag))
		}
	}
	return nil
}

// rows records the data of a table.
func (t *toc) rows(e *item, data entry, at int64) error {
	own := tableKey{t.info.Database, string(e.schema), string(e.tag)}
	k := rootOf(e.defn, own)
	h, ok := parseCopy(e.copyStmt)
	switch {
	case ok:
		data.head = &h
		data.table = t.cat.data(own.database, own.schema, h)
		if named := (tableKey{own.database, or(h.schema, own.schema), h.name}); named != k && !t.cat.isPart(own, named) {
			t.report("COPY", h.name, own.name)
		}
	case len(bytes.TrimSpace(e.copyStmt)) > 0:
		return bad(at, hintDamaged, "the COPY statement of table %s cannot be understood", e.tag)
	default:
		data.table = t.cat.table(k)
		t.cat.tables[data.table].HasData = true
	}
	t.holds(own)
	t.entries = append(t.entries, data)
	return nil
}

// report records an entry that pg_dump does not write.
func (t *toc) report(words string, names ...string) {
	t.foreign.add(Foreign{Database: t.info.Database, Words: words, Names: names})
}

// kinds are those of entries that pg_dump writes, besides the useful ones.
const kinds = "|ACCESS METHOD|ACL|AGGREGATE|ATTRIBUTE|BLOB COMMENTS|CAST|CHECK CONSTRAINT|COLLATION|COMMENT|CONSTRAINT|CONVERSION|DATABASE|" +
	"DATABASE PROPERTIES|DEFAULT|DEFAULT ACL|DOMAIN|EVENT TRIGGER|EXTENSION|FK CONSTRAINT|FOREIGN DATA WRAPPER|FOREIGN SERVER|FUNCTION|INDEX|" +
	"INDEX ATTACH|LANGUAGE|MATERIALIZED VIEW|MATERIALIZED VIEW DATA|NOT NULL CONSTRAINT|OPERATOR|OPERATOR CLASS|OPERATOR FAMILY|POLICY|" +
	"PROCEDURAL LANGUAGE|PROCEDURE|PUBLICATION|PUBLICATION TABLE|PUBLICATION TABLES IN SCHEMA|ROW SECURITY|RULE|SCHEMA|" +
	"SEARCHPATH|SECURITY LABEL|SEQUENCE|SEQUENCE OWNED BY|SEQUENCE SET|SERVER|SHELL TYPE|STATISTICS|STATISTICS DATA|SUBSCRIPTION|" +
	"SUBSCRIPTION TABLE|TEXT SEARCH CONFIGURATION|TEXT SEARCH DICTIONARY|TEXT SEARCH PARSER|TEXT SEARCH TEMPLATE|TRANSFORM|" +
	"TRIGGER|TYPE|USER MAPPING|VIEW|<Init>|"

const rootComment = "load via partition root "

// holds records that the rows of a table are in the archive, even if they are loaded into another one.
func (t *toc) holds(k tableKey) {
	if i, ok := t.cat.index[k]; ok {
		t.cat.tables[i].HasData = true
	}
}

// attached takes what follows a CREATE TABLE statement in its entry. Before version 14, pg_dump writes there of which
// table it is a partition.
func (t *toc) attached(database, schema string, rest []byte) {
	const alter = "\nALTER TABLE "
	for i := bytes.Index(rest, []byte(alter)); i >= 0; i = bytes.Index(rest, []byte(alter)) {
		rest = rest[i+1:]
		t.cat.learn(database, schema, rest)
	}
}

// rootOf returns the table into which the rows of a partition go. pg_dump --load-via-partition-root names it in a
// comment.
func rootOf(defn []byte, k tableKey) tableKey {
	if root, ok := strings.CutPrefix(string(defn), "-- "+rootComment); ok {
		c := &cursor{b: []byte(root)}
		if schema, name, ok := c.name(); ok {
			return tableKey{k.database, or(schema, k.schema), name}
		}
	}
	return k
}
