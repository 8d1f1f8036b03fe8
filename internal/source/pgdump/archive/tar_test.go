package archive_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// tarOf returns a tar file of a folder, in an order in which the table of contents is last.
func tarOf(tb testing.TB, folder string) []byte {
	tb.Helper()
	files := filesOf(tb, folder)
	slices.Reverse(files)
	slices.SortStableFunc(files, func(a, b string) int { return strings.Count(b, ".dat.") - strings.Count(a, ".dat.") })
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, file := range files {
		data := contents(tb, file)
		if err := w.WriteHeader(&tar.Header{Name: "backup/" + filepath.Base(file), Size: int64(len(data)), Mode: 0o600}); err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestATarFileGivesTheServersRows(t *testing.T) {
	t.Parallel()
	d := get(t)
	tarred := contents(t, dump(t, "-Ft"))
	for name, data := range map[string][]byte{
		"tar": tarred, "tar.gz": gzipped(t, tarred), "tar.zst": pack(t, "zstd", 0, tarred),
		"tar of a folder": tarOf(t, dump(t, "-Fd")), "tar.gz of an uncompressed folder": gzipped(t, tarOf(t, dump(t, "-Fd", "-Z0", "--inserts"))),
	} {
		got, err := fromStdin(t.Context(), data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same(t, d.want, got)
	}
}

func TestATarFileThatLacksSomethingIsRefused(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "dir")
	copyTo(t, folder, "testdata/pg18-none.dir")
	whole := tarOf(t, folder)
	if _, err := fromStdin(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	faulttest.Tried(t, faulttest.BackupsCut, len(whole))
	for n := range whole {
		if _, err := fromStdin(t.Context(), whole[:n]); err == nil && n < len(whole)-512 { // one of the two blocks that end it is enough
			t.Errorf("%d of %d bytes are accepted", n, len(whole))
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "[0-9]*.dat*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	_, err = fromStdin(t.Context(), tarOf(t, folder))
	if isError(t, err); !strings.Contains(err.Error(), filepath.Base(files[0])) || !strings.Contains(err.Error(), "all files of the folder") {
		t.Errorf("without %s: %v", files[0], err)
	}
}

// untar extracts a tar file into a folder.
func untar(tb testing.TB, file, folder string) {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			tb.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			tb.Fatal(err)
		}
		write(tb, filepath.Join(folder, filepath.Base(h.Name)), b)
	}
}
