// Package redact takes secrets out of what an installation holds: it knows which fields, plugins, conditions and texts
// can carry one. Sources that write resources down and rules that show parts of them share it, so that a value hidden
// once stays hidden, and is known to be hidden, wherever it goes.
package redact

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Marker stands where a secret was.
const Marker = "<redacted>"

// Value returns v decoded, with everything that may be a secret replaced by [Marker], and whether something was:
// texts under telling keys (client_key, password, token, …), texts that conditions compare with telling variables
// (http_authorization, cookie_…), header lines and query strings that carry credentials. An address, a weight or the
// key of a hash stays, and so does the beginning of a reference to a secret provider or variable, "$secret://<redacted>".
// What cannot be decoded is redacted whole. A value that was redacted before comes back as it is
// and is reported as hidden again.
func Value(v estate.Value) (clean any, hidden bool) {
	if v.Raw() == nil {
		return nil, false
	}
	if !json.Valid(v.Raw()) {
		return Marker, true
	}
	r := redactor{in: v.Raw()}
	r.value()
	dec := json.NewDecoder(bytes.NewReader(r.out))
	dec.UseNumber()
	var decoded any
	if dec.Decode(&decoded) != nil {
		return Marker, true
	}
	return decoded, r.hidden && shows(decoded) // of two members of one name the second counts, and the first may be the hidden one
}

// shows reports whether the marker is in a decoded value.
func shows(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, Marker)
	case []any:
		return slices.ContainsFunc(v, shows)
	case map[string]any:
		for _, inner := range v {
			if shows(inner) {
				return true
			}
		}
	}
	return false
}

// Text returns s without the credentials that header lines, query strings and the user data of a URL carry.
func Text(s string) string { return carrier.ReplaceAllString(s, "$1$2$3"+Marker) }

// Body returns the body of a resource, valid JSON in which members keep their order, without secrets: fields that a
// rule can read, as [Value] has them; configurations of plugins that are not known, and of those by which consumers
// prove who they are, with the names of their fields only; of configuration files their keys, numbers and truth values
// and the texts that are known to be no secret; of every other field no more than whether it is empty. The
// names of fields and plugins stay, so what is hidden never looks absent. A body that is no JSON is hidden whole.
func Body(k estate.Kind, id string, body []byte) []byte {
	r := redactor{in: body, out: make([]byte, 0, len(body)), consumer: k == estate.Consumer || k == estate.Credential}
	switch {
	case !json.Valid(body):
		return []byte(`"` + Marker + `"`)
	case r.space() != '{':
		r.opaque()
	default:
		r.body(k, id)
	}
	return r.out
}

func (r *redactor) body(k estate.Kind, id string) {
	fields, metadata := byKind[k], k == estate.PluginMetadata && known(id) && id != workflow && id != multiAuth
	if metadata {
		r.extra = peculiar(id)
	}
	r.object(func(name string, object int) {
		how := fields[name]
		if how == 0 && metadata {
			how = searched
		}
		switch how {
		case shown:
			r.plain()
		case searched:
			r.field(name, object)
		case plugins:
			r.object(func(plugin string, _ int) { r.plugin(plugin) })
		case enabled:
			r.enabled()
		case statement:
			r.statement()
		case tagged:
			r.object(func(name string, _ int) { r.keep(name == "image_tag") })
		case verified:
			r.verified()
		case measured:
			r.measured()
		case settings:
			r.files = true
			r.settings("")
		case variables:
			r.object(func(name string, _ int) { r.variable(name) })
		default:
			r.opaque()
		}
	})
}
