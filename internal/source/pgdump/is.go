package pgdump

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// Is reports whether a file or folder begins like an uncompressed backup of pg_dump, complete or not. It is false for
// what cannot be read.
func Is(name string) bool {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, "toc.dat")
	}
	const beginning = 512
	start := infile.Beginning(name, beginning)
	return bytes.HasPrefix(start, []byte("PGDMP")) || bytes.HasPrefix(start, []byte("toc.dat\x00")) || bytes.Contains(start, []byte("-- PostgreSQL database "))
}
