package ruletest

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// CheckMutants checks that the fixtures of a rule with rows notice every change of a row: when it is removed, has one
// plugin less or other kinds, has no condition, or is graver. A row that can change unnoticed is not tested.
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
			if !noticed(ctx, &mutant, likely(f.About().Entry, fixtures)) {
				t.Errorf("row %d (%s): no fixture notices %s", i+1, f.About().Entry, what)
			}
		}
	}
}

// likely returns the fixtures, those first that want something of an entry: they probably notice, and save the others.
func likely(entry string, fixtures []*Fixture) []*Fixture {
	first := slices.Clone(fixtures)
	slices.SortStableFunc(first, func(a, b *Fixture) int { return b.names(entry) - a.names(entry) })
	return first
}

// names returns 1 if the fixture wants something of a known defect of the target, else 0.
func (f *Fixture) names(entry string) int {
	if slices.ContainsFunc(f.Defects, func(w WantDefect) bool { return w.Entry == entry }) {
		return 1
	}
	return 0
}

// noticed reports whether the rule fails on at least one fixture.
func noticed(ctx context.Context, r *rule.Rule, fixtures []*Fixture) bool {
	for _, f := range fixtures {
		if !r.On(f.Path) {
			if len(f.Wants)+len(f.Defects) > 0 {
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

// mutants returns changed versions of a row, by what was changed; nil means no row.
func mutants(f rule.Fact) map[string]rule.Fact {
	out := map[string]rule.Fact{"its loss": nil}
	if m, ok := f.(rows.Reminder); ok {
		reminderMutants(m, out)
		return out
	}
	for _, c := range changes {
		c.mutants(reflect.ValueOf(f), out)
	}
	for _, field := range []string{"Signs", "Also"} {
		signMutants(reflect.ValueOf(f), field, out)
	}
	return out
}

// signMutants adds the mutants of a row with lists of what an installation may show: without one of them, and with one
// that is asked less.
func signMutants(row reflect.Value, field string, out map[string]rule.Fact) {
	if row.Kind() != reflect.Struct || !row.FieldByName(field).IsValid() {
		return
	}
	was := row.FieldByName(field)
	with := func(signs reflect.Value) rule.Fact {
		m := reflect.New(row.Type()).Elem()
		m.Set(row)
		m.FieldByName(field).Set(signs)
		fact, _ := reflect.TypeAssert[rule.Fact](m) // as the row is one
		return fact
	}
	for i := range was.Len() {
		out[fmt.Sprintf("the loss of %s %d", field, i+1)] = with(reflect.AppendSlice(was.Slice3(0, i, i), was.Slice(i+1, was.Len())))
		for _, part := range []string{"If", "Except", "Least", "Perhaps"} {
			if value := was.Index(i).FieldByName(part); !value.IsValid() || value.IsZero() {
				continue
			}
			fewer := reflect.AppendSlice(reflect.MakeSlice(was.Type(), 0, was.Len()), was)
			fewer.Index(i).FieldByName(part).SetZero()
			out[fmt.Sprintf("that %s of %s %d is not asked", part, field, i+1)] = with(fewer)
		}
	}
}

// change says how to mutate a field, in rows of types that have it, if it is not empty.
type change struct {
	field string
	what  string // was changed, for one mutant
	to    func(was any) any
	loss  string // of one of several elements, for a mutant each
}

var changes = []change{
	{field: "If", what: "that its condition is not asked", to: func(any) any {
		return cond.Condition(func(estate.Value) cond.Truth { return cond.Yes() })
	}},
	{field: "On", what: "that it looks at every kind", to: func(any) any { return []estate.Kind(nil) }},
	{field: "Plugins", loss: "the loss of %s"},
	{field: "Keys", loss: "the loss of %s"},
	{field: "In", loss: "that it does not look at %s"},
	{field: "Charts", what: "that the version of the chart does not count", to: func(any) any { return version.Change{} }},
	{field: "WrittenByChart", what: "that keys in ConfigMaps may come from the chart", to: func(any) any { return false }},
	{field: "Severity", what: "another severity", to: func(was any) any {
		if was == rule.Breaking {
			return rule.Warning
		}
		return rule.Breaking
	}},
}

// mutants adds the mutants of a row to out.
func (c change) mutants(row reflect.Value, out map[string]rule.Fact) {
	if row.Kind() != reflect.Struct || !row.FieldByName(c.field).IsValid() || row.FieldByName(c.field).IsZero() {
		return
	}
	was := row.FieldByName(c.field)
	with := func(v reflect.Value) rule.Fact {
		m := reflect.New(row.Type()).Elem()
		m.Set(row)
		m.FieldByName(c.field).Set(v)
		fact, _ := reflect.TypeAssert[rule.Fact](m) // as the row is one
		return fact
	}
	if c.loss == "" {
		out[c.what] = with(reflect.ValueOf(c.to(was.Interface())))
		return
	}
	for i := range was.Len() {
		if was.Len() > 1 {
			fewer := reflect.AppendSlice(was.Slice3(0, i, i), was.Slice(i+1, was.Len()))
			out[fmt.Sprintf(c.loss, was.Index(i))] = with(fewer)
		}
	}
}

func reminderMutants(f rows.Reminder, out map[string]rule.Fact) {
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
