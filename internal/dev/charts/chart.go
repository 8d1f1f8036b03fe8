package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// chart is one version of a chart in its own folder.
type chart struct {
	name string
	release

	folder string
}

func (c *chart) path(name string) string { return filepath.Join(c.folder, name) }

// unpack writes the files of a chart.
func (t *chartRun) unpack(ctx context.Context, c *chart) error {
	folder := map[string]string{version.ControlPlaneChart: "api7", version.GatewayChart: "gateway"}[c.name]
	archive, err := output(exec.CommandContext(ctx, "git", "-C", t.repository, "archive", "--format=zip", c.Commit+":charts/"+folder)) //nolint:gosec // our own command
	if err != nil {
		return err
	}
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return fmt.Errorf("reading what git gave: %w", err)
	}
	if err := os.CopyFS(c.folder, files); err != nil {
		return fmt.Errorf("writing the chart: %w", err)
	}
	return nil
}

// output runs a command and returns its output. An error contains what it wrote to standard error.
func output(cmd *exec.Cmd) ([]byte, error) {
	out, err := cmd.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, bytes.TrimSpace(failed.Stderr))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return out, nil
}

// object is what was recognised about a file or an image. It is named by its kind and component.
type object struct {
	Component    string         `json:"component"`
	Tag          string         `json:"tag"`
	Chart        string         `json:"chart"`
	ChartVersion string         `json:"chart_version"`
	Settings     map[string]any `json:"settings"`
}

// reading is what was recognised in files.
type reading struct {
	source   *files.Source
	objects  map[string]object
	versions []estate.VersionEvidence
	gaps     []estate.Gap
}

func read(ctx context.Context, paths ...string) (*reading, error) {
	source, err := files.Open(ctx, files.Options{Paths: paths})
	if err != nil {
		return nil, fmt.Errorf("recognising: %w", err)
	}
	r := &reading{source: source, objects: map[string]object{}}
	need := estate.Need{Kinds: map[estate.Kind]bool{}}
	for _, k := range estate.Kinds() {
		need.Kinds[k] = k.InFiles()
	}
	_, err = source.Stream(ctx, need, func(res *estate.Resource) error {
		var o object
		err := json.Unmarshal(res.Body, &o)
		name := res.Kind.String() + " " + o.Component
		if _, twice := r.objects[name]; twice {
			name = res.Kind.String() + " " + res.ID
		}
		r.objects[name] = o
		return err //nolint:wrapcheck // below
	})
	if err != nil {
		return nil, fmt.Errorf("recognising: %w", err)
	}
	d, err := source.Diagnose(ctx, need)
	if err != nil {
		return nil, fmt.Errorf("recognising: %w", err)
	}
	r.gaps = d.Gaps
	if r.versions, err = source.Versions(ctx); err != nil {
		return nil, fmt.Errorf("recognising: %w", err)
	}
	return r, nil
}

// without returns the objects without their settings.
func (r *reading) without() map[string]object {
	bare := map[string]object{}
	for name, o := range r.objects {
		o.Settings = nil
		bare[name] = o
	}
	return bare
}

// installs returns what every version of a chart installs with its own values.
func (c *chart) installs() map[string]object {
	kinds := map[string]estate.Kind{"gateway": estate.GatewayConfig}
	if c.name == version.ControlPlaneChart {
		kinds = map[string]estate.Kind{"dashboard": estate.DashboardConfig, "dp_manager": estate.DPManagerConfig, "developer_portal": estate.PortalConfig}
	}
	all := map[string]object{estate.HelmValues.String() + " ": {Chart: c.name, ChartVersion: c.Chart}}
	for component, kind := range kinds {
		all[kind.String()+" "+component] = object{Component: component, Chart: c.name, ChartVersion: c.Chart}
		all[estate.Image.String()+" "+component] = object{Component: component, Tag: c.Tag, Chart: c.name, ChartVersion: c.Chart}
	}
	return all
}

func different(want, got map[string]object) string {
	if diff := cmp.Diff(want, got); diff != "" {
		return "want -, recognised +\n" + diff
	}
	return ""
}

// faults lists gaps, and versions other than the chart's.
func (r *reading) faults(c *chart) string {
	other := slices.ContainsFunc(r.versions, func(v estate.VersionEvidence) bool { return v.Version.String() != c.app.String() })
	if len(r.gaps) > 0 || len(r.versions) == 0 || other {
		return fmt.Sprintf("versions %v, want %s; gaps %v", r.versions, c.app, r.gaps)
	}
	return ""
}

// judge returns the findings of an upgrade. If a rule panicked, it returns an error.
func (t *chartRun) judge(ctx context.Context, source *files.Source, path version.Path) ([]report.Finding, error) {
	r, err := engine.Run(ctx, engine.Options{
		Path: path, FromEvidence: "the chart", Rules: rules.All(), Sources: []estate.Source{source}, Scope: report.ScopeGiven,
		FailOn: report.SeverityBreaking, Now: t.now,
	})
	if err != nil {
		return nil, fmt.Errorf("judging: %w", err)
	}
	for _, u := range r.Unexamined {
		if u.ID == estate.InternalError {
			return nil, fmt.Errorf("%s: %s", u.What, u.Why)
		}
	}
	return r.Findings.List(), nil
}
