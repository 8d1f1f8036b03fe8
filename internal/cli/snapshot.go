package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/rules"
)

func (a *app) snapshot() *cobra.Command {
	f := &sourceFlags{}
	var out string
	cmd := &cobra.Command{
		Use:   "snapshot --out FILE",
		Short: "Write one redacted file of everything the rules need, to be assessed elsewhere",
		Long: "Write one redacted file of everything that the rules of all paths need, to be assessed elsewhere with\n" +
			"check --snapshot. Secrets are left out. What could not be read is in the file, so that an incomplete snapshot\n" +
			"never becomes a complete verdict; the exit code is then 4.",
		Example: "  api7-preflight snapshot --dsn postgres://preflight@db-1/api7ee --out api7ee.snapshot",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usage("--out api7ee.snapshot", "--out is missing: where to write the snapshot?")
			}
			return a.with(cmd.Context(), f, func(open []estate.Source) error { return a.take(cmd, open, out) })
		},
	}
	f.add(cmd)
	flagsOf(cmd).file(&out, "out", "file to write").shows()
	return cmd
}

func (a *app) take(cmd *cobra.Command, open []estate.Source, out string) error {
	var summary snapshot.Summary
	var failed error
	err := replace(out, func(w io.Writer) error {
		options := snapshot.Options{Tool: a.env.Version, Sources: open, Need: engine.Need(rules.All()), Scratch: filepath.Dir(out)}
		summary, failed = snapshot.Write(cmd.Context(), w, options)
		return failed
	})
	switch {
	case failed != nil:
		return cannotRun("run again; api7-preflight doctor shows what can be read", "taking the snapshot: %v", failed)
	case err != nil:
		return cannotRun("choose a folder that exists and can be written", "cannot write the snapshot: %v", err)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %d resources\n", render.Sanitize(out), summary.Resources)
	for _, g := range summary.Gaps {
		fmt.Fprintf(&text, "not read  %s: %s\n", render.Sanitize(g.What), render.Sanitize(g.Why))
	}
	if summary.Damaged > 0 {
		fmt.Fprintf(&text, "damaged   %d rows\n", summary.Damaged)
	}
	if len(summary.Gaps) > 0 || summary.Damaged > 0 {
		a.code = report.ExitIncomplete
	}
	return a.write(text.String())
}
