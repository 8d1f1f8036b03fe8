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
	case b.apart == apartKnown:
		lead, said = d.told(f.Severity)+" ", ": "+d.told(cmp.Or(f.Message, f.Title))
	case b.apart != "":
		lead, said = d.told(f.Severity)+" ", ": "+d.told(decision(f))
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
	parts = append(parts, d.told(expiry(f)))
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
			if b.own {
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

// setApart writes what was found and does not count: what is waived, with the reasons, and what the baseline knows.
func (d *markdown) setApart() {
	for _, part := range []struct {
		apart apart
		n     int
		title string
		says  string
	}{
		{apartWaived, d.r.Summary.Waived, "Waived", " waived and not counted above."},
		{apartKnown, d.r.Summary.Known, "Known", " known to the baseline and " + isNot(d.r.Summary.Known) + " block."},
	} {
		if part.n == 0 {
			continue
		}
		d.section(part.title)
		d.paragraph(count(part.n, "finding is", "findings are") + part.says)
		for _, b := range d.blocks {
			if b.apart == part.apart {
				d.line("### ", named(b.rule), ": ", count(len(b.at), "finding", "findings"), " ", string(part.apart))
				d.line()
				d.block(b, nil, nil)
			}
		}
	}
}

func isNot(n int) string {
	if n == 1 {
		return "does not"
	}
	return "do not"
}

// waivers writes every entry of the file of waivers with what became of it.
func (d *markdown) waivers() {
	if len(d.r.Waivers) == 0 {
		return
	}
	d.section("The file of waivers")
	d.list("", len(d.r.Waivers), func(i int) {
		w := d.r.Waivers[i]
		d.line("- ", d.told(w.State), ": ", d.told(w.What), ": ", d.told(decidedBy(w)), ", line ", thousands(w.Line))
	})
	d.line()
}
