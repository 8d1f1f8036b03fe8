package redact

import (
	"strings"
	"unicode/utf8"
)

// field copies the value of a field, and hides it if the name suggests a secret.
func (r *redactor) field(name string, object int) {
	secret, said := r.extra[name]
	switch {
	case name == "nodes": // addresses and their weights
		r.members(Host, func(string, int) { r.of("hosts") })
	case name == "labels" && r.space() == '{':
		r.members(LabelName, func(name string, _ int) { r.label(name) })
	case (identifies(name) || name == "$unknown" || name == "$scheme") && r.space() == '"': // why a value is not in a file
		r.searched()
	case strings.HasSuffix(name, "_id") && !sensitive(name) && r.space() == '"':
		r.shape(foreignID)
	case (given[name] || strings.HasSuffix(name, "_headers") && name != "req_headers" || strings.HasSuffix(name, "_labels")) && (r.space() == '{' || r.in[r.i] == '['):
		r.hide()
	case written[name], strings.HasSuffix(name, "_body"), strings.HasSuffix(name, "_msg"):
		r.hide()
	case templates[name]:
		r.template(false)
	case said && !secret:
		r.of(name)
	case secret, sensitive(name) && (name != "key" || !r.hashes(object)):
		r.hide()
	default:
		r.of(name)
	}
}

// of copies the value of a field.
func (r *redactor) of(name string) {
	around, colon := r.listed, r.parted
	r.listed, r.parted = listed[name], parted[name]
	r.value()
	r.listed, r.parted = around, colon
}

// parted are listed fields with scopes, permissions, images, models or lines of headers.
var parted = names(`scope scopes required_scopes permissions resources req_headers request_headers model models tag image include_req_body_expr filter
	allow_labels deny_labels additional_attributes`)

// template copies texts that are variables, however deep they are nested, and hides all others. Somebody wrote them. A
// number is a secret only if a name around it says so.
func (r *redactor) template(secret bool) {
	switch c := r.space(); {
	case c == '{':
		r.object(func(name string, _ int) { r.template(secret || SensitiveVariable(name)) })
	case c == '[':
		r.each(func(int) { r.template(secret) })
	case c == '"':
		r.shape(ofVariables)
	case secret:
		r.hide()
	default:
		r.copy()
	}
}

// templates are fields whose texts are variables or constants.
var templates = names("log_format log_format_extra cache_bypass no_cache")

// unlisted cleans a text in a field that nobody has listed. Only a number, a duration or a truth value is plain there.
func unlisted(s string) string {
	if s == "" || replaced(s) || published[s] || len(s) <= longestPlain && harmless(s) || connectives[s] {
		return s
	}
	return hidden(s)
}

// longestPlain is the number of characters of a number where nobody knows what it is of.
const longestPlain = 8

// connectives join conditions.
var connectives = names("AND OR !AND !OR")

// ofVariables cleans a text that may consist of variables.
func ofVariables(s string) string {
	if s == "" || replaced(s) {
		return s
	}
	for rest := s; rest != ""; {
		name := variableName(rest)
		switch {
		case rest[0] == '$' && len(name) > 1 && setting.named(name):
			rest = rest[len(name):]
		case rest != s && !isWordRune(rune(rest[0])) && rest[0] != '$' && rest[0] < utf8.RuneSelf:
			rest = rest[1:]
		default:
			return hidden(s)
		}
	}
	return s
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
