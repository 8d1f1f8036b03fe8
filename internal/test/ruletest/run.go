package ruletest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

// outcome is the result of one rule on one fixture.
type outcome struct {
	status   report.Status
	reasons  []string
	findings []report.Finding
	doubts   []report.Unexamined
	checks   []report.ManualCheck
	defects  []report.Defect
	changed  []string // resources that the rule modified
}

// variation says how a fixture is presented to the rule.
type variation struct {
	seed  uint64      // of the order of resources; 0: as written
	blind estate.Kind // a kind that cannot be read completely; 0: none
	none  bool        // nothing of that kind can be read
	// without are kinds that no source can hold. of is a kind with a second source that has no resources.
	without []estate.Kind
	of      estate.Kind
	whole   bool         // that source is complete; else it covers only some gateway groups, and names none
	part    bool         // the fixture covers only some of the gateway groups
	scope   report.Scope // empty: all
}

// blindfold is the cause of the gaps that the harness makes.
const blindfold = "blindfold"

// judge runs one rule over one fixture through the engine.
func judge(ctx context.Context, r *rule.Rule, f *Fixture, how variation) (*outcome, error) {
	src := &source{Source: memory.Source{
		About: estate.Info{Kind: "fixture", Name: f.Name}, Resources: slices.Clone(f.Resources), Gaps: map[estate.Kind][]estate.Gap{},
	}, part: how.part}
	if how.seed != 0 {
		order := rand.New(rand.NewPCG(how.seed, 0)) //nolint:gosec // an order to repeat, not a secret
		order.Shuffle(len(src.Resources), func(i, j int) {
			src.Resources[i], src.Resources[j] = src.Resources[j], src.Resources[i]
		})
	}
	if how.blind != 0 {
		src.Gaps[how.blind] = []estate.Gap{{ID: blindfold, What: how.blind.String(), Why: "blindfold"}}
	}
	if how.none {
		src.Resources = slices.DeleteFunc(src.Resources, func(r estate.Resource) bool { return r.Kind == how.blind })
	}
	sources := []estate.Source{src}
	if gone := append(slices.Clone(how.without), how.of); how.of != 0 || len(how.without) > 0 {
		src.Kinds = slices.DeleteFunc(estate.Kinds(), func(k estate.Kind) bool { return slices.Contains(gone, k) })
		src.Resources = slices.DeleteFunc(src.Resources, func(r estate.Resource) bool { return slices.Contains(gone, r.Kind) })
	}
	if how.of != 0 {
		sources = append(sources, &source{
			Source: memory.Source{About: estate.Info{Kind: "fixture", Name: "other"}, Kinds: []estate.Kind{how.of}}, part: !how.whole,
		})
	}
	rep, err := engine.Run(ctx, engine.Options{
		Tool: report.Tool{Name: "ruletest"}, Path: f.Path, Tools: f.Tools, Rules: []*rule.Rule{r}, Sources: sources,
		Scope: cmp.Or(how.scope, report.ScopeAll), FailOn: report.SeverityBreaking, RunID: "ruletest", Now: func() time.Time { return time.Time{} },
	})
	if err != nil {
		return nil, fmt.Errorf("judging %s: %w", f.Name, err)
	}
	for _, u := range rep.Unexamined {
		if u.ID == estate.InternalError { // the engine survives it, but a rule must not rely on that
			return nil, fmt.Errorf("judging %s: %s: %s", f.Name, u.What, u.Why)
		}
	}
	out := &outcome{status: rep.Rules[0].Status, reasons: rep.Rules[0].Reasons, findings: rep.Findings.List(), checks: rep.ManualChecks, defects: rep.Target.Defects, changed: src.changed}
	for _, u := range rep.Unexamined {
		if slices.Contains(u.Rules, r.ID) && u.ID != blindfold {
			out.doubts = append(out.doubts, u)
		}
	}
	return out, nil
}

// source overwrites each resource after the rule has seen it, so that a rule that illegally keeps a part reports
// nonsense.
type source struct {
	memory.Source

	part    bool // it covers only some of the gateway groups
	changed []string
}

// Stream yields the resources of the inner source, checks them for changes and overwrites them.
func (s *source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	c, err := s.Source.Stream(ctx, need, func(r *estate.Resource) error {
		before, where := bytes.Clone(r.Body), r.Origin.Where("")
		err := yield(r)
		if !bytes.Equal(before, r.Body) {
			s.changed = append(s.changed, where)
		}
		for i := range r.Body {
			r.Body[i] = '#'
		}
		return err
	})
	for i := range c.Kinds {
		c.Kinds[i].Partial = s.part
	}
	return c, err
}

// said is one thing that the rule reported, at a line of the fixture.
type said struct {
	line           int
	severity, text string
	details        string // evidence and steps
}

// lines returns everything that was reported, with its lines.
func (o *outcome) lines(f *Fixture) ([]said, error) {
	var all []said
	for i := range o.findings {
		n := &o.findings[i]
		line, err := f.pathLine, error(nil)
		if n.Object.Kind != "path" {
			line, err = f.line(n.Location)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, said{line, n.Severity, n.Message, details(n.Evidence, n.Remediation)})
	}
	for _, u := range o.doubts {
		line, err := f.pathLine, error(nil)
		if u.Location.Source != "path" {
			line, err = f.line(u.Location)
		}
		if err != nil {
			return nil, fmt.Errorf("%w (%s)", err, u.Why)
		}
		all = append(all, said{line, doubt, u.Why, u.Next})
	}
	for _, c := range o.checks {
		for _, fact := range c.Facts {
			all = append(all, said{f.pathLine, byHand, fact.Title, details(c.Evidence, c.Remediation)})
		}
	}
	return all, nil
}

// details returns evidence and steps, one per line.
func details(evidence []report.Evidence, steps []report.Remediation) string {
	var b strings.Builder
	for _, e := range evidence {
		b.WriteString(e.Name + ": " + e.Value + "\n")
	}
	for _, s := range steps {
		b.WriteString(s.When + ": " + s.Text + "\n" + s.Command + "\n")
	}
	return b.String()
}

func (s said) String() string {
	return fmt.Sprintf("%d: %s %q", s.line, s.severity, strings.TrimSpace(s.text))
}

// Findings returns the findings of rule r on fixture f, for tests that check more than comments can say.
func Findings(ctx context.Context, r *rule.Rule, f *Fixture) ([]report.Finding, error) {
	out, err := judge(ctx, r, f, variation{})
	if err != nil {
		return nil, err
	}
	return out.findings, nil
}
