package render

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sanitize returns s as one line that cannot move a cursor, change a colour or reorder the text beside it. Control
// characters, line breaks, tabs, bidirectional controls, invisible characters and invalid UTF-8 become Go escapes
// (\n, \x1b, \u202e, \xff). All printable characters stay, so that names can be copied.
func Sanitize(s string) string {
	if harmless(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case i == 0 && unicode.Is(unicode.M, r): // it would change the character before it, which belongs to other text
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

// shown is Sanitize for names: blanks at either end must be visible.
func shown(name string) string {
	if strings.TrimSpace(name) != name {
		return strconv.Quote(name)
	}
	return Sanitize(name)
}
