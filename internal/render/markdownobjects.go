package render

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// object writes an affected object as an item of a list.
func (d *markdown) object(b *portion, f *report.Finding, g *gist, n *ruleNote) {
	lead, about := "", d.about(f)
	if g != nil && urgent(f.Severity, d.r.FailOn) != g.urgency {
		lead = "**" + urgent(f.Severity, d.r.FailOn).String() + "** "
	}
	said := ""
	switch {
	case b.waived:
		lead, said = d.told(f.Severity)+" ", ": waived: "+d.told(*f.Waived)
	case f.Message != "" && (!n.sameMessage || n.total() == 1):
		said = ": " + d.told(f.Message)
	}
	d.line("- ", lead, about, said)
	if details := d.details(f); details != "" {
		d.line("  - ", details)
	}
	if !b.own {
		return
	}
	for i, s := range inPhases(f) {
		d.line("  ", strconv.Itoa(i+1), ". **", d.told(s.When), "** ", d.told(s.Text))
		if s.Command != "" {
			fence := strings.Repeat("`", max(3, 1+longestRun(s.Command)))
			d.line()
			d.line("     ", fence, "sh")
			d.command("     ", f, s.Command, false)
			d.line("     ", fence)
		}
	}
}

// about names an object as people know it.
func (d *markdown) about(f *report.Finding) string {
	one, _ := noun(Sanitize(f.Object.Kind))
	switch {
	case inFile(f):
		return named(filePlace(f.Location)) + " (" + d.told(one) + ")"
	case f.Object.Kind == "path":
		return d.told(one)
	}
	text := d.told(one) + " " + named(called(f.Object))
	if f.Object.GatewayGroup != "" {
		text += " in " + named(f.Object.GatewayGroup)
	}
	return text
}

// details writes where an object is, whose it is and what proves the finding.
func (d *markdown) details(f *report.Finding) string {
	var parts []string
	one, _ := noun(f.Object.Kind)
	if at := f.Location; at.Where != "" && at.Where != one && !inFile(f) {
		lead := "at "
		if len(d.r.Sources) > 1 && at.Source != "" {
			lead += d.told(at.Source) + " "
		}
		parts = append(parts, lead+named(at.Where))
	}
	o := f.Object
	if o.ID != "" && o.ID != o.Name && o.Name != "" && !inFile(f) {
		parts = append(parts, "id "+named(o.ID))
	}
	if o.State != "" && o.State != "live" {
		parts = append(parts, "state "+d.told(o.State))
	}
	if f.Baseline == baselineKnown {
		parts = append(parts, "known to the baseline")
	}
	parts = append(parts, labelled("labels ", o.Labels, nil), labelled("belongs to ", o.Owner, o.Labels))
	for _, e := range f.Evidence {
		if value := shown(e.Value); !forMachines(e) && value != "" && (len(value) < 3 || !strings.Contains(f.Message, e.Value)) {
			parts = append(parts, d.told(e.Name)+": "+d.told(value))
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "; ")
}

// labelled writes labels that are not among others.
func labelled(lead string, labels, others map[string]string) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if _, there := others[key]; !there {
			list = append(list, coded(cmp.Or(shown(key), `""`)+"="+shown(labels[key])))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return lead + strings.Join(list, ", ")
}

// fit lets a portion show as many objects as fit into so many bytes, and returns how many bytes they take.
func (d *markdown) fit(b *portion, limit int) int {
	var g *gist
	if i := slices.IndexFunc(d.gists, func(g *gist) bool { return g.rule == b.rule }); i >= 0 {
		g = d.gists[i]
	}
	used := 0
	for b.shown = 0; b.shown < len(b.at); b.shown++ {
		f := d.findingAt(b, b.shown)
		size := d.measure(func() {
			d.object(b, f, g, d.rules[b.rule])
			if b.own || b.waived {
				return
			}
			for _, s := range f.Remediation {
				d.command("   ", f, s.Command, true)
				d.line(strings.Repeat("`", 2*longestRun(s.Command))) // a longer fence
			}
		})
		if used+size > limit {
			break
		}
		used += size
	}
	return used
}

// waived writes what was found and waived, with the reasons.
func (d *markdown) waived() {
	if d.r.Summary.Waived == 0 {
		return
	}
	d.section("Waived")
	d.paragraph(count(d.r.Summary.Waived, "finding is", "findings are") + " waived and not counted above.")
	for _, b := range d.blocks {
		if b.waived {
			d.line("### ", named(b.rule), ": ", count(len(b.at), "finding", "findings"), " waived")
			d.line()
			d.block(b, nil, nil)
		}
	}
}
