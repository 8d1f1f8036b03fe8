package render

import (
	"bytes"
	"slices"
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

// blockLines is how many lines the block of a rule has at most, and leastBlocks for how many lines of blocks the screen
// grows if need be.
const (
	blockLines  = 3
	leastBlocks = 5
	mustNames   = 2 // lines for the names of rules that must be dealt with and have no block
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
	for names := specialNames; names >= noNames && limit-tail.lines() < wish; names-- {
		tail = p.tail(r, list, names)
	}
	p.entries(r, list, max(limit-tail.lines(), leastBlocks))
	p.append(tail)
}

// Which checks by hand the screen names.
const (
	noNames = iota
	specialNames
	allNames
)

// tail returns what stands below the findings. names says which checks by hand it may name.
func (p *page) tail(r *report.Report, list []*gist, names int) *page {
	return p.part(func(p *page) {
		p.rest(r, names)
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
	n := slices.IndexFunc(list, func(g *gist) bool { return g.urgency == know })
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
	blocks := make([]gistBlock, len(grave))
	for i, g := range grave {
		blocks[i] = p.entry(g, column, owner)
	}
	lines := allot(blocks, grave, room)
	for i, n := range lines {
		if n == 1 {
			blocks[i].alone(p)
			continue
		}
		for _, write := range blocks[i].lines[:n] {
			write(p)
		}
	}
	rest := grave[len(lines):]
	for _, u := range []urgency{must, should} {
		p.folded(u, slices.DeleteFunc(slices.Clone(rest), func(g *gist) bool { return g.urgency != u }))
	}
}

// allot says how many lines of each block fit into room lines: first one of each, then another of each. If not even
// that is enough, it leaves out the last blocks and keeps lines for them, one for each urgency.
func allot(blocks []gistBlock, grave []*gist, room int) []int {
	n, used := len(blocks), len(blocks)
	if n > room {
		n, used = max(room-1, 0), room
		if grave[n].urgency == must {
			n -= mustNames
			if grave[len(grave)-1].urgency > must {
				n--
			}
		}
		n = max(n, 0)
	}
	lines := slices.Repeat([]int{1}, n)
	for level := 2; level <= blockLines; level++ {
		for i := range lines {
			if used < room && len(blocks[i].lines) >= level {
				lines[i], used = level, used+1
			}
		}
	}
	return lines
}

// gistBlock is what the screen may write of a rule.
type gistBlock struct {
	lines []func(*page) // the most important first
	alone func(*page)   // the first line if it is the only one
}

// entry returns the block of a rule.
func (p *page) entry(g *gist, column int, owner string) gistBlock {
	action, size := Brief(g.action()), g.size()
	room := p.width - atEntry
	beside := room - max(column, width(g.rule)) - 2
	if size != "" {
		beside -= width(size) + 2
	}
	head := func(action string) func(*page) {
		word := g.urgency.String()
		spans := []span{{g.urgency.style(), word}, {plain, besides(word)[len(word):]}, {bold, g.rule}}
		if action != "" {
			spans = append(spans, span{plain, pad(g.rule, column+2) + action})
		}
		return func(p *page) { p.spread(atLabel, size, spans...) }
	}
	where, names := g.where(owner, room), g.names(room)
	if width(action) <= beside {
		return gistBlock{append([]func(*page){head(action)}, texts(room, where, names)...), head(action)}
	}
	b := gistBlock{alone: head("")}
	if beside >= leastAction {
		b.alone = head(cut(action, beside))
	}
	if joined := action + "; " + where; where != "" && width(joined) <= room {
		action, where = joined, ""
	}
	b.lines = append(append([]func(*page){head("")}, texts(room, cut(action, room))...), texts(room, where, names)...)
	b.lines = b.lines[:min(len(b.lines), blockLines)]
	return b
}

// leastAction is how many columns a part of an action needs to be worth reading.
const leastAction = 14

// texts returns what writes texts below a rule, a line each, two in one line if they fit.
func texts(room int, list ...string) []func(*page) {
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	if both := strings.Join(list, "   "); len(list) > 1 && width(both) <= room {
		list = []string{both}
	}
	var lines []func(*page)
	for _, s := range list {
		lines = append(lines, func(p *page) { p.line(atEntry, span{plain, s}) })
	}
	return lines
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

// folded writes one line for the rules of an urgency that have no room. Of those that must, it names all.
func (p *page) folded(u urgency, rest []*gist) {
	if len(rest) == 0 {
		return
	}
	var ids []string
	for _, g := range rest {
		ids = append(ids, g.rule)
	}
	lead := count(len(rest), "more rule", "more rules")
	if u == must {
		p.spread(atLabel, "--show all", span{u.style(), u.String()}, span{plain, besides(u.String())[len(u.String()):] + lead + ":"})
		p.items(atEntry, "", ids)
		return
	}
	p.oneLine(u.String(), u.style(), lead, ids, "--show all")
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
