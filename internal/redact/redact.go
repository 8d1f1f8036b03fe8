// Package redact removes secrets from what an installation holds. It knows which fields, plugins, conditions and
// texts can contain one. Sources that write resources and rules that show parts of them both use it, so that a value
// that was hidden once stays hidden, and is known to be hidden, everywhere.
package redact

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Marker replaces a secret.
const Marker = "<redacted>"

// Value returns v decoded, with everything that may be a secret replaced by [Marker], and whether anything was
// replaced. It hides the values of fields whose names suggest a secret (client_key, password, token, …), values that
// conditions compare with sensitive variables (http_authorization, cookie_…), and header lines and query strings with
// credentials. Addresses, weights and the key of a hash stay, and so does the scheme of a reference to a secret
// provider or variable: "$secret://<redacted>". A value that cannot be decoded is redacted whole. A value that was
// redacted before is returned unchanged and reported as hidden.
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
	return decoded, r.hidden && shows(decoded) // of a field written twice the last counts, and perhaps only the first is hidden
}

// shows reports whether a decoded value contains the marker.
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

// Text returns s without credentials in header lines, query strings and the user part of URLs.
func Text(s string) string { return carrier.ReplaceAllString(s, "$1$2$3"+Marker) }

// Body returns the body of a resource without secrets, as valid JSON with its fields in the same order. Fields that
// rules can read are treated as in [Value]. Plugins that are unknown or by which consumers authenticate keep only the
// names of their fields. Configuration files keep keys, numbers, booleans and texts that are known not to be secret.
// Of any other field only whether it is empty stays. Names of fields and plugins always stay, so that what is hidden
// never looks absent. A body that is not JSON is hidden whole.
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

// Found returns a text that stands where one of a few words is expected, as far as it can be no secret: a plain word, a
// version, a path or an address. All else is [Marker].
func Found(s string) string {
	if len(s) <= longestFound && plainFound.MatchString(s) && !hasUserData(s) {
		return s
	}
	return Marker
}

const longestFound = 64

// plainFound matches words in letters of one case, versions, addresses in numbers, names of hosts with a path behind them,
// and paths.
var plainFound = regexp.MustCompile(`^(|` + strings.Join([]string{
	`([A-Z]?[a-z]{1,15}|[A-Z]{1,15})([-_. ]([A-Z]?[a-z]{1,15}|[A-Z]{1,15})){0,3}`,
	`v?[0-9]+(\.[0-9]+)+(-[a-z0-9.]+)*`,
	`[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]+)?`, `[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}(/[0-9]+)?`,
	`(https?://)?([a-z0-9-]+\.)+[a-z]{2,}(:[0-9]+)?(/[a-z0-9._-]+)*`,
	`[a-z0-9._-]+(/[a-z0-9._-]+)+`,
	`\.{0,2}(/[A-Za-z0-9._-]+)+`, `[A-Za-z_-]+(\.[A-Za-z]{1,4})+`,
}, "|") + `)$`)
