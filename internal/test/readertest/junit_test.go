package readertest_test

import (
	"fmt"
	"strconv"

	"github.com/joshdk/go-junit"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// readJUnit reads a suite and compares what it shows, red or green, with the verdict.
func readJUnit(text []byte, r *report.Report) (counts, error) {
	suites, err := junit.Ingest(text)
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	if len(suites) != 1 || len(suites[0].Tests) != len(r.Rules)+1 {
		return nil, fmt.Errorf("%d suites, of %d rules", len(suites), len(r.Rules))
	}
	s, shown := suites[0], report.Ready
	switch {
	case s.Totals.Failed > 0:
		shown = report.Blocked
	case s.Totals.Error > 0:
		shown = report.Incomplete
	}
	if shown != r.Verdict {
		return nil, fmt.Errorf("it looks %s, the verdict is %s", shown, r.Verdict)
	}
	found := none()
	for name := range found {
		n, err := strconv.Atoi(s.Properties[name])
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", name, err)
		}
		found[name] = n
	}
	return found, nil
}
