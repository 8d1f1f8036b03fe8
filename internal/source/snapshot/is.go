package snapshot

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// Is reports whether a file begins like a snapshot, whole or not; it is false for what cannot be read.
func Is(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return false
	}
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	return begins(file)
}

// begins reports whether the first line is a header.
func begins(r io.Reader) bool {
	const mostOfHeader = 4096
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(window), zstd.WithDecoderLowmem(true))
	if err != nil {
		return false
	}
	defer z.Close()
	line, err := bufio.NewReaderSize(io.LimitReader(z, mostOfHeader), mostOfHeader).ReadSlice('\n')
	var header Header
	return err == nil && json.Unmarshal(bytes.TrimSpace(line), &header) == nil && header.Format == Format
}
