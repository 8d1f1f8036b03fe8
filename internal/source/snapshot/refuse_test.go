package snapshot_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// refused checks for a typed error that names the file.
func refused(t *testing.T, data []byte, what string) {
	t.Helper()
	_, err := snapshot.Read("estate.snapshot", bytes.NewReader(data), int64(len(data)))
	refusal, ok := errors.AsType[*estate.OpenError](err)
	if !ok {
		t.Errorf("%s: error %v", what, err)
		return
	}
	if !strings.Contains(refusal.Message, "estate.snapshot") || refusal.Hint == "" || strings.ContainsAny(refusal.Message+refusal.Hint, "\n") {
		t.Errorf("%s: %q, hint %q", what, refusal.Message, refusal.Hint)
	}
}

func TestPartOfASnapshotIsRefused(t *testing.T) {
	t.Parallel()
	data := take(t, demo(t))
	const cuts, near = 97, 49
	faulttest.Tried(t, faulttest.Snapshots, cuts+near+2)
	for i := range cuts {
		refused(t, data[:len(data)*i/cuts], fmt.Sprintf("cut at %d of %d", i, cuts))
	}
	for i := 1; i <= near; i++ {
		refused(t, data[:len(data)-i], fmt.Sprintf("%d bytes missing", i))
	}
	refused(t, append(slices.Clone(data), '\n'), "one byte more")
	refused(t, append(slices.Clone(data), data...), "twice")
}

func TestEveryChangedByteIsRefused(t *testing.T) {
	t.Parallel()
	data := take(t, troubled())
	faulttest.Tried(t, faulttest.Snapshots, 2*len(data))
	for i := range data {
		for _, bit := range []byte{1, 0x80} {
			data[i] ^= bit
			refused(t, data, fmt.Sprintf("byte %d", i))
			data[i] ^= bit
		}
	}
}

// forge seals lines with a manifest whose digest and count are right.
func forge(header string, resources ...string) []byte {
	text := header + "\n" + strings.Join(resources, "")
	return snapshot.Seal([]byte(text + fmt.Sprintf(`{"manifest":{"kinds":["service"],"sources":[],"resources":%d,"sha256":%q}}`+"\n",
		len(resources), snapshot.Sum([]byte(text)))))
}

const header = `{"format":"api7-preflight-snapshot","schema_version":"1","tool":"1.2.3"}`

// TestWhatFitsTheSealAloneIsRefused proves that a valid seal is not enough: the lines must match the manifest.
func TestWhatFitsTheSealAloneIsRefused(t *testing.T) {
	t.Parallel()
	lines := slices.Collect(lines(t, take(t, demo(t))))
	join := func(l ...[]byte) []byte { return snapshot.Seal(bytes.Join(l, nil)) }
	last := len(lines) - 1
	tests := map[string][]byte{
		"empty":               snapshot.Seal(nil),
		"no manifest":         join(lines[:last]...),
		"half a line":         snapshot.Seal(bytes.Join(lines, nil)[:5000]),
		"cut in the manifest": snapshot.Seal(bytes.TrimSuffix(bytes.Join(lines, nil), []byte("}\n"))),
		"manifest only":       join(lines[last]),
		"no resources":        join(lines[0], lines[last]),
		"one line less":       join(slices.Delete(slices.Clone(lines), 7, 8)...),
		"one line twice":      join(slices.Insert(slices.Clone(lines), 7, lines[7])...),
		"other order":         join(slices.Concat(lines[:7], [][]byte{lines[8], lines[7]}, lines[9:])...),
		"changed line":        join(slices.Concat(lines[:7], [][]byte{bytes.Replace(lines[7], []byte(`"`), []byte(` "`), 1)}, lines[8:])...),
		"something after":     join(append(slices.Clone(lines), lines[7])...),
		"two snapshots":       join(slices.Concat(lines, lines)...),
		"other format":        forge(`{"format":"tar","schema_version":"1","tool":"1"}`),
		"newer format":        forge(`{"format":"api7-preflight-snapshot","schema_version":"2","tool":"9.0.0"}`),
		"no stream":           snapshot.SealStream([]byte("\x28\xb5\x2f\xfd and no stream")),
		"wide window":         snapshot.SealStream([]byte("\x28\xb5\x2f\xfd\x04\xa0\x01\x00\x00")),
		"endless line":        snapshot.Seal(bytes.Repeat([]byte{' '}, 40<<20)),
		"unknown field":       snapshot.Seal([]byte(strings.Replace(string(text(t, forge(header))), `"kinds"`, `"more":1,"kinds"`, 1))),
		"unknown kind":        snapshot.Seal([]byte(strings.Replace(string(text(t, forge(header))), `["service"]`, `["x"]`, 1))),
	}
	faulttest.Tried(t, faulttest.Snapshots, len(tests))
	for name, data := range tests {
		refused(t, data, name)
	}
	if _, err := snapshot.Read("n", bytes.NewReader(tests["newer format"]), int64(len(tests["newer format"]))); !strings.Contains(err.Error(), "9.0.0 in version 2 of the format; this program reads version 1") {
		t.Errorf("error %v", err)
	}
}

