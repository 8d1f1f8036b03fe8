package archive

import (
	"bytes"
	"strings"
)

// cursor parses the text of one statement. Its methods skip white space and comments before what they look for.
type cursor struct {
	b []byte
	i int
}

func (c *cursor) space() {
	for c.i < len(c.b) {
		rest := c.b[c.i:]
		switch {
		case isSpace(rest[0]):
			c.i++
		case bytes.HasPrefix(rest, []byte("--")):
			n := bytes.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			c.i += n
		default:
			return
		}
	}
}

// is consumes b if it is the next byte.
func (c *cursor) is(b byte) bool {
	c.space()
	if c.i < len(c.b) && c.b[c.i] == b {
		c.i++
		return true
	}
	return false
}

// words consumes these bare words, given in upper case, if all of them are next.
func (c *cursor) words(words ...string) bool {
	start := c.i
	for _, word := range words {
		if c.space(); !strings.EqualFold(string(c.bare()), word) {
			c.i = start
			return false
		}
		c.i += len(word)
	}
	return true
}

// bare returns the bare word at the cursor without consuming it.
func (c *cursor) bare() []byte {
	n := c.i
	for n < len(c.b) && isWord(c.b[n]) {
		n++
	}
	return c.b[c.i:n]
}

// ident consumes an identifier.
func (c *cursor) ident() (string, bool) {
	c.space()
	if c.i < len(c.b) && c.b[c.i] == '"' {
		return c.quoted('"')
	}
	word := c.bare()
	if len(word) == 0 || isDigit(word[0]) {
		return "", false
	}
	c.i += len(word)
	return strings.ToLower(string(word)), true
}

// quoted consumes a text in quotes. A doubled quote in it is one quote.
func (c *cursor) quoted(quote byte) (string, bool) {
	if c.i >= len(c.b) || c.b[c.i] != quote {
		return "", false
	}
	var text []byte
	for i := c.i + 1; i < len(c.b); i++ {
		if c.b[i] != quote {
			text = append(text, c.b[i])
			continue
		}
		if i+1 == len(c.b) || c.b[i+1] != quote {
			c.i = i + 1
			return string(text), true
		}
		text = append(text, quote)
		i++
	}
	return "", false
}

// name consumes a name; schema is empty if it is not qualified.
func (c *cursor) name() (schema, name string, ok bool) {
	if name, ok = c.ident(); !ok {
		return "", "", false
	}
	if c.i < len(c.b) && c.b[c.i] == '.' {
		c.i++
		schema = name
		name, ok = c.ident()
	}
	return schema, name, ok
}

// list consumes a list of identifiers in parentheses.
func (c *cursor) list() ([]string, bool) {
	if !c.is('(') {
		return nil, false
	}
	names := []string{}
	for {
		name, ok := c.ident()
		if !ok {
			return nil, false
		}
		names = append(names, name)
		if c.is(')') {
			return names, true
		}
		if !c.is(',') {
			return nil, false
		}
	}
}

// skip consumes one token: a text in quotes, a whole pair of parentheses, a word or a single byte.
func (c *cursor) skip() {
	switch b := c.b[c.i]; {
	case b == '\'' || b == '"':
		c.skipQuoted(b)
	case b == '(':
		c.i++
		for c.space(); c.i < len(c.b) && c.b[c.i] != ')'; c.space() {
			c.skip()
		}
		c.i++
	case isWord(b):
		c.i += len(c.bare())
	default:
		c.i++
	}
	c.i = min(c.i, len(c.b))
}

// skipQuoted consumes a text in quotes. A doubled quote makes it two.
func (c *cursor) skipQuoted(quote byte) {
	escapes := quote == '\'' && c.i > 0 && c.b[c.i-1]|0x20 == 'e'
	for c.i++; c.i < len(c.b) && c.b[c.i] != quote; c.i++ {
		if escapes && c.b[c.i] == '\\' {
			c.i++
		}
	}
	c.i++
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isWord reports whether c can be part of a bare word.
func isWord(c byte) bool {
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == '$' || c >= 0x80
}
