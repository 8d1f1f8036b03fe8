package readertest_test

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// valid checks a document against a schema.
func valid(schema string, document []byte) error {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(schema)))
	if err != nil {
		return fmt.Errorf("the schema: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("https://example.org/schema.json", parsed); err != nil {
		return fmt.Errorf("the schema: %w", err)
	}
	compiled, err := compiler.Compile("https://example.org/schema.json")
	if err != nil {
		return fmt.Errorf("the schema: %w", err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return fmt.Errorf("the document: %w", err)
	}
	if err := compiled.Validate(instance); err != nil {
		return fmt.Errorf("not as the schema says: %w", err)
	}
	return nil
}

// readJSON checks the report against the schema that the program prints.
func readJSON(text []byte, _ *report.Report) (counts, error) {
	if err := valid(report.Schema(), text); err != nil {
		return nil, err
	}
	var document struct {
		Findings []finding `json:"findings"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	return count(document.Findings)
}

// finding is what the tests read of one.
type finding struct {
	Severity string  `json:"severity"`
	Waived   *string `json:"waived"`
}

func count(all []finding) (counts, error) {
	found := none()
	for _, f := range all {
		if err := found.add(f.Severity, f.Waived != nil, 1); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func readLines(text []byte, _ *report.Report) (counts, error) {
	var all []finding
	for line := range bytes.Lines(text) {
		var f finding
		if err := json.Unmarshal(line, &f); err != nil {
			return nil, fmt.Errorf("reading: %w", err)
		}
		all = append(all, f)
	}
	return count(all)
}

// codeQuality is what GitLab asks of an entry (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format) and
// what its own schema checks (app/validators/json_schemas/codeclimate.json in gitlab-org/gitlab).
const codeQuality = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "array",
  "items": {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
      "description": {"type": "string", "minLength": 1},
      "check_name": {"type": "string", "minLength": 1},
      "fingerprint": {"type": "string", "minLength": 1},
      "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
      "location": {
        "type": "object",
        "required": ["path", "lines"],
        "properties": {
          "path": {"type": "string", "pattern": "^[^/]", "not": {"pattern": "^\\./"}},
          "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
        }
      }
    }
  }
}`

func readGitLab(text []byte, _ *report.Report) (counts, error) {
	if err := valid(codeQuality, text); err != nil {
		return nil, err
	}
	var entries []struct {
		Description string `json:"description"`
		CheckName   string `json:"check_name"`
		Fingerprint string `json:"fingerprint"`
		Severity    string `json:"severity"`
		Count       int    `json:"count"`
	}
	if err := json.Unmarshal(text, &entries); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	found, marks := none(), map[string]bool{}
	severities := map[string]string{"blocker": report.SeverityBreaking, "critical": report.SeverityBreaking, "major": report.SeverityWarning, "minor": report.SeverityNotice}
	for _, e := range entries {
		if marks[e.Fingerprint] {
			return nil, fmt.Errorf("fingerprint %q is not unique", e.Fingerprint)
		}
		marks[e.Fingerprint] = true
		switch e.CheckName {
		case "verdict", "not-examined":
		case "waived":
			if _, err := fmt.Sscanf(e.Description, "%d", &e.Count); err != nil {
				return nil, fmt.Errorf("%q: %w", e.Description, err)
			}
			found[waived] = e.Count
		default:
			if err := found.add(severities[e.Severity], false, max(e.Count, 1)); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}
