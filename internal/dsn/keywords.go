package dsn

import (
	"strings"
	"unicode"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// parseKeywords parses "host=… user=… password='…'" as libpq does. It refuses what libpq accepts but nobody writes on
// purpose.
func parseKeywords(text string) (settings []Setting, err error) {
	for text = strings.TrimLeftFunc(text, isSpace); text != ""; text = strings.TrimLeftFunc(text, isSpace) {
		name, rest, found := strings.Cut(text, "=")
		name = strings.ToLower(strings.TrimRightFunc(name, isSpace))
		switch {
		case strings.Contains(name, ";"):
			return nil, errSemicolons
		case !found, strings.ContainsFunc(name, isSpace):
			return nil, errNoEqualSign
		}
		var value string
		if value, text, err = cutValue(strings.TrimLeftFunc(rest, isSpace), name); err != nil {
			return nil, err
		}
		settings = append(settings, Setting{name, value})
	}
	return settings, nil
}

// cutValue takes one value from the beginning of text.
func cutValue(text, name string) (value, rest string, err error) {
	var b strings.Builder
	inQuotes := strings.HasPrefix(text, "'")
	if inQuotes {
		text = text[1:]
	}
	i := 0
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case c == '\\':
		case inQuotes && c == '\'', !inQuotes && isSpace(rune(c)):
			rest = text[i:]
			if inQuotes {
				rest = rest[1:]
			}
			if inQuotes && rest != "" && !isSpace(rune(rest[0])) {
				return "", "", errQuotes
			}
			return b.String(), rest, unquoted(text[:i], name, inQuotes)
		default:
			b.WriteByte(c)
		}
	}
	if inQuotes {
		return "", "", errQuotes
	}
	return b.String(), "", unquoted(text, name, false)
}

// unquoted returns an error if a value without quotes contains a separator from the connection strings of other
// drivers.
func unquoted(value, name string, inQuotes bool) error {
	if !inQuotes && strings.Contains(value, ";") && (!isSecret(name) || nextKeyword.MatchString(value)) {
		return errSemicolons
	}
	return nil
}

var nextKeyword = lazyregexp.New(`;[^;=]*=`)

// isSpace reports whether libpq treats c as a space.
func isSpace(c rune) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// isControl reports whether c is a control character other than a space.
func isControl(c rune) bool { return unicode.IsControl(c) && !isSpace(c) }
