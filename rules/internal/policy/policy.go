// Package policy reads the statements of permission policies, for the rules that look at them.
package policy

import (
	"fmt"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// The lists of a statement.
const (
	Actions   = "actions"
	Resources = "resources"
)

// Term is one action or resource of a statement.
type Term struct {
	List    string // [Actions] or [Resources]
	Text    string
	Effect  string // "allow" or "deny"; empty where the statement names none
	Pointer string // to the word, from the policy
}

// Exist reports whether control planes of release v have permission policies: 3.2.14.0 brought them in place of the
// permissions that roles had, and kept none of these.
func Exist(v version.Version) bool { return version.Since("3.2.14.0").In(v.Release()) }

// Terms returns every action and resource of a policy in the order in which they are written. What cannot be read is a
// doubt of the rule.
func Terms(p *rule.Pass, r *estate.Resource) []Term {
	var terms []Term
	statements, pointer := unwrap(r.Field("statement"))
	if text, ok := statements.Text().Known(); statements.Absent() || ok && text == "" { // some source leaves them out
		p.Doubt(r, "", "the policy shows no statement")
		return nil
	}
	if statements.Empty() { // a list of none permits nothing; Lua writes it as {}
		return nil
	}
	list, ok := statements.List().Known()
	if !ok { // one statement stands for itself
		return of(p, r, statements, pointer)
	}
	for i, s := range list {
		terms = append(terms, of(p, r, s, pointer+"/"+strconv.Itoa(i))...)
	}
	return terms
}

// unwrap finds the statements in what a source calls statement: the list itself, or the document around it.
func unwrap(v estate.Value) (statements estate.Value, pointer string) {
	pointer = "/statement"
	if inner := v.Get("statement"); !inner.Absent() && inner.Raw() != nil {
		return inner, pointer + pointer
	}
	return v, pointer
}

func of(p *rule.Pass, r *estate.Resource, statement estate.Value, pointer string) []Term {
	var terms []Term
	effect, _ := statement.Get("effect").Text().Known()
	for _, name := range []string{Actions, Resources} {
		list := statement.Get(name)
		texts, ok := list.Strings().Known()
		if one, single := list.Text().Known(); single {
			terms = append(terms, Term{List: name, Text: one, Effect: effect, Pointer: pointer + "/" + name})
			continue
		}
		if !ok && !list.Empty() {
			p.Doubt(r, pointer, fmt.Sprintf("%s of a statement cannot be read", name))
		}
		for i, text := range texts {
			terms = append(terms, Term{List: name, Text: text, Effect: effect, Pointer: pointer + "/" + name + "/" + strconv.Itoa(i)})
		}
	}
	return terms
}

// Evidence names terms, the first few of many, each with the effect of its statement.
func Evidence(name string, terms []Term) rule.Evidence {
	var shown few.Names
	for _, t := range terms {
		text := t.Text
		if t.Effect != "" {
			text += " (" + redact.Found(t.Effect) + ")"
		}
		shown.Add(text)
	}
	return rule.Evidence{Name: name, Value: shown.String()}
}
