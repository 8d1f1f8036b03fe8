package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// WriteSpilling is [Write] with a limit in bytes for the lines in memory.
func WriteSpilling(ctx context.Context, w io.Writer, limit int, o Options) error {
	_, err := writeHolding(ctx, w, limit, o)
	return err
}

// encoder is shared, because fuzzing writes thousands of files.
var encoder = sync.OnceValue(func() *zstd.Encoder {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(window))
	if err != nil {
		panic(err)
	}
	return z
})

// Seal returns a file with any text, as an attacker could make one.
func Seal(text []byte) []byte { return SealStream(encoder().EncodeAll(text, nil)) }

// SealStream returns any bytes followed by a valid seal.
func SealStream(stream []byte) []byte {
	outer := sha256.New()
	outer.Write(stream)
	return append(stream, seal(outer)...)
}

// Sum returns the digest of the lines in the form of the manifest.
func Sum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
