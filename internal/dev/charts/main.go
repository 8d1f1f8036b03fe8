// Command charts tests the recognition of configuration files, and the rules, on the vendor's Helm charts from
// control plane 3.4.0 on. The charts are not part of this repository: they are read from a clone of
// github.com/api7/api7-helm-chart, of which the git directory is enough.
//
//	go run ./internal/dev/charts -repo DIR            the results for the charts' own values, as Markdown tables
//	go run ./internal/dev/charts -repo DIR -template  also renders each chart, checks that the manifests say the same, and judges them
//	go run ./internal/dev/charts -repo DIR -doc FILE  also checks that the document explains every finding
//
// Each version is judged as an unpacked chart, as a copy of its values.yaml, and as a dependency without values.
// Findings that depend only on the upgrade path are left out. The exit code is 1 if a chart was not recognised
// correctly or the document does not explain a finding, and 2 if nothing could be tested.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

func main() {
	t := chartRun{now: time.Now}
	flag.StringVar(&t.repository, "repo", "", "git directory of github.com/api7/api7-helm-chart")
	render := flag.Bool("template", false, "render the charts as well")
	flag.StringVar(&t.document, "doc", "", "document that explains the findings")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	text, err := t.run(ctx, *render)
	fmt.Print(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, "charts:", err)
		os.Exit(2)
	}
	for _, w := range t.wrong {
		fmt.Fprintln(os.Stderr, "charts:", w)
	}
	if len(t.wrong) > 0 {
		os.Exit(1)
	}
}

// chartRun is one run over the charts.
type chartRun struct {
	repository, folder string
	document           string // must explain the findings; empty: not checked
	helm               string // the helm program; empty: charts are not rendered
	now                func() time.Time
	wrong              []string // what was not recognised or is not explained
}

// oldest are the first versions of the charts to test: those of control plane 3.4.0.
var oldest = map[string]string{version.ControlPlaneChart: "0.17.3", version.GatewayChart: "0.2.4"}

// run tests all charts and returns their tables.
func (t *chartRun) run(ctx context.Context, render bool) (text string, err error) {
	if t.folder, err = os.MkdirTemp("", "charts"); err != nil {
		return "", fmt.Errorf("making a folder for the charts: %w", err)
	}
	defer os.RemoveAll(t.folder) //nolint:errcheck // a temporary folder
	if render {
		// Go builds the pinned helm if it has not done so yet.
		out, err := output(exec.CommandContext(ctx, "go", "tool", "-n", "-modfile=internal/dev/tools/helm/go.mod", "helm"))
		if err != nil {
			return "", err
		}
		t.helm = strings.TrimSpace(string(out))
	}
	for _, name := range []string{version.ControlPlaneChart, version.GatewayChart} {
		all := table{charts: since(version.Charts(name), oldest[name])}
		for i, r := range all.charts {
			c := chart{name, r, filepath.Join(t.folder, name+"-"+r.Chart)}
			if err := t.try(ctx, &c, &all, i); err != nil {
				return text, fmt.Errorf("chart %s %s: %w", name, r.Chart, err)
			}
		}
		if err := t.explain(name, &all); err != nil {
			return text, err
		}
		text += "## Chart " + name + "\n\n" + all.markdown() + "\n"
	}
	return text, nil
}

// try tests one version of a chart.
func (t *chartRun) try(ctx context.Context, c *chart, all *table, i int) error {
	if err := t.unpack(ctx, c); err != nil {
		return err
	}
	defer os.RemoveAll(c.folder) //nolint:errcheck // a temporary folder
	values, err := read(ctx, c.path("Chart.yaml"), c.path("values.yaml"))
	if err != nil {
		t.complain(c, err.Error())
		return nil
	}
	t.complain(c, values.faults(c), different(c.installs(), values.without()))
	if t.helm != "" {
		if err := t.render(ctx, c); err != nil {
			return err
		}
	}
	forms, err := formsOf(ctx, c, values)
	if err != nil {
		return err
	}
	for target, to := range all.targets(i) {
		for _, f := range forms {
			if to.IsZero() {
				continue
			}
			found, err := t.judge(ctx, f.of.source, version.Path{From: c.app, To: to})
			if err != nil {
				return err
			}
			all.add(i, target, f.name, found)
		}
	}
	return nil
}

// explain records the findings of a chart that the document does not explain.
func (t *chartRun) explain(name string, all *table) error {
	if t.document == "" {
		return nil
	}
	document, err := os.ReadFile(t.document)
	if err != nil {
		return fmt.Errorf("reading the document: %w", err)
	}
	for _, finding := range all.unexplained(string(document)) {
		t.wrong = append(t.wrong, t.document+" does not explain, of chart "+name+", "+finding)
	}
	return nil
}

// complain records what was not recognised about a chart. It ignores empty texts.
func (t *chartRun) complain(c *chart, wrong ...string) {
	for _, w := range wrong {
		if w != "" {
			t.wrong = append(t.wrong, c.name+" "+c.Chart+": "+w)
		}
	}
}
