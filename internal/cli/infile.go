package cli

import (
	"errors"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// usualTimeout is the default of --timeout.
const usualTimeout = 5 * time.Minute

// patience returns how long the settings file may give nothing. --timeout counts where it is on the command line or in
// the environment: what the file itself says comes too late.
func (a *app) patience(cmd *cobra.Command) time.Duration {
	d := usualTimeout
	text, set := a.env.lookup(variable("timeout"))
	if f := cmd.Flags().Lookup("timeout"); f != nil && f.Changed {
		text, set = f.Value.String(), true
	}
	if given, err := time.ParseDuration(text); set && err == nil && given > 0 { // what is wrong with it is said with all other values
		d = given
	}
	return d
}

// unreadable returns the failure for a file that a flag names and that cannot be read. One that gives nothing is an
// obstacle, and all else a mistake in the request.
func unreadable(flag, called, name string, err error, hint string) error {
	if e, ok := errors.AsType[*infile.Error](err); ok {
		if e.Silent {
			return cannotRun(e.Hint, "%s %v", flag, e)
		}
		return usage(e.Hint, "%s %v", flag, e)
	}
	return usage(hint, "cannot read the %s: %s", called, fileError(name, err))
}

// blamed adds to what is wrong with an input the flag that names it.
func blamed(flag string, err error) error {
	if e, ok := errors.AsType[*infile.Error](err); ok {
		return &estate.OpenError{Message: flag + " " + e.Error(), Hint: e.Hint}
	}
	return err
}

// fileError says why a file cannot be read, without the texts of the Go library.
func fileError(name string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return name + " does not exist"
	case errors.Is(err, fs.ErrPermission):
		return name + " cannot be read: permission denied"
	}
	if broken, ok := errors.AsType[*fs.PathError](err); ok {
		return name + ": " + broken.Err.Error()
	}
	return name + ": " + err.Error()
}
