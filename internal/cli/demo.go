package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/fixtures"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// The upgrade of the example: the longest jump that the vendor's guide to 3.7.x describes in full.
const (
	demoFrom = "3.4.1"
	demoTo   = "3.7.3"
)

func (a *app) demo() *cobra.Command {
	f := &checkFlags{judgeFlags: judgeFlags{failOn: report.SeverityBreaking, scope: string(report.ScopeAll)}}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Assess the example installation inside this program: no database needed",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runDemo(cmd, f)
		},
	}
	f.out.add(cmd, "demo")
	return cmd
}

func (a *app) runDemo(cmd *cobra.Command, f *checkFlags) error {
	options, err := f.options()
	if err != nil {
		return err
	}
	if err := a.claim(cmd, outputs(f.out.targets)...); err != nil {
		return err
	}
	if options.Sources, err = examples(); err != nil {
		return cannotRun("", "the example installation is damaged: %v", err)
	}
	to := goal{to: version.MustParse(demoTo)}
	options.Path = version.Path{From: version.MustParse(demoFrom), To: to.to}
	options.FromEvidence, options.FromGiven = "set by the example", true
	return a.assess(cmd.Context(), options, &to, nil, &f.out)
}

// example is a part of the example installation: a snapshot with a name of its own in reports.
type example struct {
	*snapshot.Source

	name string
}

func (e example) Info() estate.Info { return estate.Info{Kind: "example", Name: e.name} }

// examples returns the database and the files of the example installation.
func examples() ([]estate.Source, error) {
	var parts []estate.Source
	for _, part := range []struct{ name, content string }{
		{"example installation", fixtures.Demo()},
		{"its files", fixtures.DemoFiles()},
	} {
		src, err := snapshot.Read(part.name, strings.NewReader(part.content), int64(len(part.content)))
		if err != nil {
			return nil, err
		}
		parts = append(parts, example{src, part.name})
	}
	return parts, nil
}
