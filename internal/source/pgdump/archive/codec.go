package archive

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// codec is a compression method.
type codec int

const (
	codecNone codec = iota
	codecZlib       // inside the custom format
	codecLZ4
	codecZstd
	codecGzip // of files
)

// String returns pg_dump's name for the codec.
func (c codec) String() string {
	switch c {
	case codecZlib, codecGzip:
		return "gzip"
	case codecLZ4:
		return "lz4"
	case codecZstd:
		return "zstd"
	case codecNone:
	}
	return "none"
}

// codecOf returns the codec of a compressed file, by its first bytes.
func codecOf(b []byte) codec {
	switch {
	case bytes.HasPrefix(b, []byte("\x1f\x8b")):
		return codecGzip
	case bytes.HasPrefix(b, []byte("\x04\x22\x4d\x18")):
		return codecLZ4
	case bytes.HasPrefix(b, []byte("\x28\xb5\x2f\xfd")):
		return codecZstd
	}
	return codecNone
}

// maxZstdWindow is the largest window in bytes that a zstd stream may ask for. pg_dump's zstd:long needs half of it.
const maxZstdWindow = 256 << 20

// coders keeps decoders for the next stream of the same codec, because an archive has a stream for each table.
type coders struct {
	zlib zlibStream
	gzip gzipStream
	lz4  *lz4.Reader
	zstd *zstd.Decoder
}

// decoder starts decoding r. The previous decoder of the same codec must not be used any more. A decoder for zlib
// does not compare the checksum; [ahead] does.
func (c *coders) decoder(kind codec, r *bufio.Reader) (io.Reader, error) {
	var err error
	switch kind {
	case codecNone:
		return r, nil
	case codecZlib:
		return &c.zlib, named("zlib", c.zlib.reset(r))
	case codecGzip:
		return &c.gzip, named("gzip", c.gzip.reset(r))
	case codecLZ4:
		if c.lz4 == nil {
			c.lz4 = lz4.NewReader(nil)
		}
		c.lz4.Reset(r)
		return c.lz4, nil
	case codecZstd:
		if c.zstd == nil {
			c.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
				zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecoderMaxMemory(1<<62))
			if err != nil {
				return nil, named("zstd", err)
			}
		}
		return c.zstd, named("zstd", c.zstd.Reset(r))
	}
	return nil, fmt.Errorf("unknown codec %d", kind)
}

func named(codec string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", codec, err)
	}
	return nil
}

// close releases the decoders.
func (c *coders) close() {
	if c.zstd != nil {
		c.zstd.Close()
	}
	*c = coders{}
}
