package rule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Quote writes s as one word of a POSIX shell, whatever is in it.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Escape writes s so that it is one segment of a URL path, one value of a query or a part of a file name: letters,
// digits, hyphen and underscore stay, every other byte becomes %XX. Nothing in the result means anything to a shell,
// a URL or a terminal, and different texts stay different.
func Escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// JSON writes v as compact JSON in plain ASCII, so that a name from a database can neither move a terminal's cursor
// nor be changed on its way through a clipboard. Values that JSON cannot hold give "null".
func JSON(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return "null"
	}
	return ascii(strings.TrimSuffix(b.String(), "\n"))
}

// ascii escapes what is outside printable ASCII; in JSON text that occurs in strings only.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			b.WriteString(`\ufffd`)
		case r >= 0x20 && r < 0x7f:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		}
	}
	return b.String()
}
