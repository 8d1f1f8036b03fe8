package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// TestTheExitCodeIsTheSameForEveryPairOfFormats covers each verdict.
func TestTheExitCodeIsTheSameForEveryPairOfFormats(t *testing.T) {
	t.Parallel()
	for want, judge := range map[int][]string{
		report.ExitReady:      {"check", "--config", "../../fixtures/files/3.7", "--to", "3.7.8", "--fail-on", "never", "--scope", "given"},
		report.ExitBlocked:    {"demo"},
		report.ExitIncomplete: {"check", "--config", "../../fixtures/files/3.7", "--to", "3.7.8", "--fail-on", "never"},
	} {
		for _, first := range render.Formats() {
			for _, second := range render.Formats() {
				t.Run(fmt.Sprintf("%d %s %s", want, first, second), func(t *testing.T) {
					t.Parallel()
					args := append(slices.Clone(judge), "--format", first, "--format", second+"="+filepath.Join(t.TempDir(), "report"))
					code, stdout, stderr := call(t, args...)
					if code != want || stdout == "" && first != "jsonl" {
						t.Errorf("exit %d, %d bytes\n%s", code, len(stdout), stderr)
					}
				})
			}
		}
	}
}

// TestAFormatIsTheSameAloneAndWithAllOthers proves that formats written in one run do not change each other, beyond the
// names of the other reports.
func TestAFormatIsTheSameAloneAndWithAllOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := []string{"demo"}
	for _, format := range render.Formats() {
		args = append(args, "--format", format+"="+filepath.Join(dir, format))
	}
	if code, stdout, stderr := call(t, args...); code != report.ExitBlocked || stdout != "" || !strings.Contains(stderr, "blocked: ") {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	for _, format := range render.Formats() {
		alone := filepath.Join(t.TempDir(), "alone")
		call(t, "demo", "--format", format+"="+alone)
		want, err := os.ReadFile(alone)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, format))
		if err != nil {
			t.Fatal(err)
		}
		run := regexp.MustCompile("(?s)\"run\": \\{.*?\n  \\},|The whole list is in [^\n]*|`--format json=FILE` writes them all.| \\(this run also wrote [^)]*\\)") // name the formats
		if run.ReplaceAllString(string(want), "") != run.ReplaceAllString(string(got), "") {
			t.Errorf("%s differs", format)
		}
		info, err := os.Stat(filepath.Join(dir, format))
		if err != nil || info.Mode().Perm() != render.Mode(format) && info.Mode().Perm() != render.Mode(format)&^0o022 {
			t.Errorf("%s has mode %v, %v", format, info.Mode(), err)
		}
	}
}

// TestNoFormatLeavesHalfAFile writes every format where it does not fit, where nothing may be written, and to a reader that
// goes away.
func TestNoFormatLeavesHalfAFile(t *testing.T) {
	t.Parallel()
	faulttest.Tried(t, faulttest.Unwritten, 5*len(render.Formats()))
	for _, format := range render.Formats() {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			unpack(t, dir, `
-- small.sh --
ulimit -f 1 # of 512 bytes
exec api7-preflight demo --format "$1"="$2"
-- old --
as it was
`)
			for _, test := range []struct{ what, file, says string }{
				{"a new file on a full disk", "new", "cannot write new: "},
				{"an old file on a full disk", "old", "cannot write old: "},
				{"a full device", "/dev/full", "cannot write /dev/full: no space left"},
				{"a folder that is not there", "missing/new", "cannot write missing/new: no such folder"},
			} {
				code, stderr := written(t, dir, nil, "sh", "small.sh", format, test.file)
				if code != report.ExitCannotRun || !strings.HasPrefix(stderr, "error: "+test.says) {
					t.Errorf("%s: exit %d\n%s", test.what, code, stderr)
				}
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
				t.Errorf("the folder holds %v, %v", entries, err)
			}
			if text, err := os.ReadFile(filepath.Join(dir, "old")); err != nil || string(text) != "as it was\n" {
				t.Errorf("the old file holds %q, %v", text, err)
			}
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			_ = reader.Close()
			defer writer.Close() //nolint:errcheck // nobody reads it
			if code, stderr := written(t, dir, writer, "api7-preflight", "demo", "--format", format); code != report.ExitCannotRun || !strings.HasPrefix(stderr, "error: ") {
				t.Errorf("a reader that is gone: exit %d\n%s", code, stderr)
			}
		})
	}
}

// written runs a command in a folder with that standard output.
func written(t *testing.T, dir string, stdout *os.File, command ...string) (code int, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	var errs bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &errs
	if stdout != nil {
		cmd.Stdout = stdout
	}
	if err := cmd.Run(); err != nil {
		if _, exited := errors.AsType[*exec.ExitError](err); !exited {
			t.Fatal(err)
		}
	}
	return cmd.ProcessState.ExitCode(), errs.String()
}
