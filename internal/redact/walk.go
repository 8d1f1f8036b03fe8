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
func (r *redactor) object(member func(name string, object int)) {
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
		r.out = append(append(r.out, name...), ':')
		r.space()
		r.i++ // colon
		member(unquote(name), begin)
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

// field copies the value of a field, and hides it if the name suggests a secret.
func (r *redactor) field(name string, object int) {
	secret, said := r.extra[name]
	switch {
	case name == "nodes": // addresses and their weights
		r.object(func(string, int) { r.value() })
	case said && !secret:
		r.value()
	case secret, sensitive(name) && (name != "key" || !r.hashes(object)):
		r.hide()
	default:
		r.value()
	}
}

// hashes reports whether an object is an upstream. Its key says what to hash on.
func (r *redactor) hashes(object int) bool {
	look, found := redactor{in: r.in, i: object + 1}, false
	for look.more('}') {
		switch unquote(look.raw()) {
		case "nodes", "hash_on", "service_name":
			found = true
		}
		look.space()
		look.i++ // colon
		look.raw()
	}
	return found
}

// list copies a list. In a condition [variable, operator, value] on a sensitive variable it hides the last element.
func (r *redactor) list() {
	last := r.condition()
	r.each(func(n int) {
		if n == last {
			r.hide()
		} else {
			r.value()
		}
	})
}

// condition returns the index of the element that a sensitive variable is compared with; -1 if there is none.
func (r *redactor) condition() int {
	look, n := redactor{in: r.in, i: r.i + 1}, 0
	for ; look.more(']'); n++ {
		raw := look.raw()
		if n == 0 && (raw[0] != '"' || !SensitiveVariable(unquote(raw))) {
			return -1
		}
	}
	if n < 3 {
		return -1
	}
	return n - 1
}

// text copies a string without credentials in it.
func (r *redactor) text() {
	raw := r.raw()
	if !suspicious(raw) {
		r.out = append(r.out, raw...)
		return
	}
	said := unquote(raw)
	clean := Text(said)
	r.hidden = r.hidden || strings.Contains(clean, Marker)
	if clean == said {
		r.out = append(r.out, raw...)
		return
	}
	r.out = append(r.out, quote(clean)...)
}

// suspicious reports whether a string can contain a credential at all; most cannot.
func suspicious(raw []byte) bool {
	if bytes.ContainsAny(raw, `=@<\`) {
		return true
	}
	for {
		i := bytes.IndexByte(raw, ':')
		if i < 0 {
			return false
		}
		if raw = raw[i+1:]; !bytes.HasPrefix(raw, []byte("//")) {
			return true
		}
	}
}

// plain copies a text, a number, a boolean or a list of these: names and addresses by which findings identify a
// resource. Anything nested deeper is redacted like a value.
func (r *redactor) plain() {
	start := r.i
	raw := r.raw()
	if raw[0] == '{' || raw[0] == '[' && bytes.ContainsAny(raw[1:], "{[") {
		r.i = start
		r.value()
		return
	}
	r.out = append(r.out, raw...)
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
			case "actions", "resources", "effect":
				r.plain()
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
