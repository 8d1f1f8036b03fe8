package yamlfile

import (
	"encoding/json"
	"strings"
)

// JSON returns the node as JSON, with maps in written order. Numbers keep every digit; a scalar without a form in
// JSON becomes a string.
func (n Node) JSON() []byte { return n.AppendJSON(nil) }

// AppendJSON appends the result of [Node.JSON] to b.
func (n Node) AppendJSON(b []byte) []byte {
	switch n.Kind() {
	case Map:
		b = append(b, '{')
		for i, m := range n.Members() {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(AppendQuoted(b, m.Key), ':')
			b = m.Value.AppendJSON(b)
		}
		return append(b, '}')
	case List:
		b = append(b, '[')
		for i, item := range n.value.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = wrap(item).AppendJSON(b)
		}
		return append(b, ']')
	case Scalar:
		return n.appendScalar(b)
	case Nothing:
	}
	return append(b, "null"...)
}

func (n Node) appendScalar(b []byte) []byte {
	text := n.value.Value
	switch n.value.ShortTag() {
	case "!!null":
		return append(b, "null"...)
	case "!!bool":
		return append(b, strings.ToLower(text)...)
	case "!!int", "!!float":
		if json.Valid([]byte(text)) {
			return append(b, text...)
		}
		var number any
		if n.value.Decode(&number) == nil {
			if out, err := json.Marshal(number); err == nil {
				return append(b, out...)
			}
		}
	}
	return AppendQuoted(b, text)
}

// AppendQuoted appends s to b as a JSON string.
func AppendQuoted(b []byte, s string) []byte {
	if isPlain(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	out, err := json.Marshal(s)
	if err != nil { // strings never fail
		out = []byte(`""`)
	}
	return append(b, out...)
}

// isPlain reports whether s needs no escapes in JSON.
func isPlain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c >= 0x7f, c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		}
	}
	return true
}
