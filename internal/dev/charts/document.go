package main

import (
	"slices"
	"strings"
)

// unexplained returns what a document does not explain: each rule, key and severity without a table row that names
// key and severity under the heading with the rule's name.
func (t *table) unexplained(document string) []string {
	var missing []string
	for _, r := range t.rows {
		explained := slices.ContainsFunc(strings.Split(section(document, r.rule), "\n"), func(line string) bool {
			return strings.HasPrefix(line, "|") && strings.Contains(line, "`"+r.key+"`") && slices.Contains(cells(line), r.severity)
		})
		if text := r.rule + ": " + r.severity + " of " + r.key; !explained && !slices.Contains(missing, text) {
			missing = append(missing, text)
		}
	}
	return missing
}

// section returns the text from a heading to the next one.
func section(document, heading string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(document) {
		if strings.HasPrefix(line, "#") {
			inside = strings.TrimSpace(strings.TrimLeft(line, "#")) == heading
		} else if inside {
			b.WriteString(line)
		}
	}
	return b.String()
}

// cells returns the cells of a table row.
func cells(line string) []string {
	all := strings.Split(line, "|")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}
