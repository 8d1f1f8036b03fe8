package archive_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// TestWhatNewerReleasesOfPgDumpWroteIsRead reads the small database as dumped by pg_dump 16.6, 17.2 and 18.3 in each
// of their formats: archive versions 1.15 and 1.16. The files pgNN-* in testdata do not depend on the release that is
// installed.
func TestWhatNewerReleasesOfPgDumpWroteIsRead(t *testing.T) {
	t.Parallel()
	versions := map[string][2]string{"pg16": {"16.6", "1.15"}, "pg17": {"17.2", "1.16"}, "pg18": {"18.3", "1.16"}}
	files, err := filepath.Glob("testdata/pg*")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			a, err := archive.Open(t.Context(), file, infile.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			want, _, _ := strings.Cut(filepath.Base(file), "-")
			info := a.Info()
			if info.DumpVersion != versions[want][0] || info.Format != archive.Plain && info.ArchiveVersion != versions[want][1] {
				t.Errorf("it was written by %q in version %q", info.DumpVersion, info.ArchiveVersion)
			}
			got, err := readAll(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			same(t, smallRows, got)
			switch filepath.Base(file) {
			case "pg18-lz4.dump", "pg18-zstd-piped.dump", "pg18-zstd.dir", "pg16-lz4.dir":
				mine := filepath.Join(t.TempDir(), "dump")
				copyTo(t, mine, file)
				noSilentLoss(t, mine, smallRows)
			}
		})
	}
}

// copyTo copies a file or a folder.
func copyTo(t *testing.T, to, from string) {
	t.Helper()
	st, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	if !st.IsDir() {
		write(t, to, contents(t, from))
		return
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}
