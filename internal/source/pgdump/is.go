package pgdump

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

// Is reports whether a file or folder begins like an uncompressed backup of pg_dump, complete or not. It is false for
// what cannot be read.
func Is(name string) bool {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return false
	case info.IsDir():
		name = filepath.Join(name, "toc.dat")
		if info, err = os.Stat(name); err != nil {
			return false
		}
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return false
	}
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	start := make([]byte, 512)
	n, _ := io.ReadFull(file, start) // a file may be shorter
	start = start[:n]
	return bytes.HasPrefix(start, []byte("PGDMP")) || bytes.HasPrefix(start, []byte("toc.dat\x00")) || bytes.Contains(start, []byte("-- PostgreSQL database "))
}
