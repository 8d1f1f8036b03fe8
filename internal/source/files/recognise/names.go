package recognise

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Names says what of API7 a text names that cannot be read, such as a template or broken YAML: an image, a chart, API7 itself, or
// keys that would tell a file if they stood in YAML. Empty: it names nothing of API7. Comments and addresses of sites do not count.
func Names(text []byte) string {
	o := outline{weights: map[place]int{}}
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		if what := o.line(string(line)); what != "" {
			return what
		}
	}
	return ""
}

// outline is what keys stand below which, as indentation and braces show it.
type outline struct {
	above   []level
	weights map[place]int // of the signs that were met
	stored  map[string]bool
}

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
func (o *outline) line(line string) (what string) {
	text := strings.TrimLeft(line, " \t")
	indent := len(line) - len(text)
	if text == "" || strings.HasPrefix(text, "#") || strings.HasPrefix(text, "//") || strings.HasPrefix(text, "{{/*") {
		return ""
	}
	if what := namedIn(text); what != "" {
		return what
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
func (o *outline) keys(text string, indent int) string {
	first := len(o.above)
	defer func() { o.above = o.above[:min(len(o.above), first+1)] }()
	for {
		at := strings.IndexAny(text, "{}:=,")
		if at < 0 {
			return ""
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
			if what := o.key(key, text); what != "" {
				return what
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
func (o *outline) key(key, value string) string {
	value, _, _ = strings.Cut(value, " #")
	value = strings.Trim(strings.TrimSpace(value), `"',}`)
	for _, s := range endings[key] {
		above, ok := o.below(s.before)
		if !ok || s.value != "" && s.value != value {
			continue
		}
		if s.group == marked {
			if o.stored == nil {
				o.stored = map[string]bool{}
			}
			o.stored[above] = true
			continue
		}
		at := place{s.group, above}
		o.weights[at] += s.weight
		if g := groups[s.group]; o.weights[at] >= g.least && (!g.stored || o.stored[above]) {
			return "keys of " + g.form.String() + " (" + key + ")"
		}
	}
	return ""
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

// group is a form that keys can tell, from which weight; stored: it must have a mark of the control plane's files as well.
type group struct {
	form   Form
	least  int
	stored bool
}

// ending is a sign, or a mark, that ends with a key.
type ending struct {
	group  int
	before []string
	value  string
	weight int
}

// marked is the group of the marks of the control plane's files.
const marked = 0

var (
	groups  = []group{marked: {}}
	endings = endingsOf()
)

func endingsOf() map[string][]ending {
	all := map[string][]ending{}
	add := func(group int, signs []sign) {
		for _, s := range signs {
			words := strings.Split(s.path, ".")
			last := len(words) - 1
			all[words[last]] = append(all[words[last]], ending{group, words[:last], s.value, s.weight})
		}
	}
	for _, m := range controlPlane {
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
	return all
}

// namedIn returns the image or the chart of API7 that a line names, or API7 itself.
func namedIn(line string) string {
	itself := ""
	for rest, from := line, 0; ; {
		at := strings.Index(rest, "api7")
		if at < 0 {
			return itself
		}
		at += from
		start, end := at, at
		for start > 0 && inName(line[start-1]) {
			start--
		}
		for end < len(line) && inName(line[end]) {
			end++
		}
		switch what := named7(line, start, end); what {
		case "", "API7":
			itself = cmp.Or(itself, what)
		default:
			return what
		}
		from, rest = end, line[end:]
	}
}

func inName(c byte) bool { return wordByte[c] || c == '.' }

// named7 says what a name in a line is.
func named7(line string, start, end int) string {
	name := strings.TrimRight(line[start:end], ".")
	ofRepository := strings.HasSuffix(line[:start], "/")
	switch {
	case image.Component(name) != "":
		return "image " + name
	case name == version.ControlPlaneChart && (ofRepository || strings.Contains(strings.ToLower(line), "chart")):
		return "chart " + name
	case name == "charts.api7.ai":
		return "the charts of API7"
	case name == "api7" && !ofRepository && strings.HasPrefix(line[end:], "/"+version.GatewayChart):
		if rest := line[end+1+len(version.GatewayChart):]; rest == "" || !inName(rest[0]) && rest[0] != '/' {
			return "chart api7/" + version.GatewayChart
		}
	case strings.HasSuffix(name, "api7.ai"), strings.HasPrefix(name, "api7-preflight"), strings.HasSuffix(line[:start], "github.com/"),
		strings.HasSuffix(line[:start], "@"):
	default:
		return "API7"
	}
	return ""
}
