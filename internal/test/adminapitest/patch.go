package adminapitest

import (
	"encoding/json"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

// patched returns an object after the operations of a JSON Patch (RFC 6902) on members of objects, or why one of them
// cannot be done.
func patched(f fields, ops []any) (after fields, why string) {
	text, err := json.Marshal(f)
	if err != nil || json.Unmarshal(text, &after) != nil {
		return nil, "the object is no JSON"
	}
	for _, op := range ops {
		op, _ := op.(fields)
		path, _ := op["path"].(string)
		if why := applied(after, op, path); why != "" {
			return nil, why
		}
	}
	return after, ""
}

func applied(to, op fields, path string) string {
	keys := slices.Collect(jsonptr.Keys(path))
	if len(keys) == 0 {
		return "no path"
	}
	last := keys[len(keys)-1]
	for _, key := range keys[:len(keys)-1] {
		inside, ok := to[key].(fields)
		if !ok {
			return path + " is not there"
		}
		to = inside
	}
	_, there := to[last]
	value, given := op["value"]
	switch {
	case op["op"] == "remove" && there:
		delete(to, last)
	case op["op"] == "replace" && there && given, op["op"] == "add" && given:
		to[last] = value
	default:
		return path + " cannot be changed so"
	}
	return ""
}
