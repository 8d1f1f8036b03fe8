package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// form is one way in which files can describe an installation with the vendor's default values.
type form struct {
	name string
	of   *reading
}

// alias is the name that a depending chart gives to the vendor's chart; its keys begin with it.
const alias = "installation"

// formsOf reads a chart in each form: unpacked, as a copy of its values.yaml, as a dependency without values and, if
// it was rendered, as manifests.
func formsOf(ctx context.Context, c *chart, unpacked *reading) ([]form, error) {
	copied, bare := filepath.Join(c.folder, "copied"), filepath.Join(c.folder, "bare")
	err := errors.Join(os.MkdirAll(copied, 0o700), os.MkdirAll(bare, 0o700))
	for _, name := range []string{"Chart.yaml", "values.yaml"} {
		text, cannot := os.ReadFile(c.path(name))
		err = errors.Join(err, cannot, os.WriteFile(filepath.Join(copied, name), text, 0o600)) //nolint:gosec // two names, in our own folder
	}
	depends := fmt.Sprintf("apiVersion: v2\nname: installation\nversion: 0.1.0\ndependencies:\n"+
		"  - {name: %s, alias: %s, version: %s, repository: https://charts.api7.ai}\n", c.name, alias, c.Chart)
	err = errors.Join(err, os.WriteFile(filepath.Join(bare, "Chart.yaml"), []byte(depends), 0o600))
	if err != nil {
		return nil, fmt.Errorf("writing forms of the chart: %w", err)
	}
	all := []form{{"unpacked chart", unpacked}}
	for _, f := range []struct{ name, path string }{{"copied values", copied}, {"no values", bare}, {"manifests", c.path("rendered.yaml")}} {
		if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
			continue // not rendered
		}
		r, err := read(ctx, f.path)
		if err != nil {
			return nil, err
		}
		all = append(all, form{f.name, r})
	}
	return all, nil
}
