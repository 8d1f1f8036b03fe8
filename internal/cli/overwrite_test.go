package cli_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// inputs are files of every kind that a run can be given. Their content is never read.
const inputs = `
-- backup.dump --
-- backup.dir/toc.dat --
-- backup.dir/3026.dat --
-- infra/dashboard.yaml --
-- infra/deep/er/values.yml --
-- infra/notes.txt --
-- values.yaml --
-- production.yaml --
-- edge.yaml --
-- api7.snapshot --
-- map.yaml --
-- ca.pem --
-- set.yaml --
quiet: true
-- root.crt --
-- passwords --
-- services --
-- home/.pgpass --
-- elsewhere/dashboard.yaml --
`

// unpack writes the files of a txtar archive. A file without content gets its name as content.
func unpack(t *testing.T, dir, archive string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, f.Name)
		if len(f.Data) == 0 {
			f.Data = []byte("# " + f.Name + "\n")
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, f.Data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

// state describes every file below a folder: its kind, its mode, and its content or where it links to.
func state(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		says := info.Mode().String()
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			says += fmt.Sprintf(" inode %d, SHA-256 %x", inode(t, info), sha256.Sum256(data))
		case info.Mode()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			if err != nil {
				return err
			}
			says += " to " + to
		}
		all[path] = says
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func inode(t *testing.T, info fs.FileInfo) uint64 {
	t.Helper()
	system, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		t.Fatal("the system tells no inode")
	}
	return system.Ino
}

// silent starts a server to which nobody may connect.
func silent(t *testing.T) (dsn string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Error("the database was connected to")
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return "postgres://preflight:secret@" + listener.Addr().String() + "/api7ee"
}

