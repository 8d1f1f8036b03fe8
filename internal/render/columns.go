package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
)

// columns aligns sanitised cells under a header and returns the lines of each row, starting with the header. The
// caller breaks cells into lines.
func columns(header []string, rows [][]string) ([][]string, error) {
	var buf bytes.Buffer
	t := tablewriter.NewTable(&buf,
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithRowAlignment(tw.AlignLeft),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithPadding(tw.Padding{Left: tw.Empty, Right: "  ", Overwrite: true}),
		tablewriter.WithRendition(tw.Rendition{
			Borders:  tw.BorderNone,
			Symbols:  tw.NewSymbols(tw.StyleNone),
			Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone},
		}),
	)
	t.Header(header)
	if err := t.Bulk(rows); err != nil {
		return nil, fmt.Errorf("filling a table: %w", err)
	}
	if err := t.Render(); err != nil {
		return nil, fmt.Errorf("aligning a table: %w", err)
	}
	lines := strings.Split(strings.TrimSuffix(buf.String(), "\n"), "\n")
	blocks := make([][]string, 0, len(rows)+1)
	for _, row := range append([][]string{header}, rows...) {
		height := 1
		for _, cell := range row {
			height = max(height, strings.Count(cell, "\n")+1)
		}
		if height > len(lines) {
			return nil, fmt.Errorf("aligning a table: %d lines are missing", height-len(lines))
		}
		blocks, lines = append(blocks, lines[:height]), lines[height:]
	}
	if len(lines) > 0 {
		return nil, fmt.Errorf("aligning a table: %d lines too many", len(lines))
	}
	return blocks, nil
}
