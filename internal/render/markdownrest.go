package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// byHand writes the checks by hand as a list to tick: those of this path or installation before those of every upgrade.
func (d *markdown) byHand() {
	all := d.r.ManualChecks
	if len(all) == 0 {
		return
	}
	var special, usual []*report.ManualCheck
	for i := range all {
		if all[i].About == report.AboutUpgrade {
			usual = append(usual, &all[i])
		} else {
			special = append(special, &all[i])
		}
	}
	d.section("To check by hand")
	text := count(d.r.Summary.Manual, "check is", "checks are") + " left to a person, and not part of the verdict."
	if n := d.r.Summary.Done; n > 0 {
		text += " " + count(n, "check is", "checks are") + " done."
	}
	d.paragraph(text)
	for _, part := range []struct {
		title string
		list  []*report.ManualCheck
	}{{"Because of this path or installation", special}, {"In every upgrade", usual}} {
		if len(part.list) == 0 {
			continue
		}
		d.line("### ", part.title)
		d.line()
		for _, m := range part.list {
			d.check(m)
		}
		d.line()
	}
}

func (d *markdown) check(m *report.ManualCheck) {
	d.line("- ", box(m), " ", named(m.Rule), " ", d.told(m.Title+done(m)))
	if m.Why != "" {
		d.line("  - ", d.told(m.Why))
	}
	for _, also := range m.Facts[min(1, len(m.Facts)):] { // the first is the check itself
		d.line("  - ", d.told(also.Title+". "+also.Why))
	}
	d.list("  ", len(m.Evidence), func(i int) { d.line("  - ", d.told(m.Evidence[i].Name), ": ", d.told(m.Evidence[i].Value)) })
	steps := inPhases(&report.Finding{Remediation: m.Remediation})
	for i, s := range steps {
		d.line("  ", strconv.Itoa(i+1), ". **", d.told(s.When), "** ", d.told(s.Text))
		if s.Command != "" {
			fence := strings.Repeat("`", max(3, 1+longestRun(s.Command)))
			d.line()
			d.line("     ", fence, "sh")
			d.command("     ", nil, s.Command, false)
			d.line("     ", fence)
		}
	}
}

// target writes which release to choose, and the known defects of this one.
func (d *markdown) target() {
	t := &d.r.Target
	if t.Advice == "" && len(t.Defects) == 0 {
		return
	}
	d.section("Target")
	d.paragraph(d.told(t.Advice))
	if len(t.Candidates) > 1 {
		d.line("| release | known defects | this installation meets | may meet |")
		d.line("|---|---|---|---|")
		for _, c := range t.Candidates {
			name := d.told(c.Version)
			if c.LTS {
				name += " LTS"
			}
			d.line("| ", celled(name), " | ", thousands(c.Defects), " | ", thousands(c.Met.Total()), " | ", thousands(c.Unknown.Total()), " |")
		}
		d.line()
	}
	for _, part := range []struct{ concerned, title string }{
		{"yes", "that this installation meets"}, {"unknown", "that it may meet"}, {"no", "that it does not meet"},
	} {
		list := slices.DeleteFunc(slices.Clone(t.Defects), func(x report.Defect) bool { return x.Concerned != part.concerned })
		if len(list) == 0 {
			continue
		}
		d.folded("", count(len(list), "known defect ", "known defects ")+part.title, len(list) > listed || part.concerned == "no", func() {
			d.paragraph("Known defects of " + d.told(d.r.Path.To) + " " + part.title + ":")
			d.list("", len(list), func(i int) {
				x := list[i]
				d.line("- ", d.told(x.Severity), ": ", d.told(x.Says), " (", named(x.Catalogue), "; ", d.told(x.Why), "); fixed in ", d.told(strings.Join(x.FixedIn, ", ")))
			})
		})
		d.line()
	}
}

// lookedAt writes what the verdict rests on: what was read, and the results of the rules.
func (d *markdown) lookedAt() {
	r := d.r
	d.section("What was looked at")
	for _, s := range r.Sources[:min(len(r.Sources), d.tight.list)] {
		d.source(s)
	}
	if rest := len(r.Sources) - d.tight.list; rest > 0 {
		d.line("- ", count(rest, "more source", "more sources"), ": ", d.elsewhere())
	}
	n := statuses(r)
	d.line("- rules: ", thousands(n[report.Passed]), " passed, ", thousands(n[report.Failed]), " failed, ", thousands(n[report.Unknown]), " unknown, ",
		thousands(n[report.NotAssessed]), " not assessed, ", thousands(n[report.Manual]), " by hand, ", thousands(n[report.NotApplicable]), " not applicable, ",
		thousands(n[report.Disabled]), " left out")
	d.line()
	d.results(report.Passed, "rule that found nothing", "rules that found nothing", func(rule *report.Rule) string {
		return count(rule.Examined, "resource", "resources") + " examined"
	})
	d.results(report.NotAssessed, "rule that the given sources cannot answer", "rules that the given sources cannot answer", d.reasons)
	d.results(report.Disabled, "rule that was left out", "rules that were left out", d.reasons)
	d.inPart()
}

