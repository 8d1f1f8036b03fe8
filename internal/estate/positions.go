package estate

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

// Positions asks an origin's Locate where each part of a body stands in its file, for [Locator]. A part that stands where
// the part around it does is left out.
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

// Locator answers from what [Positions] returned as the file's own reader did; nil without positions.
func Locator(found map[string]Position) func(string) Position {
	if len(found) == 0 {
		return nil
	}
	return func(pointer string) Position { return nearest(found, pointer) }
}

// nearest returns the position of a pointer, or of the innermost part around it that has one.
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
