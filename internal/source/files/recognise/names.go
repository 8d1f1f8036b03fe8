package recognise

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Named is what of API7 a text names; the zero Named is nothing.
type Named struct {
	What string
	Form Form // that its keys would be of; Other: it is not known by them
}

// Names says what of API7 a text names that cannot be parsed, such as a template or broken YAML: what a line of it names, or
// keys that would tell a file if they stood in YAML. Comments do not count.
func Names(text []byte) Named {
	o := outline{weights: map[place]weight{}, stored: map[string]store{}}
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		if named := o.line(string(line)); named.What != "" {
			return named
		}
	}
	return Named{}
}

// outline is what keys stand below which, as indentation and braces show it, and what was met on the way.
type outline struct {
	above   []level
	weights map[place]weight // of the signs that were met
	stored  map[string]store // what was said of a database
	met     block
}

// block is what was met since the last line that begins one: things that speak for API7 together only.
type block struct{ chart, name, path, port bool }

// together says what the things in a block make together.
func (b *block) together(line string) string {
	if !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, "}") && !strings.HasPrefix(line, "- ") {
		b.chart, b.name = false, false
	}
	b.chart = b.chart || gatewayChart.MatchString(line)
	b.name = b.name || api7(line) >= 0
	b.path = b.path || strings.Contains(line, "/usr/local/api7")
	b.port = b.port || ownPort.MatchString(line)
	switch {
	case strings.Contains(line, chartsOfAPI7):
		return "the charts of API7"
	case b.chart && b.name:
		return "chart " + version.GatewayChart + " and API7"
	case b.path && b.port:
		return "files and ports of API7"
	}
	return ""
}

var (
	gatewayChart = lazyregexp.New(`(?i)chart[\w-]*["']?\s*[:=]\s*["']?(\S*/)?gateway["']?\s*,?\s*$`)
	ownPort      = lazyregexp.New(`(^|[^\d.])(7080|7443|7900|7943)([^\d.]|$)`) // the control plane's
)

// level is a key, and how far it is indented.
type level struct {
	indent int
	key    string
}

// place is the value that would be the document of a form, by the keys above it.
type place struct {
	group int
	above string
}

// line reads one line, and says what of API7 is known with it.
func (o *outline) line(line string) Named {
	text := strings.TrimLeft(line, " \t")
	indent := len(line) - len(text)
	if text == "" || strings.HasPrefix(text, "#") || strings.HasPrefix(text, "//") || strings.HasPrefix(text, "{{/*") {
		return Named{}
	}
	above := ""
	if i := slices.IndexFunc(o.above, func(l level) bool { return l.indent >= indent }); i > 0 {
		above = o.above[i-1].key
	} else if i < 0 && len(o.above) > 0 {
		above = o.above[len(o.above)-1].key
	}
	if what := cmp.Or(said(text, above), o.met.together(line)); what != "" {
		return Named{What: what}
	}
	if control.MatchString(text) {
		return Named{}
	}
	for strings.HasPrefix(text, "- ") {
		text, indent = text[2:], indent+2
	}
	for len(o.above) > 0 && o.above[len(o.above)-1].indent >= indent {
		o.above = o.above[:len(o.above)-1]
	}
	return o.keys(text, indent)
}

// keys reads the keys of a line: the first is a level, and those in braces stand below it.
func (o *outline) keys(text string, indent int) Named {
	first := len(o.above)
	defer func() { o.above = o.above[:min(len(o.above), first+1)] }()
	for {
		at := strings.IndexAny(text, "{}:=,")
		if at < 0 {
			return Named{}
		}
		key, c := strings.Trim(strings.TrimSpace(text[:at]), `"'`), text[at]
		text = text[at+1:]
		depth := len(o.above) - first
		switch {
		case c == '{' && depth == 0: // the line begins with it
			o.above = append(o.above, level{indent, ""})
		case c == '}' && depth > 1:
			o.above = o.above[:len(o.above)-1]
		case strings.IndexByte("{},", c) >= 0 || !plainKey(key):
		default:
			if named := o.key(key, text); named.What != "" {
				return named
			}
			if below, opens := strings.CutPrefix(strings.TrimLeft(text, " "), "{"); opens || depth == 0 {
				o.above, text = append(o.above, level{indent, key}), below
			}
		}
	}
}

func plainKey(key string) bool {
	return key != "" && !strings.ContainsFunc(key, func(c rune) bool { return c >= 0x80 || !wordByte[c] && c != '.' && c != '/' })
}

// key weighs the signs that a key and its value end.
func (o *outline) key(key, value string) Named {
	if image.Component(key) != "" { // a service, mostly: nobody else's is called so
		return Named{What: "something called " + key}
	}
	value, _, _ = strings.Cut(value, " #")
	value = strings.Trim(strings.TrimSpace(value), `"',}`)
	for _, s := range endings[key] {
		above, ok := o.below(s.before)
		if !ok || s.value != "" && s.value != value {
			continue
		}
		if s.group == marked {
			o.stored[above] = max(o.stored[above], mark{path: s.path}.stores())
			continue
		}
		at := place{s.group, above}
		w := o.weights[at].with(s.sign)
		o.weights[at] = w
		g := groups[s.group]
		if !g.component && w.all >= g.least || g.component && w.tells(o.stored[above]) == "" {
			return Named{"keys of " + g.form.String() + " (" + key + ")", g.form}
		}
	}
	return Named{}
}

// below reports whether the keys above end with some, and returns the rest of them.
func (o *outline) below(before []string) (above string, ok bool) {
	rest := len(o.above) - len(before)
	if rest < 0 {
		return "", false
	}
	for i, key := range before {
		if o.above[rest+i].key != key {
			return "", false
		}
	}
	var b strings.Builder
	for _, l := range o.above[:rest] {
		b.WriteString(l.key + "\n")
	}
	return b.String(), true
}

// group is a form that keys can tell, from which weight; the files of the control plane's components have a test of their own.
type group struct {
	form      Form
	least     int
	component bool
}

// ending is a sign, or a mark, that ends with a key.
type ending struct {
	sign

	group  int
	before []string
}

// marked is the group of the marks of a database.
const marked = 0

var (
	// control matches lines of templates that say what becomes of others, and are of no depth.
	control = lazyregexp.New(`^(\{%.*%\}|\{\{-?\s*(if|else|end|range|with)\b.*\}\}|<%[^=].*%>)$`)
	groups  = []group{marked: {}}
	endings = endingsOf()
)

func endingsOf() map[string][]ending {
	all := map[string][]ending{}
	add := func(group int, signs []sign) {
		for _, s := range signs {
			words := strings.Split(strings.ReplaceAll(s.path, ".*", ""), ".")
			last := len(words) - 1
			all[words[last]] = append(all[words[last]], ending{s, group, words[:last]})
		}
	}
	for _, m := range database {
		add(marked, []sign{{path: m.path}})
	}
	for _, r := range append([]row{ofControlPlane, ofGateway}, others...) {
		groups = append(groups, group{r.form, r.least, false})
		add(len(groups)-1, r.signs)
	}
	for _, c := range components {
		groups = append(groups, group{c.form, sure, true})
		add(len(groups)-1, c.signs)
	}
	groups = append(groups, group{ADCFile, 1, false})
	for _, m := range dumps[0].some {
		add(len(groups)-1, []sign{{path: m.path, weight: 1}})
	}
	return all
}
