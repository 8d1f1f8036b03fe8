package render

import (
	"bytes"
	"encoding/json"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// isTable recognises a report for people by its first lines.
func isTable(content []byte) bool {
	return bytes.HasPrefix(content, []byte(report.Program+" ")) && bytes.Contains(content[:min(len(content), maxWidth)], []byte(" → "))
}

// isJSON recognises every JSON document of this program by its first keys, even if another program has reordered or
// reformatted it.
func isJSON(content []byte) bool {
	if !bytes.Contains(content, []byte(`"`+report.Program+`"`)) { // cheap, and nearly always decides
		return false
	}
	in := json.NewDecoder(bytes.NewReader(content))
	if opening, err := in.Token(); err != nil || opening != json.Delim('{') {
		return false
	}
	var tool report.Tool
	var version string
	for in.More() && (tool.Name == "" || version == "") {
		var other json.RawMessage
		var into any = &other
		key, err := in.Token()
		switch {
		case err != nil:
			return false
		case key == "tool":
			into = &tool
		case key == "schema_version":
			into = &version
		}
		if in.Decode(into) != nil {
			return false
		}
	}
	return tool.Name == report.Program && version != ""
}
