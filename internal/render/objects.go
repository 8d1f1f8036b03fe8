package render

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Widths inside a table of objects.
const (
	maxGroup = 24 // a longer gateway group is written below its row
	minWhat  = 24 // what the message keeps at least
	maxProof = 3  // lines of one piece of evidence; longer ones are in the JSON report
)

// layout says which columns a table of objects has and how wide they may be.
type layout struct {
	group, state, what bool
	object, message    int  // widths
	told               bool // whether each object has a message of its own, in the column or, where that is too narrow, below
	source             bool // whether the place names its source
}

// objects writes the affected objects of list as a table; found are all of the rule, of which list is a part. What all
// have in common is said once above it.
func (p *page) objects(list, found []*report.Finding, manySources bool) error {
	l := p.layout(list, found)
	l.source = manySources
	if !l.told && found[0].Message != "" {
		p.prose(atBody, "", plain, found[0].Message)
	}
	header := l.pick("GROUP", "OBJECT", "STATE", "WHAT")
	rows := make([][]string, len(list))
	for i, f := range list {
		rows[i] = l.pick(l.groupCell(f), l.objectCell(f), shown(f.Object.State),
			strings.Join(wrap(Sanitize(f.Message), max(l.message, minWhat)), "\n"))
	}
	drawn, err := columns(header, rows)
	if err != nil {
		return err
	}
	p.gap()
	for i, lines := range drawn {
		for _, line := range lines {
			if i == 0 {
				p.line(atBody, span{dim, strings.TrimRight(line, " ")})
				continue
			}
			p.line(atBody, span{plain, line})
		}
		if i > 0 {
			p.below(l, list[i-1])
		}
	}
	return nil
}

func (p *page) layout(list, found []*report.Finding) layout {
	l := layout{}
	group, object, state := len("GROUP"), len("OBJECT"), 0
	for _, f := range list {
		l.group = l.group || f.Object.GatewayGroup != ""
		l.state = l.state || f.Object.State != "" && f.Object.State != "live"
		l.told = l.told || len(found) == 1 || f.Message != found[0].Message
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
	for _, f := range list {
		object = max(object, width(l.objectCell(f)))
	}
	l.message = room - 2 - object
	l.what = l.told && l.message >= minWhat
	return l
}

// pick keeps the cells of the columns that the table has.
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

// objectCell returns kind and name, or the kind alone where the name is too long for the column.
func (l layout) objectCell(f *report.Finding) string {
	kind, _ := noun(Sanitize(f.Object.Kind))
	if whole := kind + " " + called(f.Object); width(whole) <= l.object {
		return whole
	}
	return kind
}

// called returns what people call an object.
func called(o report.Object) string { return cmp.Or(shown(o.Name), shown(o.ID), "(unnamed)") }

// below writes under an object's row what does not fit into a column or must not be broken.
func (p *page) below(l layout, f *report.Finding) {
	o := f.Object
	if l.groupCell(f) == "(below)" {
		p.line(atBelow, span{dim, "group "}, span{plain, shown(o.GatewayGroup)})
	}
	kind, _ := noun(Sanitize(o.Kind))
	own := l.objectCell(f) != kind
	if !own && o.Name != "" && o.Name != f.Location.File { // a file is named by its place
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
}

// place writes where an object was found.
func (p *page) place(l layout, o report.Object, at report.Location) {
	kind, _ := noun(o.Kind)
	if at.Where == "" || at.Where == kind { // it would say nothing
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

// broken returns a place in lines of at most limit columns: it is broken before the pointer that it ends with, then
// between parts, so that an id in it stays whole.
func broken(where, pointer string, limit int) []string {
	where = Sanitize(where)
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

// pack joins pieces into lines of at most limit columns; a piece that is wider has a line of its own.
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

// proofs writes the evidence that the message does not give already.
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

// forMachines reports whether a fact is JSON, or another place of the same object: of use to whoever acts on one object,
// noise to whoever reads them all.
func forMachines(e report.Evidence) bool {
	return e.Kind == report.EvidenceJSON || e.Kind == report.EvidenceElsewhere
}