// reasons writes the reasons of a rule.
func (d *markdown) reasons(rule *report.Rule) string {
	return cmp.Or(d.told(strings.Join(rule.Reasons, "; ")), "no reason was given")
}

func (d *markdown) source(s report.Source) {
	remarks := []string{"read completely"}
	if !s.Complete {
		remarks[0] = "read in part"
	}
	for _, t := range d.r.Run.Transactions {
		if t.Source == s.Name {
			remarks = append(remarks, Held(t.OpenMS))
		}
	}
	var some, none []string
	for _, k := range s.Kinds {
		one, many := noun(Sanitize(k.Kind))
		switch {
		case !k.Complete:
		case k.Count == 0:
			none = append(none, many)
		default:
			some = append(some, count(k.Count, one, many))
		}
	}
	d.line("- ", d.told(s.Kind), " ", named(s.Name), ": ", strings.Join(remarks, "; "))
	if len(some) > 0 {
		d.line("  - ", d.told(strings.Join(some, ", ")))
	}
	if len(none) > 0 {
		d.line("  - none there: ", d.told(strings.Join(none, ", ")))
	}
	for _, k := range s.Kinds {
		if !k.Complete {
			one, many := noun(Sanitize(k.Kind))
			d.line("  - not complete: ", d.told(count(k.Count, one, many)+" read; "+why(d.r, k)))
		}
	}
}

// results lists the rules with a status.
func (d *markdown) results(status report.Status, one, many string, remark func(*report.Rule) string) {
	var list []*report.Rule
	for i := range d.r.Rules {
		if d.r.Rules[i].Status == status {
			list = append(list, &d.r.Rules[i])
		}
	}
	if len(list) == 0 {
		return
	}
	d.folded("", count(len(list), one, many), true, func() {
		for _, rule := range list {
			d.line("- ", named(rule.Rule), ": ", remark(rule))
		}
	})
	d.line()
}

// inPart lists the rules that the given sources answer only in part.
func (d *markdown) inPart() {
	list := inPart(d.r)
	if len(list) == 0 {
		return
	}
	d.folded("", count(len(list), "rule that the given sources answer only in part", "rules that the given sources answer only in part"), true, func() {
		for _, rule := range list {
			kinds := make([]string, len(rule.Beyond))
			for i, k := range rule.Beyond {
				_, kinds[i] = noun(Sanitize(k))
			}
			d.line("- ", named(rule.Rule), ": without ", d.told(strings.Join(kinds, ", ")))
		}
	})
	d.line()
}

// settings writes what was set for this run and can change what it says.
func (d *markdown) settings() {
	list := slices.DeleteFunc(slices.Clone(d.r.Run.Settings), func(s report.Setting) bool { return !s.Decides && s.From == report.FromFlag })
	if len(list) == 0 {
		return
	}
	d.section("Settings")
	d.list("", len(list), func(i int) {
		d.line("- ", coded(strings.TrimSpace(Brief(list[i].Name+" "+list[i].Value))), ", from ", d.told(list[i].From))
	})
	d.line()
}

// notes writes what is worth knowing and hides nothing.
func (d *markdown) notes() {
	if len(d.r.Notes) == 0 {
		return
	}
	d.section("Noticed while reading")
	d.list("", len(d.r.Notes), func(i int) { d.line("- ", d.told(fmt.Sprintf("%s: %s", d.r.Notes[i].What, d.r.Notes[i].Why))) })
	d.line()
}

// accepted writes the doubts that somebody accepted, with the reasons.
func (d *markdown) accepted() {
	if acceptances(d.r) == 0 {
		return
	}
	d.section("Doubts accepted")
	for _, cause := range acceptedCauses(d.r) {
		d.line("- ", named(cause[0].ID), ": ", d.told("accepted: "+cause[0].AcceptedWhy))
		d.list("  ", len(cause), func(i int) { d.line("  - ", d.told(cause[i].What+": "+cause[i].Why)) })
	}
	for _, rule := range d.r.AcceptedRules() {
		d.line("- ", named(rule.Rule))
		d.list("  ", len(rule.Reasons), func(i int) { d.line("  - ", d.told(rule.Reasons[len(rule.Reasons)-1-i])) }) // the user's reason is the last
	}
	d.line()
}
