package render

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// The widths inside a table of objects.
const (
	maxGroup = 24 // a longer gateway group goes below its row
	minWhat  = 24 // the least that the message keeps
	maxProof = 3  // lines of one piece of evidence; longer ones are only in the JSON report
)

// layout says which columns a table of objects has, and how wide they may be.
type layout struct {
	group, state, what bool
	object, message    int  // widths
	told               bool // each object has its own message, in the column or, if that is too narrow, below the row
	source             bool // the place names its source
}

// objects writes the affected objects in list as a table. list is a part of found, all findings of the rule. What
// they have in common is written once above the table.
func (p *page) objects(list, found report.Findings, manySources bool) error {
	l := p.layout(list, found)
	l.source = manySources
	if message := found[0].Open().Message; !l.told && message != "" {
		p.prose(atBody, "", plain, message)
	}
	ruler := l.pick("", "", "", "")
	for f := range list.All() {
		for i, cell := range l.row(f) {
			for line := range strings.SplitSeq(cell, "\n") {
				ruler[i] = strings.Repeat("-", max(width(ruler[i]), width(line)))
			}
		}
	}
	p.gap()
	for i := 0; i < len(list); i += drawnAtOnce {
		if err := p.rows(l, ruler, list[i:min(i+drawnAtOnce, len(list))], i == 0); err != nil {
			return err
		}
	}
	return nil
}

// drawnAtOnce is the number of rows that are aligned, and held in memory, at once.
const drawnAtOnce = 500

// rows writes a part of a table, the first under a header. The ruler, a row with the widest cells of the whole table,
// makes all parts equally wide and is not written.
func (p *page) rows(l layout, ruler []string, part report.Findings, first bool) error {
	found, rows := make([]*report.Finding, 0, len(part)), [][]string{ruler}
	for f := range part.All() {
		found, rows = append(found, f), append(rows, l.row(f))
	}
	drawn, err := columns(l.pick("GROUP", "OBJECT", "STATE", "WHAT"), rows)
	if err != nil {
		return err
	}
	if first {
		for _, line := range drawn[0] {
			p.line(atBody, span{dim, strings.TrimRight(line, " ")})
		}
	}
	for i, lines := range drawn[2:] {
		for _, line := range lines {
			p.line(atBody, span{plain, line})
		}
		p.below(l, found[i])
		p.pass()
	}
	return nil
}

// row returns the cells of one object.
func (l layout) row(f *report.Finding) []string {
	return l.pick(l.groupCell(f), l.objectCell(f), shown(f.Object.State), strings.Join(wrap(Brief(f.Message), max(l.message, minWhat)), "\n"))
}

func (p *page) layout(list, found report.Findings) layout {
	l := layout{}
	group, object, state := len("GROUP"), len("OBJECT"), 0
	common := found[0].Open().Message
	for f := range list.All() {
		l.group = l.group || f.Object.GatewayGroup != ""
		l.state = l.state || f.Object.State != "" && f.Object.State != "live"
		l.told = l.told || len(found) == 1 || f.Message != common
		if w := width(shown(f.Object.GatewayGroup)); w <= maxGroup {
			group = max(group, w)
		}
		state = max(state, len("STATE"), width(Sanitize(f.Object.State)))
	}
	room := p.width - atBody
	if l.group {
		room -= group + 2
	}
	if l.state {
		room -= state + 2
	}
	l.object = room
	if l.told {
		l.object = max(room-2-max(minWhat, room/2), len("OBJECT"))
	}
	for f := range list.All() {
		object = max(object, width(l.objectCell(f)))
	}
	l.message = room - 2 - object
	l.what = l.told && l.message >= minWhat
	return l
}

// pick returns the cells of the columns that the table has.
func (l layout) pick(group, object, state, what string) []string {
	var cells []string
	if l.group {
		cells = append(cells, group)
	}
	cells = append(cells, object)
	if l.state {
		cells = append(cells, state)
	}
	if l.what {
		cells = append(cells, what)
	}
	return cells
}

func (layout) groupCell(f *report.Finding) string {
	name := shown(f.Object.GatewayGroup)
	switch {
	case name == "":
		return "-"
	case width(name) > maxGroup:
		return "(below)"
	}
	return name
}

