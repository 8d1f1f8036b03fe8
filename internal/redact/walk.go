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
	case name == "labels" && r.space() == '{':
		r.object(func(name string, _ int) { r.label(name) })
	case (identifies(name) || name == "$unknown" || name == "$scheme") && r.space() == '"': // why a value is not in a file
		r.searched()
	case strings.HasSuffix(name, "_id") && !sensitive(name) && r.space() == '"':
		r.shape(foreignID)
	case (given[name] || strings.HasSuffix(name, "_headers") && name != "req_headers" || strings.HasSuffix(name, "_labels")) && (r.space() == '{' || r.in[r.i] == '['):
		r.hide()
	case written[name], strings.HasSuffix(name, "_body"), strings.HasSuffix(name, "_msg"):
		r.hide()
	case said && !secret:
		r.value()
	case secret, sensitive(name) && (name != "key" || !r.hashes(object)):
		r.hide()
	default:
		r.value()
	}
}

// identifies reports whether a field holds the id or the name of something in the installation.
func identifies(name string) bool { return referring[name] }

var referring = names(`id name upstream_id upstream_name service_id service_name route_id route_name stream_route_id consumer_id consumer_name
	group_id consumer_group_id gateway_group_id plugin_config_id proto_id template_id service_version_id rule_name`)

// given are fields with headers, parameters or arguments that a plugin gives something, by name or in a list. written are
// fields with texts that somebody wrote: bodies, code, examples.
var (
	given   = names("headers header set_headers add_headers query args arguments env enum examples params cookies")
	written = names("body response_example response_body template content prompt functions function value example default const script message system")
)

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

// list copies a list. In a condition [variable, operator, value] it shows of the value what [Compared] shows.
func (r *redactor) list() {
	name, last := r.condition()
	r.each(func(n int) {
		switch {
		case n == 0 && last > 0:
			r.shape(variable)
		case n > 0 && n < last:
			r.operator()
		case n != last:
			r.value()
		case SensitiveVariable(name):
			r.hide()
		default:
			r.compared(name)
		}
	})
}

// variable cleans the name of a variable, which may be a path into a body: post_arg.items[*].name.
func variable(s string) string {
	if replaced(s) || pattern.fits(s) && !hasUserData(s) {
		return s
	}
	return hidden(s)
}

// compared copies what a variable is compared with: a text, or a list of them.
func (r *redactor) compared(variable string) {
	switch r.space() {
	case '[':
		r.each(func(int) { r.compared(variable) })
	case '"':
		r.shape(func(s string) string { return Compared(variable, s) })
	default:
		r.value()
	}
}

// operator copies an operator of conditions, and hides what is none.
func (r *redactor) operator() {
	start := r.i
	if raw := r.raw(); operators[strings.ToLower(unquote(raw))] {
		r.out = append(r.out, raw...)
		return
	}
	r.i = start
	r.hide()
}

// condition returns the variable of a condition, and the index of the element that it is compared with; -1 for any other
// list.
func (r *redactor) condition() (variable string, last int) {
	look, n := redactor{in: r.in, i: r.i + 1}, 0
	for ; look.more(']'); n++ {
		raw := look.raw()
		switch {
		case n == 0 && raw[0] != '"':
			return "", -1
		case n == 0:
			variable = unquote(raw)
		case n == 1 && !SensitiveVariable(variable) && !operators[strings.ToLower(unquote(raw))]:
			return "", -1
		}
	}
	if n < 3 {
		return "", -1
	}
	return variable, n - 1
}

var operators = names("== ~= != > >= < <= ~~ ~* in has ! !~~ !~* ipmatch contains equals")

// text copies a string as far as its shape shows that it is no secret.
func (r *redactor) text() { r.shape(setting.clean) }

// label copies the value of a label.
func (r *redactor) label(name string) {
	if r.space() != '"' {
		r.field(name, r.i)
		return
	}
	r.shape(func(s string) string { return Label(name, s) })
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
