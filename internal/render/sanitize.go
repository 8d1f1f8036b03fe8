package render

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sanitize returns s as one line that cannot move a cursor, change a colour or reorder what stands beside it: control
// characters, line breaks, tabs, bidirectional controls, invisible characters and invalid UTF-8 appear as Go writes
// them in a string literal (\n, \x1b, \u202e, \xff). Everything that prints stays as it is, so that names can be copied.
func Sanitize(s string) string {
	if harmless(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case i == 0 && unicode.Is(unicode.M, r): // it would change the character before it, which is not its own
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

func harmless(s string) bool {
	for i, r := range s {
		if !unicode.IsPrint(r) || r == utf8.RuneError || i == 0 && unicode.Is(unicode.M, r) {
			return false
		}
	}
	return true
}

// shown is Sanitize for names, where blanks at an end must be seen.
func shown(name string) string {
	if strings.TrimSpace(name) != name {
		return strconv.Quote(name)
	}
	return Sanitize(name)
}
