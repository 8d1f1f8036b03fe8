package adctooold

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// tested says from which ADC on the vendor's tests use which release lines of API7 Enterprise, up to the next row.
type tested struct {
	since  string
	minors []uint64 // of 3.x
}

// matrix is the vendor's test matrix, oldest first. The last row holds for what came after it as well.
var matrix = []tested{
	{"0.12.0", []uint64{2}},
	{"0.17.0", []uint64{2, 3}},
	{"0.18.0", []uint64{3, 4, 5, 6, 7}},
	{"0.20.0", []uint64{3, 4, 5, 6, 7, 8}},
	{"0.21.0", []uint64{5, 6, 7, 8}},
	{"0.24.0", []uint64{5, 6, 7, 8, 9}},
	{"0.27.0", []uint64{5, 6, 7, 8, 9, 10}},
}

func (t tested) with(lines ...version.Line) bool {
	return !slices.ContainsFunc(lines, func(l version.Line) bool { return l.Major != 3 || !slices.Contains(t.minors, l.Minor) })
}

// row returns the row of an ADC; the zero row for one that is older than the matrix.
func row(adc version.Version) tested {
	var last tested
	for _, t := range matrix {
		if !adc.Release().Less(version.MustParse(t.since)) {
			last = t
		}
	}
	return last
}

// tests reports whether the vendor tests that ADC with a line.
func tests(adc version.Version, l version.Line) bool { return row(adc).with(l) }

// testedWith writes the lines that an ADC was tested with: "3.5, 3.6".
func testedWith(adc version.Version) string {
	minors := row(adc).minors
	if len(minors) == 0 {
		return "no known release line"
	}
	names := make([]string, len(minors))
	for i, m := range minors {
		names[i] = version.Line{Major: 3, Minor: m}.String()
	}
	return strings.Join(names, ", ")
}

// spans writes which ADC was tested with all of the lines: "0.18.0 or later, below 0.21.0"; empty if none was.
func spans(lines ...version.Line) string {
	first, end := "", ""
	for _, t := range matrix {
		switch fits := t.with(lines...); {
		case fits && first == "":
			first = t.since
		case !fits && first != "" && end == "":
			end = t.since
		}
	}
	switch {
	case first == "":
		return ""
	case end == "":
		return first + " or later"
	}
	return fmt.Sprintf("%s or later, below %s,", first, end)
}
