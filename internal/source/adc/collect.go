package adc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// The top-level keys. adc dump writes the usual ones; the others are ADC's internal forms.
var (
	usual    = []string{"services", "ssls", "consumers", "global_rules", "plugin_metadata"}
	inside   = []string{"consumer_groups", "routes", "stream_routes", "upstreams", "consumer_credentials"}
	ofPlugin = []string{"global_rules", "plugin_metadata"}
)

// collection gathers and compares the contents of all files.
type collection struct {
	source *Source
	seen   map[estate.Ref]*record
	names  map[named]*record
	groups []string
	same   []string // how often objects occur twice, in words
	more   int
}

// name is the name of an object among those of its parent.
type name struct{ parent, text string }

// named is what ADC tells objects apart by.
type named struct {
	kind  estate.Kind
	group string
	name  name
}

func newCollection(s *Source) *collection {
	return &collection{source: s, seen: map[estate.Ref]*record{}, names: map[named]*record{}}
}

// reader reads the resources of one file.
type reader struct {
	file     *file
	index    int // index of the current part
	records  []*record
	keys     map[string]bool
	gaps     []estate.Gap
	notes    []estate.Note
	computed bool // an id had to be computed
	size     int  // bytes in all bodies
	scratch  body // the body being written
}

// read adds a file.
func (c *collection) read(f *file) error {
	r, err := f.records()
	if err != nil {
		return err
	}
	if !r.isDump() {
		return refuse(f.path+" is not an ADC dump: it has none of the keys "+strings.Join(usual, ", "), dumpHint)
	}
	if !slices.Contains(c.groups, f.group) {
		c.groups = append(c.groups, f.group)
	}
	for _, rec := range r.records {
		c.add(rec)
	}
	s := c.source
	s.gaps = append(s.gaps, r.gaps...)
	s.notes = append(s.notes, r.notes...)
	if r.computed {
		s.notes = append(s.notes, estate.Note{
			What: f.path,
			Why: "dumped without --with-id: ids are the ones that ADC generates; an object that ADC did not create has another id, " +
				"is not recognised in other sources, and its commands need correcting",
		})
	}
	missing := slices.DeleteFunc(slices.Clone(usual), func(key string) bool { return r.keys[key] })
	if len(missing) > 0 {
		s.notes = append(s.notes, estate.Note{What: f.path, Why: "has no " + strings.Join(missing, ", ") + "; assuming that there are none"})
	}
	return nil
}

// records parses the file, in parts if possible.
func (f *file) records() (*reader, error) {
	if f.json {
		if err := yamlfile.CheckJSON(f.path, f.data); err != nil {
			return f.flow(err)
		}
		parts, again, ok := split(f.data)
		switch {
		case again >= 0:
			return nil, f.fault(again-1, "a top-level key appears twice", againHint)
		case !ok:
			return nil, refuse(f.path+" is not an ADC dump: it holds no object", dumpHint)
		}
		f.parts = parts
		return f.scan()
	}
	parts, ok := cut(f.data)
	if !ok {
		return f.whole()
	}
	f.parts = parts
	r, err := f.scan()
	if err != nil && len(f.data) <= maxPart {
		return f.whole()
	}
	return r, err
}

func (f *file) whole() (*reader, error) {
	f.parsed, f.parts = -1, []part{{end: len(f.data), line: 1, column: 1}}
	return f.scan()
}

// flow reads a file that looks like JSON and is not valid JSON. It may be YAML in flow style.
func (f *file) flow(broken error) (*reader, error) {
	f.json = false
	if r, err := f.whole(); err == nil && r.isDump() {
		return r, nil
	}
	f.json = true
	return nil, f.explain(part{line: 1, column: 1}, parseError(broken))
}

func (f *file) scan() (*reader, error) {
	r := &reader{file: f, keys: map[string]bool{}}
	for i, p := range f.parts {
		docs, err := f.tree(i)
		if err != nil {
			return nil, err
		}
		r.index = i
		if err := r.part(p, docs); err != nil {
			return nil, err
		}
		if r.size > maxGrowth*len(f.data)+1<<20 {
			return nil, refuse(f.path+": its aliases stand for more than is reasonable", "dump the gateway group again")
		}
	}
	return r, nil
}

// maxGrowth is how many times larger than its text a file may become through aliases and merge keys.
const maxGrowth = 16

func (r *reader) part(p part, docs []yamlfile.Node) error {
	switch {
	case r.file.json && p.item:
		return r.item(p.key, entry{node: docs[0], base: "/0"})
	case r.file.json:
		return r.section(p.key, entry{node: docs[0], base: "/0"}, p.line, p.column)
	case p.item && (len(docs) != 1 || len(docs[0].Items()) != 1):
		return refuse(fmt.Sprintf("%s:%d: broken YAML", r.file.path, p.line), againHint)
	case p.item:
		return r.item(p.key, entry{node: docs[0].Items()[0], base: "/0/0"})
	}
	for i, doc := range docs {
		if err := r.document(p, i, doc); err != nil {
			return err
		}
	}
	return nil
}

