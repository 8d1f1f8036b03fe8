package remedy

import (
	"fmt"
	"strings"
)

// Quote returns s as one word of a POSIX shell, whatever it contains.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Escape returns s in a form that is one segment of a URL path, one value of a query or part of a file name: letters,
// digits, hyphen and underscore stay, every other byte becomes %XX. The result has no meaning to a shell, a URL or a
// terminal, and different texts stay different.
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
