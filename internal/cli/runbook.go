package cli

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/compare"
	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/targets"
)

// runbookFlags are the flags of runbook.
type runbookFlags struct {
	judgeFlags

	to       string
	targets  []target
	times    runbook.Times
	starts   []time.Time
	parallel bool
	status   string
	out      string
	force    bool
}

func (a *app) runbook() *cobra.Command {
	f := &runbookFlags{times: runbook.GuideTimes()}
	cmd := &cobra.Command{
		Use:   "runbook --to VERSION",
		Short: "Plan the change window: every step with its command, its time, its check and the way back",
		Long: "Plan the change window for this installation and path: preparation, dry run, backup, freeze, control plane, each gateway\n" +
			"group, acceptance, rollback; with the commands for it. What nobody knows stands in it as <FILL IN: …>. It changes\n" +
			"nothing, and has no password in it.\n\n" +
			"With --out it writes a folder: the runbook, the acceptance requests, and scripts for what has to be deleted before the\n" +
			"upgrade and put back after it. They hold no secret, and only say what they would do until they are run with --apply.\n\n" +
			"With --status it reads the installation again, and says of each step of an earlier runbook whether it is done.\n\n" +
			"Exit codes: 0 written, 4 written, and gaps of the sources leave parts open, 2 usage, 3 could not run.",
		Example: "  api7-preflight runbook --dsn postgres://preflight@db-1/api7ee --config api7-ee --to 3.7.3 >runbook.md\n" +
			"  api7-preflight runbook --config api7-ee --dsn-from-config --to 3.7.3 --start '2026-12-05 22:00' --format html=runbook.html\n" +
			"  api7-preflight runbook --backup api7ee.dump --from 3.4.1 --to 3.7.3 --time control-plane=45 --format json=runbook.json\n" +
			"  api7-preflight runbook --dsn postgres://preflight@db-1/api7ee --config api7-ee --to 3.7.3 --out window\n" +
			"  api7-preflight runbook --backup api7ee.dump --status runbook.json",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runRunbook(cmd, f) },
	}
	f.add(cmd)
	flags := flagsOf(cmd)
	flags.text(&f.to, "to", "version to upgrade to: a release, a line such as 3.8, lts or latest")
	flags.completes("to", goalNames())
	flags.formats(&f.targets, render.RunbookFormats(), false)
	flags.moments(&f.starts, a, "start", "start of the change window, as 2006-01-02 15:04 or with a zone as in RFC 3339 (repeatable, one for each window)").shows()
	flags.times(&f.times, "time", "minutes of a part: NAME=MINUTES, with "+strings.Join(runbook.TimeNames(), ", ")+" or gateway-group/NAME (repeatable; default: the vendor's guide)").shows()
	flags.toggle(&f.parallel, "parallel", "upgrade gateway groups at the same time").shows()
	flags.text(&f.out, "out", "folder to write: runbook.md, runbook.json, acceptance.sh, and scripts for what is deleted and put back").shows()
	flags.toggle(&f.force, "force", "replace the files of an earlier run in the folder of --out; what its scripts saved stays").shows()
	flags.file(&f.status, "status", "JSON runbook of an earlier run: say which of its steps are done").reads()
	return cmd
}

// moments adds a flag that may be repeated and takes a time. Without a zone it is in that of this machine, where an hour of a
// day may be missing, and another one be there twice.
func (s flags) moments(p *[]time.Time, a *app, name, usage string) *flag {
	f := s.list(new([]string), name, usage)
	f.take = func(text string) error {
		text = strings.TrimSpace(text)
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
			if t, err := time.Parse(layout, text); err == nil {
				*p = append(*p, t)
				return nil
			}
		}
		for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04"} {
			if t, err := time.ParseInLocation(layout, text, a.env.Now().Location()); err == nil {
				plain, _ := time.Parse(layout, text)
				*p = append(*p, t)
				return onClock(t, plain)
			}
		}
		return &mistake{"takes a day and a time" + butNot(text), "such as '2026-12-05 22:00' or 2026-12-05T22:00:00+01:00"}
	}
	return f
}

// onClock returns an error if no clock shows the time that was written, which t was made of, or if it does so twice.
func onClock(t, written time.Time) error {
	const clock = "2006-01-02 15:04"
	if t.Format(clock) != written.Format(clock) {
		return &mistake{"does not exist: clocks are put forward over it that day", "one hour later, or with a zone"}
	}
	for _, shift := range []time.Duration{-time.Hour, time.Hour} {
		if other := t.Add(shift); other.Format(clock) == t.Format(clock) {
			return &mistake{"is there twice: clocks are put back that day", "add the zone: " + t.Format(time.RFC3339) + " or " + other.Format(time.RFC3339)}
		}
	}
	return nil
}

