package estate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

// Opt is the content of a field: known, absent or unreadable. Unreadable is not absent; it makes a rule doubt.
type Opt[T any] struct {
	value T
	known bool
	why   string
}

func known[T any](v T) Opt[T] { return Opt[T]{value: v, known: true} }

func unreadable[T any](format string, args ...any) Opt[T] {
	return Opt[T]{why: fmt.Sprintf(format, args...)}
}

// Known returns the content, and whether it is known.
func (o Opt[T]) Known() (T, bool) { return o.value, o.known }

// Absent reports whether the field, or something above it, is missing or null.
func (o Opt[T]) Absent() bool { return !o.known && o.why == "" }

// Unreadable returns why the field is there and cannot be read; empty if it can.
func (o Opt[T]) Unreadable() string { return o.why }

// Value is a JSON value inside a resource, or its absence. The zero Value is absent.
type Value struct {
	raw []byte
	why string
}

// Member is one field of a JSON object.
type Member struct {
	Key   string
	Value Value
}

// NewValue wraps raw, which must be valid JSON.
func NewValue(raw []byte) Value { return Value{raw: raw} }

// Raw returns the JSON text; nil for an absent value.
func (v Value) Raw() []byte { return v.raw }

// unknown is the JSON form of what [AppendUnknown] writes.
type unknown struct {
	Why    string   `json:"$unknown"`
	Scheme string   `json:"$scheme,omitempty"`
	Needs  []string `json:"$needs,omitempty"`
}

// AppendUnknown appends to b the JSON of a value that is set but cannot be read here, because it comes from the
// environment or a secret store. [Value] reads it as unreadable for any type, with why as the reason. needs are the
// environment variables that must be set for the value to exist.
func AppendUnknown(b []byte, why string, needs ...string) []byte {
	return AppendUnknownURL(b, "", why, needs...)
}

// AppendUnknownURL appends what [AppendUnknown] does for a URL of which the scheme, in lower case, is in the file.
func AppendUnknownURL(b []byte, scheme, why string, needs ...string) []byte {
	text, err := json.Marshal(unknown{why, scheme, needs})
	if err != nil { // strings never fail
		return append(b, `{"$unknown":""}`...)
	}
	return append(b, text...)
}

// elsewhere returns what [AppendUnknown] wrote; ok is false if it did not write v.
func (v Value) elsewhere() (unknown, bool) {
	if !bytes.HasPrefix(v.raw, []byte(`{"$unknown":"`)) {
		return unknown{}, false
	}
	return readUnknown(v.raw)
}

// readUnknown is apart because it allocates, which hardly any value needs.
func readUnknown(raw []byte) (mark unknown, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return mark, dec.Decode(&mark) == nil
}

// Redacted is how a text begins that replaces one which must not go out. [Value.Text] and [Value.Strings] read it as
// unreadable, because nobody can tell what it was.
const Redacted = "<redacted"

// Hidden is why such a text is unreadable.
const Hidden = "is hidden in this source"

// resolveMarker returns v, marked as unreadable if [AppendUnknown] wrote it or if it replaces a text.
func (v Value) resolveMarker() Value {
	if mark, ok := v.elsewhere(); ok {
		return Value{raw: v.raw, why: "its value is not in the file: " + mark.Why}
	}
	return v
}

// Needs returns the environment variables that must be set for the value to exist; nil if it does not come from the
// environment.
func (v Value) Needs() []string {
	mark, _ := v.elsewhere()
	return mark.Needs
}

// Scheme returns the scheme of a text that is a URL, in lower case, which may be in the file although the rest of the text
// is not; empty if the text is no URL. It is unreadable if that cannot be told.
func (v Value) Scheme() Opt[string] {
	if mark, ok := v.elsewhere(); ok && mark.Scheme != "" {
		return known(mark.Scheme)
	}
	text := v.Text()
	if text.Unreadable() != "" || text.Absent() {
		return text
	}
	scheme, _, found := strings.Cut(text.value, "://")
	if !found {
		scheme = ""
	}
	return known(strings.ToLower(scheme))
}

// Unreadable returns why the value is there and cannot be read as any type; empty if it can.
func (v Value) Unreadable() string { return v.resolveMarker().why }

// Absent reports whether the value is missing or null.
func (v Value) Absent() bool { return v.why == "" && (v.raw == nil || string(v.raw) == "null") }

// Empty reports whether the value is absent, or is an empty string, list or object.
func (v Value) Empty() bool {
	if v = v.resolveMarker(); v.why != "" {
		return false
	}
	if v.Absent() {
		return true
	}
	var compact bytes.Buffer
	if json.Compact(&compact, v.raw) != nil {
		return false
	}
	switch compact.String() {
	case `""`, "[]", "{}":
		return true
	}
	return false
}

// Get returns a field of an object. A field of an absent value is absent; a field of anything but an object is
// unreadable. If a key is written twice the last one counts, as in encoding/json and in the Lua of the gateways. Get
// decodes nothing, because rules call it for every attachment of a plugin.
func (v Value) Get(key string) Value {
	if o, done := begin[struct{}](v, '{', "an object"); done {
		return Value{why: o.why}
	}
	c, found := cursor{b: v.raw}, Value{}
	err := c.object(func(raw []byte, escaped bool) error {
		name, err := plainKey(raw, escaped)
		if err != nil {
			return err
		}
		c.space()
		start := c.i
		if err := c.value(); err != nil {
			return err
		}
		if string(name) == key {
			found = Value{raw: v.raw[start:c.i]}
		}
		return nil
	})
	if err != nil {
		return Value{why: err.Error()}
	}
	return found
}

