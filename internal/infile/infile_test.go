//go:build unix

package infile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

var small = infile.Limit{Bytes: 1 << 20, What: "list"}

// pipe returns the name of a pipe to which nobody writes.
func pipe(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// file returns the name of a file.
func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// told returns the package's own error, which is one that a command shows.
func told(t *testing.T, err error) *infile.Error {
	t.Helper()
	e, ok := errors.AsType[*infile.Error](err)
	open, shown := errors.AsType[*estate.OpenError](err)
	if !ok || !shown || open.Hint == "" || !strings.HasPrefix(open.Message, e.Name+": ") {
		t.Fatalf("got %v", err)
	}
	return e
}

func TestTheSameComesFromEveryInput(t *testing.T) {
	t.Parallel()
	want := strings.Repeat("0123456789", 50_000)
	named := pipe(t)
	go func() { _ = os.WriteFile(named, []byte(want), 0o600) }()
	open, err := os.Open(file(t, want))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = open.Close() })
	for name, in := range map[string]struct {
		name  string
		stdin io.Reader
	}{
		"file": {name: file(t, want)}, "pipe": {name: named}, "stream": {"-", strings.NewReader(want)},
		"stream of single bytes": {"-", iotest.OneByteReader(strings.NewReader(want))},
		"stream with its end":    {"-", iotest.DataErrReader(strings.NewReader(want))},
		"descriptor":             {name: fmt.Sprintf("/dev/fd/%d", open.Fd())},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := infile.Options{Stdin: in.stdin, Idle: time.Minute}
			got, err := infile.ReadAll(t.Context(), in.name, small, o)
			if err != nil || string(got) != want {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

func TestWhatIsNeitherFileNorPipeIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	socket, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", dir+"/socket")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	if err := os.Symlink("/dev/zero", dir+"/link"); err != nil {
		t.Fatal(err)
	}
	inputs := map[string]string{
		"/dev/zero": "a character device", dir + "/link": "a character device", "/dev/null": "a character device", dir: "a folder", dir + "/socket": "a socket",
	}
	faulttest.Tried(t, faulttest.SpecialFiles, 2*len(inputs))
	for name, want := range inputs {
		_, err := infile.Open(t.Context(), name, infile.Options{})
		if e := told(t, err); !strings.Contains(e.Reason, want) || e.Silent || e.Name != name {
			t.Errorf("%s: %+v", name, e)
		}
		_, err = infile.Regular(name)
		if e := told(t, err); !strings.Contains(e.Reason, want) {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if _, err := infile.Open(t.Context(), dir+"/none", infile.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
}

func TestSilenceEndsAnInput(t *testing.T) {
	t.Parallel()
	patience := infile.Options{Idle: 50 * time.Millisecond}
	name := pipe(t)
	_, err := infile.Open(t.Context(), name, patience)
	if e := told(t, err); !e.Silent || !strings.Contains(e.Reason, "no program has written to it for 50ms") {
		t.Errorf("without a writer: %+v", e)
	}
	in, out := io.Pipe()
	t.Cleanup(func() { _ = out.Close() })
	go func() { _, _ = out.Write([]byte("begins")) }()
	patience.Stdin = in
	got, err := infile.ReadAll(t.Context(), "-", small, patience)
	if e := told(t, err); !e.Silent || e.Name != "standard input" || !strings.Contains(e.Reason, "it has given nothing for 50ms") {
		t.Errorf("%q, %+v", got, e)
	}
}

func TestTheContextEndsAnInput(t *testing.T) {
	t.Parallel()
	in, out := io.Pipe()
	t.Cleanup(func() { _ = out.Close() })
	folder := t.TempDir()
	if err := syscall.Mkfifo(folder+"/pipe", 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	named := pipe(t)
	for name, read := range map[string]func(context.Context) error{
		"opening": func(ctx context.Context) error {
			_, err := infile.Open(ctx, named, infile.Options{})
			return err
		},
		"opening in a folder": func(ctx context.Context) error {
			_, err := infile.OpenIn(ctx, root, "pipe", infile.Options{})
			return err
		},
		"reading": func(ctx context.Context) error {
			_, err := infile.ReadAll(ctx, "-", small, infile.Options{Stdin: in})
			return err
		},
		"a library": func(ctx context.Context) error {
			_, err := infile.Call(ctx, "files", infile.Options{}, func() (int, error) { return io.ReadAtLeast(in, make([]byte, 1), 1) })
			return err
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Millisecond, cancel)
		if err := read(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNothingIsReadBeyondTheLimit(t *testing.T) {
	t.Parallel()
	exact := strings.Repeat("x", int(small.Bytes))
	for _, in := range []string{"file", "stream"} {
		read := func(content string) ([]byte, error) {
			if in == "file" {
				return infile.ReadAll(t.Context(), file(t, content), small, infile.Options{})
			}
			return infile.ReadAll(t.Context(), "-", small, infile.Options{Stdin: strings.NewReader(content)})
		}
		if got, err := read(exact); err != nil || len(got) != len(exact) {
			t.Errorf("%s: %d bytes, %v", in, len(got), err)
		}
		_, err := read(exact + "x")
		if e := told(t, err); e.Reason != "it is larger than 1 MiB, which no list is" {
			t.Errorf("%s: %+v", in, e)
		}
	}
}

func TestRegularDoesNotWait(t *testing.T) {
	t.Parallel()
	name := pipe(t)
	_, err := infile.Regular(name)
	if e := told(t, err); !strings.Contains(e.Reason, "a pipe") {
		t.Errorf("got %+v", e)
	}
	if got := infile.Beginning(name, 3); got != nil {
		t.Errorf("a pipe begins with %q", got)
	}
	if got := infile.Beginning(file(t, "content"), 3); string(got) != "con" {
		t.Errorf("a file begins with %q", got)
	}
	if got := infile.Beginning(file(t, "c"), 3); string(got) != "c" {
		t.Errorf("a short file begins with %q", got)
	}
}

func TestWhatAPipeGivesCanBeReadAtAnyPlace(t *testing.T) {
	t.Parallel()
	want := bytes.Repeat([]byte("0123456789"), 10_000)
	fine := func([]byte) error { return nil }
	for name, in := range map[string]infile.Options{
		file(t, string(want)): {}, "-": {Stdin: bytes.NewReader(want)},
	} {
		f, err := infile.Open(t.Context(), name, in)
		if err != nil {
			t.Fatal(err)
		}
		d, err := f.OnDisk(infile.Judge{Begins: fine})
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 10)
		if _, err := d.ReadAt(got, 90_005); err != nil || string(got) != "5678901234" || d.Size != int64(len(want)) {
			t.Errorf("%s: %q, %d bytes, %v", name, got, d.Size, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	wrong := errors.New("no list")
	endless, err := infile.Open(t.Context(), "-", infile.Options{Stdin: zeros{}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := endless.OnDisk(infile.Judge{Begins: func(start []byte) error {
		if len(start) != infile.Begins {
			t.Errorf("judged by %d bytes", len(start))
		}
		return wrong
	}}); !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestATrickleEndsAnInput has programs write to a pipe, on a clock that only the test moves.
func TestATrickleEndsAnInput(t *testing.T) {
	t.Parallel()
	const minute = time.Minute
	long := strings.Repeat("x", 40)
	for name, c := range map[string]struct {
		piece string
		every time.Duration
		want  string // the reason for which it is ended; empty: it is read to its end
	}{
		"a byte each half second":      {"x", time.Second / 2, "it has given only 359 bytes in 3m0s"},
		"some bytes in each minute":    {long, 59 * time.Second, "it has given only 120 bytes in 3m0s"},
		"a little less than enough":    {strings.Repeat("x", infile.Least/4), 50 * time.Second, "it has given only 3072 bytes in 3m0s"},
		"just enough":                  {strings.Repeat("x", infile.Least/3+1), 59 * time.Second, ""},
		"a buffer now and then":        {strings.Repeat("x", infile.Least), 59 * time.Second, ""},
		"nothing for longer than that": {strings.Repeat("x", 64<<10), 61 * time.Second, "it has given nothing for 1m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				in, out := io.Pipe()
				go func() {
					for range 400 {
						time.Sleep(c.every)
						if _, err := io.WriteString(out, c.piece); err != nil {
							return
						}
					}
					_ = out.Close()
				}()
				got, err := infile.ReadAll(t.Context(), "-", infile.Limit{Bytes: 1 << 30, What: "list"}, infile.Options{Stdin: in, Idle: minute})
				_ = in.Close()
				time.Sleep(2 * minute) // the program ends at its next piece
				if c.want == "" {
					if err != nil || len(got) != 400*len(c.piece) {
						t.Errorf("%d bytes, %v", len(got), err)
					}
					return
				}
				if e := told(t, err); !e.Silent || e.Reason != c.want {
					t.Errorf("%+v", e)
				}
			})
		})
	}
}

// TestOnlyTheTimeCountsInWhichAnInputIsWaitedFor reads slowly what a program gives slowly, but at once when it is asked.
func TestOnlyTheTimeCountsInWhichAnInputIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, err := infile.Open(t.Context(), "-", infile.Options{Stdin: iotest.OneByteReader(strings.NewReader("a short text")), Idle: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		for one := make([]byte, 1); err == nil; time.Sleep(time.Hour) {
			_, err = f.Read(one)
		}
		if !errors.Is(err, io.EOF) {
			t.Error(err)
		}
	})
}
