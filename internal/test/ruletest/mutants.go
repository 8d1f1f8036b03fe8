package ruletest

import (
	"context"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// CheckMutants demands of a rule with rows that its fixtures notice when a row is changed: left out, with a plugin less,
// on other kinds, asked always instead of on its condition, or graver. A row that can change unnoticed is not tested.
func CheckMutants(ctx context.Context, t Reporter, r *rule.Rule, fixtures []*Fixture) {
	t.Helper()
	for i, f := range r.Facts {
		for what, changed := range mutants(f) {
			mutant := *r
			mutant.Facts = slices.Delete(slices.Clone(r.Facts), i, i+1)
			if changed != nil {
				mutant.Facts = slices.Insert(mutant.Facts, i, changed)
			}
			if len(mutant.Facts) == 0 && mutant.Start == nil {
				continue // an empty rule applies nowhere
			}
			if !noticed(ctx, &mutant, fixtures) {
				t.Errorf("row %d (%s): no fixture notices %s", i+1, f.About().Entry, what)
			}
		}
	}
}

// noticed reports whether the rule breaks a fixture.
func noticed(ctx context.Context, r *rule.Rule, fixtures []*Fixture) bool {
	for _, f := range fixtures {
		if !r.On(f.Path) {
			if len(f.Wants) > 0 {
				return true
			}
			continue
		}
		var said silent
		CheckWants(ctx, &said, r, f)
		if said > 0 {
			return true
		}
	}
	return false
}

// silent counts errors.
type silent int

func (*silent) Helper()                 {}
func (s *silent) Errorf(string, ...any) { *s++ }

// mutants returns changed versions of a row by what was changed; nil stands for no row.
func mutants(f rule.Fact) map[string]rule.Fact {
	out := map[string]rule.Fact{"its loss": nil}
	switch f := f.(type) {
	case rule.Attached:
		attachedMutants(f, out)
	case rule.Reminder:
		reminderMutants(f, out)
	case rule.Configured:
		configuredMutants(f, out)
	}
	return out
}

func attachedMutants(f rule.Attached, out map[string]rule.Fact) {
	if f.If != nil {
		m := f
		m.If = nil
		out["that its condition is not asked"] = m
	}
	if len(f.On) > 0 {
		m := f
		m.On = nil
		out["that it looks at every kind"] = m
	}
	for i := range f.Plugins {
		if m := f; len(f.Plugins) > 1 {
			m.Plugins = slices.Delete(slices.Clone(f.Plugins), i, i+1)
			out["the loss of "+f.Plugins[i]] = m
		}
	}
	m := f
	if m.Severity = rule.Breaking; f.Severity == rule.Breaking {
		m.Severity = rule.Warning
	}
	if f.Severity != 0 {
		out["another severity"] = m
	}
}

func reminderMutants(f rule.Reminder, out map[string]rule.Fact) {
	for i, s := range f.If {
		m := f
		m.If = slices.Delete(slices.Clone(f.If), i, i+1)
		out[fmt.Sprintf("the loss of sign %d", i+1)] = m
		if s.Conf != nil || s.Body != nil {
			m.If = slices.Clone(f.If)
			m.If[i].Conf, m.If[i].Body = nil, nil
			out[fmt.Sprintf("that the condition of sign %d is not asked", i+1)] = m
		}
		for j := range s.Plugins {
			if len(s.Plugins) > 1 {
				m.If = slices.Clone(f.If)
				m.If[i].Plugins = slices.Delete(slices.Clone(s.Plugins), j, j+1)
				out["the loss of "+s.Plugins[j]] = m
			}
		}
	}
}

func configuredMutants(f rule.Configured, out map[string]rule.Fact) {
	if f.If != nil {
		m := f
		m.If = func(estate.Value) rule.Truth { return rule.Has("")(estate.NewValue([]byte("1"))) }
		out["that its condition is not asked"] = m
	}
	for i, key := range f.Keys {
		if m := f; len(f.Keys) > 1 {
			m.Keys = slices.Delete(slices.Clone(f.Keys), i, i+1)
			out["the loss of "+key] = m
		}
	}
	for i, k := range f.In {
		if m := f; len(f.In) > 1 {
			m.In = slices.Delete(slices.Clone(f.In), i, i+1)
			out["that it does not look at "+k.String()] = m
		}
	}
	if !f.Charts.IsZero() {
		m := f
		m.Charts = version.Change{}
		out["that the version of the chart does not count"] = m
	}
	if f.Charted {
		m := f
		m.Charted = false
		out["that keys in ConfigMaps may come from the chart"] = m
	}
	m := f
	if m.Severity = rule.Breaking; f.Severity == rule.Breaking {
		m.Severity = rule.Warning
	}
	if f.Severity != 0 {
		out["another severity"] = m
	}
}
