package archive_test

import (
	"bytes"
	"fmt"
	"hash/adler32"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// FuzzAdler32 compares the checksum with the standard library's, for a text in two parts and for many copies of it.
func FuzzAdler32(f *testing.F) {
	for _, n := range []int{0, 1, 127, 128, 129, 5553} {
		f.Add(bytes.Repeat([]byte{0xff}, n), n/3)
		f.Add(bytes.Repeat([]byte("0123456789abcdef"), n), n/2)
	}
	f.Fuzz(func(t *testing.T, p []byte, cut int) {
		p = bytes.Repeat(p, 1+len(p)%7)
		cut = max(0, min(cut, len(p)))
		if got, want := archive.Adler32(p[:cut], p[cut:]), adler32.Checksum(p); got != want {
			t.Errorf("%d bytes cut at %d: got %#x, want %#x", len(p), cut, got, want)
		}
	})
}

func TestAdler32OfMuch(t *testing.T) {
	t.Parallel()
	p := bytes.Repeat([]byte{0xff}, 5<<20+77)
	if got, want := archive.Adler32(p), adler32.Checksum(p); got != want {
		t.Errorf("got %#x, want %#x", got, want)
	}
}

func TestAWrongChecksumIsRefused(t *testing.T) {
	t.Parallel()
	f := fixture{minor: 14, codec: "zlib", tables: plainTables[:1]}
	whole := f.bytes(t)
	end := len(whole) - intSize - 1 // of the only chunk
	for i := end - 4; i < end; i++ {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 0x20
		_, err := fromStdin(t.Context(), damaged)
		if err == nil || !strings.Contains(err.Error(), "table public.kine") || !strings.Contains(err.Error(), "checksum") {
			t.Errorf("byte %d: %v", i, err)
		}
	}
}

func TestBytesBehindCompressedRowsAreRefused(t *testing.T) {
	t.Parallel()
	whole := fixture{minor: 14, codec: "zlib", tables: plainTables[:1]}.bytes(t)
	packed := pack(t, "zlib", 0, []byte(plainTables[0].data))
	var longer bytes.Buffer
	number(&longer, len(packed)+3)
	longer.Write(packed)
	longer.WriteString("abc")
	number(&longer, 0)
	damaged := append(whole[:len(whole)-2*(intSize+1)-len(packed):len(whole)], longer.Bytes()...)
	if _, err := fromStdin(t.Context(), damaged); err == nil || !strings.Contains(err.Error(), "3 bytes too many") {
		t.Errorf("got %v", err)
	}
}

// TestRowsOfEveryLengthAreTheSameInEveryCodec proves that rows arrive complete wherever they are in the buffers that
// the decompressor passes to the reader: within one, across two, or longer than the room or than a buffer.
func TestRowsOfEveryLengthAreTheSameInEveryCodec(t *testing.T) {
	t.Parallel()
	const seed = 7
	random := rand.New(rand.NewPCG(seed, seed))
	lengths := []int{0, 16<<10 - 1, 16 << 10, 16<<10 + 1, 256<<10 - 1, 256 << 10, 256<<10 + 1, 700 << 10}
	var data, offsets strings.Builder
	for i := range 600 {
		length := random.IntN(3000)
		switch {
		case i%40 == 0:
			length = lengths[random.IntN(len(lengths))] - random.IntN(2)
		case i%10 == 0:
			length = random.IntN(40 << 10)
		}
		fmt.Fprintf(&offsets, "%d %d\n", data.Len(), max(0, length))
		fmt.Fprintf(&data, "%d\t%s\n", i, strings.Repeat(fmt.Sprintf("%05x", i*i), max(0, length)/4+1)[:max(0, length)])
	}
	data.WriteString("\\.\n\n\n")
	define, copies := "CREATE TABLE public.t (\n    a integer,\n    b text\n);\n", "COPY public.t (a, b) FROM stdin;\n"
	for _, codec := range []string{"none", "zlib", "lz4", "zstd"} {
		f := fixture{minor: 16, codec: codec, tables: []fixtureTable{{"public", "t", define, copies, data.String()}}}
		a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: bytes.NewReader(f.bytes(t))})
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		n := 0
		err = a.Read(t.Context(), all, func(_ *archive.Table, v [][]byte, offset int64) error {
			if want := strings.Repeat(fmt.Sprintf("%05x", n*n), len(v[1])/4+1)[:len(v[1])]; string(v[1]) != want || string(v[0]) != strconv.Itoa(n) {
				return fmt.Errorf("row %d is not what it was", n)
			}
			n++
			_, err := fmt.Fprintf(&got, "%d %d\n", offset, len(v[1]))
			return err
		})
		if err != nil || got.String() != offsets.String() {
			t.Errorf("%s: %v, %d rows, or at other offsets", codec, err, n)
		}
		_ = a.Close()
	}
}
