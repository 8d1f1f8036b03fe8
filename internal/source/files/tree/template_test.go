package tree_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// TestAVariableOfATemplateIsNoMap has values that YAML reads as maps whose only key is a map.
func TestAVariableOfATemplateIsNoMap(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: {{ .Values.x | quote }}\n": "a template", "a: {{x}} # b\n": "a template", `{"a": {{ toJson .x }}}`: "a template",
		"a: {b: }\n": "", "a: {\"\": }\n": "", "a: {{b: c}: d}\n": "", "a: {}\n": "",
	} {
		docs, err := tree.Parse("a.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := docs[0].Member("a").Unknown(); got != want {
			t.Errorf("%q: unknown because of %q, want %q", text, got, want)
		}
	}
}
