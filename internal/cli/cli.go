// Package cli is the command line: commands, flags, environment, settings file and exit codes. No other package knows
// sources, rules and formats together.
package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Env is everything outside the program that the command line uses.
type Env struct {
	Args           []string  // without the program's name
	Stdin          io.Reader // nil: empty
	Stdout, Stderr io.Writer
	Environ        []string // NAME=value
	Now            func() time.Time
	// RunID returns the id of a run; nil: random.
	RunID func() string
	// Version is the program's version; empty: from the build information.
	Version string
	// Terminal reports the number of columns of the terminal behind a stream, and whether there is one; nil: ask the
	// system.
	Terminal func(io.Writer) (width int, ok bool)
	// Every returns a clock that ticks at intervals, and a function that stops it; nil: real time.
	Every func(time.Duration) (ticks <-chan time.Time, stop func())
}

// complete sets the fields that were left to the system.
func (e *Env) complete() {
	if e.RunID == nil {
		e.RunID = rand.Text
	}
	if e.Version == "" {
		e.Version = buildVersion()
	}
	if e.Terminal == nil {
		e.Terminal = terminal
	}
	if e.Every == nil {
		e.Every = every
	}
}

// lookup returns an environment variable, and whether it is set.
func (e *Env) lookup(name string) (string, bool) {
	for _, entry := range e.Environ {
		if text, ok := strings.CutPrefix(entry, name+"="); ok {
			return text, true
		}
	}
	return "", false
}

// get returns an environment variable; "" if it is not set.
func (e *Env) get(name string) string {
	text, _ := e.lookup(name)
	return text
}

func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}

func terminal(w io.Writer) (int, bool) {
	f, ok := file(w)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, true
	}
	return width, true
}

// failure is an error that ends the command with its own exit code.
type failure struct {
	code    int
	message string
	hint    string
}

func (f *failure) Error() string { return f.message }

// usage returns the failure for a mistake in the request. Nothing was assessed.
func usage(hint, format string, args ...any) error {
	return &failure{report.ExitUsage, fmt.Sprintf(format, args...), hint}
}

// cannotRun returns the failure for an obstacle outside the command line.
func cannotRun(hint, format string, args ...any) error {
	return &failure{report.ExitCannotRun, fmt.Sprintf(format, args...), hint}
}

// Main runs the command line and returns the exit code. An error goes to Stderr, as one line and a hint.
func Main(ctx context.Context, env Env) int {
	env.complete()
	out := &watched{w: env.Stdout, done: ctx.Done()}
	env.Stdout = out
	app := &app{env: env}
	root := app.root() //nolint:contextcheck // commands take it from ExecuteContext
	err := root.ExecuteContext(ctx)
	if err == nil && out.err == nil {
		return app.code
	}
	f := explain(ctx, err, out.err)
	app.complain(f.message, f.hint)
	return f.code
}

