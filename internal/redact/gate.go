package redact

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// Text returns s without what is a credential whoever wrote it and wherever it stands: user and password of a URL, values
// in its query that are not plain, the value of a header that authenticates, of a name like token or password in front
// of an equals sign, a token behind the word for its scheme, a JSON Web Token, a private key, and a key or token of a form
// that its maker has published. A reference to a variable is none. It is the last gate of everything that goes out, names
// included.
func Text(s string) string {
	for _, c := range credentials {
		if c.near(s) {
			s = c.form.ReplaceAllStringFunc(s, func(found string) string { return c.instead(c.form.FindStringSubmatch(found)) })
		}
	}
	return withoutIssued(s)
}

// credential is one form in which credentials stand in texts. near reports, faster than the form could, whether a text can
// have it; instead returns what replaces a match, given its groups.
type credential struct {
	form    *lazyregexp.Regexp
	near    func(s string) bool
	instead func(groups []string) string
}

// credentials are searched in this order. The groups of most are what stays, and the secret behind it.
var credentials = []credential{
	{ // user and password of a database's URL, which may contain spaces that were not encoded
		form: lazyregexp.New(`(?is)((?:postgres(?:ql)?|mysql|sqlserver)://)([^"'<>]*)@`), near: hasUser, instead: user,
	},
	{form: lazyregexp.New(`(?i)(\b[a-z][a-z0-9+.-]*://)([^\s"'<>]*)@`), near: hasUser, instead: user},
	{form: lazyregexp.New(`([?&])([A-Za-z0-9_.~-]+)=([^\s&"'#\\]+)`), near: assigns, instead: parameter},
	{ // what is assigned to a name that says it is a secret
		form: lazyregexp.New(`(?i)((?:token|secret|password|passwd|pwd|api_?key|signature)=)([^\s"'&;,]+)`), near: assigns, instead: secretBehind,
	},
	{ // the line of a header that authenticates
		form: lazyregexp.New(`(?i)(\b(?:(?:proxy-)?authorization|(?:set-)?cookie|apikey|` +
			`x-[a-z0-9-]*(?:auth|key|token|secret|signature|session|password)[a-z0-9-]*)\s*:\s*)([^\r\n"'\\]+)`),
		near: func(s string) bool {
			return strings.Contains(s, ":") && within(s, "authorization", "cookie", "apikey", "x-")
		},
		instead: secretBehind,
	},
	{form: scheme, near: func(s string) bool { return within(s, "bearer", "basic", "digest", "negotiate") }, instead: behindScheme},
	{
		form: lazyregexp.New(`\b()(eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*)`),
		near: func(s string) bool { return strings.Contains(s, "eyJ") }, instead: secretBehind,
	},
	{
		form: lazyregexp.New(`(?s)()(-----BEGIN [A-Z ]*(?:KEY|CERTIFICATE)[A-Z ]*-----.*)`),
		near: func(s string) bool { return strings.Contains(s, "-----BEGIN") }, instead: secretBehind,
	},
}

// scheme matches the word for a scheme of authentication and what may be a token behind it.
var scheme = lazyregexp.New(`(?i)(\b(?:bearer|basic|digest|negotiate)\s+)([A-Za-z0-9+/=._~-]{6,})`)

func hasUser(s string) bool { return strings.Contains(s, "://") && strings.Contains(s, "@") }

func assigns(s string) bool { return strings.Contains(s, "=") }

// parameter replaces the value of a parameter in a query. An id in the installation stays.
func parameter(m []string) string {
	if Compared(m[2], m[3]) == m[3] || identifies(m[2]) && !SensitiveVariable(m[2]) {
		return m[0]
	}
	return m[1] + m[2] + "=" + Marker + separator(m[3])
}

// separator returns what ends s and separates it from what follows in a sentence or a list: the text around a secret stays.
func separator(s string) string { return s[len(strings.TrimRight(s, ",;)]}")):] }

// behindScheme replaces a token. "basic authentication" has none.
func behindScheme(m []string) string {
	if compared.fits(m[2]) && !hasDigit(m[2]) {
		return m[0]
	}
	return secretBehind(m)
}

// user replaces user and password of a URL. The name alone stays.
func user(m []string) string {
	if compared.fits(m[2]) && !strings.ContainsAny(m[2], ":/") {
		return m[0]
	}
	return m[1] + Marker + "@"
}

// secretBehind replaces the second group behind the first. A reference to a variable stays.
func secretBehind(m []string) string {
	if strings.HasPrefix(m[2], "$") || strings.HasPrefix(m[2], estate.Redacted) {
		return m[0]
	}
	return m[1] + Marker + separator(m[2])
}

// within reports whether one of the words, which are in lower case, is in s in any case. It saves most texts a slow
// regular expression.
func within(s string, words ...string) bool {
	var first uint32 // the first letters of the words: bit 1 is for a and A
	for _, w := range words {
		first |= 1 << (w[0] & 0x1f)
	}
	for i := range len(s) {
		if first>>(s[i]&0x1f)&1 == 0 {
			continue
		}
		for _, w := range words {
			if s[i]|0x20 == w[0] && len(s)-i >= len(w) && strings.EqualFold(s[i:i+len(w)], w) {
				return true
			}
		}
	}
	return false
}

// Everything passes all texts in what v points to through [Text], at any depth. It does not look behind interfaces.
func Everything(v any) { everything(reflect.ValueOf(v)) }

func everything(v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // the others hold no text
	case reflect.Pointer:
		if !v.IsNil() {
			everything(v.Elem())
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			everything(field)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			everything(v.Index(i))
		}
	case reflect.Map:
		values(v)
	case reflect.String:
		if v.CanSet() && v.Len() > 0 {
			v.SetString(Text(v.String()))
		}
	}
}

// values passes the names and the texts in a map. Of several whose names are the same then, the text of the first by its
// name stays.
func values(m reflect.Value) {
	keys := m.MapKeys()
	if m.Type().Key().Kind() == reflect.String {
		slices.SortFunc(keys, func(a, b reflect.Value) int { return -cmp.Compare(a.String(), b.String()) })
	}
	for _, k := range keys {
		value := m.MapIndex(k)
		if value.Kind() == reflect.String {
			value = reflect.ValueOf(Text(value.String())).Convert(value.Type())
		}
		if k.Kind() == reflect.String {
			if name := Text(k.String()); name != k.String() {
				m.SetMapIndex(k, reflect.Value{})
				k = reflect.ValueOf(name).Convert(k.Type())
			}
		}
		m.SetMapIndex(k, value)
	}
}
