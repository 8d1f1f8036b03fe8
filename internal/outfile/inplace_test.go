package outfile_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/outfile"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

func TestAPipeGetsAllAndStaysAPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe(t, dir+"/pipe")
	read := make(chan string)
	go func() {
		data, err := os.ReadFile(dir + "/pipe")
		if err != nil {
			t.Error(err)
		}
		read <- string(data)
	}()
	want := strings.Repeat("more than a pipe holds at once ", 10_000)
	if err := write(t, dir+"/pipe", want); err != nil {
		t.Error(err)
	}
	if got := <-read; got != want {
		t.Errorf("%d bytes of %d", len(got), len(want))
	}
	if info, err := os.Stat(dir + "/pipe"); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Error(info, err)
	}
}

func TestAPipeWithoutAReaderIsGivenUpWhenInterrupted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe(t, dir+"/pipe")
	ctx, interrupt := context.WithCancel(t.Context())
	err := outfile.Write(ctx, dir+"/pipe", outfile.Options{Mode: 0o600}, func(io.Writer) error {
		interrupt()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestAPipeWhoseReaderDoesNotReadIsGivenUpWhenInterrupted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe(t, dir+"/pipe")
	reader, err := os.OpenFile(dir+"/pipe", os.O_RDWR, 0) // opens at once and reads nothing
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close() //nolint:errcheck // of a test
	ctx, interrupt := context.WithCancel(t.Context())
	err = outfile.Write(ctx, dir+"/pipe", outfile.Options{Mode: 0o600}, func(w io.Writer) error {
		interrupt()
		return text(strings.Repeat("x", 1<<20))(w)
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestASocketGetsAll(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "s") //nolint:usetesting // the name of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // of a test
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", dir+"/socket")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() //nolint:errcheck // of a test
	read := make(chan string)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			t.Error(err)
			read <- ""
			return
		}
		data, _ := io.ReadAll(conn)
		read <- string(data)
	}()
	if err := write(t, dir+"/socket", "whole"); err != nil {
		t.Error(err)
	}
	if got := <-read; got != "whole" {
		t.Errorf("the socket got %q", got)
	}
}

func TestAFullDeviceIsSaid(t *testing.T) {
	t.Parallel()
	faulttest.Tried(t, faulttest.Unwritten, 1)
	err := write(t, "/dev/full", "x")
	if err == nil || err.Error() != "cannot write /dev/full: no space left" {
		t.Error(err)
	}
}

func TestWhatAProcessHasOpenKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := os.OpenFile(dir+"/log", os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // of a test
	if _, err := f.WriteString("before "); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("/dev/fd/%d", f.Fd())
	if target, err := outfile.Find(name); err != nil || target.Exists() || target.Check() != nil {
		t.Error(err, target.Exists())
	}
	if err := write(t, name, "whole "); err != nil {
		t.Error(err)
	}
	if _, err := f.WriteString("after"); err != nil {
		t.Error(err)
	}
	if got := content(t, dir+"/log"); got != "before whole after" {
		t.Errorf("the file holds %q", got)
	}
}

// mount mounts the file over onto name until the test ends.
func mount(t *testing.T, over, name string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "mount", "--bind", over, name).CombinedOutput(); err != nil {
		t.Skipf("not proved here, mounting is not allowed: %s", out)
	}
	t.Cleanup(func() { _ = syscall.Unmount(name, 0) })
}

func TestAMountIsWrittenInPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shell(t, dir, "mkdir host inside")
	place(t, dir+"/host/report", "longer than what comes", 0o640)
	place(t, dir+"/inside/report", "", 0o600)
	mount(t, dir+"/host/report", dir+"/inside/report")
	var runs sync.WaitGroup
	for i := range 8 {
		runs.Go(func() {
			if err := write(t, dir+"/inside/report", strings.Repeat(string(rune('a'+i)), 100_000)); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	if got := content(t, dir+"/host/report"); got != strings.Repeat(got[:1], 100_000) {
		t.Errorf("%d bytes that are of no single run", len(got))
	}
	if info, err := os.Stat(dir + "/host/report"); err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info, err)
	}
	holds(t, dir+"/host", "report")
	holds(t, dir+"/inside", "report")
}

// TestAFileInAFolderThatTakesNoneIsWrittenInPlace, when run as root, runs itself as another user, because root can
// create files in every folder.
func TestAFileInAFolderThatTakesNoneIsWrittenInPlace(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv("OUTFILE_CLOSED"); dir != "" {
		if err := write(t, dir+"/report", "whole"); err != nil {
			t.Error(err)
		}
		for when, err := range map[string]error{"new": write(t, dir+"/new", "x"), "closed": write(t, dir+"/secret", "x")} {
			if err == nil || err.Error() != "cannot write "+dir+"/"+map[string]string{"new": "new", "closed": "secret"}[when]+": permission denied" {
				t.Errorf("%s: %v", when, err)
			}
		}
		return
	}
	faulttest.Tried(t, faulttest.Unwritten, 2)
	dir, err := os.MkdirTemp("", "closed") //nolint:usetesting // others must get there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700); _ = os.RemoveAll(dir) })
	place(t, dir+"/report", "longer than what comes", 0o666)
	place(t, dir+"/secret", "old", 0o400)
	binary := dir + "/test"
	syscall.ForkLock.RLock() // a process that is started now would keep the binary open for writing: "text file busy"
	place(t, binary, content(t, os.Args[0]), 0o755)
	syscall.ForkLock.RUnlock()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "-test.run", "^"+t.Name()+"$")
	cmd.Dir, cmd.Env = "/", append(os.Environ(), "OUTFILE_CLOSED="+dir)
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if got := content(t, dir+"/report"); got != "whole" {
		t.Errorf("the file holds %q", got)
	}
	holds(t, dir, "report", "secret", "test")
}
