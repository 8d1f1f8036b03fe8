package adminapi

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// object is the fields of a JSON object, to be combined with others.
type object []estate.Member

// take returns the fields of an item; ok is false if it is not an object.
func take(item json.RawMessage) (o object, ok bool) {
	members, ok := estate.NewValue(item).Members().Known()
	return members, ok
}

// get returns a field. If a key is written twice, the last one counts.
func (o object) get(key string) estate.Value {
	found := estate.Value{}
	for _, m := range o {
		if m.Key == key {
			found = m.Value
		}
	}
	return found
}

// word returns the first of the given fields that is a text or a number, as text.
func (o object) word(keys ...string) string {
	for _, key := range keys {
		if text := o.get(key).Word(); text != "" {
			return strings.Clone(text)
		}
	}
	return ""
}

// without returns the object without the given fields, mostly those with secrets.
func (o object) without(keys ...string) object {
	return slices.DeleteFunc(slices.Clone(o), func(m estate.Member) bool { return slices.Contains(keys, m.Key) })
}

// add returns the object with a field added, unless the value is absent.
func (o object) add(key string, v estate.Value) object {
	if v.Raw() == nil {
		return o
	}
	return append(o, estate.Member{Key: key, Value: v})
}

// set returns the object with a text added.
func (o object) set(key, text string) object {
	return append(o, estate.Member{Key: key, Value: quoted(text)})
}

// json returns the object as JSON.
func (o object) json() []byte {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, quoted(m.Key).Raw()...), ':'), m.Value.Raw()...)
	}
	return append(b, '}')
}

func quoted(text string) estate.Value {
	b, err := json.Marshal(text)
	if err != nil { // never happens for strings
		b = []byte(`""`)
	}
	return estate.NewValue(b)
}
