package ruletest

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// CheckHiddenAlike checks that rule r does not take what hides texts for the texts: where several are hidden by the same
// words, it finds nothing that it does not find where they can be read, and loses nothing without a doubt. Hidden are all
// texts of a class of lengths, two unequal texts of a field, and what a snapshot hides.
func CheckHiddenAlike(ctx context.Context, t Reporter, r *rule.Rule, f *Fixture) {
	t.Helper()
	whole, err := judge(ctx, r, f, variation{})
	if err != nil {
		return // what fails is told elsewhere
	}
	texts := concealable(f)
	classes, fields := map[string][]concealed{}, map[string][]concealed{}
	for _, at := range texts {
		class, field := redact.Compared("authorization", at.text), strings.TrimRight(at.pointer, "/0123456789")
		classes[class] = append(classes[class], at)
		field = field[strings.LastIndexByte(field, '/')+1:]
		fields[field] = append(fields[field], at)
	}
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		check(ctx, t, r, f, whole, "all texts "+class, f.hiding(class, classes[class]...))
	}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		for i, b := range fields[field][1:] {
			if a := fields[field][i]; a.text != b.text {
				check(ctx, t, r, f, whole, a.where(f)+" and "+b.where(f), f.hiding(redact.Marker, a, b))
			}
		}
	}
	shot := *f
	shot.Resources = slices.Clone(f.Resources)
	for i := range shot.Resources {
		shot.Resources[i].Body = redact.Body(f.Resources[i].Kind, f.Resources[i].ID, f.Resources[i].Body)
	}
	check(ctx, t, r, f, whole, "what a snapshot hides", &shot)
}

func check(ctx context.Context, t Reporter, r *rule.Rule, f *Fixture, whole *outcome, what string, trial *Fixture) {
	t.Helper()
	out, err := judge(ctx, r, trial, variation{})
	if err != nil {
		t.Errorf("%s: %s: %v", f.Name, what, err)
		return
	}
	if wrong := differs(whole, out); wrong != "" {
		t.Errorf("%s: %s: hidden: %s", f.Name, what, wrong)
	}
}

// concealed is a text of a fixture that a source may hide.
type concealed struct {
	leaf

	resource int
}

func (c concealed) where(f *Fixture) string {
	return f.Resources[c.resource].Origin.Where("") + " " + c.pointer
}

// concealable returns the texts of a fixture that a source may hide.
func concealable(f *Fixture) (texts []concealed) {
	for i := range f.Resources {
		var body any
		if json.Unmarshal(f.Resources[i].Body, &body) != nil {
			continue
		}
		for _, leaf := range leaves("", body) {
			if leaf.text != "" && !kept(leaf.pointer) {
				texts = append(texts, concealed{leaf, i})
			}
		}
	}
	return texts
}

// hiding returns the fixture with the same words in place of several texts.
func (f *Fixture) hiding(words string, texts ...concealed) *Fixture {
	trial := *f
	trial.Resources = slices.Clone(f.Resources)
	for _, at := range texts {
		var body any
		if json.Unmarshal(trial.Resources[at.resource].Body, &body) != nil {
			continue
		}
		if changed, err := json.Marshal(put(body, at.pointer, words)); err == nil {
			trial.Resources[at.resource].Body = changed
		}
	}
	return &trial
}

// gained returns the message of a finding that only out has at its place, or that is graver there than in whole.
func gained(whole, out *outcome) string {
	for _, g := range out.findings {
		if !slices.ContainsFunc(whole.findings, func(f report.Finding) bool {
			return (f.Fingerprint == g.Fingerprint || same(f.Object, g.Object) && f.Location == g.Location) && gravity(f.Severity) >= gravity(g.Severity)
		}) {
			return cmp.Or(strings.TrimSpace(g.Message), g.Rule)
		}
	}
	return ""
}

func same(a, b report.Object) bool {
	return a.Kind == b.Kind && a.ID == b.ID && a.GatewayGroup == b.GatewayGroup
}

func gravity(severity string) int {
	return slices.Index([]string{report.SeverityNotice, report.SeverityWarning, report.SeverityBreaking}, severity)
}
