package main

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// The markers around the table in the document.
const (
	begin = "<!-- faults:begin -->"
	end   = "<!-- faults:end -->"
)

const module = "github.com/api7-preflight/api7-preflight/"

// told is what a test told of a fault.
type told struct {
	fault faulttest.Fault
	key   string
	n     int
}

// tally is what tests told, and what became of them.
type tally struct {
	open         map[string][]told // by test, until it ends
	tried, lived map[faulttest.Fault]int
	aside        map[faulttest.Fault]int
	passed       map[string]map[string]bool // the tests of each folder
	failed       map[string]bool            // folders with a test that failed
	said         map[string]string          // by test, until it ends
	complaints   []string                   // what tests said that failed
}

// mostSaid is the number of bytes of a test's output that are shown, about.
const mostSaid = 4000

// add takes what a test did.
func (t *tally) add(e event) error {
	if t.open == nil {
		*t = tally{
			open: map[string][]told{}, tried: map[faulttest.Fault]int{}, lived: map[faulttest.Fault]int{}, aside: map[faulttest.Fault]int{},
			passed: map[string]map[string]bool{}, failed: map[string]bool{},
			said: map[string]string{},
		}
	}
	folder, name := strings.TrimPrefix(e.Package, module), e.Package+" "+e.Test
	switch e.Action {
	case "output":
		if len(t.said[name]) < mostSaid {
			t.said[name] += e.Output
		}
	case "attr":
		if e.Key != faulttest.TriedKey && e.Key != faulttest.AsideKey {
			return nil
		}
		one := told{key: e.Key}
		if _, err := fmt.Sscan(e.Value, &one.fault, &one.n); err != nil {
			return fmt.Errorf("%s tells %q: %w", e.Test, e.Value, err)
		}
		t.open[name] = append(t.open[name], one)
	case "pass", "fail":
		if e.Test != "" {
			t.end(folder, name, e)
		}
	case "skip":
		if len(t.open[name]) > 0 {
			return fmt.Errorf("%s tried faults and was skipped", e.Test)
		}
	}
	return nil
}

// end takes how a test ended.
func (t *tally) end(folder, name string, e event) {
	if t.passed[folder] == nil {
		t.passed[folder] = map[string]bool{}
	}
	passed := e.Action == "pass"
	t.passed[folder][e.Test] = passed
	if !passed {
		t.failed[folder] = true
		t.complaints = append(t.complaints, t.said[name])
	}
	for _, one := range t.open[name] {
		t.count(one, passed)
	}
	delete(t.said, name)
	delete(t.open, name)
}

// count counts what a test told. Of a test that failed, it is not known which of its faults did, so none counts as
// survived.
func (t *tally) count(one told, passed bool) {
	if one.key == faulttest.AsideKey {
		t.aside[one.fault] += one.n
		one.n = -one.n
	}
	t.tried[one.fault] += one.n
	if passed {
		t.lived[one.fault] += one.n
	}
}

// table returns the table, and how many faults did not survive. A fault of the list that nobody tried is an error.
func (t *tally) table() (text string, lost int, err error) {
	for name, open := range t.open {
		for _, one := range open {
			t.count(one, false) // the program of the tests broke down
		}
		delete(t.open, name)
		t.complaints = append(t.complaints, t.said[name])
	}
	var b strings.Builder
	var asides []string
	var tried, lived int
	b.WriteString("| class | how | tried | survived |\n|---|---|---:|---:|\n")
	known := map[faulttest.Fault]bool{}
	for _, row := range faulttest.Rows() {
		known[row.Fault] = true
		n, ok := t.tried[row.Fault], t.lived[row.Fault]
		if n <= 0 {
			return "", 0, fmt.Errorf("no test tries %s", row.Fault)
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d |\n", row.Class, row.How, n, ok)
		tried, lived = tried+n, lived+ok
		if row.Aside != "" {
			asides = append(asides, fmt.Sprintf("Not counted are %d %s that %s: nothing tells such a one.\n", t.aside[row.Fault], row.How, row.Aside))
		}
	}
	for fault := range t.tried {
		if !known[fault] {
			return "", 0, fmt.Errorf("a test tries %q, which is not in the list of faults", fault)
		}
	}
	fmt.Fprintf(&b, "| all | | %d | %d |\n", tried, lived)
	if len(asides) > 0 {
		b.WriteString("\n" + strings.Join(asides, ""))
	}
	return b.String(), tried - lived, nil
}

// parts returns a document in three: up to the table, the table, and the rest.
func parts(doc string) (before, table, after string, ok bool) {
	before, rest, found := strings.Cut(doc, begin)
	table, after, closed := strings.Cut(rest, end)
	return before, table, after, found && closed
}
