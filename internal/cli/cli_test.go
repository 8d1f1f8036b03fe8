package cli_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/cli"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

func TestMain(m *testing.M) {
	testscript.Main(pgtest.M{M: m}, map[string]func(){
		"api7-preflight": func() {
			signal.Ignore(syscall.SIGPIPE) // as the program does
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			defer stop()
			os.Exit(cli.Main(ctx, cli.Env{
				Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(), Now: time.Now,
			}))
		},
	})
}

// TestScripts proves what callers of the command line rely on. Each file in testdata/script is one topic.
func TestScripts(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PGBINARIES", srv.BinDir) // pg_dump and others
			tb, ok := env.T().(testing.TB)
			if !ok {
				return errors.New("a script has no test")
			}
			env.Values[tried{}] = &tried{tb: tb}
			return nil
		},
		Cmds: withControlPlanes(t, commands{
			"exits": exits,
			"fault": fault,
			// database VARIABLE [INSTALLATION] [FILE.sql…] creates a database and sets VARIABLE to its DSN.
			"database": func(ts *testscript.TestScript, _ bool, args []string) {
				var sql []string
				for _, name := range args[1:] {
					if strings.HasSuffix(name, ".sql") {
						sql = append(sql, ts.ReadFile(name))
						continue
					}
					sql = append(sql, installations.SQL(name))
				}
				ts.Setenv(args[0], srv.Database(t, sql...))
			},
			// role VARIABLE DSN NAME sets VARIABLE to the DSN for another role.
			"role": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Setenv(args[0], pgtest.As(t, args[1], args[2]))
			},
			// cut VARIABLE DSN BYTES sets VARIABLE to the DSN for a connection that is cut after that many bytes;
			// stall for one that falls silent.
			"cut": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Setenv(args[0], through(ts, args, func(addr string, n int64) string { return pgtest.CutProxy(t, addr, n) }))
			},
			"stall": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Setenv(args[0], through(ts, args, func(addr string, n int64) string { return pgtest.StallProxy(t, addr, n) }))
			},
			// sql DSN FILE runs SQL as superuser.
			"sql": func(ts *testscript.TestScript, _ bool, args []string) {
				pgtest.Exec(t, args[0], ts.ReadFile(args[1]))
			},
		}),
	})
}

// through returns the DSN in args[1] with the address of a proxy that breaks after args[2] bytes.
func through(ts *testscript.TestScript, args []string, proxy func(addr string, afterBytes int64) string) string {
	dsn, err := url.Parse(args[1])
	ts.Check(err)
	n, err := strconv.ParseInt(args[2], 10, 64)
	ts.Check(err)
	dsn.Host = proxy(dsn.Host, n)
	return dsn.String()
}

// tried is the fault that the commands of a script try.
type tried struct {
	tb testing.TB
	as faulttest.Fault
}

// fault [NAME] says which fault each command exits after it tries; without a name, they try none.
func fault(ts *testscript.TestScript, _ bool, args []string) {
	if state, ok := ts.Value(tried{}).(*tried); ok {
		state.as = faulttest.Fault(strings.Join(args, " "))
	}
}

// exits CODE COMMAND… runs a command and checks its exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if state, ok := ts.Value(tried{}).(*tried); ok && state.as != "" {
		faulttest.Tried(state.tb, state.as, 1)
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
