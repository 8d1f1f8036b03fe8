package readertest_test

import (
	"bytes"
	"cmp"
	"fmt"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// counts are the findings by severity; those that are waived, and those of formats that do not tell the severity, have a name
// of their own.
type counts map[string]int

const (
	waived = "waived"
	merged = "of any severity"
)

// reader parses a report in one format, as its users do, and returns how many findings it has. What it cannot read or does
// not find as it should be is an error.
type reader func(text []byte, r *report.Report) (counts, error)

// readers has one for every format. To add one, write a function in a file for it.
var readers = map[string]reader{
	"table":      readTable,
	"json":       readJSON,
	"jsonl":      readLines,
	"sarif":      readSARIF,
	"junit":      readJUnit,
	"gitlab":     readGitLab,
	"github":     readGitHub,
	"csv":        readCSV,
	"prometheus": readPrometheus,
	"markdown":   readMarkdown,
	"html":       readHTML,
}

// samples are the reports of the goldens, one with more findings than some consumers take, and one without a source.
func samples() map[string]func() *report.Report {
	const many = 10_000
	all := reporttest.Samples(many)
	all[tooMany] = func() *report.Report { return reporttest.Many(26_000) }
	all["hostile"] = func() *report.Report { return reporttest.Hostile(reporttest.HostileNames()...) }
	all["nothing looked at"] = func() *report.Report {
		return reporttest.Settle(&report.Report{
			SchemaVersion: report.SchemaVersion, Tool: report.Tool{Name: report.Program}, Scope: report.ScopeAll, FailOn: report.SeverityBreaking,
		})
	}
	return all
}

// tooMany is a report with more findings than code scanning takes. The other formats have no such limit.
const tooMany = "too many"

// complete returns a report that says what brings each check by hand, as every report of the program does.
func complete(r *report.Report) *report.Report {
	for i := range r.ManualChecks {
		r.ManualChecks[i].About = cmp.Or(r.ManualChecks[i].About, report.AboutPath)
	}
	return r
}

func TestEveryFormatIsReadByOthersAndHasTheFindingsOfTheReport(t *testing.T) {
	t.Parallel()
	for name, sample := range samples() {
		r := complete(sample())
		for _, format := range render.Formats() {
			if name == tooMany && format != "sarif" {
				continue
			}
			t.Run(name+"/"+format, func(t *testing.T) {
				t.Parallel()
				read := readers[format]
				if read == nil {
					t.Fatal("no reader for this format: add one to readers")
				}
				var out bytes.Buffer
				if err := render.Render(&out, format, r, render.Options{Show: render.Show{All: true}, Beside: []string{"report.json"}}); err != nil {
					t.Fatal(err)
				}
				got, err := read(out.Bytes(), r)
				if err != nil {
					t.Fatal(err)
				}
				if diff := gocmp.Diff(expected(r, got), got); diff != "" {
					t.Errorf("counts of findings (-report +%s):\n%s", format, diff)
				}
			})
		}
	}
}

// expected returns the counts of a report as a format tells them.
func expected(r *report.Report, as counts) counts {
	s := r.Summary
	want := counts{waived: s.Waived}
	if _, told := as[merged]; told {
		want[merged] = s.Breaking + s.Warning + s.Notice
		return want
	}
	want[report.SeverityBreaking], want[report.SeverityWarning], want[report.SeverityNotice] = s.Breaking, s.Warning, s.Notice
	return want
}

// none are counts of which each severity is named.
func none() counts {
	return counts{report.SeverityBreaking: 0, report.SeverityWarning: 0, report.SeverityNotice: 0, waived: 0}
}

// add counts n findings.
func (c counts) add(severity string, isWaived bool, n int) error {
	if isWaived {
		severity = waived
	}
	if _, known := c[severity]; !known {
		return fmt.Errorf("no severity is called %q", severity)
	}
	c[severity] += n
	return nil
}

func TestEveryReaderIsOfAFormat(t *testing.T) {
	t.Parallel()
	if len(readers) < len(render.Formats()) {
		t.Errorf("%d readers for %v", len(readers), render.Formats())
	}
}
