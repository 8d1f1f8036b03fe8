package redact

import (
	"bytes"
	"encoding/json"
	"strings"
)

// redactor copies valid JSON text from in to out, hiding secrets on the way. Fields keep their order, even those
// written twice, so that rules treat the copy like the original. Every method consumes one value.
type redactor struct {
	in       []byte
	i        int
	out      []byte
	hidden   bool
	consumer bool            // the body is a consumer or credential
	files    bool            // the body is a configuration file
	extra    map[string]bool // fields of the current plugin whose names mislead; true: secret, false: not
	listed   bool            // the current field is known to hold settings
	parted   bool            // the settings in it may have a colon between two words
}

// space moves to the next byte that is not white space and returns it; 0 at the end.
func (r *redactor) space() byte {
	for ; r.i < len(r.in); r.i++ {
		switch c := r.in[r.i]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// raw consumes a value and returns its JSON text.
func (r *redactor) raw() []byte {
	r.space()
	start := r.i
	for depth := 0; r.i < len(r.in); {
		switch c := r.in[r.i]; c {
		case '"':
			r.quoted()
		case '{', '[':
			depth++
			r.i++
		case '}', ']':
			depth--
			r.i++
		case ',', ':', ' ', '\t', '\n', '\r':
			r.i++
		default:
			r.word()
		}
		if depth <= 0 {
			break
		}
	}
	return r.in[start:r.i]
}

func (r *redactor) quoted() {
	for r.i++; r.i < len(r.in); r.i++ {
		switch r.in[r.i] {
		case '\\':
			r.i++
		case '"':
			r.i++
			return
		}
	}
}

func (r *redactor) word() {
	for r.i < len(r.in) && strings.IndexByte(",:]} \t\n\r", r.in[r.i]) < 0 {
		r.i++
	}
}

// object copies an object; member must consume each value, and is given the field's name and where the object begins.
// Anything else is copied as a value.
func (r *redactor) object(member func(name string, object int)) { r.members(Key, member) }

// members is like object, and copies names as nameOf returns them.
func (r *redactor) members(nameOf func(string) string, member func(name string, object int)) {
	if r.space() != '{' {
		r.value()
		return
	}
	begin := r.i
	r.i++
	r.out = append(r.out, '{')
	for n := 0; r.more('}'); n++ {
		if n > 0 {
			r.out = append(r.out, ',')
		}
		name := r.raw()
		said := unquote(name)
		if shown := nameOf(said); shown != said {
			name, said = quote(shown), shown
		}
		r.hidden = r.hidden || Hides(said)
		r.out = append(append(r.out, name...), ':')
		r.space()
		r.i++ // colon
		member(said, begin)
	}
	r.out = append(r.out, '}')
}

// each copies a list; element must consume each value. Anything else is copied as a value.
func (r *redactor) each(element func(n int)) {
	if r.space() != '[' {
		r.value()
		return
	}
	r.i++
	r.out = append(r.out, '[')
	for n := 0; r.more(']'); n++ {
		if n > 0 {
			r.out = append(r.out, ',')
		}
		element(n)
	}
	r.out = append(r.out, ']')
}

// more moves to the next member or element; it consumes the end and returns false if there is none.
func (r *redactor) more(end byte) bool {
	if r.space() == ',' {
		r.i++
		r.space()
	}
	if r.i < len(r.in) && r.in[r.i] != end {
		return true
	}
	r.i++
	return false
}

// value copies a value whose name says nothing about it, without the secrets in it.
func (r *redactor) value() {
	switch r.space() {
	case '{':
		r.object(r.field)
	case '[':
		r.list()
	case '"':
		r.text()
	default:
		r.copy()
	}
}

func (r *redactor) copy() { r.out = append(r.out, r.raw()...) }

// text copies a string as far as its field and its shape show that it is no secret.
func (r *redactor) text() {
	if !r.listed && !r.files { // of files, settings chooses
		r.shape(unlisted)
		return
	}
	r.shape(func(s string) string {
		if !r.parted && !r.files && paired(s) && !authenticates(s) {
			return hidden(s)
		}
		return setting.clean(s)
	})
}

// label copies the value of a label, or a list of values.
func (r *redactor) label(name string) {
	switch r.space() {
	case '"':
		r.shape(func(s string) string { return Label(name, s) })
	case '[':
		r.each(func(int) { r.label(name) })
	default:
		r.field(name, r.i)
	}
}

// shape copies a string as clean returns it. The scheme of a reference to a secret provider or a variable stays.
func (r *redactor) shape(clean func(string) string) {
	raw := r.raw()
	said := unquote(raw)
	if scheme := reference(raw); scheme != "" {
		if said != scheme+Marker {
			r.mark(raw)
			return
		}
		r.hidden = true
		r.out = append(r.out, raw...)
		return
	}
	shown := clean(said)
	r.hidden = r.hidden || Hides(shown)
	if shown == said {
		r.out = append(r.out, raw...)
		return
	}
	r.out = append(r.out, quote(shown)...)
}

// searched copies a string without the credentials in it.
func (r *redactor) searched() { r.shape(Text) }

// plain copies a text, a number, a boolean or a list of these, each text as clean returns it. Anything nested deeper is
// redacted like a value.
func (r *redactor) plain(clean func(string) string) {
	start := r.i
	raw := r.raw()
	nested := !flat(raw)
	r.i = start
	switch r.space() {
	case '"':
		r.shape(clean)
	case '[':
		if nested {
			r.value()
			return
		}
		r.each(func(int) { r.plain(clean) })
	case '{':
		r.value()
	default:
		r.copy()
	}
}

// flat reports whether a value is no object, and no list with a list or an object in it.
func flat(raw []byte) bool {
	if raw[0] != '[' {
		return raw[0] != '{'
	}
	for look := (redactor{in: raw, i: 1}); look.more(']'); {
		if c := look.space(); c == '[' || c == '{' {
			return false
		}
		look.raw()
	}
	return true
}

// statement copies the statements of a permission policy, however they are wrapped. A list of actions looks like a
// condition, and an action on secrets like a secret; neither is one.
func (r *redactor) statement() {
	switch r.space() {
	case '[':
		r.each(func(int) { r.statement() })
	case '{':
		r.object(func(name string, object int) {
			switch name {
			case "statement":
				r.statement()
			case "actions", "resources":
				r.plain(Text)
			case "effect":
				r.plain(Found)
			default:
				r.field(name, object)
			}
		})
	default:
		r.value()
	}
}

// unquote returns the text of a JSON string.
func unquote(raw []byte) string {
	if len(raw) < 2 || bytes.IndexByte(raw, '\\') < 0 {
		return string(bytes.Trim(raw, `"`))
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func quote(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil {
		return []byte(`"` + Marker + `"`)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
