package estate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

var (
	errUTF8    = errors.New("not UTF-8")
	errObject  = errors.New("not a JSON object")
	errPlugins = errors.New("plugins is not an object")

	// ErrHidden is why [Reader.Read] cannot tell which plugins a resource has: what may hold or name one is hidden. The resource itself
	// is not damaged.
	ErrHidden = errors.New("the name or configuration of a nested plugin " + Hidden)
)

// Plugin is one attachment of a plugin. It is valid as long as its resource is.
type Plugin struct {
	Name    string
	Conf    Value
	Pointer string  // JSON pointer into the resource's body
	around  []outer // the plugins that it is nested in, outermost first
}

// outer is a plugin that others are nested in.
type outer struct {
	name string
	conf Value
}

// Disabled reports whether _meta.disable switches the attachment off, its own or that of a plugin around it. Absent
// means that none is set, so the plugin is on.
func (p Plugin) Disabled() Opt[bool] {
	state := Opt[bool]{}
	for _, o := range append(slices.Clip(p.around), outer{p.Name, p.Conf}) {
		conf := o.conf
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

// scan is the result of one pass over a body. Its slices are reused for the next row.
type scan struct {
	fields  []field
	plugins []Plugin
	keys    [][]byte // of the plugins object
}

// field is a top-level field: its decoded key, and the bounds of its value in the body.
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

// Nested reports whether the attachment sits inside another plugin.
func (p Plugin) Nested() bool { return len(p.around) > 0 }

// In reports whether the attachment sits inside the named plugin, at any depth.
func (p Plugin) In(name string) bool {
	return slices.ContainsFunc(p.around, func(o outer) bool { return o.name == name })
}

// Reader makes one pass over each resource's body: it validates all of it, notes where the top-level fields are, and
// collects the wanted plugins wherever they are attached. For resources without any, it decodes and allocates
// nothing.
type Reader struct {
	watched map[string]*watchedPlugin
	carries [256]bool
}

// watchedPlugin is a plugin that is wanted or can nest others. What every row needs of it is computed once.
type watchedPlugin struct {
	name   string
	top    string // pointer of an attachment that is not nested
	wanted bool
}

// topPlugins is the pointer to a resource's plugins.
const topPlugins = "/plugins"

// NewReader returns a Reader that collects the named plugins.
func NewReader(plugins []string) *Reader {
	r := &Reader{watched: make(map[string]*watchedPlugin, len(plugins)+len(nesting))}
	for _, name := range append(slices.Clone(nesting), plugins...) {
		r.watched[name] = &watchedPlugin{name: name, top: jsonptr.Append(topPlugins, name), wanted: slices.Contains(plugins, name)}
	}
	for _, k := range PluginKinds() {
		r.carries[k] = true
	}
	return r
}

// Read makes the pass over r. It returns an error if the body is damaged: it is not a JSON object or not UTF-8, nests
// too deeply, has a top-level field, a plugin or a list of nested plugins written twice, has plugins that are not an
// object, or nests plugins in a form in which some could go unseen.
func (rd *Reader) Read(r *Resource) error {
	r.scan.fields = r.scan.fields[:0]
	r.scan.plugins = r.scan.plugins[:0]
	if !utf8.Valid(r.Body) {
		return errUTF8
	}
	c := cursor{b: r.Body}
	if first := c.space(); first != '{' {
		if err := c.value(); err != nil {
			return err
		}
		return errObject
	}
	err := c.object(func(key []byte, escaped bool) error { return rd.topField(&c, r, key, escaped) })
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

// pluginsField reads the value of the plugins field. Lua writes an empty table as [] as well as {}.
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
		if m := rd.watched[string(key)]; m != nil {
			return rd.attach(r, m, Value{raw: c.b[start:c.i]}, nil, topPlugins)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return duplicate(len(r.scan.keys), func(i int) []byte { return r.scan.keys[i] })
}

// attach collects the plugin if it is wanted, and the wanted ones nested in it. Only workflow and multi-auth nest
// plugins: workflow as rules[].actions[] = [name, conf], multi-auth as auth_plugins[] = {name: conf}. Any other form
// there is an error, because it could hide a plugin.
func (rd *Reader) attach(r *Resource, m *watchedPlugin, conf Value, around []outer, at string) error {
	if m.wanted {
		pointer := m.top
		if len(around) > 0 {
			pointer = jsonptr.Append(at, m.name)
		}
		r.scan.plugins = append(r.scan.plugins, Plugin{Name: m.name, Conf: conf, Pointer: pointer, around: around})
	}
	if !slices.Contains(nesting, m.name) || conf.Empty() {
		return nil
	}
	if len(around) >= maxNesting {
		return fmt.Errorf("plugins are nested deeper than %d levels", maxNesting)
	}
	around = append(slices.Clip(around), outer{m.name, conf})
	if m.name == workflow {
		return rd.workflow(r, conf, around, at)
	}
	entries, err := nested(conf, "auth_plugins")
	for i, entry := range entries {
		members, ok := entry.Members().Known()
		if !ok {
			return misread(entry, multiAuth+": an entry of auth_plugins is not an object")
		}
		for _, in := range members {
			err = errors.Join(err, rd.inner(r, in.Key, in.Value, around, fmt.Sprintf("%s/multi-auth/auth_plugins/%d", at, i)))
		}
	}
	return err
}

// maxNesting limits how deep plugins may be nested in plugins. No real configuration needs more.
const maxNesting = 4

func (rd *Reader) workflow(r *Resource, conf Value, around []outer, at string) error {
	rules, err := nested(conf, "rules")
	for i, rule := range rules {
		actions, broken := nested(rule, "actions")
		err = errors.Join(err, broken)
		for j, action := range actions {
			err = errors.Join(err, rd.action(r, action, around, fmt.Sprintf("%s/workflow/rules/%d/actions/%d", at, i, j)))
		}
	}
	return err
}

// nested returns a list that can hold plugins. Lua writes an empty one as {} as well as [].
func nested(v Value, key string) ([]Value, error) {
	members, ok := v.Members().Known()
	if !ok && !v.Empty() {
		return nil, misread(v, "what holds "+key+" is not an object")
	}
	written := 0
	for _, m := range members {
		if m.Key == key {
			written++
		}
	}
	if written > 1 {
		return nil, fmt.Errorf("key %q is written twice", key)
	}
	list, ok := v.Get(key).List().Known()
	if !ok && !v.Get(key).Empty() {
		return nil, misread(v.Get(key), key+" is not a list")
	}
	return list, nil
}

// action reads one [name, conf] pair of a workflow.
func (rd *Reader) action(r *Resource, action Value, around []outer, at string) error {
	pair, _ := action.List().Known()
	if len(pair) == 0 {
		return misread(action, workflow+": an action is not a list of name and configuration")
	}
	name, ok := pair[0].Text().Known()
	if !ok {
		return misread(pair[0], workflow+": the name of an action is not a string")
	}
	conf := Value{}
	if len(pair) > 1 {
		conf = pair[1]
	}
	return rd.inner(r, name, conf, around, at)
}

// misread returns why a value in which plugins may be nested cannot be read.
func misread(v Value, why string) error {
	if v.Text().Unreadable() == Hidden {
		return ErrHidden
	}
	return errors.New(why)
}

// inner attaches a plugin that is nested in another, if it is watched.
func (rd *Reader) inner(r *Resource, name string, conf Value, around []outer, at string) error {
	if m := rd.watched[name]; m != nil {
		return rd.attach(r, m, conf, around, at)
	}
	return nil
}

// The plugins that nest others.
const (
	workflow  = "workflow"
	multiAuth = "multi-auth"
)

var nesting = []string{workflow, multiAuth}

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

// pairwise is the largest number of keys for which comparing each pair is faster than a map.
const pairwise = 32

// duplicate returns an error if a key is written twice. Parsers differ in which of the two they use, so the meaning
// of the row is ambiguous.
func duplicate(n int, key func(int) []byte) error {
	if n > pairwise {
		return duplicateOfMany(n, key)
	}
	if distinct(n, key) {
		return nil
	}
	for i := range n {
		for j := range i {
			if bytes.Equal(key(i), key(j)) {
				return twice(key(i))
			}
		}
	}
	return nil
}

// twice is the error for a key that is written twice. Users choose some keys, so only one that is plainly a name is quoted.
func twice(key []byte) error {
	if !quotable.Match(key) {
		return errors.New("a key is written twice")
	}
	return fmt.Errorf("key %q is written twice", key)
}

var quotable = regexp.MustCompile(`^(\$?[a-z]{1,24}|[A-Z][a-z]{0,23})([-_./][A-Za-z]?[a-z]{0,23}[0-9]{0,2}){0,6}$`)

// distinct reports whether length and a few letters are enough to tell that all keys differ. They nearly always are.
func distinct(n int, key func(int) []byte) bool {
	var seen [256]bool
	for i := range n {
		k := key(i)
		if len(k) == 0 {
			return false
		}
		h := len(k)*37 ^ int(k[0])*11 ^ int(k[len(k)-1])*5 ^ int(k[len(k)/2])
		if seen[h&255] {
			return false
		}
		seen[h&255] = true
	}
	return true
}

func duplicateOfMany(n int, key func(int) []byte) error {
	seen := make(map[string]bool, n)
	for i := range n {
		if seen[string(key(i))] {
			return twice(key(i))
		}
		seen[string(key(i))] = true
	}
	return nil
}
