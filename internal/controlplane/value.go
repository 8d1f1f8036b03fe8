package controlplane

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// appendValue appends one column's value as JSON. damage says why it cannot be understood; null is written instead.
func appendValue(dst []byte, f field, c Column, v []byte) (out []byte, damage string) {
	if v == nil {
		return append(dst, "null"...), ""
	}
	switch f.shape {
	case object:
		return appendDocument(dst, v)
	case tagged:
		dst, damage = appendText(append(dst, `{"image_tag":`...), []byte(imageTag(v)))
		return append(dst, '}'), damage
	case flag:
		if text := string(v); text == "0" || text == "1" {
			return append(dst, [...]string{"false", "true"}[v[0]-'0']...), ""
		}
	case plain, number, moment:
	}
	switch {
	case c.Category == 'B', f.shape == number:
		return append(dst, v...), ""
	case c.Category == 'N' && json.Valid(v): // NaN and Infinity are not JSON
		return append(dst, v...), ""
	}
	return appendText(dst, v)
}

// imageTag returns the image tag in a gateway group's configuration; "" if there is none.
func imageTag(config []byte) string {
	var c struct {
		ImageTag string `json:"image_tag"`
	}
	if json.Unmarshal(config, &c) != nil {
		return ""
	}
	return c.ImageTag
}

// appendDocument appends a JSON document unchanged. Text that is not JSON becomes a string, which rules find
// unreadable. Text that begins like JSON and is broken is damage.
func appendDocument(dst, v []byte) (out []byte, damage string) {
	text := bytes.TrimSpace(v)
	switch {
	case len(text) == 0:
		return append(dst, "null"...), ""
	case json.Valid(text):
		return append(dst, text...), ""
	case text[0] == '{' || text[0] == '[':
		return append(dst, "null"...), "holds broken JSON"
	}
	return appendText(dst, v)
}

func appendText(dst, v []byte) (out []byte, damage string) {
	if !utf8.Valid(v) {
		return append(dst, "null"...), "holds text that is not UTF-8"
	}
	quoted, err := json.Marshal(string(v))
	if err != nil {
		return append(dst, "null"...), "holds text that cannot be quoted"
	}
	return append(dst, quoted...), ""
}