// TestForgedLinesEndTheRun proves that lines that are not in the manifest never influence a verdict.
func TestForgedLinesEndTheRun(t *testing.T) {
	t.Parallel()
	lines := map[string]string{
		"no JSON":      "x\n",
		"no resource":  "{}\n",
		"unknown kind": `{"kind":"x","body":{}}` + "\n",
		"not asked":    `{"kind":"route","body":{}}` + "\n",
		"no body":      `{"kind":"service","id":"a"}` + "\n",
		"more damage":  `{"kind":"service","id":"a","damage":"x"}` + "\n",
	}
	faulttest.Tried(t, faulttest.Snapshots, len(lines))
	for name, line := range lines {
		_, err := open(t, forge(header, line)).Stream(t.Context(), need(), func(*estate.Resource) error { return nil })
		if _, ok := errors.AsType[*estate.OpenError](err); !ok {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestFileThatChangesUnderARunEndsIt(t *testing.T) {
	t.Parallel()
	first, second := take(t, demo(t)), take(t, troubled())
	in := &swap{first}
	src, err := snapshot.Read("estate.snapshot", in, int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	in.data = append(second[:len(second)-40], make([]byte, len(first)-len(second)+40)...)
	_, err = src.Stream(t.Context(), need(), func(*estate.Resource) error { return nil })
	if _, ok := errors.AsType[*estate.OpenError](err); !ok {
		t.Errorf("error %v", err)
	}
}

type swap struct{ data []byte }

func (s *swap) ReadAt(p []byte, at int64) (int, error) {
	n := copy(p, s.data[min(int(at), len(s.data)):])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func TestWhatIsNoFileIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := filepath.Join(dir, "report.json")
	if err := os.WriteFile(other, []byte(`{"verdict":"ready"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir, other, filepath.Join(dir, "missing")} {
		_, err := snapshot.Open(t.Context(), name, infile.Options{})
		refusal, ok := errors.AsType[*estate.OpenError](err)
		if !ok || strings.Count(refusal.Message, name) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAStreamThatIsNoSnapshotIsNotCopied compresses something else without end.
func TestAStreamThatIsNoSnapshotIsNotCopied(t *testing.T) {
	t.Parallel()
	faulttest.Tried(t, faulttest.LargeInputs, 1)
	in, out := io.Pipe()
	t.Cleanup(func() { _ = in.Close() })
	go func() {
		z, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
		noise := rand.NewChaCha8([32]byte{})
		for piece := make([]byte, 64<<10); err == nil; _, err = z.Write(piece) {
			_, _ = noise.Read(piece)
		}
	}()
	_, err := snapshot.Open(t.Context(), "-", infile.Options{Stdin: in})
	if open, ok := errors.AsType[*estate.OpenError](err); !ok || !strings.Contains(open.Message, "is not a snapshot") {
		t.Errorf("got %v", err)
	}
}
