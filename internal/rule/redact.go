package rule

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Redacted stands where a secret was.
const Redacted = "<redacted>"

// Redact returns v decoded, with everything that may be a secret replaced by [Redacted], and whether something was:
// texts under telling keys (client_key, password, token, …), texts that conditions compare with telling variables
// (http_authorization, cookie_…), header lines and query strings that carry credentials. An address, a weight or the
// key of a hash stays. What cannot be decoded is redacted whole.
func Redact(v estate.Value) (clean any, hidden bool) {
	if v.Raw() == nil {
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader(v.Raw()))
	dec.UseNumber()
	var decoded any
	if dec.Decode(&decoded) != nil {
		return Redacted, true
	}
	r := redactor{}
	return r.value(decoded), r.hidden
}

// SensitiveVariable reports whether the value of a variable, as conditions name it, is likely a credential.
func SensitiveVariable(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "cookie_") || sensitive(name)
}

// sensitive reports whether a key or variable tells that its value is a secret.
func sensitive(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
	if strings.HasSuffix(name, "_id") {
		return false
	}
	if name == "key" || name == "keys" || strings.HasSuffix(name, "_key") || strings.HasSuffix(name, "_keys") {
		return true
	}
	return slices.ContainsFunc(secretWords(), func(word string) bool { return strings.Contains(name, word) })
}

func secretWords() []string {
	return []string{
		"secret", "passw", "token", "credential", "cert", "private", "apikey", "authorization", "cookie", "session",
		"jwt", "signature", "salt",
	}
}

// carrier finds credentials inside texts: header lines, query strings, user data of a URL.
var carrier = regexp.MustCompile(`(?is)((?:authorization|cookie|x-api-key|apikey)\s*:|` +
	`(?:token|secret|password|passwd|api_?key|signature)=).*|(://)\S*@`)

type redactor struct{ hidden bool }

func (r *redactor) value(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return r.object(v)
	case []any:
		return r.list(v)
	case string:
		if !carrier.MatchString(v) {
			return v
		}
		r.hidden = true
		return carrier.ReplaceAllString(v, "$1$2"+Redacted)
	}
	return v
}

func (r *redactor) object(m map[string]any) any {
	_, nodes := m["nodes"]
	_, hash := m["hash_on"]
	_, discovered := m["service_name"]
	clean := make(map[string]any, len(m))
	for k, v := range m {
		hashKey := k == "key" && (nodes || hash || discovered) // what an upstream hashes on
		if sensitive(k) && !hashKey {
			clean[k] = r.hide(v)
		} else {
			clean[k] = r.value(v)
		}
	}
	return clean
}

// list redacts the last element of a condition [variable, operator, value] on a sensitive variable.
func (r *redactor) list(l []any) any {
	clean := make([]any, len(l))
	for i, v := range l {
		clean[i] = r.value(v)
	}
	if name, ok := firstText(l); ok && len(l) >= 3 && SensitiveVariable(name) {
		clean[len(l)-1] = r.hide(l[len(l)-1])
	}
	return clean
}

func firstText(l []any) (string, bool) {
	if len(l) == 0 {
		return "", false
	}
	s, ok := l[0].(string)
	return s, ok
}

// hide replaces the texts and numbers of a value and keeps its form, so that a reader sees what there was.
func (r *redactor) hide(v any) any {
	switch v := v.(type) {
	case nil, bool:
		return v
	case map[string]any:
		clean := make(map[string]any, len(v))
		for k, inner := range v {
			clean[k] = r.hide(inner)
		}
		return clean
	case []any:
		clean := make([]any, len(v))
		for i, inner := range v {
			clean[i] = r.hide(inner)
		}
		return clean
	}
	if v == "" {
		return v
	}
	r.hidden = true
	return Redacted
}
