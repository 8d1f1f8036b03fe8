// Package faulttest lets tests say which faults they try, so that internal/dev/faults can run them and count. A test is
// found by its call of Tried, which stands in the test function itself, and a script by its command fault.
package faulttest

import (
	"fmt"
	"testing"
)

// Fault is one way to disturb a run.
type Fault string

// The faults that are tried. Rows describes them.
const (
	DatabaseCut       Fault = "database-cut"
	AdminAPICut       Fault = "admin-api-cut"
	DatabaseStalled   Fault = "database-stalled"
	AdminAPIStalled   Fault = "admin-api-stalled"
	DatabaseCorrupted Fault = "database-corrupted"
	DatabaseEndless   Fault = "database-endless"
	AdminAPIAnswers   Fault = "admin-api-answers"
	AdminAPILists     Fault = "admin-api-lists"
	Signals           Fault = "signals"
	Interrupts        Fault = "interrupts"
	BackupsCut        Fault = "backups-cut"
	BackupsFlipped    Fault = "backups-flipped"
	BackupsOther      Fault = "backups-other"
	Snapshots         Fault = "snapshots"
	DumpsCut          Fault = "dumps-cut"
	HostileRows       Fault = "hostile-rows"
	HostileYAML       Fault = "hostile-yaml"
	SpecialFiles      Fault = "special-files"
	SilentInputs      Fault = "silent-inputs"
	LargeInputs       Fault = "large-inputs"
	Unwritten         Fault = "unwritten"
	Overwrites        Fault = "overwrites"
)

// Row describes a fault to readers.
type Row struct {
	Fault Fault
	Class string
	How   string
	Aside string // what became of faults that no program could notice; empty: there are none
}

// Rows returns all faults, those of one class together.
func Rows() []Row {
	const cut, stalled, corrupted, files = "connections cut", "connections stalled", "connections corrupted", "damaged files"
	return []Row{
		{DatabaseCut, cut, "the connection to the database ends at places all over a run", ""},
		{AdminAPICut, cut, "addresses of the Admin API, one in each run, answer by half, or close the connection", ""},
		{DatabaseStalled, stalled, "the database falls silent at places all over a run", ""},
		{AdminAPIStalled, stalled, "addresses of the Admin API, one in each run, do not answer", ""},
		{DatabaseCorrupted, corrupted, "messages of the database come with another kind, length or structure", ""},
		{DatabaseEndless, corrupted, "a server sends settings, notices or rows without end, before and after the login", ""},
		{AdminAPIAnswers, corrupted, "the Admin API refuses, redirects, counts wrong, or sends what is no answer or has no end", ""},
		{AdminAPILists, corrupted, "lists of the Admin API change while their pages are read", ""},
		{Signals, "signals", "SIGINT, SIGTERM, SIGQUIT and SIGHUP wherever the program waits for a file, a pipe, a terminal or a reader", ""},
		{Interrupts, "signals", "an interrupt while the database is silent, with every kind of output", ""},
		{BackupsCut, files, "backups in every format and compression, cut", ""},
		{BackupsFlipped, files, "uncompressed backups with one bit flipped", "made a stored value another valid value"},
		{BackupsOther, files, "backups that are encrypted, incomplete, of other products, or none at all", ""},
		{Snapshots, files, "snapshots cut, with one byte changed, or forged under a valid seal", ""},
		{DumpsCut, files, "ADC dumps in JSON, cut", ""},
		{HostileRows, "hostile rows", "values in the database that are no JSON, no UTF-8, deep, huge or ambiguous", ""},
		{HostileYAML, "hostile YAML", "dumps and configuration files with bombs of aliases, cycles, deep nesting, doubled keys, other encodings and broken text", ""},
		{SpecialFiles, "special files", "an input that is a device, a folder, a socket or a link to one", ""},
		{SilentInputs, "special files", "a pipe or standard input to which nobody writes, or no more", ""},
		{LargeInputs, "special files", "an input that is too large or has no end", ""},
		{Unwritten, "outputs", "an output on a full disk, closed, in no folder, or without permission", ""},
		{Overwrites, "outputs", "an output that would overwrite what is read, however it is named", ""},
	}
}

// The keys of the attributes with which tests report.
const (
	TriedKey = "faults-tried"
	AsideKey = "faults-aside"
)

// Tried says that the test tries n faults. They survive if the test passes.
func Tried(tb testing.TB, f Fault, n int) {
	tb.Helper()
	tb.Attr(TriedKey, fmt.Sprintf("%s %d", f, n))
}

// Aside says that n of the faults that were tried are ones that no program could notice.
func Aside(tb testing.TB, f Fault, n int) {
	tb.Helper()
	tb.Attr(AsideKey, fmt.Sprintf("%s %d", f, n))
}
