package render_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/render"
)

func TestMarkdownIsLaidOutForATerminal(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("abcd efgh ", 10))
	address := "https://docs.example.org/" + strings.Repeat("x", 90)
	code := "curl " + strings.Repeat("-H 'a: b' ", 12) + "| psql"
	in := "# title\n\nOne " + long + "\n**two**.\n\n## Below\n\n- item " + long + "\n  more `" + code + "`\n- *next* of a*b*c\n12. twelfth " + long +
		"\n\n```sh\n" + code + "\n- no item\n```\n\nSee <" + address + "> and [there](../a.md).\n"
	sheet := render.NewSheet()
	sheet.Markdown(in)
	want := `title
  One abcd efgh abcd efgh abcd efgh abcd efgh abcd efgh abcd efgh abcd efgh abcd
  efgh abcd efgh abcd efgh two.

Below

  - item abcd efgh abcd efgh abcd efgh abcd efgh abcd efgh abcd efgh abcd efgh
    abcd efgh abcd efgh abcd efgh more
    ` + "`" + code + "`" + `
  - next of a*b*c
  12. twelfth abcd efgh abcd efgh abcd efgh abcd efgh abcd efgh abcd efgh abcd
      efgh abcd efgh abcd efgh abcd efgh

    ` + code + `
    - no item

  See
  ` + address + `
  and there (../a.md).
`
	if diff := cmp.Diff(strings.Replace(want, "title\n", "title\n\n", 1), sheet.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTablesAreAlignedColumns(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("abcd efgh ", 6))
	command := "`curl -X POST https://control-plane:7443/apisix/admin/x?a|b`"
	for name, tt := range map[string]struct{ in, want string }{
		"narrow":                  {"| a | b |\n|---|---|\n| 1 | **two** |\n| 333 | |\n", "a    b\n1    two\n333\n"},
		"a bar that ends no cell": {"| a | b |\n|:--|--:|\n| x \\| y | `p|q` |\n", "a      b\nx | y  `p|q`\n"},
		"a row that is too short": {"| a | b |\n|---|---|\n| 1 |\n", "a  b\n1\n"},
		"a row that is too long":  {"| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "a  b\n1  2\n"},
		"no rows":                 {"| a | b |\n|---|---|\n", "a  b\n"},
		"cells wrap, commands do not": {
			"| what | command |\n|---|---|\n| " + long + " | " + command + " |\n",
			"what            command\n" +
				"abcd efgh abcd  " + command + "\n" +
				"efgh abcd efgh\nabcd efgh abcd\nefgh abcd efgh\n",
		},
		"no room side by side": {
			"| first | second | third | |\n|---|---|---|---|\n| `" + strings.Repeat("x", 50) + "` | `" + strings.Repeat("y", 50) + "` | | warning |\n",
			"- `" + strings.Repeat("x", 50) + "`\n  second: `" + strings.Repeat("y", 50) + "`\n  warning\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sheet := render.NewSheet()
			sheet.Markdown(tt.in)
			if diff := cmp.Diff(tt.want, sheet.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestASheetIsSafeForATerminal(t *testing.T) {
	t.Parallel()
	sheet := render.NewSheet()
	sheet.Prose("\x1b[31m", "a\nb\x07")
	sheet.Row("\u202ex")
	sheet.List("in\r", []string{"c\x1b", "d"})
	sheet.Markdown("```\n\x1b[2J\n```\n# \x1b[1m\n| a\x1b | b |\n|---|---|\n| c\x07 | d |\n")
	sheet.Table([]string{"e\x1b"}, [][]string{{"f\x1b"}})
	if strings.ContainsAny(sheet.String(), "\x1b\x07\r\u202e") {
		t.Errorf("%q", sheet.String())
	}
}
