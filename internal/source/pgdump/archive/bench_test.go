package archive_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// benchData is COPY text of rows such as those of kine.
func benchData(count int) []byte {
	var b bytes.Buffer
	for i := range count {
		fmt.Fprintf(&b, "%d\t/gateway_groups/default/routes/%08x\t1\t0\t%d\t0\t0\t", i, i*2654435761, i)
		fmt.Fprintf(&b, `{"id": "%08x", "uri": "/orders/%d/*", "methods": ["GET", "POST"], "desc": "tab\\\\tend", "plugins": {`, i*2654435761, i)
		for p := range 14 {
			fmt.Fprintf(&b, `"plugin-%d": {"_meta": {"disable": false}, "count": %d, "key": "remote_addr"}, `, p, i*p)
		}
		b.WriteString(`"end": {}}}` + "\t\\N\n")
	}
	b.WriteString("\\.\n\n\n")
	return b.Bytes()
}

const (
	benchTable = "CREATE TABLE public.kine (\n    id integer,\n    name text,\n    created integer,\n    deleted integer,\n    create_revision integer,\n    prev_revision integer,\n    lease integer,\n    value text,\n    old_value bytea\n);\n"
	benchCopy  = "COPY public.kine (id, name, created, deleted, create_revision, prev_revision, lease, value, old_value) FROM stdin;\n"
)

func BenchmarkRead(b *testing.B) {
	const count = 100_000
	data := benchData(count)
	for _, format := range []string{"plain", "none", "zlib", "lz4", "zstd"} {
		b.Run(format, func(b *testing.B) {
			var file []byte
			if format == "plain" {
				file = []byte("-- Dumped by pg_dump version 15.18\n" + benchTable + benchCopy + string(data) + "-- PostgreSQL database dump complete\n")
			} else {
				f := fixture{minor: 16, codec: format, tables: []fixtureTable{{"public", "kine", benchTable, benchCopy, string(data)}}}
				if format == "none" {
					f.chunk = 1000
				}
				file = f.bytes(b)
			}
			name := filepath.Join(b.TempDir(), "dump")
			if err := os.WriteFile(name, file, 0o600); err != nil {
				b.Fatal(err)
			}
			b.Run("open", func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					a, err := archive.Open(b.Context(), name, infile.Options{})
					if err != nil {
						b.Fatal(err)
					}
					_ = a.Close()
				}
			})
			b.Run("read", func(b *testing.B) {
				a, err := archive.Open(b.Context(), name, infile.Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer func() { _ = a.Close() }()
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					got := 0
					if err := a.Read(b.Context(), all, func(*archive.Table, [][]byte, int64) error { got++; return nil }); err != nil {
						b.Fatal(err)
					}
					if got != count {
						b.Fatalf("%d rows", got)
					}
				}
			})
		})
	}
}
