package ruletest

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// planted is what no report may show, in the shapes that secrets have. After issued, its form tells its maker.
const (
	planted = "0CanaRy9x7Qz4Secr"
	issued  = "ghp_" + planted
)

// CheckSecrets checks that rule r shows nothing of a secret, in whichever text of a fixture it stands: each text in turn
// becomes a token, gets a query with one, or a password in front of its host. What names an object is shown as it is,
// unless it is a credential of known form.
func CheckSecrets(ctx context.Context, t Reporter, r *rule.Rule, f *Fixture) {
	t.Helper()
	for i := range f.Resources {
		var body any
		if json.Unmarshal(f.Resources[i].Body, &body) != nil {
			continue
		}
		for _, leaf := range leaves("", body) {
			forms := []string{issued}
			if !names(leaf.pointer) {
				forms = append(forms, disguises(leaf)...)
			}
			for _, secret := range forms {
				if where := planting(ctx, r, f, i, put(body, leaf.pointer, secret)); where != "" {
					t.Errorf("%s: %s %s: %s: %s", f.Name, f.Resources[i].Origin.Where(""), leaf.pointer, secret, where)
				}
			}
		}
	}
}

// planting judges the fixture with another body of one resource, and returns where the secret in it is shown; empty if
// nowhere.
func planting(ctx context.Context, r *rule.Rule, f *Fixture, i int, body any) string {
	changed, err := json.Marshal(body)
	if err != nil {
		return err.Error()
	}
	if shot := redact.Body(f.Resources[i].Kind, f.Resources[i].ID, changed); bytes.Contains(shot, []byte(planted)) {
		return "a snapshot holds it"
	}
	out, err := judgeWith(ctx, r, f, i, body)
	if err != nil {
		return err.Error()
	}
	return out.shows(planted)
}

// names reports whether a text names an object, by which a reader has to find it.
func names(pointer string) bool {
	last := pointer[strings.LastIndexByte(pointer, '/')+1:]
	switch last {
	case "id", "name", "username", "consumer", "$unknown":
		return true
	}
	return plugins.MatchString(pointer) || strings.HasSuffix(last, "_id") || strings.HasSuffix(last, "_name")
}

// plugins matches the names of plugins that workflow holds.
var plugins = regexp.MustCompile(`/actions/\d+/0$`)

// disguises returns forms of the secret in place of a text. Where an address or a name is expected, every word is one.
func disguises(l leaf) []string {
	forms := []string{"Bearer " + planted, l.text + "?sig=" + planted, "https://user:" + planted + "@host.example/" + l.text}
	if !addresses.MatchString(l.pointer) {
		forms = append(forms, planted)
	}
	return forms
}

// addresses matches the places of hosts and paths, by which objects are found, of what policies permit, and of what sources
// say themselves.
var addresses = regexp.MustCompile(`/(hosts?|hosts/\d+|hostname|upstream_host|ip|snis?/\d+|uris?|uris/\d+|paths?|paths/\d+|path_prefix|resolvers/\d+|` +
	`repository|service|digest|instance|(actions|resources)(/\d+)?|chart|open/?|names/.*|layers/\d+|from/\d+|from|found|under|` +
	`environment/(API7_CONTROL_PLANE_ENDPOINTS|APISIX_DEPLOYMENT_ETCD_HOST))$`)

type leaf struct{ pointer, text string }

// leaves returns all texts in a decoded value.
func leaves(at string, v any) (out []leaf) {
	switch v := v.(type) {
	case string:
		return []leaf{{at, v}}
	case []any:
		for i, e := range v {
			out = append(out, leaves(jsonptr.Append(at, strconv.Itoa(i)), e)...)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, leaves(jsonptr.Append(at, k), v[k])...)
		}
	}
	return out
}

// put returns a copy of a decoded value with another text at a place.
func put(v any, pointer, text string) any {
	if pointer == "" {
		return text
	}
	for key := range jsonptr.Keys(pointer) {
		rest := strings.TrimPrefix(pointer, jsonptr.Append("", key))
		switch v := v.(type) {
		case []any:
			i, _ := strconv.Atoi(key)
			v = slices.Clone(v)
			v[i] = put(v[i], rest, text)
			return v
		case map[string]any:
			v = maps.Clone(v)
			v[key] = put(v[key], rest, text)
			return v
		}
		break
	}
	return v
}

// shows returns where the outcome shows a text; empty if it does not.
func (o *outcome) shows(secret string) string {
	data, _ := json.Marshal([]any{o.findings, o.doubts, o.checks, o.defects, o.reasons}) // plain data
	at := strings.Index(string(data), secret)
	if at < 0 {
		return ""
	}
	return "the report says " + string(data[max(0, at-120):min(len(data), at+len(secret)+20)])
}
