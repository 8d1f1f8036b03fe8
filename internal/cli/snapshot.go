package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/outfile"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// snapshotFlags are the flags of snapshot.
type snapshotFlags struct {
	source sourceFlags
	out    string
	force  bool
	adc    string
}

func (a *app) snapshot() *cobra.Command {
	f := &snapshotFlags{}
	cmd := &cobra.Command{
		Use:   "snapshot --out FILE",
		Short: "Write everything the rules need to one redacted file, to assess elsewhere",
		Long: "Write everything that the rules of all paths need to one redacted file, to assess elsewhere with check --snapshot.\n" +
			"Secrets are left out. What could not be read is recorded, so an incomplete snapshot never gives a complete\n" +
			"verdict; the exit code is then 4.",
		Example: "  api7-preflight snapshot --dsn postgres://preflight@db-1/api7ee --out api7ee.snapshot\n" +
			"  api7-preflight snapshot --dsn postgres://preflight@db-1/api7ee --out - | ssh bastion 'cat >api7ee.snapshot'",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			made, err := adcVersion(f.adc)
			if err != nil {
				return err
			}
			out, err := a.place(cmd, f)
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), &f.source, func(ctx context.Context, open []estate.Source) error {
				madeBy(open, made, version.Version{})
				if err := a.forewarn(ctx, open); err != nil {
					return err
				}
				return a.take(ctx, open, f, out)
			})
		},
	}
	f.source.add(cmd)
	flags := flagsOf(cmd)
	flags.file(&f.out, "out", "file to write; - for standard output").shows()
	flags.text(&f.adc, "adc-version", "version of ADC that made the dumps of --adc, as adc --version prints it")
	flags.toggle(&f.force, "force", "replace the file if it exists").shows()
	return cmd
}

// place returns where the snapshot will be written.
func (a *app) place(cmd *cobra.Command, f *snapshotFlags) (*output, error) {
	if f.out == "" {
		return nil, usage("--out api7ee.snapshot", "--out is missing: where should the snapshot go?")
	}
	out := &output{flag: "--out ", name: f.out, replaces: true}
	if err := a.claim(cmd, out); err != nil {
		return nil, err
	}
	if _, terminal := a.env.Terminal(a.env.Stdout); terminal && out.name == "" {
		return nil, usage("--out api7ee.snapshot, or pipe it on", "a snapshot is not text and is not written to a terminal")
	}
	if out.name != "" && out.target.Exists() && !f.force {
		return nil, usage("name a new file, or add --force to replace this one", "%s already exists", out.name)
	}
	f.source.outputs = []*output{out}
	return out, nil
}

// take writes the snapshot, and says what is in it: on standard output, or on standard error if the snapshot goes to
// standard output.
func (a *app) take(ctx context.Context, open []estate.Source, f *snapshotFlags, out *output) error {
	options := snapshot.Options{Tool: a.env.Version, Sources: open, Need: needed(), Scratch: out.target.Folder()}
	var summary snapshot.Summary
	fill := func(w io.Writer) (err error) {
		summary, err = snapshot.Write(ctx, w, options)
		return err
	}
	if err := a.fill(ctx, out, outfile.Options{Mode: snapshot.Mode, New: !f.force}, fill); err != nil {
		return err
	}
	if len(summary.Gaps) > 0 || summary.Damaged > 0 {
		a.code = report.ExitIncomplete
	}
	if out.name != "" {
		return a.write(taken(out, summary))
	}
	if !a.shared.quiet {
		_, _ = io.WriteString(a.env.Stderr, taken(out, summary)) // if it is closed, only the exit code is left
	}
	return nil
}

// fill writes a snapshot to its place when it is complete.
func (a *app) fill(ctx context.Context, out *output, o outfile.Options, fill func(io.Writer) error) (err error) {
	if out.name != "" {
		err = unwritten(outfile.Write(ctx, out.name, o, fill))
	} else {
		var whole strings.Builder
		if err = fill(&whole); err == nil {
			err = a.write(whole.String())
		}
	}
	_, told := errors.AsType[*failure](err)
	if _, ok := openError(err); err == nil || told || ok {
		return err
	}
	return cannotRead(ctx, err, "taking the snapshot: ")
}

// taken says what is in a snapshot and what is not.
func taken(out *output, s snapshot.Summary) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s\n", render.Sanitize(redact.Text(cmp.Or(out.name, out.String()))), plural.Of(s.Resources, "resource", "resources"))
	told := map[string]bool{} // one obstacle may hide several kinds
	for _, g := range s.Gaps {
		line := fmt.Sprintf("not read  %s: %s\n", render.Sanitize(g.What), render.Sanitize(g.Why))
		if !told[line] {
			text.WriteString(line)
		}
		told[line] = true
	}
	if s.Damaged > 0 {
		fmt.Fprintf(&text, "damaged   %s\n", plural.Of(s.Damaged, "row", "rows"))
	}
	if s.Open >= time.Second {
		fmt.Fprintf(&text, "held      %s\n", render.Held(s.Open.Milliseconds()))
	}
	return text.String()
}
