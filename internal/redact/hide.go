package redact

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// hide replaces the texts and numbers in a value but keeps its structure, so that a reader sees what there was.
func (r *redactor) hide() {
	switch c := r.space(); c {
	case '{':
		if r.files && unknown(r.in[r.i:]) {
			r.reason()
			return
		}
		r.object(func(string, int) { r.hide() })
	case '[':
		r.each(func(int) { r.hide() })
	case 't', 'f', 'n':
		r.copy()
	default:
		raw := r.raw()
		if string(raw) == `""` || published[string(bytes.Trim(raw, `"`))] {
			r.out = append(r.out, raw...)
			return
		}
		r.mark(raw)
	}
}

// opaque replaces a whole value. Booleans, null and empty values stay.
func (r *redactor) opaque() {
	raw := r.raw()
	switch {
	case raw[0] == 't', raw[0] == 'f', estate.NewValue(raw).Empty():
		r.out = append(r.out, raw...)
	default:
		r.mark(raw)
	}
}

// verified copies how clients of a certificate are verified: the depth of the chain, and whether there is a CA.
func (r *redactor) verified() {
	if r.space() != '{' {
		r.opaque()
		return
	}
	r.object(func(name string, _ int) {
		c := r.space()
		r.keep(name == "depth" && '0' <= c && c <= '9')
	})
}

// longest is the number of characters that the control plane accepts in a text from 3.7.2 on.
const longest = 65536

// measured replaces a whole value like opaque, but keeps the length of a text that is too long. Any other value whose
// JSON is that long becomes a list of that length, because nobody can tell how the control plane would measure it.
func (r *redactor) measured() {
	start := r.i
	raw := r.raw()
	n := 0
	switch {
	case len(raw) <= longest:
	case raw[0] != '"':
		r.out = append(r.out, `["`+strings.Repeat("*", len(raw))+`"]`...)
		r.hidden = true
		return
	default:
		n = utf8.RuneCountInString(unquote(raw))
	}
	if n > longest {
		r.out = append(r.out, `"`+strings.Repeat("*", n)+`"`...)
		r.hidden = true
		return
	}
	r.i = start
	r.opaque()
}

// mark writes the marker in place of raw. If raw is or contains a reference to a secret provider or a variable, the
// reference's scheme stays in front of the marker: it is no secret, and rules look for it.
func (r *redactor) mark(raw []byte) {
	r.out = append(append(append(r.out, '"'), reference(raw)...), Marker+`"`...)
	r.hidden = true
}

// reference returns the scheme of the first reference in raw; "" if there is none.
func reference(raw []byte) string {
	for bytes.Contains(raw, []byte(`"$`)) || bytes.Contains(raw, []byte(`\u0024`)) {
		i := bytes.IndexByte(raw, '"')
		if i < 0 {
			return ""
		}
		look := redactor{in: raw, i: i}
		look.quoted()
		if text := unquote(raw[i:look.i]); strings.HasPrefix(text, "$") {
			for _, scheme := range []string{"$secret://", "$env://"} {
				if len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
					return scheme
				}
			}
		}
		raw = raw[look.i:]
	}
	return ""
}

// keep copies a value if yes is true, and else hides it whole.
func (r *redactor) keep(yes bool) {
	if yes {
		r.plain(setting.clean)
	} else {
		r.opaque()
	}
}
