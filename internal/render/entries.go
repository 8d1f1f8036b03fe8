package render

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// blockLines is how many lines the block of a rule has at most, and leastBlocks for how many lines of blocks the screen
// grows if need be.
const (
	blockLines  = 3
	leastBlocks = 5
	mustNames   = 2 // lines for the names of rules that must be dealt with and have no block
)

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
