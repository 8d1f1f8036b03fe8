package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// WriteSpilling is [Write] that keeps only so many bytes of lines in memory.
func WriteSpilling(ctx context.Context, w io.Writer, limit int, o Options) error {
	_, err := writeHolding(ctx, w, limit, o)
	return err
}

// encoder is shared, because fuzzing makes thousands of files.
var encoder = sync.OnceValue(func() *zstd.Encoder {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(window))
	if err != nil {
		panic(err)
	}
	return z
})

// Seal makes a file of any text, as an attacker could.
func Seal(text []byte) []byte { return SealStream(encoder().EncodeAll(text, nil)) }

// SealStream puts the right seal behind any bytes.
func SealStream(stream []byte) []byte {
	outer := sha256.New()
	outer.Write(stream)
	return append(stream, seal(outer)...)
}

// Sum is the digest of the lines as a manifest has it.
func Sum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
