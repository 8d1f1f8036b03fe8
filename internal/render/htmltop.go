package render

import (
	"cmp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// pagePart is a section of the page.
type pagePart struct {
	id, title string
	write     func()
}

// sections returns the sections that have something to say, in the order of reading.
func (h *hypertext) sections() []pagePart {
	r := h.r
	var out []pagePart
	add := func(id, title string, there bool, write func()) {
		if there {
			out = append(out, pagePart{id, title, write})
		}
	}
	add("unexamined", "Not examined", open(r) > 0, h.unexamined)
	add("rules", "What was found, and what to do", len(h.list) > 0, h.rules)
	add("manual", "To check by hand", len(r.ManualChecks) > 0, h.manual)
	add("findings", "All findings", true, h.findings)
	add("target", "The release "+r.Path.To, len(r.Target.Defects) > 0 || len(r.Target.Candidates) > 1, h.target)
	add("outside", "Not judged here", len(outside(r))+len(inPart(r)) > 0, h.outside)
	add("decided", "Decided beforehand", acceptances(r)+len(h.waived)+len(h.known)+len(r.Waivers)+leftOut(r)+len(deciding(r)) > 0, h.decided)
	add("noticed", "Noticed while reading", len(r.Notes) > 0, h.noticed)
	add("lookedat", "What was looked at", true, h.lookedAt)
	return out
}

// contents writes links to the sections.
func (h *hypertext) contents(sections []pagePart) {
	h.raw(`<nav aria-label="On this page">`, "\n<ul>\n")
	for _, s := range sections {
		h.raw(`<li>`)
		h.el(`a href="#`+s.id+`"`, s.title)
		h.raw("</li>\n")
	}
	h.raw("</ul>\n</nav>\n")
}

// way returns the upgrade in a few characters.
func way(r *report.Report) string { return cmp.Or(r.Path.From, "unknown") + " → " + r.Path.To }

// top writes what a reader has to know who reads nothing else.
func (h *hypertext) top() {
	r := h.r
	h.raw("<header>\n")
	told := r.Tool.Name + " " + r.Tool.Version
	if at := r.Run.StartedAt; !at.IsZero() {
		told += ", " + at.UTC().Format("2 January 2006, 15:04") + " UTC"
	}
	h.el(`p class="small"`, told)
	h.el("h1", "Upgrade of API7 Enterprise "+way(r))
	h.unless("p", h.page.sources(r))
	h.raw(`<div class="verdict `, verdictClass(r.Verdict), `">`, "\n<p class=\"word\"><strong>", markup(capital(string(r.Verdict))), "</strong>", markup(reservations(r)), "</p>\n")
	h.unless("p", capital(headline(r))+".")
	h.raw("</div>\n")
	h.counts()
	h.facts()
	h.raw("</header>\n")
}

// verdictClass returns the class of a verdict, by which it has a colour.
func verdictClass(v report.Verdict) string {
	switch v {
	case report.Ready, report.Blocked, report.Incomplete:
		return string(v)
	}
	return ""
}

// counts writes the summary of the report.
func (h *hypertext) counts() {
	const known, done = "known", "done by hand" // which most reports know nothing of
	s := h.r.Summary
	h.raw(`<dl class="counts">`, "\n")
	for _, c := range []struct {
		n           int
		what, class string
	}{
		{s.Breaking, "breaking", "breaking"},
		{s.Warning, "warning", "warning"},
		{s.Notice, "notice", "notice"},
		{s.Waived, "waived", ""},
		{s.Unexamined, "not examined", "warning"},
		{s.Unknown, "rules in doubt", "warning"},
		{s.Manual, "by hand", ""},
		{s.Known, known, ""},
		{s.Done, done, ""},
	} {
		if c.n == 0 {
			c.class = "none"
			if c.what == known || c.what == done {
				continue
			}
		}
		h.raw(`<div class="`, c.class, `"><dt>`, c.what, "</dt><dd>", thousands(c.n), "</dd></div>\n")
	}
	h.raw("</dl>\n")
}

// facts writes what explains the verdict besides: about the target, the path and what was set.
func (h *hypertext) facts() {
	r := h.r
	h.raw(`<dl class="facts">`, "\n")
	fact := func(name, text string) {
		if text != "" {
			h.raw("<div>")
			h.el("dt", name)
			h.el("dd", text)
			h.raw("</div>\n")
		}
	}
	fact("Target", r.Target.Advice)
	fact("Path", skipping(r))
	fact("Asked", Asked(&r.Path))
	if !r.Path.FromGiven {
		fact("Installed", cmp.Or(r.Path.From, "unknown")+": "+r.Path.FromEvidence)
	}
	if oldest := r.Path.Gateways; oldest != "" && oldest != r.Path.From {
		fact("Gateways", "the oldest is "+oldest+": gateway changes are judged from there")
	}
	if b := r.Baseline; b != nil && b.Refused {
		fact("Baseline", "not used: "+b.Doubt)
	} else if b != nil {
		fact("Known", knownIn(r))
		fact("Is it the same?", b.Doubt)
	}
	for _, s := range deciding(r) {
		if s.From != report.FromFlag {
			fact("Setting", s.Name+" "+s.Value+", from "+s.From)
		}
	}
	h.raw("</dl>\n")
}

// deciding returns the settings that can change the verdict, and those that the command line does not show.
func deciding(r *report.Report) []report.Setting {
	return slices.DeleteFunc(slices.Clone(r.Run.Settings), func(s report.Setting) bool { return !s.Decides && s.From == report.FromFlag })
}

// foot writes which run made the page.
func (h *hypertext) foot() {
	r := h.r
	text := "Exit code " + thousands(r.ExitCode) + ", --fail-on " + r.FailOn
	if r.Run.ID != "" {
		text += ". Run " + r.Run.ID
	}
	h.raw("<footer>\n")
	h.el(`p class="small"`, text+". This page loads nothing and sends nothing.")
	h.raw("</footer>\n", `<p id="copied" class="quietly" role="status" aria-live="polite"></p>`, "\n")
}
