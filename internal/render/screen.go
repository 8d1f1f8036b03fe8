package render

import (
	"bytes"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// screenLines is how many lines the screen has at most: the shell's prompt takes the last of a terminal's 24.
const screenLines = 23

// readyLines is the same for a ready: somebody signs it.
const readyLines = 20

// The screen's columns.
const (
	atEntry  = atLabel + 8 // beside MUST, should, target, …
	maxEntry = 26          // a longer rule id takes what it needs
)

// screen writes everything on one screen: what was not examined, what to do and with what, and the way to the details.
// Whatever has no room is counted.
func (p *page) screen(r *report.Report) {
	list := p.gists(r)
	p.filtered(r)
	if r.Verdict == report.Blocked {
		p.missing(missingParts(r), 2, 1)
	} else {
		p.missing(missingParts(r), 3, 2)
	}
	const blank, exit = 1, 1
	limit := screenLines
	if r.Verdict == report.Ready {
		limit = readyLines
	}
	limit -= p.lines() + blank + blank + exit
	tail, wish := p.tail(r, list, allNames), p.wish(r, list)
	for names := specialNames; names >= bare && limit-tail.lines() < wish; names-- {
		tail = p.tail(r, list, names)
	}
	p.entries(r, list, max(limit-tail.lines(), leastBlocks))
	p.append(tail)
}

// How much stands below the findings: which checks by hand are named, and without any of them whether the next step is.
const (
	bare = iota
	noNames
	specialNames
	allNames
)

// tail returns what stands below the findings. names says how much it is.
func (p *page) tail(r *report.Report, list []*gist, names int) *page {
	return p.part(func(p *page) {
		p.rest(r, names)
		p.next(r, list)
		if names > bare && p.called == checked && r.Verdict != report.Incomplete && r.Scope == report.ScopeAll {
			p.spread(0, "the whole night", span{plain, strings.Repeat(" ", atEntry)}, span{cyan, report.Program + " runbook … --out window"})
		}
	})
}

// wish returns how many lines the findings take if nothing is cut.
func (p *page) wish(r *report.Report, list []*gist) int {
	return p.part(func(p *page) { p.entries(r, list, blockLines*len(list)+1) }).lines()
}

// part returns a page with what write writes.
func (p *page) part(write func(*page)) *page {
	sub := *p
	sub.out, sub.to = &bytes.Buffer{}, nil
	write(&sub)
	return &sub
}

// append adds a part, which begins after a blank line.
func (p *page) append(part *page) {
	if part.out.Len() > 0 {
		p.gap()
		p.out.Write(part.out.Bytes())
	}
}

// lines returns how many lines the page has.
func (p *page) lines() int { return bytes.Count(p.out.Bytes(), []byte{'\n'}) }

// next writes the command that shows more.
func (p *page) next(r *report.Report, list []*gist) {
	p.gap()
	flags := "--show all"
	switch {
	case r.Verdict == report.Incomplete:
		flags = "--show missing"
	case len(list) > 0 && list[0].urgency < know:
		flags = "--show " + list[0].rule
	case len(list) > 0 && r.Verdict == report.Blocked:
		flags = "--show notices"
	case len(r.ManualChecks) > 0:
		flags = "--show manual"
	}
	command, or := p.called+" "+flags, "or --show all"
	if atEntry+width(command)+2+width(or) > p.width || flags == "--show all" {
		or = ""
	}
	blanks := min(atEntry-len("Next"), max(p.width-len("Next")-width(command), 2))
	p.spread(0, or, span{bold, "Next"}, span{cyan, strings.Repeat(" ", blanks) + command})
}

// trailing reports whether the page ends with what to run next, below which the exit code stands.
func (p *page) trailing() bool { return !p.show.All && !p.show.parts() }
