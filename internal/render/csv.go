package render

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// What a row of the CSV report is.
const (
	rowVerdict    = "verdict"
	rowFinding    = "finding"
	rowUnexamined = "unexamined"
	rowManual     = "manual-check"
)

// row is a row of the CSV report: a column each. What does not apply is empty.
type row struct {
	record, severity, rule, title, group, kind, id, name, state, owner, message, action, timing, change, confidence string
	catalogue                                                                                                       []string
	place                                                                                                           report.Location
	waived, waiver, waiverOwner, waiverUntil, baseline, fingerprint                                                 string
}

// csvColumns are the names of the columns. New ones are added at the end.
var csvColumns = []string{
	"record", "severity", "rule", "title", "gateway_group", "kind", "id", "name", "state", "owner", "message", "action", "timing", "change",
	"confidence", "catalogue", "source", "file", "line", "column", "table", "key", "pointer", "waived", "waiver", "waiver_owner", "waiver_until", "baseline", "fingerprint",
}

// asCSV writes a row with the verdict, one for each thing that was not examined, for each finding and for each check by
// hand. No cell is a formula, and every row is one line.
func asCSV(out *bufio.Writer, r *report.Report, _ Options) error {
	w := csv.NewWriter(out)
	_ = w.Write(csvColumns) // the writer keeps its first error
	write := func(one *row) error {
		if err := w.Write(one.cells()); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		return nil
	}
	if err := write(&row{record: rowVerdict, message: summary(r)}); err != nil {
		return err
	}
	for _, m := range missingParts(r) {
		for _, what := range m.what {
			one := &row{record: rowUnexamined, id: m.id, name: what, message: m.why, action: m.next, rule: strings.Join(slices.Sorted(maps.Keys(m.rules)), " ")}
			if err := write(one); err != nil {
				return err
			}
		}
	}
	for f := range r.Findings.All() {
		if err := write(rowOf(f)); err != nil {
			return err
		}
	}
	for i := range r.ManualChecks {
		if err := write(checkRow(&r.ManualChecks[i])); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error() //nolint:wrapcheck // names the file itself
}

func checkRow(m *report.ManualCheck) *row {
	one := &row{record: rowManual, rule: m.Rule, title: m.Title, kind: string(m.About), message: m.Why, change: m.Change, catalogue: m.Catalogue, fingerprint: m.Fingerprint}
	if m.Done != nil {
		one.state, one.owner, one.message = "done", m.Done.By, "done on "+m.Done.On+": "+m.Done.Note
	}
	return one
}

func rowOf(f *report.Finding) *row {
	one := &row{
		record: rowFinding, severity: f.Severity, rule: f.Rule, title: f.Title, group: f.Object.GatewayGroup, kind: f.Object.Kind, id: f.Object.ID,
		name: f.Object.Name, state: f.Object.State, message: f.Message, action: f.Action, timing: f.Timing, change: f.Change, confidence: f.Confidence,
		catalogue: f.Catalogue, place: f.Location, baseline: f.Baseline, fingerprint: f.Fingerprint,
	}
	labels := make([]string, 0, len(f.Object.Owner))
	for _, key := range slices.Sorted(maps.Keys(f.Object.Owner)) {
		labels = append(labels, key+"="+f.Object.Owner[key])
	}
	one.owner = strings.Join(labels, " ")
	if f.Waived != nil {
		one.waived = *f.Waived
	}
	if f.Waiver != nil {
		one.waiver = map[bool]string{true: "expired", false: "in force"}[f.Waiver.Expired]
		one.waiverOwner, one.waiverUntil = f.Waiver.Owner, f.Waiver.Until
	}
	return one
}

// cells returns the row as text, in the order of the columns.
func (o *row) cells() []string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	l := o.place
	cells := []string{
		o.record, o.severity, o.rule, o.title, o.group, o.kind, o.id, o.name, o.state, o.owner, o.message, o.action, o.timing, o.change,
		o.confidence, strings.Join(o.catalogue, " "), l.Source, l.File, number(l.Line), number(l.Column), l.Table, l.Key, l.Pointer, o.waived,
		o.waiver, o.waiverOwner, o.waiverUntil, o.baseline, o.fingerprint,
	}
	for i, text := range cells {
		cells[i] = cell(text)
	}
	return cells
}

// longestCell is the number of characters that a cell of Excel and of LibreOffice holds:
// https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3.
const longestCell = 32_767

// formula finds where a spreadsheet would begin a formula: at the start of a cell, and after a semicolon, at which a
// spreadsheet in some countries begins a new one. https://owasp.org/www-community/attacks/CSV_Injection has the characters.
var formula = regexp.MustCompile(`(^|;)( *)([=+\-@＝＋－＠])`)

// cell returns a text as a cell that is no formula and that a spreadsheet can hold: an apostrophe in front makes it text.
func cell(text string) string {
	text = formula.ReplaceAllString(Sanitize(text), "$1$2'$3")
	if len(text) <= longestCell {
		return text
	}
	const told = len("… (1000000000 characters)")
	end := longestCell - told
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%d characters)", text[:end], utf8.RuneCountInString(text))
}

// isCSV recognises the first columns.
func isCSV(content []byte) bool {
	return bytes.HasPrefix(content, []byte(strings.Join(csvColumns[:5], ",")))
}