// Members returns the fields of an object in written order.
func (v Value) Members() Opt[[]Member] {
	if o, done := begin[[]Member](v, '{', "an object"); done {
		return o
	}
	dec := json.NewDecoder(bytes.NewReader(v.raw))
	if _, err := dec.Token(); err != nil {
		return unreadable[[]Member]("broken JSON: %v", err)
	}
	members := []Member{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return unreadable[[]Member]("broken JSON: %v", err)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return unreadable[[]Member]("broken JSON: %v", err)
		}
		name, _ := key.(string)
		members = append(members, Member{Key: name, Value: Value{raw: raw}})
	}
	return known(members)
}

// List returns the elements of a list.
func (v Value) List() Opt[[]Value] {
	if o, done := begin[[]Value](v, '[', "a list"); done {
		return o
	}
	var raws []json.RawMessage
	if err := json.Unmarshal(v.raw, &raws); err != nil {
		return unreadable[[]Value]("broken JSON: %v", err)
	}
	list := make([]Value, len(raws))
	for i, raw := range raws {
		list[i] = Value{raw: raw}
	}
	return known(list)
}

// Strings returns the elements of a list of strings.
func (v Value) Strings() Opt[[]string] {
	if o, done := begin[[]string](v, '[', "a list of strings"); done {
		return o
	}
	var list []string
	if err := json.Unmarshal(v.raw, &list); err != nil {
		return unreadable[[]string]("not a list of strings")
	}
	for _, s := range list {
		if strings.HasPrefix(s, Redacted) {
			return unreadable[[]string]("an element %s", Hidden)
		}
	}
	return known(list)
}

// At returns the value at a JSON pointer of object keys, following it with [Value.Get].
func (v Value) At(pointer string) Value {
	for pointer != "" {
		var key string
		key, pointer = jsonptr.Cut(pointer)
		v = v.Get(key)
	}
	return v
}

// Elements returns the elements of a list or object, each with its key in a JSON pointer. It returns none if the
// value is empty, absent or null; ok is false for any other value.
func (v Value) Elements() (elements []Member, ok bool) {
	if v.Empty() {
		return nil, true
	}
	if list, isList := v.List().Known(); isList {
		for i, e := range list {
			elements = append(elements, Member{Key: strconv.Itoa(i), Value: e})
		}
		return elements, true
	}
	return v.Members().Known()
}

// Text returns the string.
func (v Value) Text() Opt[string] {
	if o, done := begin[string](v, '"', "a string"); done {
		return o
	}
	var s string
	if end := plain(v.raw, 1); end == len(v.raw)-1 && v.raw[end] == '"' && utf8.Valid(v.raw) { // nearly always
		s = string(v.raw[1:end])
	} else if err := json.Unmarshal(v.raw, &s); err != nil {
		return unreadable[string]("broken JSON: %v", err)
	}
	if strings.HasPrefix(s, Redacted) {
		return unreadable[string](Hidden)
	}
	return known(s)
}

// written returns a text, or a list of texts joined with commas, with what replaces hidden ones.
func (v Value) written() (text string, ok bool) {
	var list []string
	switch {
	case len(v.raw) == 0:
	case v.raw[0] == '"':
		ok = json.Unmarshal(v.raw, &text) == nil
	case v.raw[0] == '[':
		ok = json.Unmarshal(v.raw, &list) == nil
		text = strings.Join(list, ",")
	}
	return text, ok
}

// TextOrEmpty returns the string; "" if the value is not a string or cannot be read.
func (v Value) TextOrEmpty() string {
	text, _ := v.Text().Known()
	return text
}

// Word returns a string or a number as text, as ids are written; "" for anything else.
func (v Value) Word() string {
	if text, ok := v.Text().Known(); ok {
		return text
	}
	number, _ := v.Number().Known()
	return number.String()
}

// Bool returns the boolean.
func (v Value) Bool() Opt[bool] {
	if v = v.resolveMarker(); v.why != "" {
		return unreadable[bool]("%s", v.why)
	}
	if v.Absent() {
		return Opt[bool]{}
	}
	var b bool
	if err := json.Unmarshal(v.raw, &b); err != nil {
		return unreadable[bool]("not true or false")
	}
	return known(b)
}

// Number returns the number as it is written, with every digit.
func (v Value) Number() Opt[json.Number] {
	if v = v.resolveMarker(); v.why != "" {
		return unreadable[json.Number]("%s", v.why)
	}
	if v.Absent() {
		return Opt[json.Number]{}
	}
	var n json.Number
	if v.raw[0] == '"' || json.Unmarshal(v.raw, &n) != nil {
		return unreadable[json.Number]("not a number")
	}
	return known(n)
}

// begin answers for every value that does not start with open; done is false if v still has to be decoded.
func begin[T any](v Value, open byte, want string) (o Opt[T], done bool) {
	switch v = v.resolveMarker(); {
	case v.why != "":
		return unreadable[T]("%s", v.why), true
	case v.Absent():
		return Opt[T]{}, true
	case v.raw[0] != open:
		return unreadable[T]("not %s", want), true
	}
	return Opt[T]{}, false
}