// fits returns an error if the flags name a gateway group or a window that there is not.
func (f *runbookFlags) fits(groups []runbook.Group, windows int) error {
	if strays := f.times.Strays(groups); len(strays) > 0 {
		names := make([]string, len(groups))
		for i := range groups {
			names[i] = groups[i].Label()
		}
		hint := "known are " + strings.Join(names, ", ")
		if len(names) == 0 {
			hint = "no source of this run shows gateway groups: the database, a backup or the Admin API does; --time gateway-group is for all"
		}
		what := "a gateway group that is not there"
		if plainWord(strays[0]) {
			what = "gateway group " + strays[0] + ", which is not there"
		}
		return usage(hint, "--time names %s", what)
	}
	if n := len(f.starts); n > windows {
		return usage("give one for each window, in order", "--start is given %d times, and this path has %s", n, plural.Of(windows, "window", "windows"))
	}
	for i := 1; i < len(f.starts); i++ {
		if !f.starts[i-1].Before(f.starts[i]) {
			return usage("give them in order", "--start: window %d would begin before window %d", i+1, i)
		}
	}
	return nil
}

// past says on standard error that a window begins in the past.
func (f *runbookFlags) past(a *app) {
	for _, start := range f.starts {
		if start.Before(a.env.Now()) && !a.shared.quiet {
			a.warn("--start "+start.Format(time.RFC3339)+" is in the past", "it is right for a window that was; a new one needs another day")
		}
	}
}

// times adds a flag that may be repeated and takes NAME=MINUTES.
func (s flags) times(p *runbook.Times, name, usage string) *flag {
	f := s.list(new([]string), name, usage)
	f.pairs, f.any = true, true
	f.take = func(text string) error {
		part, number, _ := strings.Cut(text, "=")
		minutes, err := strconv.Atoi(strings.TrimSpace(number))
		if err != nil {
			return &mistake{"takes NAME=MINUTES" + butNot(text), "such as control-plane=30"}
		}
		if err := p.Set(strings.TrimSpace(part), minutes); err != nil {
			return &mistake{err.Error(), ""}
		}
		return nil
	}
	return f
}

func (a *app) runRunbook(cmd *cobra.Command, f *runbookFlags) error {
	ctx := cmd.Context()
	options, err := f.options()
	if err != nil {
		return err
	}
	outs, err := f.outputs()
	if err != nil {
		return err
	}
	if err := a.claim(cmd, outs...); err != nil {
		return err
	}
	f.past(a)
	earlier, err := f.earlier(ctx, a)
	if err != nil {
		return err
	}
	to, from, err := versions(f.to, f.from)
	if err != nil {
		return err
	}
	return a.judge(ctx, &f.judgeFlags, options, from, &to, outs, func(ctx context.Context, decided *decisions) error {
		return a.plan(ctx, f, options, &to, decided, earlier)
	})
}

// earlier reads the runbook of --status, nil without one, and takes the path from it.
func (f *runbookFlags) earlier(ctx context.Context, a *app) (*runbook.Runbook, error) {
	const hint = "`api7-preflight runbook … --format json=FILE` writes one"
	if f.status == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	for _, s := range a.used {
		if s.From == report.FromFlag && slices.Contains([]string{"start", "time", "parallel"}, s.Name) {
			return nil, usage("leave --"+s.Name+" out, or make the runbook again", "--%s and --status cannot be given together: the plan stays as it was made", s.Name)
		}
	}
	in, err := infile.Open(ctx, f.status, infile.Options{Stdin: a.env.stdin(), Idle: f.source.timeout})
	if err != nil {
		return nil, unreadable("--status", "runbook", f.status, err, hint)
	}
	defer in.Close() //nolint:errcheck // it was only read
	b, err := runbook.Read(in)
	if errors.Is(err, runbook.ErrForeign) {
		return nil, usage(hint, "--status %s: %v", f.status, err)
	}
	if err != nil {
		return nil, unreadable("--status", "runbook", f.status, err, hint)
	}
	for _, end := range []struct {
		flag        string
		given       *string
		of, written string
	}{{"from", &f.from, "start", b.Path.From}, {"to", &f.to, "end", b.Path.To}} {
		if *end.given != "" && *end.given != end.written {
			return nil, usage("leave --"+end.flag+" out", "--%s is not the %s of the path in %s, which is %s", end.flag, end.of, f.status, end.written)
		}
		*end.given = end.written
	}
	return b, nil
}

