package readertest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// schema returns the JSON Schema of SARIF 2.1.0 with errata 01, a constant in the source of go-sarif, which checks only what it
// has written itself.
var schema = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3").Output()
	if err != nil {
		return "", fmt.Errorf("finding go-sarif: %w", err)
	}
	file := filepath.Join(strings.TrimSpace(string(out)), "pkg", "report", "v210", "sarif", "schema.go")
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		return "", fmt.Errorf("reading the schema: %w", err)
	}
	text := ""
	ast.Inspect(parsed, func(n ast.Node) bool {
		if literal, is := n.(*ast.BasicLit); is && literal.Kind == token.STRING {
			text, err = strconv.Unquote(literal.Value)
		}
		return true
	})
	if !strings.Contains(text, "sarif-schema-2.1.0.json") {
		return "", errors.New("go-sarif has no schema where it was")
	}
	return text, err
})

// readSARIF checks a log against the schema, reads it with go-sarif, and checks what code scanning refuses.
func readSARIF(text []byte, r *report.Report) (counts, error) {
	schema, err := schema()
	if err != nil {
		return nil, err
	}
	if err := valid(schema, text); err != nil {
		return nil, err
	}
	log, err := sarif.FromBytes(text)
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	const limit = 25_000
	run := log.Runs[0]
	if len(log.Runs) != 1 || len(run.Results) > limit || *run.Invocations[0].ExitCode != r.ExitCode {
		return nil, fmt.Errorf("%d runs, %d results, exit code %d", len(log.Runs), len(run.Results), *run.Invocations[0].ExitCode)
	}
	for i, one := range run.Results {
		if uri := one.Locations[0].PhysicalLocation.ArtifactLocation.URI; uri == nil || *uri == "" {
			return nil, fmt.Errorf("result %d has no place", i)
		}
		if rule := run.Tool.Driver.Rules[one.RuleIndex]; *rule.ID != *one.RuleID {
			return nil, fmt.Errorf("result %d names %s and the index of %s", i, *one.RuleID, *rule.ID)
		}
	}
	return countResults(text)
}

func countResults(text []byte) (counts, error) {
	var log struct {
		Runs []struct {
			Results []struct {
				Kind         string     `json:"kind"`
				Level        string     `json:"level"`
				Suppressions []struct{} `json:"suppressions"`
				Properties   struct {
					Count int `json:"count"`
				} `json:"properties"`
			} `json:"results"`
		} `json:"runs"`
	}
	if err := json.Unmarshal(text, &log); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	severities := map[string]string{"error": report.SeverityBreaking, "warning": report.SeverityWarning, "note": report.SeverityNotice}
	found := none()
	for _, one := range log.Runs[0].Results {
		if one.Kind == "open" && one.Level == "none" {
			continue
		}
		if err := found.add(severities[one.Level], len(one.Suppressions) > 0, max(one.Properties.Count, 1)); err != nil {
			return nil, err
		}
	}
	return found, nil
}
