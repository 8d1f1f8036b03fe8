package controlplane_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// reading is the result of reading a database.
type reading struct {
	resources []string // "service default/s1 {…}"
	origins   []string // "apisix_service/g1/s1" for each resource
	groups    []estate.Group
	coverage  estate.Coverage
}

// read reads the needed kinds as a source does: the rows of each place, then the number of repeated ones.
func (db *database) read(t *testing.T, l *controlplane.Layout, kinds ...estate.Kind) *reading {
	t.Helper()
	got := &reading{}
	need := sourcetest.Need(kinds...)
	a := controlplane.NewAssembler(l, "plain", need, func(r *estate.Resource) error {
		body := string(r.Body)
		if r.Damage != "" {
			body = "damaged: " + r.Damage
		}
		got.resources = append(got.resources, fmt.Sprintf("%s %s/%s %s", r.Kind, r.Group.ShortID, r.ID, body))
		got.origins = append(got.origins, r.Origin.Where(""))
		got.groups = append(got.groups, r.Group)
		return nil
	})
	for _, p := range l.Places() {
		if a.Wants(p) {
			db.place(t, a, p)
		}
	}
	got.coverage = a.Coverage()
	return got
}

func (db *database) place(t *testing.T, a *controlplane.Assembler, p *controlplane.Place) {
	t.Helper()
	if p.OnlyOldest() {
		if err := a.AuditLog(p, db.oldest(p), db.refusal(p)); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !p.Readable() {
		a.Finish(p, p.Gap())
		return
	}
	fields, columns, seen := p.Fields(), p.Key(), map[string]int64{}
	err := db.values(p, func(values [][]byte, size int64) error {
		if p.Name() == "kine" {
			return a.Kine(kineRow(a, string(values[1]), values[3], size-int64(len(values[1]))))
		}
		var key []string
		for i, f := range fields {
			if slices.Contains(columns, f.Column) {
				key = append(key, string(values[i]))
			}
		}
		seen[strings.Join(key, "/")]++
		return a.Row(p, values, size)
	})
	if err != nil {
		t.Fatal(err)
	}
	if db.broken[p.Table()] {
		a.Finish(p, refused(p))
		return
	}
	a.Finish(p, nil)
	if !a.CountsRepeats(p) {
		return
	}
	var objects, extra int64
	for _, n := range seen {
		if n > 1 {
			objects, extra = objects+1, extra+n-1
		}
	}
	a.Repeats(p, objects, extra)
}

// kineRow returns a row with as much of its value as the assembler asks for.
func kineRow(a *controlplane.Assembler, name string, value []byte, size int64) controlplane.KineRow {
	row := controlplane.KineRow{Name: name, Size: size}
	switch look, _ := a.Look(name); look {
	case controlplane.LookInside:
		row.Value = bytes.Clone(value)
	case controlplane.LookPlugins:
		row.Plugins = controlplane.SpeaksOfPlugins(value)
	case controlplane.LookAway:
	}
	return row
}

// refused returns the gap of a source for a table that the server does not let it read.
func refused(p *controlplane.Place) *estate.Gap {
	return &estate.Gap{What: fmt.Sprintf("table %q", p.Table().Name), Why: "the server refused", Next: "ask the server"}
}

// oldest returns how far back the rows of a place go.
func (db *database) oldest(p *controlplane.Place) controlplane.Oldest {
	var o controlplane.Oldest
	if p.Readable() {
		_ = db.values(p, func(values [][]byte, _ int64) error {
			o.Rows = true
			if values[0] != nil && (o.Time == nil || string(values[0]) < string(o.Time)) {
				o.Time, o.Age = values[0], values[1]
			}
			return nil
		})
	}
	return o
}

// refusal returns why a place cannot be read; nil if it can.
func (db *database) refusal(p *controlplane.Place) *estate.Gap {
	if p.Readable() && db.broken[p.Table()] {
		return refused(p)
	}
	return p.Gap()
}

// everything returns every kind that a database can hold.
func everything() []estate.Kind { return slices.DeleteFunc(estate.Kinds(), estate.Kind.InFiles) }

// said returns the coverage as lines: what is incomplete, and the notes.
func (r *reading) said() string {
	var b strings.Builder
	for _, c := range r.coverage.Kinds {
		for _, g := range c.Gaps {
			fmt.Fprintf(&b, "%s: %s: %s → %s\n", c.Kind, g.What, g.Why, g.Next)
		}
	}
	for _, n := range r.coverage.Notes {
		fmt.Fprintf(&b, "note: %s: %s\n", n.What, n.Why)
	}
	return b.String()
}

// count returns the number of examined resources of a kind, from the coverage.
func (r *reading) count(k estate.Kind) int64 {
	for _, c := range r.coverage.Kinds {
		if c.Kind == k {
			return c.Count
		}
	}
	return -1
}

// lines joins the lines expected from [reading.said].
func lines(all ...string) string {
	if len(all) == 0 {
		return ""
	}
	return strings.Join(all, "\n") + "\n"
}

// unrecognised returns an error's message and hint.
func unrecognised(t *testing.T, err error) string {
	t.Helper()
	e, ok := errors.AsType[*controlplane.UnrecognisedError](err)
	if !ok {
		t.Fatalf("want an UnrecognisedError, got %v", err)
	}
	return e.Error() + " → " + e.Hint
}