// program runs the program in a folder.
func program(t *testing.T, dir, stdin string, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "api7-preflight", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), append(env, "PWD="+dir)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if stdin != "" {
		f, err := os.OpenFile(filepath.Join(dir, stdin), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close() //nolint:errcheck // of a test
		cmd.Stdin = f
	}
	if err := cmd.Run(); err != nil {
		if _, exited := errors.AsType[*exec.ExitError](err); !exited {
			t.Fatal(err)
		}
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// TestAnOutputThatIsAnInputIsRefusedBeforeAnythingIsRead tries every way to name an input and every way to name the
// same file again, as a report and as a snapshot. No connection is made, and every file stays unchanged to the byte.
func TestAnOutputThatIsAnInputIsRefusedBeforeAnythingIsRead(t *testing.T) {
	t.Parallel()
	shell := func(line string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			cmd := exec.CommandContext(t.Context(), "sh", "-ec", line)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		}
	}
	for _, test := range []struct {
		what    string
		prepare func(t *testing.T, dir string)
		inputs  string // flags
		output  string
		reads   string // the file and its flag, as they are named
		env     string
		stdin   string
	}{
		{what: "a backup", inputs: "--backup backup.dump", output: "backup.dump", reads: "backup.dump, which this run reads (--backup)"},
		{what: "with a dot", inputs: "--backup backup.dump", output: "./backup.dump"},
		{what: "with a way round", inputs: "--backup backup.dump", output: "infra/../backup.dump"},
		{what: "in full", inputs: "--backup backup.dump", output: "$DIR/backup.dump"},
		{what: "a hard link", prepare: shell("ln backup.dump other"), inputs: "--backup backup.dump", output: "other"},
		{what: "a link", prepare: shell("ln -s backup.dump other"), inputs: "--backup backup.dump", output: "other"},
		{what: "a link to a link", prepare: shell("ln -s backup.dump l; ln -s l other"), inputs: "--backup backup.dump", output: "other"},
		{what: "an input that is a link", prepare: shell("ln -s backup.dump l"), inputs: "--backup l", output: "backup.dump", reads: "l, which"},
		{what: "a folder that is a link", prepare: shell("ln -s . here"), inputs: "--backup backup.dump", output: "here/backup.dump"},
		{what: "a way back out of a link", prepare: shell("ln -s infra/deep there"), inputs: "--config infra/dashboard.yaml", output: "there/../dashboard.yaml"},
		{what: "a pipe", prepare: shell("mkfifo pipe"), inputs: "--backup pipe", output: "pipe"},
		{what: "a pipe behind a link", prepare: shell("mkfifo pipe; ln -s pipe other"), inputs: "--config pipe", output: "other"},
		{what: "standard input", inputs: "--backup -", stdin: "backup.dump", output: "backup.dump", reads: "standard input, which"},
		{what: "standard input by its name", inputs: "--config /dev/stdin", stdin: "values.yaml", output: "values.yaml"},
		{what: "a file of a backup", inputs: "--backup backup.dir", output: "backup.dir/3026.dat"},
		{what: "a link to a file of a backup", prepare: shell("ln -s backup.dir/toc.dat other"), inputs: "--backup ./backup.dir/", output: "other"},
		{what: "a file of configuration", inputs: "--config values.yaml", output: "values.yaml", reads: "values.yaml, which this run reads (--config)"},
		{what: "the second file", inputs: "--config values.yaml --config production.yaml", output: "production.yaml"},
		{what: "the first layer", inputs: "--config values.yaml,production.yaml", output: "values.yaml"},
		{what: "the last layer", inputs: "--config values.yaml,./production.yaml", output: "production.yaml"},
		{what: "a file in a folder", inputs: "--config infra", output: "infra/dashboard.yaml", reads: "infra/dashboard.yaml, which this run reads (--config)"},
		{what: "a file deep in a folder", inputs: "--config infra", output: "infra/deep/er/values.yml"},
		{what: "a file in a folder through a link", prepare: shell("ln -s infra/deep/er far"), inputs: "--config infra", output: "far/values.yml"},
		{what: "a file in a folder that is a link", prepare: shell("ln -s infra l"), inputs: "--config l", output: "infra/dashboard.yaml", reads: "l/dashboard.yaml"},
		{what: "a file that a link in a folder leads to", prepare: shell("ln -s ../elsewhere/dashboard.yaml infra/l.yaml"), inputs: "--config infra", output: "elsewhere/dashboard.yaml"},
		{what: "a hard link to a file in a folder", prepare: shell("ln infra/dashboard.yaml other"), inputs: "--config infra", output: "other"},
		{what: "a file in the working directory", inputs: "--config .", output: "values.yaml"},
		{what: "a dump", inputs: "--adc edge.yaml", output: "edge.yaml"},
		{what: "a dump of a group", inputs: "--adc edge=edge.yaml", output: "edge.yaml"},
		{what: "a snapshot", inputs: "--snapshot api7.snapshot", output: "api7.snapshot"},
		{what: "a schema map", inputs: "--schema-map map.yaml", output: "map.yaml"},
		{what: "certificates to trust", inputs: "--admin-api https://127.0.0.1:1 --ca-file ca.pem", output: "ca.pem"},
		{what: "settings", inputs: "--settings set.yaml", output: "set.yaml"},
		{what: "settings of the working directory", prepare: shell("cp set.yaml .api7-preflight.yaml"), output: ".api7-preflight.yaml"},
		{what: "settings from the environment", env: "API7_PREFLIGHT_SETTINGS=set.yaml", output: "set.yaml"},
		{what: "a source from the environment", env: "API7_PREFLIGHT_BACKUP=backup.dump", output: "backup.dump"},
		{what: "a source from settings", prepare: shell("echo 'config: [values.yaml]' >.api7-preflight.yaml"), output: "values.yaml"},
		{what: "the file with passwords", env: "PGPASSFILE=passwords", output: "passwords", reads: "passwords, which this run reads (connection to the database)"},
		{what: "the file with passwords at home", env: "HOME=home", output: "home/.pgpass"},
		{what: "the file with services", env: "PGSERVICEFILE=services", output: "services"},
		{what: "certificates of the database", env: "PGSSLROOTCERT=root.crt", output: "root.crt"},
		{what: "certificates in a URL", inputs: "--dsn postgres://h/d?sslmode=verify-full&sslrootcert=root.crt", output: "root.crt"},
		{what: "certificates in keywords", inputs: "--dsn=host=h sslrootcert='root.crt' dbname=d", output: "root.crt"},
		{what: "a file with passwords in keywords", inputs: "--dsn=passfile = passwords", output: "./passwords"},
		{what: "a mount", prepare: mounted("backup.dump", "mount"), inputs: "--backup backup.dump", output: "mount"},
		{what: "a file in a folder that is a mount", prepare: mounted("infra", "mount"), inputs: "--config infra", output: "mount/dashboard.yaml"},
	} {
		t.Run(test.what, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			unpack(t, dir, inputs)
			if err := os.Mkdir(dir+"/mount", 0o700); err != nil {
				t.Fatal(err)
			}
			if test.prepare != nil {
				test.prepare(t, dir)
			}
			before := state(t, dir)
			output := strings.ReplaceAll(test.output, "$DIR", dir)
			var given []string
			for flag := range strings.SplitSeq(test.inputs, " --") {
				if flag != "" {
					name, value, _ := strings.Cut(strings.TrimPrefix(flag, "--"), " ")
					if strings.Contains(name, "=") {
						name, value, _ = strings.Cut(strings.TrimPrefix(flag, "--"), "=")
					}
					given = append(given, "--"+name+"="+value)
				}
			}
			if !strings.Contains(test.inputs, "--dsn") {
				given = append(given, "--dsn", silent(t))
			}
			commands := [][]string{
				{"check", "--from", "3.4.1", "--to", "3.7.3", "--format", "table", "--format", "json=" + output},
				{"snapshot", "--force", "--out", output},
				{"targets", "--from", "3.4.1", "--format", "json=" + output},
			}
			faulttest.Tried(t, faulttest.Overwrites, len(commands))
			for _, args := range commands {
				code, stdout, stderr := program(t, dir, test.stdin, []string{"API7_PREFLIGHT_TOKEN=t", test.env}, append(args, given...)...)
				if code != report.ExitUsage || stdout != "" || !strings.Contains(stderr, output+" would overwrite "+test.reads) || !strings.Contains(stderr, "\nhint: ") {
					t.Errorf("%s: exit %d\n%s%s", args[0], code, stdout, stderr)
				}
				if diff := cmp.Diff(before, state(t, dir)); diff != "" {
					t.Errorf("%s: files changed (-before +after):\n%s", args[0], diff)
				}
			}
		})
	}
}