// plan judges the installation, and writes its runbook, or the state of an earlier one.
func (a *app) plan(ctx context.Context, f *runbookFlags, options *engine.Options, to *goal, decided *decisions, earlier *runbook.Runbook) error {
	seen := runbook.NewCollector()
	options.Watch = seen.Watch
	options.Also = targets.Steps(options.Path)
	if earlier != nil {
		options.Also = earlier.Hops(options.Path)
	}
	r, j, err := a.weighed(ctx, options, to, decided)
	if err != nil {
		return err
	}
	hops := []*report.Report{}
	for _, p := range options.Also {
		one := decided.on(j.Report(p))
		targets.Advise(one, nil)
		hops = append(hops, one)
	}
	facts := seen.Facts()
	facts.Running = f.running
	a.connection(f, &facts)
	b, err := f.book(r, hops, j.Unwatched(), &facts, earlier)
	if err != nil {
		return err
	}
	a.code = b.ExitCode
	if err := f.folder(ctx, r, b); err != nil {
		return err
	}
	files, err := a.document(ctx, f.targets, func(w io.Writer, t target) error { return render.Runbook(w, t.format, b) })
	if err == nil && len(files) == len(f.targets) && !a.shared.quiet {
		if f.out != "" {
			files = append([]string{f.out}, files...)
		}
		a.tell(render.Line(r) + "; runbook in " + strings.Join(files, ", "))
	}
	return err
}

// book makes a runbook, or says of an earlier one what is done. unwatched are the kinds of which it did not see everything.
func (f *runbookFlags) book(r *report.Report, hops []*report.Report, unwatched []estate.Kind, facts *runbook.Facts, earlier *runbook.Runbook) (*runbook.Runbook, error) {
	if earlier == nil {
		if err := f.fits(runbook.Groups(r, facts), max(1, len(hops))); err != nil {
			return nil, err
		}
		r.Unexamined = append(r.Unexamined, unseen(r, unwatched)...)
		return runbook.Make(r, facts, f.plan(r, hops)), nil
	}
	for _, text := range f.source.given("adc") {
		dump := adc.ParseFlag(text)
		facts.Gives(dump.Group, dump.Path)
	}
	doubt, certain := compare.Stranger(r, earlier.Report(), "the runbook")
	if text := earlier.Foreign(r); !certain && text != "" {
		doubt, certain = text, true
	}
	if certain {
		return nil, usage("name the runbook of this installation", "--status %s: %s", f.status, doubt)
	}
	earlier.Doubt = doubt
	earlier.Observe(append(hops, r), facts)
	earlier.Run, earlier.Tool = r.Run, r.Tool
	return earlier, nil
}

// unseen returns the entries for kinds of which only the runbook did not see everything: the report has those that a rule needs.
func unseen(r *report.Report, kinds []estate.Kind) []report.Unexamined {
	var all []report.Unexamined
	for _, k := range kinds {
		id := estate.CauseOf(k)
		told := slices.ContainsFunc(r.Sources, func(s report.Source) bool {
			return slices.ContainsFunc(s.Kinds, func(of report.SourceKind) bool { return of.Kind == k.String() && !of.Complete })
		})
		if !told {
			all = append(all, report.Unexamined{
				ID: id, What: k.String(), Why: "not everything of it was read: the runbook may lack what depends on it", Next: "api7-preflight doctor shows what is missing",
				Rules: []string{},
			})
		}
	}
	return all
}

// connection adds where the database is that the flags and libpq's environment name, as far as no file of the control plane
// says it. If one says another, that is a contradiction.
func (a *app) connection(f *runbookFlags, facts *runbook.Facts) {
	source := &f.source
	if source.dsnFromConfig {
		return
	}
	d := runbook.Connection(strings.Join(source.given("dsn"), ""))
	named := len(source.given("dsn")) > 0
	if !named && (!a.libpq() || len(source.open) == 0 || source.open[0].flag != "dsn") {
		return
	}
	for _, part := range []struct {
		at       *string
		variable string
	}{
		{&d.Host, "PGHOST"},
		{&d.Port, "PGPORT"},
		{&d.User, "PGUSER"},
		{&d.Name, "PGDATABASE"},
		{&d.SSLMode, "PGSSLMODE"},
		{&d.SSLRootCert, "PGSSLROOTCERT"},
		{&d.SSLCert, "PGSSLCERT"},
		{&d.SSLKey, "PGSSLKEY"},
		{&d.TargetSessionAttrs, "PGTARGETSESSIONATTRS"},
	} {
		if *part.at == "" {
			*part.at = a.env.get(part.variable)
		}
	}
	if facts.Database.Host != "" || facts.Database.Name != "" {
		facts.Database.Contradict(&d, "--dsn")
		return
	}
	d.Reader, d.Schema, d.Contradictions = true, facts.Database.Schema, facts.Database.Contradictions
	facts.Database = d
}

// flags returns the flags that name the sources, for a command that reads them again: without a connection string.
func (f *sourceFlags) flags() string {
	var all []string
	for _, t := range sourceTypes() {
		for _, value := range f.given(t.flag) {
			if t.flag == "dsn" {
				if !f.dsnFromConfig {
					all = append(all, `--dsn "$DSN"`)
				}
				continue
			}
			all = append(all, "--"+t.flag+" "+remedy.Quote(value))
		}
	}
	if f.dsnFromConfig {
		all = append(all, "--dsn-from-config")
	}
	return strings.Join(all, " ")
}
