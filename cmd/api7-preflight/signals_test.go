//go:build linux

package main_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// bound is far more than the program takes to end. It only keeps a test from waiting for ever.
const bound = 10 * time.Second

// place is somewhere the program waits.
type place struct {
	args   string // DIR is a folder of its own, with the named pipe DIR/pipe
	env    string
	stdin  func(*testing.T) *os.File // nil: none
	stdout func(*testing.T, string) *os.File
}

const path = "check --from 3.4.1 --to 3.7.3 "

func places() map[string]place {
	return map[string]place{
		"backup":                {args: path + "--backup DIR/pipe"},
		"table of a backup":     {args: path + "--backup DIR"},
		"configuration":         {args: path + "--config DIR/pipe"},
		"layers":                {args: path + "--config DIR/values.yaml,DIR/pipe"},
		"adc dump":              {args: path + "--adc edge=DIR/pipe"},
		"snapshot":              {args: path + "--snapshot DIR/pipe"},
		"settings":              {args: "demo --settings DIR/pipe"},
		"settings by variable":  {args: "demo", env: "API7_PREFLIGHT_SETTINGS=DIR/pipe"},
		"schema map":            {args: path + "--backup DIR/pipe --schema-map DIR/pipe"},
		"CA file":               {args: path + "--admin-api https://127.0.0.1:1 --ca-file DIR/pipe", env: "API7_PREFLIGHT_TOKEN=t"},
		"passfile":              {args: "doctor --dsn postgres://u@127.0.0.1:1/d", env: "PGPASSFILE=DIR/pipe"},
		"service file":          {args: "doctor --dsn service=any", env: "PGSERVICEFILE=DIR/pipe"},
		"root certificate":      {args: "doctor --dsn postgres://u:p@127.0.0.1:1/d?sslmode=verify-ca&sslrootcert=DIR/pipe"},
		"key named by service":  {args: "doctor --dsn service=any", env: "PGSERVICEFILE=DIR/services"},
		"backup on stdin":       {args: path + "--backup -", stdin: silent},
		"dump on stdin":         {args: path + "--adc -", stdin: silent},
		"file on stdin":         {args: path + "--config -", stdin: silent},
		"settings on stdin":     {args: "demo --settings /dev/stdin", stdin: silent},
		"snapshot on stdin":     {args: path + "--snapshot /dev/fd/0", stdin: silent},
		"backup in a terminal":  {args: path + "--backup -", stdin: terminal},
		"file in a terminal":    {args: path + "--config /dev/stdin", stdin: terminal},
		"doctor":                {args: "doctor --adc edge=DIR/pipe"},
		"new snapshot":          {args: "snapshot --config DIR/pipe --out DIR/new"},
		"grants":                {args: "grants --dsn postgres://u@127.0.0.1:1/d?passfile=DIR/pipe"},
		"report in a pipe":      {args: "demo --format json=DIR/pipe"},
		"report on full stdout": {args: "demo", stdout: full},
		"help on full stdout":   {args: "check --help", stdout: full},
	}
}

// TestSignalsEndTheProgramWhereverItWaits sends a signal at every place.
func TestSignalsEndTheProgramWhereverItWaits(t *testing.T) {
	t.Parallel()
	program := build(t)
	for name, p := range places() {
		for _, sent := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			t.Run(fmt.Sprintf("%s/%s", name, sent), func(t *testing.T) {
				t.Parallel()
				faulttest.Tried(t, faulttest.Signals, 1)
				p.ends(t, program, sent)
			})
		}
	}
}

// TestEverySignalHasTheSameExitCode proves that none of them looks like a usage error, which Go's own 2 for SIGQUIT
// would.
func TestEverySignalHasTheSameExitCode(t *testing.T) {
	t.Parallel()
	program := build(t)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // else the program inherits it as ignored where the tests run under nohup
	for _, sent := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGHUP} {
		t.Run(sent.String(), func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.Signals, 1)
			places()["backup"].ends(t, program, sent)
		})
	}
}

// ends sends a signal to the program when it waits. One that was sent before the program listened for it kills it; then
// the test sends it later.
func (p place) ends(t *testing.T, program string, sent syscall.Signal) {
	t.Helper()
	for wait := 200 * time.Millisecond; ; wait *= 2 {
		cmd, dir := p.started(t, program)
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case err := <-ended:
			t.Fatalf("it does not wait: %v\n%s", err, cmd.Stderr)
		case <-time.After(wait):
		}
		if err := cmd.Process.Signal(sent); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-ended:
			exit, ok := errors.AsType[*exec.ExitError](err)
			if ok && tooEarly(exit, cmd) && wait < bound {
				continue
			}
			if !ok || exit.ExitCode() != 130 {
				t.Errorf("got %v\n%s", err, cmd.Stderr)
			}
		case <-time.After(bound):
			_ = cmd.Process.Kill()
			t.Error("it does not end")
		}
		if left, _ := filepath.Glob(dir + "/*.tmp"); len(left) > 0 {
			t.Errorf("left %q", left)
		}
		return
	}
}

// tooEarly reports whether the signal came before the program listened for it: it was killed, or Go answered a SIGQUIT.
func tooEarly(exit *exec.ExitError, cmd *exec.Cmd) bool {
	return exit.ExitCode() == -1 || strings.Contains(fmt.Sprint(cmd.Stderr), "SIGQUIT: quit")
}

// started starts the program in a folder with a pipe to which nobody writes.
func (p place) started(t *testing.T, program string) (*exec.Cmd, string) {
	t.Helper()
	dir := t.TempDir()
	pipe := dir + "/pipe"
	if err := errors.Join(
		syscall.Mkfifo(pipe, 0o600), os.Symlink("pipe", dir+"/toc.dat"), os.WriteFile(dir+"/values.yaml", []byte("a: 1\n"), 0o600),
		os.WriteFile(dir+"/services", []byte("[any]\nhost=127.0.0.1\nsslmode=verify-ca\nsslrootcert="+pipe+"\n"), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	in := func(text string) string { return strings.ReplaceAll(text, "DIR", dir) }
	cmd := exec.CommandContext(t.Context(), program, strings.Fields(in(p.args))...)
	cmd.Dir, cmd.Env = dir, []string{"HOME=" + dir}
	if p.env != "" {
		cmd.Env = append(cmd.Env, in(p.env))
	}
	cmd.Stderr = new(strings.Builder)
	if p.stdin != nil {
		cmd.Stdin = p.stdin(t)
	}
	if p.stdout != nil {
		cmd.Stdout = p.stdout(t, pipe)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, dir
}

// silent is a pipe whose writer writes nothing.
func silent(t *testing.T) *os.File {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = in.Close(), out.Close() })
	return in
}

// terminal is one at which nobody types.
func terminal(t *testing.T) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err := errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)); err != nil {
		t.Fatal(err)
	}
	typed, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = typed.Close(), master.Close() })
	return typed
}

// full is a pipe that takes nothing more, because its reader does not read.
func full(t *testing.T, pipe string) *os.File {
	t.Helper()
	reader, err := os.OpenFile(pipe, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = out.Close(), reader.Close() })
	conn, err := reader.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Control(func(fd uintptr) {
		for {
			if _, err := syscall.Write(int(fd), make([]byte, 1)); err != nil {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// build builds the program as users get it.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "api7-preflight")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}
