package tables

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// changes returns the index of vendor changes by release line.
func changes(root fs.FS, rules []entry) (string, error) {
	data, err := fs.ReadFile(root, catalogueFile)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", catalogueFile, err)
	}
	known, err := catalogue.Parse(data)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", catalogueFile, err)
	}
	entries := known.Changes
	slices.SortStableFunc(entries, func(a, b catalogue.Entry) int { return first(&a).Compare(first(&b)) })
	slices.SortStableFunc(entries, func(a, b catalogue.Entry) int { return cmp.Compare(undated(&a), undated(&b)) })
	links := map[string]string{}
	for _, r := range rules {
		links[r.ID] = r.link("")
	}
	var b strings.Builder
	b.WriteString("\n## Changes by release line\n\nEach line of the vendor's release notes from 3.2.8.1 to 3.9.3, and what upgrade guides, Helm charts and open code show beside them ([catalogue.yaml](catalogue.yaml)), and what answers for it.\n")
	line := ""
	for i := range entries {
		e := &entries[i]
		if l := lineOf(e); l != line {
			line = l
			b.WriteString("\n### " + line + "\n\n| entry | since | change | answered by |\n|---|---|---|---|\n")
		}
		by := make([]string, len(e.Handled.Rules))
		for i, id := range e.Handled.Rules {
			by[i] = cmp.Or(links[id], id)
		}
		answer := strings.Join(by, ", ")
		if answer == "" {
			answer = "nothing: " + e.Handled.Not
		}
		since := strings.Join(e.Versions, ", ")
		if len(e.Until) > 0 {
			since += " until " + strings.Join(e.Until, ", ")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", e.ID, since, e.Summary, answer)
	}
	return b.String(), nil
}

// first returns the oldest first release of an entry.
func first(e *catalogue.Entry) version.Version {
	var oldest version.Version
	for _, text := range e.Versions {
		if v := version.MustParse(text); oldest.IsZero() || v.Less(oldest) {
			oldest = v
		}
	}
	return oldest
}

func undated(e *catalogue.Entry) int {
	if len(e.Versions) == 0 {
		return 1
	}
	return 0
}

func lineOf(e *catalogue.Entry) string {
	if len(e.Versions) == 0 {
		return "Every upgrade"
	}
	return first(e).Line().String()
}