// document reads the top-level keys of a document.
func (r *reader) document(p part, i int, doc yamlfile.Node) error {
	if doc.Null() {
		return nil
	}
	if doc.Kind() != yamlfile.Map {
		return refuse(r.file.path+" is not an ADC dump: it holds no map of keys", dumpHint)
	}
	for _, m := range doc.Members() {
		line, column := p.place(m.KeyLine, m.KeyColumn)
		e := entry{node: m.Value, base: jsonptr.Append("", strconv.Itoa(i), m.Key)}
		if err := r.section(m.Key, e, line, column); err != nil {
			return err
		}
	}
	return nil
}

// section reads the value of a top-level key.
func (r *reader) section(key string, e entry, line, column int) error {
	r.keys[key] = true
	where := r.file.at(line, column)
	list, plugins := e.node.Kind() == yamlfile.List, e.node.Kind() == yamlfile.Map
	switch {
	case !slices.Contains(usual, key) && !slices.Contains(inside, key):
		r.unknown(key, e.node, where)
	case empty(e.node):
	case slices.Contains(ofPlugin, key) && plugins:
		r.plugins(key, e, line, column)
	case slices.Contains(ofPlugin, key):
		return refuse(where.String()+": not an ADC dump: "+key+" is not a map from plugins to their settings", dumpHint)
	case !list:
		return refuse(where.String()+": not an ADC dump: "+key+" is not a list", dumpHint)
	default:
		for i, item := range e.node.Items() {
			if err := r.item(key, entry{node: item, base: fmt.Sprintf("%s/%d", e.base, i)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// item reads one element of a top-level list.
func (r *reader) item(key string, e entry) error {
	first := !r.keys[key]
	r.keys[key] = true
	line, column := r.place(e.node)
	where := r.file.at(line, column)
	switch key {
	case "services":
		r.service(e)
	case "routes":
		r.object(estate.Route, e, owner{})
	case "stream_routes":
		r.object(estate.StreamRoute, e, owner{})
	case "upstreams":
		r.object(estate.Upstream, e, owner{})
	case "consumers":
		r.consumer(e, owner{})
	case "consumer_credentials":
		r.credential(e, owner{})
	case "consumer_groups":
		r.consumerGroup(e)
	case "ssls":
		r.ssl(e)
	case "global_rules", "plugin_metadata":
		return refuse(where.String()+": not an ADC dump: "+key+" is not a map from plugins to their settings", dumpHint)
	default:
		if first {
			r.unknown(key, e.node, where)
		}
	}
	return nil
}

// isDump reports whether a top-level key of ADC was seen.
func (r *reader) isDump() bool {
	return slices.ContainsFunc(slices.Concat(usual, inside), func(key string) bool { return r.keys[key] })
}

// unknown says that a top-level key was not understood. A single value can hold no resource, and what begins with x- is a
// comment, or holds what aliases name.
func (r *reader) unknown(key string, n yamlfile.Node, where estate.Position) {
	comment := strings.HasPrefix(key, "x-")
	if !isWord(key) {
		key = "a key that is not a name"
	}
	switch {
	case comment, empty(n):
	case n.Kind() == yamlfile.Scalar:
		r.notes = append(r.notes, estate.Note{What: key + " at " + where.String(), Why: "a key that ADC dumps do not have; it was not read"})
	default:
		r.gap(key+" at ", where, "not a known key of ADC dumps: its contents were not examined")
	}
}

// gap records that something was not examined. lead is the text before its place.
func (r *reader) gap(lead string, at estate.Position, why string) {
	r.gaps = append(r.gaps, estate.Gap{
		ID: estate.UnreadFiles, What: lead + at.String(), Why: why,
		At: estate.Place{Source: kindName, Position: at},
	})
}

// at returns a position in the file.
func (f *file) at(line, column int) estate.Position {
	return estate.Position{File: f.path, Line: line, Column: column}
}

// empty reports whether a node is null, "", [] or {}.
func empty(n yamlfile.Node) bool {
	switch n.Kind() {
	case yamlfile.Map:
		return len(n.Members()) == 0
	case yamlfile.List:
		return len(n.Items()) == 0
	case yamlfile.Scalar:
		return n.Null() || n.Text() == ""
	case yamlfile.Nothing:
	}
	return true
}

// isWord reports whether a key looks like a name that may be shown.
func isWord(s string) bool {
	return s != "" && len(s) < 40 && !strings.ContainsFunc(s, func(c rune) bool { return (c < 'a' || c > 'z') && c != '_' })
}
