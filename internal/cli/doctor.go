package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/source/config"
	"github.com/api7-preflight/api7-preflight/internal/source/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/rules"
)

func (a *app) doctor() *cobra.Command {
	f := &sourceFlags{explain: true}
	var targets []target
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Show what of each source is recognised, missing or not granted; no row values",
		Long: "Show what of each source is recognised, and what is missing, not granted or not answered.\n\n" +
			"It prints names of tables, columns, kinds and files, and how many there are, and never what is in them: its\n" +
			"output can be shown to others. Single rows are not judged: that is what check does.\n\n" +
			"Exit codes: 0 all that the rules need of these sources is recognised and can be read, 4 something of it is\n" +
			"missing, 2 usage, 3 a source could not be opened or read. What a source of its type never holds is not missing.",
		Example: "  api7-preflight doctor --dsn postgres://preflight@db-1/api7ee\n" +
			"  api7-preflight doctor --backup api7ee.dump --schema-map map.yaml\n" +
			"  api7-preflight doctor --admin-api https://control-plane:7443 --adc edge=edge.yaml\n" +
			"  api7-preflight doctor --config api7-ee",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.claim(cmd, outputs(targets)...); err != nil {
				return err
			}
			f.outputs = outputs(targets)
			return a.with(cmd.Context(), f, func(open []estate.Source) error { return a.diagnose(cmd.Context(), open, targets) })
		},
	}
	f.add(cmd)
	flagsOf(cmd).formats(&targets, documents(), false)
	return cmd
}

// diagnosed is what is said of one source: of the pointers one is set.
type diagnosed struct {
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Complete bool   `json:"complete"`
	// Missing are the concepts of which something that the rules need cannot be read; of a database or a backup.
	Missing []string `json:"missing"`

	Database *postgres.Diagnosis `json:"database,omitempty"`
	Backup   *pgdump.Diagnosis   `json:"backup,omitempty"`
	AdminAPI *adminapi.Diagnosis `json:"admin_api,omitempty"`
	ADC      *adc.Diagnosis      `json:"adc,omitempty"`
	Config   *config.Diagnosis   `json:"config,omitempty"`
	Snapshot *snapshot.Diagnosis `json:"snapshot,omitempty"`
}

// diagnose looks at every source and writes what is said of them.
func (a *app) diagnose(ctx context.Context, open []estate.Source, targets []target) error {
	need := engine.Need(rules.All())
	all := make([]diagnosed, len(open))
	complete := true
	for i, src := range open {
		var err error
		if all[i], err = lookAt(ctx, src, need); err != nil {
			return unread(src, err)
		}
		complete = complete && all[i].Complete
	}
	if !complete {
		a.code = report.ExitIncomplete
	}
	table := func() string {
		sheet := render.NewSheet()
		for i := range all {
			all[i].write(sheet)
		}
		return sheet.String()
	}
	document := struct {
		Complete bool        `json:"complete"`
		Sources  []diagnosed `json:"sources"`
	}{complete, all}
	_, err := a.document(ctx, targets, func(t target) (string, error) { return formatted(t.format, table, document) })
	return err
}

// unread says that a source was opened and could not be read.
func unread(src estate.Source, err error) error {
	if _, ok := openError(err); ok {
		return err
	}
	return cannotRun("run again with a longer --timeout", "reading %s: %v", src.Info().Name, err)
}

func lookAt(ctx context.Context, src estate.Source, need estate.Need) (diagnosed, error) {
	info := src.Info()
	out := diagnosed{Kind: info.Kind, Name: info.Name, Missing: []string{}}
	switch s := src.(type) {
	case *postgres.Source:
		d, err := s.Diagnose(ctx)
		out.Database, out.Missing = &d, controlplane.Incomplete(d.Concepts, need)
		out.Complete = len(out.Missing) == 0
		return out, err
	case *pgdump.Source:
		d, err := s.Diagnose(ctx)
		out.Backup, out.Missing = &d, controlplane.Incomplete(d.Concepts, need)
		out.Complete = len(out.Missing) == 0
		return out, err
	case *adminapi.Source:
		d, err := s.Diagnose(ctx, need)
		out.AdminAPI, out.Complete = &d, d.Complete()
		return out, err
	case *adc.Source:
		d := s.Diagnose()
		out.ADC, out.Complete = &d, d.Complete()
	case *config.Source:
		d := s.Diagnose()
		out.Config, out.Complete = &d, d.Complete()
	case *snapshot.Source:
		d := s.Diagnose(need)
		out.Snapshot, out.Complete = &d, d.Complete()
	}
	return out, nil
}
