// Package redact removes secrets from what an installation holds. It knows which fields, plugins, conditions and
// texts can contain one. Sources that write resources and rules that show parts of them both use it, so that a value
// that was hidden once stays hidden, and is known to be hidden, everywhere.
package redact

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Marker replaces a secret. A text that is hidden only because its shape does not show that it is none has the class of
// its length inside the brackets.
const Marker = estate.Redacted + ">"

// Value returns v decoded, with everything that may be a secret replaced by [Marker], and whether anything was
// replaced. It hides the values of fields whose names suggest a secret (client_key, password, token, …), values that
// conditions compare with sensitive variables (http_authorization, cookie_…), header lines and query strings with
// credentials, and the texts of fields that are not known to hold settings. Addresses, weights and the key of a hash
// stay, and so does the scheme of a reference to a secret provider or variable: "$secret://<redacted>". A value that cannot be decoded is redacted whole. A value that was
// redacted before is returned unchanged and reported as hidden.
func Value(v estate.Value) (clean any, hidden bool) {
	if v.Raw() == nil {
		return nil, false
	}
	if !json.Valid(v.Raw()) {
		return Marker, true
	}
	r := redactor{in: v.Raw(), listed: true}
	r.value()
	dec := json.NewDecoder(bytes.NewReader(r.out))
	dec.UseNumber()
	var decoded any
	if dec.Decode(&decoded) != nil {
		return Marker, true
	}
	return decoded, r.hidden && shows(decoded) // of a field written twice the last counts, and perhaps only the first is hidden
}

// shows reports whether a decoded value contains the marker.
func shows(v any) bool {
	switch v := v.(type) {
	case string:
		return Hides(v)
	case []any:
		return slices.ContainsFunc(v, shows)
	case map[string]any:
		for name, inner := range v {
			if Hides(name) || shows(inner) {
				return true
			}
		}
	}
	return false
}

// Body returns the body of a resource without secrets, as valid JSON with its fields in the same order. Fields that
// rules can read are treated as in [Value]. Plugins that are unknown, or by which consumers authenticate where they do, keep only the names of their fields; where requests are
// authenticated, what their schema has for that. Configuration files keep keys, numbers, booleans and texts that are known not to be secret.
// Of any other field only whether it is empty stays. Names of fields and plugins stay, but for credentials of
// known form among them, so that what is hidden never looks absent. A body that is not JSON is hidden whole.
func Body(k estate.Kind, id string, body []byte) []byte {
	r := redactor{in: body, out: make([]byte, 0, len(body)), files: byKind[k]["settings"] == settings, consumer: k == estate.Consumer || k == estate.Credential}
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
	r.members(Text, func(name string, object int) {
		how := fields[name]
		if how == 0 && metadata {
			how = searched
		}
		switch how {
		case shown:
			r.plain(setting.clean)
		case named:
			r.plain(Text)
		case findable:
			r.plain(Path)
		case searched:
			r.field(name, object)
		case plugins:
			r.attached()
		case enabled:
			r.enabled()
		case statement:
			r.statement()
		case tagged:
			if r.space() != '{' {
				r.opaque()
				return
			}
			r.object(func(name string, _ int) { r.keep(name == "image_tag") })
		case verified:
			r.verified()
		case measured:
			r.measured()
		case settings:
			r.settings("")
		case variables:
			r.object(func(name string, _ int) { r.variable(name) })
		default:
			r.opaque()
		}
	})
}

// Found returns a text that stands where one of a few words, a version, an address or a time is expected, as far as it
// can be no secret. All else is [Marker].
func Found(s string) string {
	if s == "" || plainly(s) {
		return s
	}
	return Marker
}
