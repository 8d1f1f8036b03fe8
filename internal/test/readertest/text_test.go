package readertest_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// readTable counts the places: every finding that has one stands above its own.
func readTable(text []byte, r *report.Report) (counts, error) {
	want := 0
	for f := range r.Findings.All() {
		if f.Location.Where != "" {
			want++
		}
	}
	if got := len(regexp.MustCompile(`(?m)^      at `).FindAll(text, -1)); got != want {
		return nil, fmt.Errorf("%d places, want %d", got, want)
	}
	return expected(r, counts{}), nil
}

func readCSV(text []byte, _ *report.Report) (counts, error) {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	found := none()
	for _, row := range rows[1:] {
		if row[at["record"]] != "finding" {
			continue
		}
		if err := found.add(row[at["severity"]], row[at["waived"]] != "", 1); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func readPrometheus(text []byte, r *report.Report) (counts, error) {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	gauge := func(name string) map[string]int {
		values := map[string]int{}
		for _, m := range families["api7_preflight_"+name].GetMetric() {
			label := ""
			for _, l := range m.GetLabel() {
				label = l.GetValue() // of the last: the severity
			}
			values[label] += int(m.GetGauge().GetValue())
		}
		return values
	}
	if code := gauge("exit_code")[""]; code != r.ExitCode {
		return nil, fmt.Errorf("exit code %d, want %d", code, r.ExitCode)
	}
	found := none()
	for severity, n := range gauge("findings") {
		if err := found.add(severity, false, n); err != nil {
			return nil, err
		}
	}
	found[waived] = gauge("waived_findings")[""]
	return found, nil
}

// group finds the list of the findings of a rule in a log of GitHub.
var group = regexp.MustCompile(`(?m)^::group::(waived: |known: )?([a-z0-9-]+): ([0-9,]+) findings?$`)

// readGitHub reads a log as the runner does: commands are lines that begin with two colons. A finding in a file has an annotation
// at its place, all others and those for which there is no room a line in the log.
func readGitHub(text []byte, _ *report.Report) (counts, error) {
	found := counts{merged: 0, waived: 0}
	for _, m := range group.FindAllStringSubmatch(string(text), -1) {
		n, err := strconv.Atoi(strings.ReplaceAll(m[3], ",", ""))
		if err != nil {
			return nil, fmt.Errorf("reading: %w", err)
		}
		kind := merged
		if m[1] == "waived: " {
			kind = waived
		}
		found[kind] += n
	}
	annotations, command := map[string]int{}, regexp.MustCompile(`^::(error|warning|notice)( [a-zA-Z]+=[^,:]*(,[a-zA-Z]+=[^,:]*)*)?::.|^::(group::.|endgroup::$)`)
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "::") {
			continue
		}
		m := command.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			return nil, fmt.Errorf("no command: %s", line)
		}
		annotations[m[1]]++
		if strings.HasPrefix(m[2], " file=") {
			found[merged]++
		}
	}
	const shown = 10 // of each kind
	delete(annotations, "")
	for kind, n := range annotations {
		if n > shown {
			return nil, fmt.Errorf("%d annotations of the kind %s", n, kind)
		}
	}
	if len(annotations) == 0 {
		return nil, errors.New("no annotation says the verdict")
	}
	return found, nil
}
