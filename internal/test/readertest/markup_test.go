package readertest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/net/html"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// elements calls visit for all elements of a page.
func elements(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := range n.ChildNodes() {
		elements(c, visit)
	}
}

// words returns the text in an element.
func words(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(words(c))
	}
	return b.String()
}

// number finds a count before a word.
func number(text, word string) int {
	m := regexp.MustCompile(`([0-9,]+) ` + word).FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	return n
}

// readMarkdown renders the report as GitHub does and reads its first table: a row for each rule, with its counts.
func readMarkdown(text []byte, _ *report.Report) (counts, error) {
	var page bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM)).Convert(text, &page); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	root, err := html.Parse(&page)
	if err != nil {
		return nil, fmt.Errorf("reading what it becomes: %w", err)
	}
	found, section := none(), ""
	elements(root, func(n *html.Node) {
		switch text := words(n); n.Data {
		case "p":
			if m := setAside.FindStringSubmatch(text); m != nil {
				found[waived] = number(m[0], "finding")
			}
		case "h2":
			section = text
		case "li":
			if severity, _, _ := strings.Cut(strings.TrimSpace(text), " "); section == "Known" && severities[severity] {
				found[severity]++
			}
		case "tr":
			if !strings.HasPrefix(strings.TrimSpace(text), "MUST") && !strings.HasPrefix(strings.TrimSpace(text), "should") && !strings.HasPrefix(strings.TrimSpace(text), "know") {
				return
			}
			cells := []string{}
			elements(n, func(cell *html.Node) {
				if cell.Data == "td" {
					cells = append(cells, words(cell))
				}
			})
			const columns, counted = 5, 3
			if len(cells) == columns {
				found[report.SeverityBreaking] += number(cells[counted], "breaking")
				found[report.SeverityWarning] += number(cells[counted], "warning")
				found[report.SeverityNotice] += number(cells[counted], "notice")
			}
		}
	})
	return found, nil
}

// setAside finds how many findings are waived, and severities are the words for them.
var (
	setAside   = regexp.MustCompile(`[0-9,]+ (findings are|finding is) waived and not counted`)
	severities = map[string]bool{report.SeverityBreaking: true, report.SeverityWarning: true, report.SeverityNotice: true}
)

// readHTML reads the findings of a page as a browser does: from JSON in a script that does not run.
func readHTML(text []byte, _ *report.Report) (counts, error) {
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	island := ""
	elements(root, func(n *html.Node) {
		for _, a := range n.Attr {
			if n.Data == "script" && a.Key == "id" && a.Val == "island" {
				island = words(n)
			}
		}
	})
	if island == "" {
		return nil, errors.New("no findings in the page")
	}
	var data struct {
		Findings [][]json.RawMessage `json:"findings"`
	}
	if err := json.Unmarshal([]byte(island), &data); err != nil {
		return nil, fmt.Errorf("reading the findings: %w", err)
	}
	found := none()
	var heads [][]*json.RawMessage // what findings have in common stands in the first of them, and the others name it by number
	for _, f := range data.Findings {
		var head []*json.RawMessage
		var number int
		if json.Unmarshal(f[0], &number) == nil {
			head = heads[number]
		} else if err := json.Unmarshal(f[0], &head); err != nil {
			return nil, fmt.Errorf("reading a finding: %w", err)
		} else {
			heads = append(heads, head)
		}
		const atSeverity, atWaived = 2, 8
		var severity string
		if err := json.Unmarshal(*head[atSeverity], &severity); err != nil {
			return nil, fmt.Errorf("reading a severity: %w", err)
		}
		if err := found.add(severity, head[atWaived] != nil, 1); err != nil {
			return nil, err
		}
	}
	return found, nil
}
