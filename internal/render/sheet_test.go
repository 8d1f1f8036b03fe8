package render_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/render"
)

func TestMarkdownIsBrokenAtBlanksAndCommandsStayWhole(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("abcd efgh ", 10)
	address := "https://docs.example.org/" + strings.Repeat("x", 90)
	code := "curl " + strings.Repeat("-H 'a: b' ", 12) + "| psql"
	table := "| " + strings.Repeat("cell | ", 15)
	in := "# title " + long + "\n\nOne " + long + "\ntwo.\n\n- item " + long + "\n  more `" + code + "`\n- next\n12. twelfth " + long +
		"\n\n" + table + "\n" + table + "\n\n```sh\n" + code + "\n- no item\n```\n\nSee <" + address + "> there.\n"
	sheet := render.NewSheet()
	sheet.Markdown(in)
	wide, narrow := []string{}, []string{}
	for line := range strings.Lines(sheet.String()) {
		line = strings.TrimSuffix(line, "\n")
		if len(line) > 80 {
			wide = append(wide, line)
		} else {
			narrow = append(narrow, line)
		}
	}
	words := long[:74]
	if diff := cmp.Diff([]string{
		strings.TrimRight("# title "+long, " "), "  `" + code + "`", strings.TrimRight(table, " "), strings.TrimRight(table, " "), code, "<" + address + ">",
	}, wide); diff != "" {
		t.Errorf("lines of more than 80 columns (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"", "One " + words, "efgh abcd efgh abcd efgh two.", "",
		"- item " + words[:69], "  abcd efgh abcd efgh abcd efgh more", "- next",
		"12. twelfth " + words[:64], "    efgh abcd efgh abcd efgh abcd efgh",
		"", "", "```sh", "- no item", "```", "", "See", "there.",
	}, narrow); diff != "" {
		t.Errorf("the other lines (-want +got):\n%s", diff)
	}
}

func TestASheetIsSafeForATerminal(t *testing.T) {
	t.Parallel()
	sheet := render.NewSheet()
	sheet.Prose("\x1b[31m", "a\nb\x07")
	sheet.Row("\u202ex")
	sheet.List("in\r", []string{"c\x1b", "d"})
	sheet.Markdown("```\n\x1b[2J\n```")
	if strings.ContainsAny(sheet.String(), "\x1b\x07\r\u202e") {
		t.Errorf("%q", sheet.String())
	}
}
