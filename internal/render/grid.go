package render

import (
	"slices"
	"strings"
)

// between is what stands between two columns of a grid.
const between = 2

// grid writes rows below a header as aligned columns, breaking cells at blanks. Where the longest words of the columns do
// not fit side by side, it writes a list: the first cell of a row, and below it the others with their headers.
func (p *page) grid(indent int, header []string, rows [][]string) {
	all := make([][]string, 0, 1+len(rows))
	for _, row := range append([][]string{header}, rows...) {
		line := make([]string, len(header)) // a row may be shorter or longer
		for i := range line {
			if i < len(row) {
				line[i] = Brief(row[i])
			}
		}
		all = append(all, line)
	}
	widths := fit(all, p.width-indent)
	if widths == nil {
		p.asList(indent, all)
		return
	}
	broken := make([][]string, len(all))
	for r, row := range all {
		broken[r] = make([]string, len(row))
		for i, cell := range row {
			broken[r][i] = strings.Join(wrap(cell, widths[i]), "\n")
		}
	}
	blocks, err := columns(broken[0], broken[1:])
	if err != nil {
		p.asList(indent, all)
		return
	}
	style := bold
	for _, block := range blocks {
		for _, line := range block {
			p.line(indent, span{style, line})
		}
		style = plain
	}
}

// fit returns the widths of columns that have room in a number of columns of the terminal, the widest made narrower first;
// nil if the longest words leave no room.
func fit(rows [][]string, room int) []int {
	widest, least := measure(rows)
	room -= between * (len(widest) - 1)
	for _, w := range widest {
		room -= w
	}
	for ; room < 0; room++ {
		at := -1
		for i, w := range widest {
			if w > least[i] && (at < 0 || w > widest[at]) {
				at = i
			}
		}
		if at < 0 {
			return nil
		}
		widest[at]--
	}
	return widest
}

// measure returns for each column the width of its widest cell and of its longest word.
func measure(rows [][]string) (widest, least []int) {
	widest, least = make([]int, len(rows[0])), make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widest[i] = max(widest[i], width(cell))
			for _, word := range words(cell) {
				least[i] = max(least[i], width(word))
			}
		}
	}
	return widest, least
}

// asList writes a grid as a list.
func (p *page) asList(indent int, all [][]string) {
	header := all[0]
	for _, row := range all[1:] {
		p.prose(indent, "- ", plain, row[0])
		for i, cell := range slices.Clone(row)[1:] {
			lead := header[i+1]
			if lead != "" {
				lead += ": "
			}
			if cell != "" {
				p.prose(indent+between, lead, plain, cell)
			}
		}
	}
}
