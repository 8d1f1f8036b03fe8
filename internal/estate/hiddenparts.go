package estate

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

// HiddenParts returns the JSON pointers of what is hidden in v, however deep: of a text that is hidden whole or in part, and
// of a field whose name is. What compares values has to ask for them: two that are hidden by the same words may have been
// different, and two that are hidden by different words the same.
func (v Value) HiddenParts() []string {
	if !bytes.Contains(v.raw, []byte(Redacted[1:])) { // the bracket may be escaped
		return nil
	}
	var decoded any
	if json.Unmarshal(v.raw, &decoded) != nil {
		return nil
	}
	return hiddenParts(nil, "", decoded)
}

func hiddenParts(all []string, at string, v any) []string {
	switch v := v.(type) {
	case string:
		if HiddenIn(v) {
			all = append(all, at)
		}
	case []any:
		for i, e := range v {
			all = hiddenParts(all, jsonptr.Append(at, strconv.Itoa(i)), e)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			inner := jsonptr.Append(at, name)
			if HiddenIn(name) {
				all = append(all, inner)
				continue
			}
			all = hiddenParts(all, inner, v[name])
		}
	}
	return all
}

// HiddenIn reports whether a text, or a part of it, is what replaces one that must not go out.
func HiddenIn(text string) bool { return strings.Contains(text, Redacted) }
