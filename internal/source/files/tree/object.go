package tree

import "github.com/api7-preflight/api7-preflight/internal/yamlfile"

// Object is a JSON object while it is written. The zero Object is empty.
type Object struct{ out []byte }

// Raw writes a value that is JSON.
func (b *Object) Raw(key string, value []byte) {
	b.out = append(b.out, "{,"[min(len(b.out), 1)])
	b.out = append(append(yamlfile.AppendQuoted(b.out, key), ':'), value...)
}

// Empty reports whether nothing was written.
func (b *Object) Empty() bool { return len(b.out) == 0 }

// Text writes a text that is not empty.
func (b *Object) Text(key, value string) {
	if value != "" {
		b.Raw(key, yamlfile.AppendQuoted(nil, value))
	}
}

// Truth writes what is true.
func (b *Object) Truth(key string, value bool) {
	if value {
		b.Raw(key, []byte("true"))
	}
}

// Texts writes a list, even an empty one.
func (b *Object) Texts(key string, values []string) {
	list := []byte{'['}
	for i, v := range values {
		if i > 0 {
			list = append(list, ',')
		}
		list = yamlfile.AppendQuoted(list, v)
	}
	b.Raw(key, append(list, ']'))
}

// End returns the object.
func (b *Object) End() []byte {
	if len(b.out) == 0 {
		return []byte("{}")
	}
	return append(b.out, '}')
}
