package routematchesformargument

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// argument is a change to how much of a body is read for variables with one of the prefixes.
type argument struct {
	Case     rule.Case
	prefixes []string
	says     string
	action   string
	steps    []rule.Step
}

// About returns the case.
func (a argument) About() rule.Case { return a.Case }

// Watch looks at the conditions of routes.
func (a argument) Watch(p *rule.Pass) {
	for _, k := range []estate.Kind{estate.Route, estate.RouteTemplate, estate.RouteVersion} {
		p.Reads(k, "vars")
		p.OnSieved(k, estate.Sieve{Words: []string{`post_arg`, `\u`, estate.Redacted}}, func(r *estate.Resource) { a.judge(p, r) })
	}
}

func (a argument) judge(p *rule.Pass, r *estate.Resource) {
	vars := r.Field("vars")
	if vars.Empty() {
		return
	}
	if why := vars.List().Unreadable(); why != "" {
		p.Doubt(r, "/vars", "the conditions of the route cannot be read: "+why)
		return
	}
	if raw := vars.Raw(); !bytes.Contains(raw, []byte("post_arg")) && !bytes.ContainsRune(raw, '\\') && !bytes.Contains(raw, []byte(estate.Redacted)) {
		return
	}
	var found []variable
	a.collect(vars, "/vars", &found)
	if i := slices.IndexFunc(found, func(v variable) bool { return v.name == "" }); i >= 0 {
		p.Doubt(r, found[i].pointer, "the variable of a condition "+estate.Hidden)
		found = slices.DeleteFunc(found, func(v variable) bool { return v.name == "" })
	}
	if len(found) == 0 {
		return
	}
	f := rule.Finding{
		Subject: r.Subject(), Case: a.Case, Pointer: found[0].pointer, Severity: rule.Notice,
		Message: found[0].name + ": " + a.says, Action: a.action, Remediation: a.steps,
	}
	for _, v := range found {
		f.Evidence = append(f.Evidence, rule.Evidence{Name: "condition on", Value: v.name})
	}
	p.Report(f)
}

// variable is one that a condition asks for, and where.
type variable struct {
	name    string // empty: it is hidden
	pointer string
}

// collect finds conditions [variable, …], also inside combinations of conditions.
func (a argument) collect(v estate.Value, pointer string, found *[]variable) {
	list, _ := v.List().Known()
	if len(list) == 0 {
		return
	}
	said := list[0].Text()
	name, _ := said.Known()
	if said.Unreadable() == estate.Hidden || slices.ContainsFunc(a.prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
		*found = append(*found, variable{name: name, pointer: pointer})
		return
	}
	if name != "" && !slices.Contains([]string{"AND", "OR", "!AND", "!OR"}, strings.ToUpper(name)) {
		return // on something else: what it is compared with may be a list of texts
	}
	for i, element := range list {
		a.collect(element, pointer+"/"+strconv.Itoa(i), found)
	}
}
