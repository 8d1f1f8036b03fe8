package render

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// ticket is one line: a finding with what a ticket needs besides.
type ticket struct {
	SchemaVersion string      `json:"schema_version"`
	Tool          report.Tool `json:"tool"`
	Run           string      `json:"run"`
	From          string      `json:"from"`
	To            string      `json:"to"`
	report.Finding
}

// asLines writes every finding as a line of JSON, with the fields of the JSON report and those of [ticket]. Without findings
// it writes nothing.
func asLines(out *bufio.Writer, r *report.Report, _ Options) error {
	line := ticket{SchemaVersion: r.SchemaVersion, Tool: r.Tool, Run: r.Run.ID, From: r.Path.From, To: r.Path.To}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	for f := range r.Findings.All() {
		line.Finding = *f
		raw.Reset()
		if err := enc.Encode(filled(reflect.ValueOf(line)).Interface()); err != nil {
			return fmt.Errorf("encoding: %w", err)
		}
		escape(out, raw.Bytes())
		if _, err := out.Write(nil); err != nil { // nobody reads the rest
			return fmt.Errorf("writing: %w", err)
		}
	}
	return nil
}

// isLines recognises the first line.
func isLines(content []byte) bool {
	line, _, _ := bytes.Cut(content, []byte("\n"))
	return bytes.Contains(line, []byte(`"fingerprint"`)) && isJSON(line)
}
