package cli

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// noArgs returns an error if there are arguments, with the flag that was most likely meant. It repeats only arguments
// that are files here or clearly versions: anything else may be a connection string, or the end of a password with a
// space.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	name := cmd.CommandPath()
	if slices.ContainsFunc(args, redact.MayBeConnection) {
		return usage("quote it and give it with --dsn; better still, set "+variable("dsn")+": other users can see a command line",
			"%s takes no arguments, but got what looks like a connection string", name)
	}
	return usage(argumentHint(cmd, args), "%s takes no arguments%s", name, got(args[0]))
}

// documentNames returns the check of the arguments of a command that takes the names of documents. "-" is standard input.
func documentNames(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		how := cmd.CommandPath() + " " + strings.Join(names, " ")
		switch {
		case slices.ContainsFunc(args, redact.MayBeConnection):
			return usage(how, "%s takes the names of files, but got what looks like a connection string", cmd.CommandPath())
		case len(args) < len(names):
			return usage("`api7-preflight check … --format json=FILE` writes a report", "%s needs %s", cmd.CommandPath(), strings.Join(names, " and "))
		case len(args) > len(names):
			return usage(how, "%s takes no further argument%s", cmd.CommandPath(), got(args[len(names)]))
		}
		return nil
	}
}

// got returns an argument for an error, if it cannot be a secret.
func got(text string) string {
	if _, err := version.Parse(text); err == nil {
		return ", got " + text
	}
	if _, err := os.Stat(text); err == nil {
		return ", got " + text
	}
	return ""
}

// argumentHint says which flags take what was given as arguments.
func argumentHint(cmd *cobra.Command, args []string) string {
	names := flagNames(cmd)
	has := func(flag string) bool { return slices.Contains(names, flag) }
	if _, err := version.Parse(args[0]); err == nil && has("to") {
		if len(args) > 1 {
			return "give versions with --from and --to"
		}
		return "give the version with --to (or --from)"
	}
	if !has("config") {
		return cmd.CommandPath() + " --help"
	}
	if _, err := os.Stat(args[0]); err != nil {
		return "sources are given with flags: " + either(sourceFlagNames())
	}
	flag := "config"
	if t, ok := typeOf(args[0]); ok {
		flag = t.flag
	}
	if cmd.Flags().Changed(flag) {
		return "repeat the flag for each: --" + flag + " " + args[0]
	}
	return "did you mean --" + flag + " " + args[0] + "?"
}

// misplaced adds to an error about the value of a flag that it is a source for another flag, if it is one.
func misplaced(flag string, given []string, err error) error {
	open, ok := openError(err)
	if !ok {
		return err
	}
	for _, name := range given {
		if t, ok := typeOf(name); ok && t.flag != flag {
			return &estate.OpenError{Message: name + " is " + t.called + ", but was given with --" + flag, Hint: "give it with --" + t.flag}
		}
	}
	return open
}

func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	names := []string{}
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	hint := cmd.CommandPath() + " --help lists the commands"
	if near, ok := suggest.Nearest(args[0], names); ok {
		hint = "did you mean " + cmd.CommandPath() + " " + near + "?"
	}
	if !flagLike(args[0]) {
		return usage(hint, "unknown command")
	}
	return usage(hint, "unknown command %q", args[0])
}
