package estate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	errUTF8    = errors.New("not UTF-8")
	errPlugins = errors.New("plugins is not an object")
)

// Plugin is one attachment of a plugin. It is valid as long as its resource.
type Plugin struct {
	Name    string
	Conf    Value
	Pointer string  // JSON pointer into the resource's body
	around  []Value // configurations of the plugins that it is nested in, outermost first
}

// Disabled reports whether the attachment is switched off by _meta.disable, its own or that of a plugin around it.
// Absent means that nothing is said, which is on.
func (p Plugin) Disabled() Opt[bool] {
	state := Opt[bool]{}
	for _, conf := range append(slices.Clip(p.around), p.Conf) {
		if conf.Empty() { // Lua writes an empty table as [] as well as {}
			continue
		}
		if disable := conf.Get("_meta").Get("disable").Bool(); !disable.Absent() {
			if off, ok := disable.Known(); off || !ok {
				return disable
			}
			state = disable
		}
	}
	return state
}

// scan is what one pass over a body found. Its slices are reused from row to row.
type scan struct {
	fields  []field
	plugins []Plugin
	keys    [][]byte // of the plugins object
}

// field is a top-level field: its decoded key and where its value stands.
type field struct {
	key        []byte
	start, end int
}

func (s *scan) field(body []byte, name string) Value {
	for i := range s.fields {
		if string(s.fields[i].key) == name {
			return Value{raw: body[s.fields[i].start:s.fields[i].end]}
		}
	}
	return Value{}
}

// Reader makes one pass over each resource's body: it validates all of it, notes where the top-level fields stand and
// collects the wanted plugins from every place where one can sit. It decodes and allocates nothing for resources that
// carry none of them.
type Reader struct {
	wanted  map[string]bool
	matters map[string]bool // wanted, or able to nest what is wanted
	carries [256]bool
}

// NewReader returns a Reader that collects the named plugins.
func NewReader(plugins []string) *Reader {
	r := &Reader{wanted: make(map[string]bool, len(plugins)), matters: map[string]bool{workflow: true, multiAuth: true}}
	for _, name := range plugins {
		r.wanted[name], r.matters[name] = true, true
	}
	for _, k := range PluginKinds() {
		r.carries[k] = true
	}
	return r
}

// Read makes the pass over r. An error means that the body is damaged: not valid JSON, not UTF-8, nested too deeply,
// with a key that matters written twice, or with plugins that are no object.
func (rd *Reader) Read(r *Resource) error {
	r.scan.fields = r.scan.fields[:0]
	r.scan.plugins = r.scan.plugins[:0]
	if !utf8.Valid(r.Body) {
		return errUTF8
	}
	c := cursor{b: r.Body}
	var err error
	if c.space() == '{' {
		err = c.object(func(key []byte, escaped bool) error { return rd.topField(&c, r, key, escaped) })
	} else {
		err = c.value()
	}
	if err == nil && (c.space() != 0 || c.i != len(c.b)) {
		err = c.fail()
	}
	if err == nil {
		err = duplicate(len(r.scan.fields), func(i int) []byte { return r.scan.fields[i].key })
	}
	return err
}

func (rd *Reader) topField(c *cursor, r *Resource, key []byte, escaped bool) error {
	key, err := plainKey(key, escaped)
	if err != nil {
		return err
	}
	c.space()
	f := field{key: key, start: c.i}
	if string(key) == "plugins" && rd.carries[r.Kind] {
		err = rd.pluginsField(c, r)
	} else {
		err = c.value()
	}
	f.end = c.i
	r.scan.fields = append(r.scan.fields, f)
	return err
}

// pluginsField reads the value of a plugins field. Lua writes an empty table as [] as well as {}.
func (rd *Reader) pluginsField(c *cursor, r *Resource) error {
	start := c.i
	if c.space() != '{' {
		if err := c.value(); err != nil {
			return err
		}
		if !(Value{raw: c.b[start:c.i]}).Empty() {
			return errPlugins
		}
		return nil
	}
	r.scan.keys = r.scan.keys[:0]
	err := c.object(func(key []byte, escaped bool) error {
		key, err := plainKey(key, escaped)
		if err != nil {
			return err
		}
		r.scan.keys = append(r.scan.keys, key)
		c.space()
		start := c.i
		if err := c.value(); err != nil {
			return err
		}
		if rd.matters[string(key)] {
			rd.attach(r, string(key), Value{raw: c.b[start:c.i]}, nil, "/plugins/")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return duplicate(len(r.scan.keys), func(i int) []byte { return r.scan.keys[i] })
}

// attach notes the plugin if it is wanted, and those nested in it. Only workflow and multi-auth nest plugins: the
// first as rules[].actions[] = [name, conf], the second as auth_plugins[] = {name: conf}.
func (rd *Reader) attach(r *Resource, name string, conf Value, around []Value, at string) {
	if rd.wanted[name] {
		r.scan.plugins = append(r.scan.plugins, Plugin{Name: name, Conf: conf, Pointer: at + escapePointer(name), around: around})
	}
	if len(around) >= 4 { // nesting plugins in themselves serves nobody; a bound keeps hostile rows cheap
		return
	}
	around = append(slices.Clip(around), conf)
	switch name {
	case workflow:
		rules, _ := conf.Get("rules").List().Known()
		for i, rule := range rules {
			actions, _ := rule.Get("actions").List().Known()
			for j, action := range actions {
				rd.action(r, action, around, fmt.Sprintf("%sworkflow/rules/%d/actions/%d/", at, i, j))
			}
		}
	case multiAuth:
		entries, _ := conf.Get("auth_plugins").List().Known()
		for i, entry := range entries {
			members, _ := entry.Members().Known()
			for _, m := range members {
				rd.attach(r, m.Key, m.Value, around, fmt.Sprintf("%smulti-auth/auth_plugins/%d/", at, i))
			}
		}
	}
}

// action reads one [name, conf] pair of a workflow.
func (rd *Reader) action(r *Resource, action Value, around []Value, at string) {
	pair, _ := action.List().Known()
	if len(pair) == 0 {
		return
	}
	conf := Value{}
	if len(pair) > 1 {
		conf = pair[1]
	}
	if name, ok := pair[0].Text().Known(); ok {
		rd.attach(r, name, conf, around, at)
	}
}

// The plugins that nest others.
const (
	workflow  = "workflow"
	multiAuth = "multi-auth"
)

func escapePointer(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

func plainKey(key []byte, escaped bool) ([]byte, error) {
	if !escaped {
		return key, nil
	}
	var decoded string
	if err := json.Unmarshal(append(append([]byte{'"'}, key...), '"'), &decoded); err != nil {
		return nil, fmt.Errorf("%w: %w", errSyntax, err)
	}
	return []byte(decoded), nil
}

// few is up to how many keys comparing each with each beats a map.
const few = 32

// duplicate finds a key written twice: two parsers may choose differently, so the row means two things.
func duplicate(n int, key func(int) []byte) error {
	if n > few {
		return duplicateOfMany(n, key)
	}
	for i := range n {
		for j := range i {
			if bytes.Equal(key(i), key(j)) {
				return fmt.Errorf("key %q is written twice", key(i))
			}
		}
	}
	return nil
}

func duplicateOfMany(n int, key func(int) []byte) error {
	seen := make(map[string]bool, n)
	for i := range n {
		if seen[string(key(i))] {
			return fmt.Errorf("key %q is written twice", key(i))
		}
		seen[string(key(i))] = true
	}
	return nil
}
