package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// since returns the day of the report with which this one is compared.
func since(r *report.Report) string {
	if r.Baseline == nil { // no report that this program writes
		return "an earlier report"
	}
	return r.Baseline.StartedAt.UTC().Format("2006-01-02")
}

// compared reports whether the baseline is one that findings can be known to.
func compared(r *report.Report) bool { return r.Baseline != nil && !r.Baseline.Refused }

// baseline says, on the screen, what the earlier report knew.
func (p *page) baseline(r *report.Report) {
	b := r.Baseline
	if b == nil {
		return
	}
	if b.Refused {
		p.about("baseline", "not used: "+b.Doubt)
		return
	}
	p.spread(atLabel, "--show settings", span{plain, besides("known") + knownIn(r)})
	if b.Doubt != "" {
		p.about("", b.Doubt)
	}
}

// knownIn says in one sentence how the findings differ from those of the baseline.
func knownIn(r *report.Report) string {
	b := r.Baseline
	text := count(b.Known, "finding", "findings") + " of " + since(r)
	if b.Gone > 0 {
		text += ", " + thousands(b.Gone) + " gone"
	}
	if b.New == 0 {
		return text + "; nothing new since then"
	}
	return text + "; " + thousands(b.New) + " new"
}

// expired names, on the screen, the waivers whose time is over: their findings count again.
func (p *page) expired(r *report.Report) {
	var names []string
	n := 0
	for _, w := range r.Waivers {
		if w.State == report.WaiverExpired {
			names = append(names, w.What+" ("+w.Owner+", until "+w.Until+")")
			n += w.Findings
		}
	}
	if len(names) > 0 {
		text := count(n, "finding counts", "findings count") + " again: " + strings.Join(names, "; ")
		p.brief(atLabel, 2, besides("expired"), text)
	}
}

// decidedBy says why, who decided and until when; of a check by hand what came of it, who did it and when.
func decidedBy(w report.WaiverUse) string {
	if w.Check {
		return strings.TrimLeft(w.Reason+" (done by "+w.Owner+" on "+w.Until+")", " ")
	}
	return w.Reason + " (" + w.Owner + ", until " + w.Until + ")"
}

// waivers writes every entry of the file of waivers with what became of it, and what it waives.
func (p *page) waivers(r *report.Report) {
	if len(r.Waivers) > 0 {
		p.section("Waivers", "")
	}
	for _, w := range r.Waivers {
		p.gap()
		p.prose(atLabel, besides(w.State), bold, w.What)
		p.prose(atEntry, "", plain, decidedBy(w)+", line "+thousands(w.Line)+" of the file")
	}
}

// setApart writes the findings that do not count: those of the rules that are asked for, or all with the settings.
func (p *page) setApart(r *report.Report) error {
	asked := func(f *report.Finding) bool {
		return p.show.wants(p.show.Settings) || slices.Contains(p.show.Rules, f.Rule)
	}
	if err := p.setAside(r, "Waived", func(f *report.Finding) (string, bool) {
		return decision(f), setApart(f) == apartWaived && asked(f)
	}); err != nil || !compared(r) {
		return err
	}
	return p.setAside(r, "Known since "+since(r), func(f *report.Finding) (string, bool) {
		return f.Message, setApart(f) == apartKnown && asked(f)
	})
}

// setAside writes findings that do not count, each with what says of it.
func (p *page) setAside(r *report.Report, title string, says func(*report.Finding) (string, bool)) error {
	list := blocks(r, func(f *report.Finding) bool {
		_, is := says(f)
		return is
	})
	if len(list) == 0 {
		return nil
	}
	p.section(title, "(found, but it does not block)")
	for _, b := range list {
		p.gap()
		p.labelled(dim, b.severity, b.rule.Rule, "")
		p.prose(atBody, "", plain, b.rule.Title)
		shown := b.found[:p.limit(len(b.found))]
		told := make(report.Findings, len(shown))
		var packer report.Packer
		for i := range told {
			f := shown[i].Open()
			f.Message, _ = says(f)
			f.Evidence = nil
			told[i] = packer.Pack(f)
		}
		if err := p.objects(told, told, len(r.Sources) > 1); err != nil {
			return fmt.Errorf("rule %s: %w", b.rule.Rule, err)
		}
		p.more(len(shown), len(b.found))
		if len(p.show.Rules) > 0 || p.all {
			p.gap()
			p.steps(b.found)
		}
	}
	return nil
}
