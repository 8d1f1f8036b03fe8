package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/compare"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/internal/waiver"
	"github.com/api7-preflight/api7-preflight/rules"
)

// decisionFlags name what a team has decided about: findings that it waives, and those that it knows already.
type decisionFlags struct{ waivers, baseline string }

func (f *decisionFlags) add(flags flags) {
	flags.file(&f.waivers, "waivers", "YAML file with findings that are accepted for a time, and checks by hand that are done").reads()
	flags.file(&f.baseline, "baseline", "JSON report of an earlier run: findings that it has do not block").reads()
}

// decisions are what the files of [decisionFlags] hold. Either may be nil.
type decisions struct {
	waivers *waiver.List
	earlier *report.Report
}

// read reads the files.
func (f *decisionFlags) read(ctx context.Context, a *app, idle time.Duration) (*decisions, error) {
	d := &decisions{}
	if name := f.waivers; name != "" {
		data, err := infile.ReadAll(ctx, name, infile.Limit{Bytes: maxWaivers, What: "file of waivers"}, infile.Options{Idle: idle})
		if err != nil {
			return nil, unreadable("--waivers", "waivers", name, err, "name a readable YAML file")
		}
		d.waivers, err = waiver.Parse(name, data, knownRule)
		if broken, ok := errors.AsType[*waiver.Error](err); ok {
			return nil, usage(broken.Hint, "%s", broken.Message)
		}
		if err != nil {
			return nil, err
		}
	}
	if f.baseline != "" {
		var err error
		if d.earlier, err = a.readReport(ctx, "--baseline", f.baseline, infile.Options{Idle: idle}); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// maxWaivers is the size in bytes that no file of waivers has: some hundred thousand fingerprints.
const maxWaivers = 32 << 20

// apply changes a report by the decisions, and its verdict.
func (d *decisions) apply(r *report.Report) {
	if d == nil {
		return
	}
	if d.waivers != nil {
		d.waivers.Apply(r, r.Run.StartedAt)
	}
	if d.earlier != nil {
		compare.Baseline(r, d.earlier)
	}
	r.Seal()
}

// on applies them to a report, and returns it.
func (d *decisions) on(r *report.Report) *report.Report {
	d.apply(r)
	return r
}

// readReport reads a JSON report that a flag or argument names.
func (*app) readReport(ctx context.Context, flag, name string, o infile.Options) (*report.Report, error) {
	const hint = "`api7-preflight check … --format json=FILE` writes one, as UTF-8 and whole"
	f, err := infile.Open(ctx, name, o)
	if err == nil {
		defer f.Close() //nolint:errcheck // it was only read
		var r *report.Report
		if r, err = report.Read(f); err == nil {
			return r, nil
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err() //nolint:wrapcheck // an interruption stays one
	case errors.Is(err, report.ErrForeign), errors.Is(err, report.ErrDamaged):
		return nil, usage(hint, "%s %s: %v", flag, name, err)
	}
	return nil, unreadable(flag, "report", name, err, hint)
}

// knownRule reports whether there is a rule with that id, and if not which one may be meant; empty: none.
func knownRule(id string) (near string, ok bool) {
	var ids []string
	for _, r := range rules.All() {
		if r.ID == id {
			return "", true
		}
		ids = append(ids, r.ID)
	}
	near, _ = suggest.Nearest(strings.ToLower(id), ids)
	return near, false
}
