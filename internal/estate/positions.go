package estate

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

// Positions returns the position of every part of a body, by JSON pointer, as an origin's Locate gives it; nil if
// locate is nil. It leaves out parts with the position of the part around them. [Locator] is the inverse.
func Positions(body []byte, locate func(string) Position) map[string]Position {
	if locate == nil {
		return nil
	}
	p := placer{locate: locate, found: map[string]Position{"": locate("")}}
	var decoded any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if dec.Decode(&decoded) == nil {
		p.walk(decoded, "")
	}
	return p.found
}

type placer struct {
	locate func(string) Position
	found  map[string]Position
}

func (p placer) walk(v any, at string) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			p.note(inner, at, key)
		}
	case []any:
		for i, inner := range v {
			p.note(inner, at, strconv.Itoa(i))
		}
	}
}

func (p placer) note(v any, around, key string) {
	at := jsonptr.Append(around, key)
	if place := p.locate(at); place != nearest(p.found, around) {
		p.found[at] = place
	}
	p.walk(v, at)
}

// Locator returns a function that gives the positions in found, the result of [Positions], just as Locate did; nil if
// found is empty.
func Locator(found map[string]Position) func(string) Position {
	if len(found) == 0 {
		return nil
	}
	return func(pointer string) Position { return nearest(found, pointer) }
}

// nearest returns the position of the pointer, or else of the innermost part around it that has one.
func nearest(found map[string]Position, pointer string) Position {
	for {
		if place, ok := found[pointer]; ok {
			return place
		}
		around, inside := jsonptr.Around(pointer)
		if !inside {
			return found[""]
		}
		pointer = around
	}
}
