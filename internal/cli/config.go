package cli

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
)

// configuration opens the files of --config, only once.
func (a *app) configuration(ctx context.Context, f *sourceFlags) (*files.Source, error) {
	if f.files != nil {
		return f.files, nil
	}
	given := slices.Clone(f.given("config"))
	for i, text := range given {
		given[i] = layers(fromHere, text)
	}
	o := files.Options{Paths: given, Exclude: f.exclude, Input: a.reading(f.timeout), AllowEmpty: f.explain, Own: own}
	for _, text := range f.given("adc") {
		o.Elsewhere = append(o.Elsewhere, adc.ParseFlag(text).Path)
	}
	src, err := files.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	f.files = src
	for _, pattern := range src.Idle() {
		if a.shared.quiet {
			break
		}
		a.warn("--exclude "+pattern, "patterns are held against the path that is shown, the path below the folder, and the whole path if they begin with /")
	}
	return src, spared(f.outputs, src.Beside())
}

// fromHere returns a path in the working directory as one that is relative to it: a file has the same name, and so its
// findings the same fingerprints, however a person or a pipeline writes where it is. Other paths stay as they are.
func fromHere(path string) string {
	if path == "-" || filepath.IsLocal(path) {
		return path
	}
	here, err := filepath.Abs(".")
	if err != nil {
		return path
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if relative, err := filepath.Rel(here, whole); err == nil && filepath.IsLocal(relative) {
		return relative
	}
	return path
}

// databaseOfConfig uses the database in the Dashboard's file as a source, if that was asked for.
func (a *app) databaseOfConfig(ctx context.Context, f *sourceFlags) error {
	switch {
	case !f.dsnFromConfig:
		return nil
	case len(f.given("config")) == 0:
		return usage("add the Dashboard's configuration file: --config FILE", "--dsn-from-config needs --config")
	case len(f.given("dsn")) > 0:
		return usage("leave one of them out (API7_PREFLIGHT_DSN counts as --dsn)", "--dsn and --dsn-from-config both name a database")
	}
	src, err := a.configuration(ctx, f)
	if err != nil {
		return blamed("--config", err)
	}
	dsn, place, err := src.DSN()
	if err != nil {
		return err
	}
	f.dsnPlace = place
	return f.named["dsn"].Set(dsn)
}

// placed adds to an error about the database where its connection string is written.
func (f *sourceFlags) placed(err error) error {
	if open, ok := openError(err); ok && f.dsnPlace != "" {
		return &estate.OpenError{Message: "database.dsn at " + f.dsnPlace + ": " + open.Message, Hint: open.Hint}
	}
	return err
}