// objectCell returns kind and name, or only the kind if the name is too long for the column.
func (l layout) objectCell(f *report.Finding) string {
	kind, _ := noun(Sanitize(f.Object.Kind))
	if whole := kind + " " + called(f.Object); width(whole) <= l.object {
		return whole
	}
	return kind
}

// called returns the name that people use for an object.
func called(o report.Object) string { return cmp.Or(shown(o.Name), shown(o.ID), "(unnamed)") }

// below writes, under an object's row, what does not fit into a column or must not be broken.
func (p *page) below(l layout, f *report.Finding) {
	o := f.Object
	if l.groupCell(f) == "(below)" {
		p.line(atBelow, span{dim, "group "}, span{plain, shown(o.GatewayGroup)})
	}
	kind, _ := noun(Sanitize(o.Kind))
	own := l.objectCell(f) != kind
	if !own && o.Name != "" && o.Name != f.Location.File { // the place names a file
		p.line(atBelow, span{dim, "name "}, span{plain, shown(o.Name)})
	}
	if o.ID != "" && o.ID != o.Name && (o.Name != "" || !own) {
		p.line(atBelow, span{dim, "id "}, span{plain, shown(o.ID)})
	}
	if l.told && !l.what {
		p.prose(atBelow, "", plain, f.Message)
	}
	p.place(l, o, f.Location)
	p.proofs(f)
	var labels []string
	for _, k := range slices.Sorted(maps.Keys(o.Labels)) {
		labels = append(labels, shown(k)+"="+shown(o.Labels[k]))
	}
	p.items(atBelow, "labels ", labels)
	var owner []string
	for _, k := range slices.Sorted(maps.Keys(o.Owner)) {
		if _, own := o.Labels[k]; !own {
			owner = append(owner, shown(k)+"="+shown(o.Owner[k]))
		}
	}
	p.items(atBelow, "belongs to ", owner)
}

// place writes where in a source an object was found.
func (p *page) place(l layout, o report.Object, at report.Location) {
	kind, _ := noun(o.Kind)
	if at.Where == "" || at.Where == kind { // it would add nothing
		return
	}
	lead := "at "
	if l.source && at.Source != "" {
		lead += Sanitize(at.Source) + " "
	}
	for _, line := range broken(at.Where, at.Pointer, p.width-atBelow-width(lead)) {
		p.line(atBelow, span{dim, lead}, span{plain, line})
		lead = strings.Repeat(" ", width(lead))
	}
}

// broken breaks a place into lines of at most limit columns: first before the pointer at its end, then between parts,
// so that ids stay whole.
func broken(where, pointer string, limit int) []string {
	where = Brief(where)
	parts := []string{where}
	if key, ends := strings.CutSuffix(where, "#"+Sanitize(pointer)); pointer != "" && ends && width(where) > limit {
		parts = []string{key, where[len(key):]}
	}
	var lines []string
	for _, part := range parts {
		lines = append(lines, pack(strings.SplitAfter(part, "/"), limit)...)
	}
	return lines
}

// pack joins pieces into lines of at most limit columns. A wider piece gets a line to itself.
func pack(pieces []string, limit int) []string {
	var lines []string
	line := ""
	for _, piece := range pieces {
		if line != "" && width(line+piece) > limit {
			lines, line = append(lines, line), ""
		}
		line += piece
	}
	return append(lines, line)
}

// proofs writes the evidence that the message does not already give.
func (p *page) proofs(f *report.Finding) {
	var short []string
	for _, e := range f.Evidence {
		name, value := Sanitize(e.Name), shown(e.Value)
		switch {
		case !p.all && forMachines(e): // the JSON report has it
		case value == "" || len(value) > 2 && strings.Contains(f.Message, e.Value):
		case width(value) > maxProof*(p.width-atBelow):
			short = append(short, name+": "+count(len([]rune(e.Value)), "character", "characters")+", in `--format json`")
		default:
			short = append(short, name+": "+value)
		}
	}
	if len(short) > 0 {
		p.prose(atBelow, "", plain, strings.Join(short, "; "))
	}
}

// forMachines reports whether a fact is JSON, or another place in the same object: useful to someone who works on one
// object, noise to someone who reads about all of them.
func forMachines(e report.Evidence) bool {
	return e.Kind == report.EvidenceJSON || e.Kind == report.EvidenceElsewhere
}
