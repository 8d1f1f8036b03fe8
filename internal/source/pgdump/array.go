package pgdump

import (
	"encoding/json"
	"strings"
)

// appendArray appends an array literal, such as {a,"b c",NULL}, as JSON. Elements of text types become strings,
// others JSON values of their type. It returns false if src is not an array literal.
func appendArray(dst, src []byte, element string) ([]byte, bool) {
	if i := strings.IndexByte(string(src), '{'); i > 0 && src[0] == '[' {
		src = src[i:] // "[0:1]={…}": array_to_json drops the bounds too
	}
	p := arrayParser{src: src, element: element, out: dst}
	ok := p.array() && len(p.src) == 0
	return p.out, ok
}

type arrayParser struct {
	src     []byte
	element string
	out     []byte
	depth   int
}

// maxDimensions is the server's limit.
const maxDimensions = 6

func (p *arrayParser) array() bool {
	if p.depth++; p.depth > maxDimensions || !p.take('{') {
		return false
	}
	p.out = append(p.out, '[')
	for first := true; !p.take('}'); first = false {
		if !first {
			if !p.take(',') {
				return false
			}
			p.out = append(p.out, ',')
		}
		if !p.value() {
			return false
		}
	}
	p.out = append(p.out, ']')
	p.depth--
	return true
}

func (p *arrayParser) take(c byte) bool {
	if len(p.src) == 0 || p.src[0] != c {
		return false
	}
	p.src = p.src[1:]
	return true
}

func (p *arrayParser) value() bool {
	if len(p.src) > 0 && p.src[0] == '{' {
		return p.array()
	}
	text, quoted, ok := p.text()
	switch {
	case !ok:
		return false
	case !quoted && strings.EqualFold(string(text), "null"):
		p.out = append(p.out, "null"...)
	case p.element == "bool":
		p.out = append(p.out, truth(text)...)
	case (p.isNumber() || p.element == "json" || p.element == "jsonb") && json.Valid(text):
		p.out = append(p.out, text...)
	default:
		word, err := json.Marshal(string(text))
		p.out = append(p.out, word...)
		return err == nil
	}
	return true
}

func (p *arrayParser) isNumber() bool {
	switch p.element {
	case "int2", "int4", "int8", "numeric", "float4", "float8":
		return true
	}
	return false
}

// text reads one element, quoted or not.
func (p *arrayParser) text() (text []byte, quoted, ok bool) {
	quoted = p.take('"')
	for len(p.src) > 0 {
		c := p.src[0]
		switch {
		case c == '\\' && len(p.src) > 1:
			c, p.src = p.src[1], p.src[1:]
		case quoted && c == '"':
			p.src = p.src[1:]
			return text, quoted, true
		case !quoted && (c == ',' || c == '}'):
			return text, quoted, len(text) > 0
		}
		text, p.src = append(text, c), p.src[1:]
	}
	return text, quoted, false
}

func truth(v []byte) string {
	switch string(v) {
	case "t", "true", "1":
		return "true"
	}
	return "false"
}
