package outfile_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/outfile"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// text returns a function that writes s.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// write writes s with the mode of reports.
func write(t *testing.T, name, s string) error {
	t.Helper()
	return outfile.Write(t.Context(), name, outfile.Options{Mode: 0o600}, text(s))
}

func place(t *testing.T, name, content string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil {
		t.Fatal(err)
	}
}

// shell runs a shell command in a folder.
func shell(t *testing.T, dir, line string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-ec", line)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func pipe(t *testing.T, name string) {
	t.Helper()
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
}

// holds checks that a folder contains exactly these names, so nothing temporary.
func holds(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func content(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestANameIsFollowedToTheFileThatItLeadsTo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		what    string
		prepare string // a shell command
		name    string // below the folder
		real    string // the file that is written
		keeps   []string
	}{
		{"a new file", "", "new", "new", nil},
		{"a file that is there", "echo longer than what comes >old", "old", "old", nil},
		{"a link", "touch real; ln -s real name", "name", "real", []string{"name"}},
		{"a link to a link", "touch real; ln -s $PWD/real second; ln -s second name", "name", "real", []string{"name", "second"}},
		{"a link to nothing", "ln -s real name", "name", "real", []string{"name"}},
		{"a link to a link to nothing", "ln -s $PWD/real second; ln -s second name", "name", "real", []string{"name", "second"}},
		{"a link out of a link, with ..", "mkdir -p a/b; ln -s a/b there; ln -s there/../real name", "name", "a/real", []string{"a", "name", "there"}},
		{"a path over a link, with ..", "mkdir -p a/b; ln -s a/b there", "there/../real", "a/real", []string{"a", "there"}},
	} {
		t.Run(test.what, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			shell(t, dir, test.prepare)
			target, err := outfile.Find(dir + "/" + test.name)
			if err != nil || target.Check() != nil {
				t.Fatal(err, target.Check())
			}
			if err := write(t, dir+"/"+test.name, "whole"); err != nil {
				t.Fatal(err)
			}
			if got := content(t, filepath.Join(dir, test.real)); got != "whole" {
				t.Errorf("%s holds %q", test.real, got)
			}
			here := slices.Clone(test.keeps)
			if filepath.Dir(test.real) == "." {
				here = append(here, test.real)
			} else {
				holds(t, filepath.Join(dir, filepath.Dir(test.real)), "b", filepath.Base(test.real))
			}
			holds(t, dir, here...)
		})
	}
}

func TestNamesOfOneFileAreTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shell(t, dir, "touch file; mkdir sub; ln -s file link; ln -s sub away; ln -s new tonew; ln file hard")
	for _, test := range []struct {
		one, other string
		same       bool
	}{
		{"file", "file", true},
		{"file", "./file", true},
		{"file", "sub/../file", true},
		{"file", "link", true},
		{"file", "hard", true},
		{"link", "hard", true},
		{"sub/new", "away/new", true},
		{"sub/new", "sub/./new", true},
		{"new", "tonew", true},
		{"file", "new", false},
		{"new", "sub/new", false},
		{"new", "newer", false},
		{"/dev/null", "/dev/null", false}, // nothing is lost there
	} {
		at := func(name string) outfile.Target {
			if !filepath.IsAbs(name) {
				name = dir + "/" + name
			}
			target, err := outfile.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			return target
		}
		one, other := at(test.one), at(test.other)
		if one.Same(other) != test.same || other.Same(one) != test.same {
			t.Errorf("%s and %s: same is %v", test.one, test.other, !test.same)
		}
	}
}

