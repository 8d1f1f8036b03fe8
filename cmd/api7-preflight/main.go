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
	"github.com/api7-preflight/api7-preflight/internal/report"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a reader that has gone is an error to report, not an end without a word
	ctx, cancel := context.WithCancel(context.Background())
	go interrupt(cancel)
	code := cli.Main(ctx, cli.Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(), Now: time.Now,
	})
	cancel()
	os.Exit(code)
}

// tidying is how long the program may take to end after a signal: to remove temporary files, to take leave of a server.
const tidying = 800 * time.Millisecond

// interrupt waits for a signal and ends the program with the exit code for it, the same for each: in order if that is
// possible in a moment, else all the same. Something that no program can end, such as a write to a terminal that is
// stopped, must not keep it. A second signal ends it at once.
func interrupt(cancel func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT) // Go ends with 2 at SIGQUIT, which is a usage error here
	if !signal.Ignored(syscall.SIGHUP) {                                   // as nohup does
		signal.Notify(signals, syscall.SIGHUP)
	}
	<-signals
	cancel()
	select {
	case <-signals:
	case <-time.After(tidying):
	}
	os.Exit(report.ExitInterrupted)
}
