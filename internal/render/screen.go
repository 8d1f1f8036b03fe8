package render

import (
	"bytes"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// screenLines is how many lines the screen has at most: the shell's prompt takes the last of a terminal's 24.
const screenLines = 23

// The screen's columns.
const (
	atEntry  = atLabel + 8 // beside MUST, should, target, …
	maxEntry = 26          // a longer rule id takes what it needs
)

// blockLines is how many lines the block of a rule has at most, and leastBlocks for how many lines of blocks the screen
// grows if need be.
const (
	blockLines  = 3
	leastBlocks = 5
)

// screen writes everything on one screen: what to do and with what, what was not examined, and the way to the details.
// Whatever has no room is counted.
func (p *page) screen(r *report.Report) {
	list := p.gists(r)
	below := p.part(func(p *page) { p.missing(missingParts(r), 2, 1) })
	p.filtered(r)
	if r.Verdict != report.Blocked {
		below.out.Reset()
		p.missing(missingParts(r), 3, 2)
	}
	const blank, exit = 1, 1
	used := p.lines() + blank + exit
	if n := below.lines(); n > 0 {
		used += blank + n
	}
	tail := p.tail(r, list, true)
	if screenLines-used-blank-tail.lines() < p.wish(r, list) {
		tail = p.tail(r, list, false)
	}
	p.entries(r, list, max(screenLines-used-blank-tail.lines(), leastBlocks))
	p.append(below)
	p.append(tail)
}

// tail returns what stands below the findings. named says whether it may name the checks by hand.
func (p *page) tail(r *report.Report, list []*gist, named bool) *page {
	return p.part(func(p *page) {
		p.rest(r, named && r.Verdict == report.Ready)
		p.next(r, list)
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

// entries writes what was found in at most room lines: a block for each rule, and one line for the notices.
func (p *page) entries(r *report.Report, list []*gist, room int) {
	n := slices.IndexFunc(list, func(g *gist) bool { return g.severity == report.SeverityNotice })
	if n < 0 {
		n = len(list)
	}
	grave, notices := list[:n], list[n:]
	if len(list) > 0 || len(r.Notes) > 0 {
		p.gap()
	}
	if filesOnly(r) {
		p.places(r)
		p.gap()
		notices = nil
	} else {
		if len(notices) > 0 || len(r.Notes) > 0 {
			room--
		}
		p.graveEntries(grave, list, max(room, 1))
	}
	p.know(r, notices)
}

// graveEntries writes a block for each rule in at most room lines. With too little room blocks lose their names first,
// then their places; the last rules share a line.
func (p *page) graveEntries(grave, all []*gist, room int) {
	owner, column := ownerKey(all), 0
	for _, g := range grave {
		column = max(column, min(width(g.rule), maxEntry))
	}
	blocks := make([][]func(*page), len(grave))
	for i, g := range grave {
		blocks[i] = p.entry(g, column, owner)
	}
	lines := allot(blocks, room)
	for i, n := range lines {
		for _, write := range blocks[i][:n] {
			write(p)
		}
	}
	if rest := grave[len(lines):]; len(rest) > 0 {
		p.folded(rest)
	}
}

// allot says how many lines of each block fit into room lines: first one of each, then another of each. If not even
// that is enough, it leaves out the last blocks and keeps a line for them.
func allot(blocks [][]func(*page), room int) []int {
	n, used := len(blocks), len(blocks)
	if n > room {
		n, used = room-1, room
	}
	lines := slices.Repeat([]int{1}, n)
	for level := 2; level <= blockLines; level++ {
		for i := range lines {
			if used < room && len(blocks[i]) >= level {
				lines[i], used = level, used+1
			}
		}
	}
	return lines
}

// entry returns the lines of a rule's block, the most important first.
func (p *page) entry(g *gist, column int, owner string) []func(*page) {
	word := label(g.severity)
	action, size := Brief(g.action()), g.size()
	room := p.width - atEntry
	beside := room - max(column, width(g.rule)) - 2
	if size != "" {
		beside -= width(size) + 2
	}
	inline := width(action) <= beside
	head := func(p *page) {
		spans := []span{{severityStyle(g.severity), word}, {plain, besides(word)[len(word):]}, {bold, g.rule}}
		if inline {
			spans = append(spans, span{plain, pad(g.rule, column+2) + action})
		}
		p.spread(atLabel, size, spans...)
	}
	lines := []func(*page){head}
	text := func(s string) {
		if s != "" {
			lines = append(lines, func(p *page) { p.line(atEntry, span{plain, s}) })
		}
	}
	where := g.where(owner, room)
	if !inline {
		if joined := action + "; " + where; where != "" && width(joined) <= room {
			action, where = joined, ""
		}
		text(cut(action, room))
	}
	names := g.names(room)
	if both := where + "   " + names; where != "" && names != "" && width(both) <= room {
		text(both)
		return lines
	}
	text(where)
	text(names)
	return lines
}

// label returns the word for a severity.
func label(severity string) string {
	switch severity {
	case report.SeverityBreaking:
		return "MUST"
	case report.SeverityWarning:
		return "should"
	}
	return "know"
}

// pad returns the blanks after a text in a column, at least two.
func pad(text string, column int) string {
	return strings.Repeat(" ", max(column-width(Sanitize(text)), 2))
}

// cut shortens sanitised text to limit columns.
func cut(s string, limit int) string {
	if width(s) <= limit {
		return s
	}
	lines := wrap(s, limit-1)
	if width(lines[0]) < limit {
		return lines[0] + "…"
	}
	out := ""
	for _, c := range s {
		if width(out+string(c)) >= limit {
			break
		}
		out += string(c)
	}
	return out + "…"
}

// folded writes one line for the rules that have no room.
func (p *page) folded(rest []*gist) {
	var ids []string
	for _, g := range rest {
		ids = append(ids, g.rule)
	}
	word := label(rest[0].severity)
	p.oneLine(word, severityStyle(rest[0].severity), count(len(rest), "more rule", "more rules"), ids, "--show all")
}

// oneLine writes a label, a lead and as many items as fit before a remark at the right margin.
func (p *page) oneLine(word string, s style, lead string, items []string, remark string) {
	room := p.width - atEntry - width(remark) - 2
	text := lead
	for n := len(items); n > 0; n-- {
		named := lead + ": " + strings.Join(items[:n], ", ")
		if rest := len(items) - n; rest > 0 {
			named += " and " + thousands(rest) + " more"
		}
		if width(Sanitize(named)) <= room {
			text = named
			break
		}
	}
	p.spread(atLabel, remark, span{s, word}, span{plain, besides(word)[len(word):] + text})
}

// know writes one line for the notices and for what was noticed while reading.
func (p *page) know(r *report.Report, notices []*gist) {
	n, ids := 0, []string{}
	for _, g := range notices {
		n += g.worst
		ids = append(ids, g.rule)
	}
	var parts []string
	if n > 0 {
		parts = append(parts, count(n, "notice", "notices")+" of "+count(len(ids), "rule", "rules"))
	}
	if remarks := len(r.Notes); remarks > 0 {
		parts = append(parts, count(remarks, "remark", "remarks")+" about the sources")
	}
	if len(parts) > 0 {
		p.oneLine("know", cyan, strings.Join(parts, ", "), ids, "--show notices")
	}
}

// next writes the commands that show more.
func (p *page) next(r *report.Report, list []*gist) {
	p.gap()
	type way struct{ flags, gives string }
	var ways []way
	switch {
	case r.Verdict == report.Incomplete:
		ways = append(ways, way{"--show missing", "what was not examined"})
	case len(list) > 0 && list[0].severity != report.SeverityNotice:
		ways = append(ways, way{"--show " + list[0].rule, "objects, commands"})
	case len(r.ManualChecks) > 0:
		ways = append(ways, way{"--show manual", "the checks by hand"})
	}
	ways = append(ways, way{"--show all", "everything"})
	lead := "Next"
	for _, w := range ways {
		if width(lead)+2+width(p.called+" "+w.flags)+2+width(w.gives) > p.width {
			w.gives = ""
		}
		p.spread(0, w.gives, span{bold, lead}, span{plain, pad(lead, 6)}, span{cyan, p.called + " " + w.flags})
		lead = "    "
	}
}

// trailing reports whether the page ends with what to run next, below which the exit code stands.
func (p *page) trailing() bool { return !p.show.All && !p.show.parts() }