// explain returns message, hint and exit code for what went wrong. err ended the command; unwritten is an error of
// writing to standard output.
func explain(ctx context.Context, err, unwritten error) *failure {
	if ctx.Err() != nil {
		return &failure{report.ExitInterrupted, "interrupted", "nothing was reported"}
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if open, ok := openError(err); ok {
		return &failure{report.ExitCannotRun, open.Message, open.Hint}
	}
	if unwritten != nil { // cobra ignores errors when it writes help and completions
		return &failure{report.ExitCannotRun, "cannot write the output: " + unwritten.Error(), "check the disk or the command that reads the output"}
	}
	return &failure{report.ExitUsage, err.Error(), "api7-preflight --help"}
}

type app struct {
	env    Env
	code   int
	shared sharedFlags
	used   []report.Setting // settings in force, for the report
	meter  *meter           // shows progress; nil: nothing is read, or it is not shown
	// settingsRead is the settings file, if one was read.
	settingsRead input
}

// sharedFlags are the flags that every command has.
type sharedFlags struct {
	settings string
	quiet    bool
	noColor  bool
	progress string
}

func (f *sharedFlags) add(root *cobra.Command) {
	flags := flags{root.PersistentFlags(), root}
	flags.file(&f.settings, "settings", "YAML file with values for flags, or "+noSettings+" (default "+settingsFile+" if it exists)").shows()
	flags.toggle(&f.quiet, "quiet", "no progress, no warnings and no summary on standard error").shows()
	f.progress = progressAuto
	flags.choice(&f.progress, "progress", []string{progressAuto, progressAlways, progressNever},
		"progress line on standard error: auto (on a terminal), always (otherwise one every half minute) or never").shows()
	flags.toggle(&f.noColor, "no-color", "no colour, as with NO_COLOR in the environment").shows()
}

func (a *app) complain(message, hint string) {
	text := "error: " + render.Brief(redact.Text(message)) + "\n"
	if hint != "" {
		text += "hint: " + render.Brief(redact.Text(hint)) + "\n"
	}
	_, _ = io.WriteString(a.env.Stderr, text) // if standard error is closed, only the exit code is left
}

// warn writes a warning about something that a person should know before anything is read.
func (a *app) warn(message, hint string) {
	_, _ = io.WriteString(a.env.Stderr, "WARNING: "+redact.Text(message)+"\nhint: "+redact.Text(hint)+"\n") // as above
}

// write writes a command's whole output to standard output. A full disk or a closed pipe is an error, not a partial
// report.
func (a *app) write(text string) error {
	a.stopProgress()
	_, err := io.WriteString(a.env.Stdout, text)
	return unprinted(err)
}

// unprinted returns the failure for an error of writing to standard output, nil for a nil error.
func unprinted(err error) error {
	if _, told := errors.AsType[*failure](err); told || err == nil {
		return err
	}
	return cannotRun("check the disk or the command that reads the output", "cannot write the output: %v", err)
}

func (a *app) root() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   "api7-preflight",
		Short: "Can this API7 Enterprise installation be upgraded, and what breaks?",
		Long: "api7-preflight reads an API7 Enterprise installation, changes nothing, and says whether it can be upgraded\n" +
			"from one version to another, what breaks, and what to do before, during and after.\n\n" +
			"Exit codes: 0 ready, 1 blocked, 2 usage, 3 could not run, 4 incomplete, 130 interrupted.",
		SilenceErrors: true, SilenceUsage: true,
		Args: unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return a.writeVersion()
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if version || a.completing() {
				return nil
			}
			return a.settle(cmd)
		},
	}
	// cobra's own flag would link a template engine, four megabytes, for a single line.
	root.Flags().BoolVarP(&version, "version", "v", false, "version of this program, and how new its knowledge is")
	a.shared.add(root)
	root.SetArgs(a.env.Args)
	root.SetOut(a.env.Stdout)
	root.SetErr(a.env.Stderr)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(help(root))
	root.AddCommand(a.check(), a.demo(), a.rules(), a.doctor(), a.grants(), a.schema(), a.snapshot(), a.targets(), a.runbook(), a.diff(), a.waivers(), a.version())
	root.InitDefaultCompletionCmd("completion") // so that it refuses unknown shells like any command
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args, c.RunE = unknownCommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
			c.PersistentPreRunE = func(*cobra.Command, []string) error { return nil } // it reads nothing
			for _, shell := range c.Commands() {
				shell.Args = noArgs // cobra's own would repeat what was typed
			}
		}
	}
	if a.completing() {
		forgive(root)
	}
	return root
}

// completing reports whether a shell asks for completions.
func (a *app) completing() bool {
	return len(a.env.Args) > 0 && strings.HasPrefix(a.env.Args[0], cobra.ShellCompRequestCmd)
}

// forgive makes a command accept whatever was typed so far. cobra parses it twice, and would repeat what is wrong
// with it.
func forgive(cmd *cobra.Command) {
	cmd.FParseErrWhitelist.UnknownFlags = true
	eachFlag(cmd, func(_ *pflag.Flag, f *flag) { f.forgiving = true })
	for _, c := range cmd.Commands() {
		forgive(c)
	}
}

// help returns the help command. Unlike cobra's own, it refuses unknown commands.
func help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [command]", Short: "Help about any command",
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil }, // it reads nothing
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(root, args)
			}
			return cmd.Help()
		},
	}
}