// TestWhatCannotBeWrittenIsSaidBeforeAndWhenItIsTried also proves that no error contains a temporary name and that
// nothing is left in the folder.
func TestWhatCannotBeWrittenIsSaidBeforeAndWhenItIsTried(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shell(t, dir, "touch file; mkdir sub; ln -s b a; ln -s a b; ln -s nowhere/x lost")
	outputs := map[string]string{
		"missing/x":              "no such folder",
		"missing/deeper/x":       "no such folder",
		"missing/":               "no such folder",
		"lost":                   "no such folder",
		"file/x":                 dir + "/file is not a folder",
		"sub":                    "it is a folder",
		"sub/":                   "it is a folder",
		"sub/..":                 "it is a folder",
		"a":                      "its links form a loop",
		strings.Repeat("n", 300): "file name too long",
	}
	faulttest.Tried(t, faulttest.Unwritten, len(outputs))
	for name, want := range outputs {
		target, found := outfile.Find(dir + "/" + name)
		if found == nil {
			found = target.Check()
		}
		for when, err := range map[string]error{"before": found, "when tried": write(t, dir+"/"+name, "x")} {
			e, ok := errors.AsType[*outfile.Error](err)
			if !ok || e.Error() != "cannot write "+dir+"/"+name+": "+want || e.Hint == "" {
				t.Errorf("%s, %s: %v, want %s", name, when, err, want)
			}
		}
	}
	holds(t, dir, "a", "b", "file", "lost", "sub")
	holds(t, dir+"/sub")
}

func TestAFileKeepsItsModeAndItsOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o644, 0o400, 0o666} {
		name := fmt.Sprintf("%s/%o", dir, mode)
		place(t, name, "old", mode)
		uid := os.Getuid()
		if uid == 0 {
			uid = 12345 // root may give files away, and preserves their owners
			if err := os.Chown(name, uid, 54321); err != nil {
				t.Fatal(err)
			}
		}
		if err := write(t, name, "new"); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != mode {
			t.Errorf("mode %o became %o", mode, got)
		}
		if system, ok := info.Sys().(*syscall.Stat_t); !ok || int(system.Uid) != uid {
			t.Errorf("owner %d became another: %+v", uid, system)
		}
	}
}

func TestAFileStaysAsItIsUntilAllOfTheNewOneIsThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	place(t, dir+"/file", "old", 0o600)
	pipe(t, dir+"/pipe")
	broken := errors.New("the source broke")
	names := []string{"file", "new", "pipe", "/dev/full"}
	faulttest.Tried(t, faulttest.Unwritten, len(names))
	for _, name := range names {
		if !filepath.IsAbs(name) {
			name = dir + "/" + name
		}
		err := outfile.Write(t.Context(), name, outfile.Options{Mode: 0o600}, func(w io.Writer) error {
			if _, err := io.WriteString(w, "half"); err != nil {
				return err
			}
			if got := content(t, dir+"/file"); got != "old" {
				t.Errorf("while it is written the file holds %q", got)
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := content(t, dir+"/file"); got != "old" {
		t.Errorf("the file holds %q", got)
	}
	holds(t, dir, "file", "pipe")
}

func TestANewFileDoesNotReplaceOneThatCameMeanwhile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	err := outfile.Write(t.Context(), dir+"/file", outfile.Options{Mode: 0o600, New: true}, func(io.Writer) error {
		place(t, dir+"/file", "of another run", 0o600)
		return nil
	})
	if e, ok := errors.AsType[*outfile.Error](err); !ok || !strings.Contains(e.Reason, "it exists now") {
		t.Error(err)
	}
	if got := content(t, dir+"/file"); got != "of another run" {
		t.Errorf("the file holds %q", got)
	}
	holds(t, dir, "file")
}

func TestOfManyRunsAtOnceOneWinsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var runs sync.WaitGroup
	for i := range 16 {
		runs.Go(func() {
			if err := write(t, dir+"/file", strings.Repeat(string(rune('a'+i)), 100_000+i)); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	got := content(t, dir+"/file")
	if want := strings.Repeat(got[:1], 100_000+int(got[0]-'a')); got != want {
		t.Errorf("%d bytes that are of no single run", len(got))
	}
	holds(t, dir, "file")
}
