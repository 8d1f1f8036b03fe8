package cli

import (
	"context"
	"io"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/rules"
)

func (a *app) doctor() *cobra.Command {
	f := &sourceFlags{explain: true}
	var targets []target
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Show what is recognised, missing or not granted in each source, without row values",
		Long: "Show what is recognised in each source, and what is missing, not granted or not answered.\n\n" +
			"It prints the names of tables, columns, kinds and files and their counts, never their contents, so its output is\n" +
			"safe to share. It does not judge single rows: check does that.\n\n" +
			"Exit codes: 0 everything the rules need from these sources is recognised and readable, 4 some of it is missing,\n" +
			"2 usage, 3 a source could not be opened or read. What a type of source never holds does not count as missing.",
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
			return a.with(cmd.Context(), f, func(ctx context.Context, open []estate.Source) error { return a.diagnose(ctx, f, open, targets) })
		},
	}
	f.add(cmd)
	flagsOf(cmd).formats(&targets, documents, false)
	return cmd
}

// needed returns what all rules together need, which is the same in every run and to be read only. Working it out takes
// a quarter of a second.
var needed = sync.OnceValue(func() estate.Need { return engine.Need(rules.All()) })

// diagnosed is the diagnosis of one source.
type diagnosed struct {
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Complete bool   `json:"complete"`
	estate.Diagnosis
}

// diagnose diagnoses every source and writes the results.
func (a *app) diagnose(ctx context.Context, f *sourceFlags, open []estate.Source, targets []target) error {
	need := needed()
	complete, all := true, make([]diagnosed, len(open))
	for i, src := range open {
		d, err := src.Diagnose(ctx, need)
		if err != nil {
			return unread(src, err)
		}
		d.Elsewhere = beyond(src, need)
		f.advise(src, &d)
		info := src.Info()
		all[i] = diagnosed{info.Kind, info.Name, d.Complete(), d}
		complete = complete && d.Complete()
	}
	redact.Everything(all)
	if !complete {
		a.code = report.ExitIncomplete
	}
	table := func() string {
		sheet := render.NewSheet()
		for i := range all {
			sheet.Diagnosis(open[i].Info(), &all[i].Diagnosis)
		}
		return sheet.String()
	}
	document := struct {
		Complete bool        `json:"complete"`
		Sources  []diagnosed `json:"sources"`
	}{complete, all}
	_, err := a.document(ctx, targets, func(w io.Writer, t target) error { return formatted(w, t.format, table, document) })
	return err
}

// advise adds a next step to the gaps that only another source can close.
func (f *sourceFlags) advise(src estate.Source, d *estate.Diagnosis) {
	for i := range d.Kinds {
		d.Kinds[i].Gaps = estate.Advised(d.Kinds[i].Gaps, f.elsewhere(d.Kinds[i].Kind))
	}
	held := slices.DeleteFunc(estate.Kinds(), func(k estate.Kind) bool { return !src.Holds(k) })
	d.Gaps = estate.Advised(d.Gaps, f.elsewhere(held...))
}

// beyond returns the needed kinds that a source cannot hold.
func beyond(src estate.Source, need estate.Need) []estate.Kind {
	var kinds []estate.Kind
	for _, k := range estate.Kinds() {
		if need.Wants(k) && !src.Holds(k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// unread returns the error for a source that was opened and cannot be read.
func unread(src estate.Source, err error) error {
	if _, ok := openError(err); ok {
		return err
	}
	return cannotRun("run again with a longer --timeout", "reading %s: %v", src.Info().Name, err)
}
