package adminapi

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// object is a JSON object taken apart, to be put together with other fields.
type object []estate.Member

// take takes an item apart; ok is false if it is no object.
func take(item json.RawMessage) (o object, ok bool) {
	members, ok := estate.NewValue(item).Members().Known()
	return members, ok
}

// get returns a field; of a key written twice the last counts.
func (o object) get(key string) estate.Value {
	found := estate.Value{}
	for _, m := range o {
		if m.Key == key {
			found = m.Value
		}
	}
	return found
}

// word returns the first of some fields that is a text or a number, as text.
func (o object) word(keys ...string) string {
	for _, key := range keys {
		if text := word(o.get(key)); text != "" {
			return strings.Clone(text)
		}
	}
	return ""
}

// without drops fields, mostly those that hold secrets.
func (o object) without(keys ...string) object {
	return slices.DeleteFunc(slices.Clone(o), func(m estate.Member) bool { return slices.Contains(keys, m.Key) })
}

// add appends a field unless the value is absent.
func (o object) add(key string, v estate.Value) object {
	if v.Raw() == nil {
		return o
	}
	return append(o, estate.Member{Key: key, Value: v})
}

// set appends a text.
func (o object) set(key, text string) object {
	return append(o, estate.Member{Key: key, Value: quoted(text)})
}

// json puts the object together.
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
	if err != nil { // strings always can be
		b = []byte(`""`)
	}
	return estate.NewValue(b)
}
