// Command api7-preflight tells whether an API7 Enterprise installation can be upgraded from one version to another,
// what breaks, and what to do before, during and after.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/cli"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a reader that has gone is an error to report, not an end without a word
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, cli.Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(), Now: time.Now,
	})
	stop()
	os.Exit(code)
}
