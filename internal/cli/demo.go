package cli

import (
	"bytes"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/fixtures"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/memory"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// The path of the example: the longest jump that the vendor's guide to 3.7.x describes in full.
const (
	demoFrom = "3.4.1"
	demoTo   = "3.7.3"
)

func (a *app) demo() *cobra.Command {
	f := &checkFlags{failOn: report.SeverityBreaking, scope: string(report.ScopeAll)}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Assess the example installation inside this program: no database needed",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runDemo(cmd, f)
		},
	}
	f.out.add(cmd)
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
	if options.Sources, err = example(); err != nil {
		return cannotRun("", "the example installation is damaged: %v", err)
	}
	options.Path = version.Path{From: version.MustParse(demoFrom), To: version.MustParse(demoTo)}
	options.FromEvidence = "set by the example"
	return a.assess(cmd.Context(), options, &f.out)
}

// example returns the database and the files of the example installation.
func example() ([]estate.Source, error) {
	database, err := memory.Read(bytes.NewReader(fixtures.Demo()), estate.Info{Kind: "example", Name: "example installation"})
	if err != nil {
		return nil, err
	}
	files, err := memory.Read(bytes.NewReader(fixtures.DemoFiles()), estate.Info{Kind: "example", Name: "its configuration files"})
	if err != nil {
		return nil, err
	}
	for _, k := range estate.Kinds() {
		if k.InFiles() {
			files.Kinds = append(files.Kinds, k)
		} else {
			database.Kinds = append(database.Kinds, k)
		}
	}
	return []estate.Source{database, files}, nil
}
