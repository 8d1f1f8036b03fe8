package yamlfile_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

func TestABrokenFileIsExplainedByWhatStandsThere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"dsn: ***REMOVED***":        "* begins an alias in YAML, and & an anchor: a value that begins with one of them must be quoted",
		"dsn: ********":             "* begins an alias in YAML",
		"a: *\nb: 1":                "* begins an alias in YAML",
		"{dsn: *CANARY}":            "* begins an alias in YAML, so a value that begins with * must be quoted",
		"a: & CANARY":               "& an anchor",
		"dsn: @CANARY":              "such as @, % or `: it must be quoted",
		"dsn: `CANARY`":             "such as @, % or `: it must be quoted",
		"dsn: %CANARY":              "such as @, % or `: it must be quoted",
		"dsn: a: CANARY":            "a value contains a colon and a space",
		"a: [CANARY, 2\nb: 3":       "a list in brackets is not closed",
		"a: {b: c: CANARY}":         "a map in braces is not closed",
		"a: \"CANARY\nb: 3":         "a quoted text is not closed",
		"a: !<CANARY":               "! begins a tag in YAML",
		"a: !x%zz CANARY":           "! begins a tag in YAML",
		"a: |CANARY\n  b":           "text follows | or >",
		"a: \"\\q CANARY\"":         "a backslash in double quotes",
		"a:\n  b: 1\n c: CANARY":    "the line is indented wrongly",
		"a: 1\n- CANARY":            "the line is indented wrongly",
		"a: - CANARY":               "a dash begins a list where none may be",
		"%CANARY bar\n---\na: 1":    "a line that begins with % is a directive",
		"%YAML 9.9\n---\na: CANARY": "another version of YAML",
		"? a\n? b: c\n  CANARY":     "a key has no colon after it",
		"a: '1'\n\tb: CANARY":       "a tab indents the line",
		"a: |0\n  CANARY":           "is not an indentation",
		"- [a\n- CANARY":            "a list in brackets is not closed",
		"- 1\nCANARY: 2":            "a list item with a dash is expected",
		"a: \"b\n---\nCANARY":       "a quoted text is not closed before the next document",
		"a: ]CANARY":                "a value is missing",
	} {
		_, err := yamlfile.ParseAll("x.yaml", []byte(text+"\n"))
		e, ok := errors.AsType[*yamlfile.Error](err)
		if !ok || !strings.Contains(e.Reason, want) {
			t.Errorf("%q: %v, want %q", text, err, want)
			continue
		}
		if strings.Contains(e.Reason, "CANARY") || ofTheParser.MatchString(e.Reason) {
			t.Errorf("%q: %s", text, e.Reason)
		}
	}
}

// ofTheParser matches what the library says of its own work.
var ofTheParser = regexp.MustCompile(`did not find|could not find|^found |cannot start any token|in this context|node content`)
