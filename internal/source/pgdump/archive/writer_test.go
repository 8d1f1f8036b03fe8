package archive_test

import (
	"bytes"
	"io"
	"strconv"
	"testing"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// fixture is an archive in the custom format, in the form of any version of pg_dump.
type fixture struct {
	minor   byte
	codec   string // none, zlib, lz4, zstd
	piped   bool   // the places of the data are unknown
	window  int    // of zstd; 0 for the default
	chunk   int    // the length of chunks; 0 for 4096
	setting string // client_encoding; "" for UTF8
	tables  []fixtureTable
}

type fixtureTable struct {
	schema, name, define, copies, data string
}

var plainTables = []fixtureTable{
	{"public", "kine", "CREATE TABLE public.kine (\n    id integer NOT NULL,\n    name text\n);\n", "COPY public.kine (id, name) FROM stdin;\n", "1\tone\n2\t\\N\n3\tback\\\\slash\n\\.\n\n\n"},
	{"public", "empty", "CREATE TABLE public.empty (\n    id integer\n);\n", "COPY public.empty (id) FROM stdin;\n", "\\.\n\n\n"},
	{"o\"dd", "t.a", "CREATE TABLE \"o\"\"dd\".\"t.a\" (\n    \"x\"\"y\" text\n);\n", "COPY \"o\"\"dd\".\"t.a\" (\"x\"\"y\") FROM stdin;\n", "tab\\tend\n\\\\.\n\\.\n\n\n"},
}

var plainRows = rows{
	"public.kine":  {"id,name", `"1"|"one"|`, `"2"|NULL|`, `"3"|"back\\slash"|`},
	"public.empty": {"id"},
	"o\"dd.t.a":    {"x\"y", `"tab\tend"|`, `"\\."|`},
}

const intSize, offSize = 4, 8

func number(b *bytes.Buffer, n int) {
	sign := byte(0)
	if n < 0 {
		sign, n = 1, -n
	}
	b.WriteByte(sign)
	for range intSize {
		b.WriteByte(byte(n))
		n >>= 8
	}
}

func text(b *bytes.Buffer, texts ...string) {
	for _, s := range texts {
		number(b, len(s))
		b.WriteString(s)
	}
}

func null(b *bytes.Buffer) { number(b, -1) }

// bytes writes the archive.
func (f fixture) bytes(tb testing.TB) []byte {
	tb.Helper()
	places := make([]int, len(f.tables))
	toc := f.toc(places)
	var out bytes.Buffer
	out.Write(toc)
	for i, t := range f.tables {
		places[i] = out.Len()
		f.block(tb, &out, 200+i, t.data)
	}
	b := out.Bytes()
	copy(b, f.toc(places))
	return b
}

// toc writes all but the data.
func (f fixture) toc(places []int) []byte {
	var b bytes.Buffer
	b.WriteString("PGDMP")
	b.Write([]byte{1, f.minor, 0, intSize, offSize, 1})
	codec := map[string]int{"none": 0, "zlib": 1, "lz4": 2, "zstd": 3}[f.codec]
	if f.minor >= 15 {
		b.WriteByte(byte(codec))
	} else {
		number(&b, -codec)
	}
	for _, n := range []int{1, 2, 3, 4, 10, 126, 0} {
		number(&b, n)
	}
	text(&b, "gateway", "15.18", "15.18")
	number(&b, 2*len(f.tables)+2)
	encoding := f.setting
	if encoding == "" {
		encoding = "UTF8"
	}
	f.entry(&b, 1, "ENCODING", "", fixtureTable{name: "ENCODING", define: "SET client_encoding = '" + encoding + "';\n"}, -1)
	f.entry(&b, 2, "STDSTRINGS", "", fixtureTable{name: "STDSTRINGS", define: "SET standard_conforming_strings = 'on';\n"}, -1)
	for i, t := range f.tables {
		f.entry(&b, 100+i, "TABLE", "", t, -1)
	}
	for i, t := range f.tables {
		t.define = ""
		f.entry(&b, 200+i, "TABLE DATA", strconv.Itoa(100+i), t, places[i])
	}
	return b.Bytes()
}

func (f fixture) entry(b *bytes.Buffer, id int, desc, needs string, t fixtureTable, place int) {
	data := place >= 0
	hadDumper, section, copies := 0, 2, ""
	if data {
		hadDumper, section, copies = 1, 3, t.copies
	}
	number(b, id)
	number(b, hadDumper)
	text(b, "0", strconv.Itoa(16000+id), t.name, desc)
	number(b, section)
	text(b, t.define, "", copies)
	if t.schema == "" {
		null(b)
	} else {
		text(b, t.schema)
	}
	null(b) // tablespace
	if f.minor >= 14 {
		text(b, "heap")
	}
	if f.minor >= 16 {
		number(b, 'r')
	}
	text(b, "postgres", "false")
	if needs != "" {
		text(b, needs)
	}
	null(b) // the end of what it needs
	switch {
	case !data:
		b.WriteByte(3)
		place = 0
	case f.piped:
		b.WriteByte(1)
		place = 0
	default:
		b.WriteByte(2)
	}
	for range offSize {
		b.WriteByte(byte(place))
		place >>= 8
	}
}

// block writes the data of a table.
func (f fixture) block(tb testing.TB, b *bytes.Buffer, id int, data string) {
	tb.Helper()
	b.WriteByte(1)
	number(b, id)
	packed := pack(tb, f.codec, f.window, []byte(data))
	chunk := f.chunk
	if chunk == 0 {
		chunk = 4096
	}
	for len(packed) > 0 {
		n := min(chunk, len(packed))
		number(b, n)
		b.Write(packed[:n])
		packed = packed[n:]
	}
	number(b, 0)
}

// pack compresses as pg_dump does.
func pack(tb testing.TB, codec string, window int, data []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch codec {
	case "none":
		return data
	case "zlib":
		w = zlib.NewWriter(&b)
	case "lz4":
		w = lz4.NewWriter(&b)
	case "zstd":
		options := []zstd.EOption{zstd.WithEncoderConcurrency(1)}
		if window > 0 {
			options = append(options, zstd.WithWindowSize(window))
		}
		z, err := zstd.NewWriter(&b, options...)
		if err != nil {
			tb.Fatal(err)
		}
		w = z
	default:
		tb.Fatalf("no codec %s", codec)
	}
	if _, err := w.Write(data); err != nil {
		tb.Fatal(err)
	}
	if z, ok := w.(*zstd.Encoder); ok && window > 0 { // otherwise the frame has its size and no window
		if err := z.Flush(); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