// mounted makes a file or folder also appear under another name, if the test may mount.
func mounted(over, name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if info, err := os.Stat(filepath.Join(dir, over)); err == nil && !info.IsDir() {
			if err := errors.Join(os.Remove(filepath.Join(dir, name)), os.WriteFile(filepath.Join(dir, name), nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.CommandContext(t.Context(), "mount", "--bind", over, name)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Skipf("not proved here, mounting is not allowed: %s", out)
		}
		t.Cleanup(func() { _ = syscall.Unmount(filepath.Join(dir, name), 0) })
	}
}

// TestEveryFlagThatNamesAFileGuardsIt finds the flags in the help, so that no new one can be forgotten.
func TestEveryFlagThatNamesAFileGuardsIt(t *testing.T) {
	t.Parallel()
	noFiles := []string{
		"dsn", "admin-api", "exclude", "from", "to", "fail-on", "scope", "only", "skip", "accept-unknown", "adc-version", "progress",
		"line", "why-not", "compare",
		"format", "out", "show", "min-severity", "group", "owner", // what is written
	}
	for command, output := range map[string][]string{
		"check":    {"--from", "3.4.1", "--to", "3.7.3", "--format", "json=precious"},
		"snapshot": {"--force", "--out", "precious"},
		"targets":  {"--from", "3.4.1", "--format", "json=precious"},
	} {
		_, help, _ := call(t, command, "--help")
		names := regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+) (?:string|stringArray|strings)\b`).FindAllStringSubmatch(help, -1)
		if len(names) < 7 {
			t.Errorf("%s has only %d flags with texts", command, len(names))
		}
		for _, name := range names {
			if slices.Contains(noFiles, name[1]) {
				continue
			}
			t.Run(command+" "+name[1], func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				unpack(t, dir, "-- precious --\n{}\n")
				code, _, stderr := program(t, dir, "", nil, append(append([]string{command}, output...), "--"+name[1], "precious", "--dsn", silent(t))...)
				if code != report.ExitUsage || !strings.Contains(stderr, "would overwrite precious, which this run reads (--"+name[1]+")") {
					t.Errorf("exit %d: %s", code, stderr)
				}
			})
		}
	}
}
